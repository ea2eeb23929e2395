//! Faults of what wakes functions by the clock: rules and schedules.

use serde_json::{Value, json};

use crate::cases::{Case, DEPLOY};
use crate::plants::Plant::{Scheduled, Told};
use crate::plants::environment;

pub(crate) fn cases_of_rules() -> Vec<Case> {
    let off = || json!({ "State": "DISABLED" });
    vec![
        Case(
            Told("SweeperEveryMinute", off()),
            Some(1),
            "rule SweeperEveryMinute of sweeper: it is switched off",
            "aws events enable-rule --name SweeperEveryMinute",
        ),
        Case(
            Told("Ec2StateChange", off()),
            Some(1),
            "rule Ec2StateChange of ec2: it is switched off",
            "aws events enable-rule --name Ec2StateChange",
        ),
        Case(
            Told("Ec2Refresh", json!({ "Targets": [] })),
            Some(1),
            "rule Ec2Refresh of ec2: it does not lead to the function any more",
            "aws events put-targets --rule Ec2Refresh --targets Id=function,Arn=arn:aws:lambda:",
        ),
        Case(
            Told("Ec2StateChange", Value::Null),
            Some(1),
            "rule Ec2StateChange of ec2: there is no such rule any more",
            "aws events put-rule --name Ec2StateChange, with what template.yaml says of it; then aws events",
        ),
    ]
}

/// `role` is the name of the role by which schedules wake the standup.
pub(crate) fn cases_of_schedules(role: &'static str) -> Vec<Case> {
    let queue = "arn:aws:sqs:eu-west-1:111122223333:another";
    let wakes = json!({ "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*" });
    let elsewhere = "arn:aws:lambda:eu-west-1:111122223333:function:old-standup";
    let edit = "/standup list in Slack, [Edit] and save";
    vec![
        Case(
            Told("bellhop-standups", Value::Null),
            Some(1),
            "schedules: there is no group bellhop-standups",
            "aws scheduler create-schedule-group --name bellhop-standups",
        ),
        Case(Told(role, Value::Null), Some(1), "role of schedules: there is no role bellhop-", DEPLOY),
        Case(
            Told(role, json!({ "Trust": [] })),
            Some(1),
            "does not let Scheduler in for arn:aws:scheduler:",
            DEPLOY,
        ),
        Case(
            Told(role, json!({ "Statements": [] })),
            Some(1),
            "does not allow lambda:InvokeFunction on arn:aws:lambda:",
            "“Changed by hand”",
        ),
        Case(
            Told(role, json!({ "Statements": [wakes] })),
            Some(1),
            "does not allow sqs:SendMessage on arn:aws:sqs:",
            DEPLOY,
        ),
        Case(
            environment("bellhop-standup", "SCHEDULE_TARGET_ARN", json!(elsewhere)),
            Some(2),
            "target of schedules: SCHEDULE_TARGET_ARN is arn:aws:lambda:eu-west-1:111122223333:function:old-standup",
            DEPLOY,
        ),
        Case(
            Told(
                "bellhop-standup",
                json!({ "DestinationConfig": { "OnFailure": { "Destination": queue } } }),
            ),
            Some(1),
            "target of schedules: what is given up goes to arn:aws:sqs:eu-west-1:111122223333:another, and that",
            DEPLOY,
        ),
        Case(
            Scheduled(json!({ "State": "DISABLED" })),
            Some(1),
            "schedules: T-planted is switched off",
            edit,
        ),
        Case(
            Scheduled(json!({ "Target": { "Arn": elsewhere } })),
            Some(1),
            "schedules: T-planted wakes arn:aws:lambda:eu-west-1:111122223333:function:old-standup, not arn:",
            edit,
        ),
        Case(
            Scheduled(json!({ "Target": { "DeadLetterConfig": { "Arn": queue } } })),
            Some(1),
            "schedules: T-planted leaves what it cannot hand over to arn:aws:sqs:eu-west-1:111122223333:another",
            edit,
        ),
    ]
}
