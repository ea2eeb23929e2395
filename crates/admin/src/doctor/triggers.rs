//! What wakes functions by itself: rules of EventBridge, each of which must be there, be
//! switched on, lead to its function, and have the right to wake it.

use std::collections::BTreeSet;

use aws_config::SdkConfig;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::operation::describe_rule::DescribeRuleError;
use aws_sdk_eventbridge::types::RuleState;
use aws_sdk_lambda::operation::get_policy::GetPolicyError;
use serde_json::Value;

use super::blueprint::Blueprint;
use super::report::Report;
use super::{Environments, Place};
use crate::trouble::Trouble;

const EVENTBRIDGE: &str = "events.amazonaws.com";

/// The statements of a function's policy that let EventBridge in.
#[derive(Debug, Default, PartialEq, Eq)]
struct Allowed {
    /// How many there are.
    statements: usize,
    /// The function's ARN, as they have it.
    function: Option<String>,
    /// The names of the rules that they are for.
    rules: BTreeSet<String>,
}

pub(super) async fn check(
    config: &SdkConfig,
    place: &Place,
    blueprint: &Blueprint,
    environments: &Environments,
    report: &mut Report,
) {
    let lambda = aws::clients::lambda(config);
    let events = Client::new(config);
    let known = blueprint.triggers.iter().filter(|(name, _)| environments.contains_key(name.as_str()));
    for (name, needed) in known {
        let asked = lambda.get_policy().function_name(place.function(name)).send().await;
        let allowed = match asked {
            Ok(answer) => Ok(allowed(answer.policy().unwrap_or_default())),
            Err(error)
                if error.as_service_error().is_some_and(GetPolicyError::is_resource_not_found_exception) =>
            {
                Ok(Allowed::default())
            }
            Err(error) => Err(Trouble::of(&error, "lambda:GetPolicy")),
        };
        let check = format!("triggers of {name}");
        let allowed = match allowed {
            Ok(allowed) => allowed,
            Err(trouble) => {
                report.wrong(&check, &trouble);
                continue;
            }
        };
        let found = allowed.statements;
        report.either(
            &check,
            if found >= *needed {
                Ok(format!("{found} rules of EventBridge may wake it"))
            } else {
                let what = format!("{found} rules of EventBridge may wake it, and {needed} should");
                Err(Trouble::new(what, place.deploy()))
            },
        );
        rules(&events, name, allowed, report).await;
    }
}

/// Looks at each rule that may wake the function.
async fn rules(client: &Client, name: &str, allowed: Allowed, report: &mut Report) {
    let Some(function) = allowed.function else { return };
    let leading = match leading_to(client, &function).await {
        Ok(leading) => leading,
        Err(trouble) => return report.wrong(&format!("rules of {name}"), &trouble),
    };
    // Whichever lead there and may not are missing among the statements.
    for rule in &allowed.rules {
        let looked = looked_at(client, rule, &function, leading.contains(rule)).await;
        report.either(&format!("rule {rule} of {name}"), looked);
    }
}

/// The names of the rules that have the function as their target.
async fn leading_to(client: &Client, function: &str) -> Result<BTreeSet<String>, Trouble> {
    let (mut names, mut next) = (BTreeSet::new(), None);
    loop {
        let asked = client.list_rule_names_by_target().target_arn(function).set_next_token(next).send().await;
        let answer = asked.map_err(|error| Trouble::of(&error, "events:ListRuleNamesByTarget"))?;
        names.extend(answer.rule_names.unwrap_or_default());
        next = answer.next_token;
        if next.is_none() {
            return Ok(names);
        }
    }
}

async fn looked_at(
    client: &Client,
    rule: &str,
    function: &str,
    leads_there: bool,
) -> Result<String, Trouble> {
    let target = format!("aws events put-targets --rule {rule} --targets Id=function,Arn={function}");
    let found = match client.describe_rule().name(rule).send().await {
        Ok(found) => found,
        Err(error)
            if error.as_service_error().is_some_and(DescribeRuleError::is_resource_not_found_exception) =>
        {
            let put = format!("aws events put-rule --name {rule}, with what template.yaml says of it");
            return Err(Trouble::new("there is no such rule any more", format!("{put}; then {target}")));
        }
        Err(error) => return Err(Trouble::of(&error, "events:DescribeRule")),
    };
    if found.state() == Some(&RuleState::Disabled) {
        return Err(Trouble::new("it is switched off", format!("aws events enable-rule --name {rule}")));
    }
    if !leads_there {
        return Err(Trouble::new("it does not lead to the function any more", target));
    }
    let when = found.schedule_expression().filter(|when| !when.is_empty());
    Ok(format!("on, {}", when.unwrap_or("by events")))
}

/// Which statements let EventBridge in, and for which rules.
fn allowed(policy: &str) -> Allowed {
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    let statements = policy.get("Statement").and_then(Value::as_array).into_iter().flatten();
    let allows = |statement: &&Value| {
        statement.get("Effect").is_some_and(|effect| effect == "Allow")
            && statement.pointer("/Principal/Service").is_some_and(|service| service == EVENTBRIDGE)
    };
    let mut allowed = Allowed::default();
    for statement in statements.filter(allows) {
        allowed.statements += 1;
        let function = statement.get("Resource").and_then(Value::as_str).map(str::to_owned);
        allowed.function = allowed.function.or(function);
        allowed.rules.extend(rule_of(statement));
    }
    allowed
}

/// The name at the end of `arn:aws:events:…:rule/name`, in whichever condition it stands.
fn rule_of(statement: &Value) -> Option<String> {
    let conditions = statement.get("Condition")?.as_object()?;
    let mut keys = conditions.values().filter_map(Value::as_object).flatten();
    let (_, arn) = keys.find(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn"))?;
    arn.as_str()?.split_once(":rule/").map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_says_which_rules_may_wake_a_function() {
        let policy = r#"{"Statement":[
            {"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Resource":"arn:f",
             "Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:events:eu-west-1:1:rule/every"}}},
            {"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Resource":"arn:f"},
            {"Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Resource":"arn:f",
             "Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:eu-west-1:1:a/*"}}}]}"#;
        let expected = Allowed {
            statements: 2,
            function: Some("arn:f".to_owned()),
            rules: BTreeSet::from(["every".to_owned()]),
        };
        assert_eq!(allowed(policy), expected);
        assert_eq!(allowed("not JSON"), Allowed::default());
    }
}
