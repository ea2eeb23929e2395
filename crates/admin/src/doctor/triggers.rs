//! What wakes functions by itself: rules of EventBridge have the right to, one by one.
//!
//! A rule that was switched off by hand is not noticed.

use aws_config::SdkConfig;
use aws_sdk_lambda::operation::get_policy::GetPolicyError;
use serde_json::Value;

use super::blueprint::Blueprint;
use super::report::Report;
use super::{Environments, Place};
use crate::trouble::Trouble;

const EVENTBRIDGE: &str = "events.amazonaws.com";

pub(super) async fn check(
    config: &SdkConfig,
    place: &Place,
    blueprint: &Blueprint,
    environments: &Environments,
    report: &mut Report,
) {
    let client = aws::clients::lambda(config);
    let known = blueprint.triggers.iter().filter(|(name, _)| environments.contains_key(name.as_str()));
    for (name, needed) in known {
        let asked = client.get_policy().function_name(place.function(name)).send().await;
        let found = match asked {
            Ok(answer) => Ok(rules(answer.policy().unwrap_or_default())),
            Err(error)
                if error.as_service_error().is_some_and(GetPolicyError::is_resource_not_found_exception) =>
            {
                Ok(0)
            }
            Err(error) => Err(Trouble::of(&error, "lambda:GetPolicy")),
        };
        let found = found.and_then(|found| {
            if found >= *needed {
                return Ok(format!("{found} rules of EventBridge may wake it"));
            }
            let what = format!("{found} rules of EventBridge may wake it, and {needed} should");
            Err(Trouble::new(what, place.deploy()))
        });
        report.either(&format!("triggers of {name}"), found);
    }
}

/// How many statements let EventBridge in.
fn rules(policy: &str) -> usize {
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    let statements = policy.get("Statement").and_then(Value::as_array).into_iter().flatten();
    let allows = |statement: &&Value| {
        statement.get("Effect").is_some_and(|effect| effect == "Allow")
            && statement.pointer("/Principal/Service").is_some_and(|service| service == EVENTBRIDGE)
    };
    statements.filter(allows).count()
}
