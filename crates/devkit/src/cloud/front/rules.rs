//! What EventBridge says of the stack's rules, to those who look after them.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html>
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html>

use serde_json::{Value, json};

use super::describe::merge;
use super::{Call, errors};
use crate::cloud::lock;
use crate::cloud::server::{Answer, answer};
use crate::cloud::state::Shared;

/// Answers one call.
pub(super) fn call(shared: &Shared, call: &Call) -> Answer {
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let reply = match call.operation.as_str() {
        "DescribeRule" => {
            let name = text("Name");
            let found = all(shared).into_iter().find(|(own, _)| own == name);
            found.map(|(_, rule)| rule).ok_or_else(|| {
                let message = format!("Rule {name} does not exist on EventBus default.");
                ("ResourceNotFoundException", message)
            })
        }
        "ListRuleNamesByTarget" => {
            let target = text("TargetArn");
            let is_target = |rule: &Value| {
                let targets = rule.get("Targets").and_then(Value::as_array);
                targets.into_iter().flatten().any(|one| one == target)
            };
            let names = all(shared).into_iter().filter(|(_, rule)| is_target(rule)).map(|(name, _)| name);
            Ok(json!({ "RuleNames": names.collect::<Vec<_>>() }))
        }
        other => Err(("UnknownOperationException", format!("{other} is not known here"))),
    };
    match reply {
        Ok(reply) => answer(200, "application/x-amz-json-1.1", reply.to_string()),
        Err((code, message)) => errors::refusal("events", 400, code, &message),
    }
}

/// Every rule by its name, with its targets: as the template has them, unless operators
/// are to be told something else.
fn all(shared: &Shared) -> Vec<(String, Value)> {
    let crate::template::Stack { region, account, .. } = &shared.stack;
    let mut rules = Vec::new();
    for function in shared.pools.iter().map(|pool| &pool.function) {
        let schedules = function.schedules.iter().filter(|schedule| !schedule.scheduler);
        let schedules =
            schedules.map(|one| (&one.name, one.enabled, json!({ "ScheduleExpression": one.expression })));
        let patterns = function.rules.iter().map(|one| (&one.name, one.enabled, json!({})));
        for (name, enabled, mut rule) in schedules.chain(patterns) {
            let told = lock(&shared.told).get(name).cloned();
            if told == Some(Value::Null) {
                continue;
            }
            let common = json!({
                "Name": name,
                "Arn": format!("arn:aws:events:{region}:{account}:rule/{name}"),
                "State": if enabled { "ENABLED" } else { "DISABLED" },
                "EventBusName": "default",
                "Targets": [function.arn],
            });
            merge(&mut rule, Some(&common));
            merge(&mut rule, told.as_ref());
            rules.push((name.clone(), rule));
        }
    }
    rules
}
