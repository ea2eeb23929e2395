//! The role by which EventBridge Scheduler wakes `standup`: whom it lets in, and what it
//! allows. IAM itself judges the role's policies, those attached to it included.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::operation::get_role::GetRoleError;
use aws_sdk_iam::types::PolicyEvaluationDecisionType;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::Place;
use super::schedules::Wanted;
use crate::trouble::Trouble;

const SCHEDULER: &str = "scheduler.amazonaws.com";

pub(super) async fn check(config: &SdkConfig, place: &Place, wanted: &Wanted<'_>) -> Result<String, Trouble> {
    let client = Client::new(config);
    let name = wanted.role.rsplit('/').next().unwrap_or(wanted.role);
    let role = match client.get_role().role_name(name).send().await {
        Ok(answer) => answer.role,
        Err(error) if error.as_service_error().is_some_and(GetRoleError::is_no_such_entity_exception) => None,
        Err(error) => return Err(Trouble::of(&error, "iam:GetRole")),
    };
    let role = role.ok_or_else(|| Trouble::new(format!("there is no role {name}"), place.deploy()))?;
    let group = group_arn(wanted);
    if !lets_in(&decoded(role.assume_role_policy_document().unwrap_or_default()), &group) {
        let what = format!("{name} does not let Scheduler in for {group}");
        return Err(Trouble::new(what, place.revert()));
    }
    for (action, resource) in
        [("lambda:InvokeFunction", wanted.target), ("sqs:SendMessage", wanted.dead_letters)]
    {
        let asked = client
            .simulate_principal_policy()
            .policy_source_arn(wanted.role)
            .action_names(action)
            .resource_arns(resource)
            .send()
            .await;
        let answer = asked.map_err(|error| Trouble::of(&error, "iam:SimulatePrincipalPolicy"))?;
        let mut results = answer.evaluation_results().iter();
        if !results.any(|one| *one.eval_decision() == PolicyEvaluationDecisionType::Allowed) {
            let what = format!("{name} does not allow {action} on {resource}");
            return Err(Trouble::new(what, place.revert()));
        }
    }
    Ok(format!("{name} lets Scheduler wake standup"))
}

/// The group, as the trust policy names it: it is in the account and region of the target.
fn group_arn(wanted: &Wanted<'_>) -> String {
    let mut parts = wanted.target.split(':').skip(1);
    let partition = parts.next().unwrap_or("aws");
    let (region, account) = (parts.nth(1).unwrap_or_default(), parts.next().unwrap_or_default());
    format!("arn:{partition}:scheduler:{region}:{account}:schedule-group/{}", wanted.group)
}

/// IAM gives policies percent-encoded.
fn decoded(document: &str) -> Value {
    serde_json::from_str(&percent_decode_str(document).decode_utf8_lossy()).unwrap_or_default()
}

/// Whether some statement lets Scheduler take the role for schedules of the group. A
/// condition on the group must name it; other conditions are not judged.
fn lets_in(document: &Value, group: &str) -> bool {
    let statements = listed(document.get("Statement"));
    statements.iter().any(|statement| {
        statement.get("Effect").is_some_and(|effect| effect == "Allow")
            && texts(statement.pointer("/Principal/Service")).any(|service| service == SCHEDULER)
            && texts(statement.get("Action")).any(|action| matches!(action, "sts:AssumeRole" | "sts:*" | "*"))
            && sources(statement).all(|mut arns| arns.any(|arn| fits(arn, group)))
    })
}

/// The sources that conditions ask for, condition by condition.
fn sources(statement: &Value) -> impl Iterator<Item = impl Iterator<Item = &str>> {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    let keys = operators.filter_map(|(_, keys)| keys.as_object()).flatten();
    keys.filter(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn")).map(|(_, arns)| texts(Some(arns)))
}

/// Whether an ARN, perhaps with a star at its end, is that of the group.
fn fits(pattern: &str, group: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == group, |begin| group.starts_with(begin))
}

/// One, or each of a list.
fn listed(value: Option<&Value>) -> &[Value] {
    value.map_or(&[], |one| one.as_array().map_or(std::slice::from_ref(one), Vec::as_slice))
}

fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    listed(value).iter().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const GROUP: &str = "arn:aws:scheduler:eu-west-1:1:schedule-group/b-standups";

    #[test]
    fn a_role_lets_scheduler_in_for_the_group() {
        let trust = |service: Value, condition: Value| {
            let statement = json!({ "Effect": "Allow", "Principal": { "Service": service },
                "Action": "sts:AssumeRole", "Condition": condition });
            json!({ "Statement": [statement] })
        };
        let source =
            |arn: &str| json!({ "StringEquals": { "aws:SourceAccount": "1", "aws:SourceArn": arn } });
        for (document, expected) in [
            (trust(json!(SCHEDULER), source(GROUP)), true),
            (trust(json!(["events.amazonaws.com", SCHEDULER]), json!({})), true),
            (trust(json!(SCHEDULER), source("arn:aws:scheduler:eu-west-1:1:schedule-group/*")), true),
            (trust(json!(SCHEDULER), source("arn:aws:scheduler:eu-west-1:1:schedule-group/other")), false),
            (trust(json!("events.amazonaws.com"), source(GROUP)), false),
            (json!({}), false),
        ] {
            assert_eq!(lets_in(&document, GROUP), expected, "{document}");
        }
    }

    #[test]
    fn the_group_stands_beside_its_target() {
        let wanted = Wanted {
            group: "b-standups",
            role: "",
            target: "arn:aws:lambda:eu-west-1:1:function:b-standup",
            dead_letters: "",
        };
        assert_eq!(group_arn(&wanted), GROUP);
        assert_eq!(decoded("%7B%22a%22%3A%22b%2Bc%20d%22%7D"), json!({ "a": "b+c d" }));
    }
}
