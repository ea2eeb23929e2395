//! Faults of functions: their settings, environments, code and versions.

use serde_json::{Value, json};

use crate::cases::{Case, DEPLOY};
use crate::plants::Plant::{Blind, Everywhere, Told, Typed};
use crate::plants::environment;

pub(crate) fn cases_of_functions() -> Vec<Case> {
    let told = |name, field: &str, value: &str| Told(name, json!({ field: value }));
    vec![
        Case(Told("bellhop-text", Value::Null), Some(1), "function text: there is no bellhop-text", DEPLOY),
        Case(told("bellhop-ec2", "State", "Failed"), Some(1), "function ec2: its state is Failed", DEPLOY),
        Case(
            told("bellhop-ec2", "LastUpdateStatus", "Failed"),
            Some(1),
            "function ec2: its last update failed",
            DEPLOY,
        ),
        Case(
            told("bellhop-install", "Runtime", "nodejs22.x"),
            Some(1),
            "function install: its runtime is nodejs22.x, not provided.al2023",
            DEPLOY,
        ),
        Case(
            told("bellhop-events", "Handler", "index.handler"),
            Some(1),
            "function events: its handler is index.handler, not bootstrap",
            DEPLOY,
        ),
        Case(
            Told("bellhop-text", json!({ "Architectures": ["x86_64"] })),
            Some(1),
            "functions together: they are for different processors: ",
            DEPLOY,
        ),
        Case(
            environment("bellhop-events", "JOBS_TABLE", Value::Null),
            Some(1),
            "function events: the environment variable JOBS_TABLE is missing",
            DEPLOY,
        ),
        Case(
            environment("bellhop-ec2", "REGIONS", json!(" ")),
            Some(1),
            "function ec2: the environment variable REGIONS is blank",
            DEPLOY,
        ),
        Case(
            environment("bellhop-standup", "SCHEDULE_ROLE_ARN", json!("role")),
            Some(2),
            "function standup: the environment variable SCHEDULE_ROLE_ARN ",
            DEPLOY,
        ),
        Case(
            environment("bellhop-events", "EC2_FUNCTION", json!("old-ec2")),
            Some(2),
            "function events: EC2_FUNCTION is old-ec2, which is no function of this stack",
            DEPLOY,
        ),
        Case(
            environment("bellhop-text", "JOBS_TABLE", json!("other-jobs")),
            Some(1),
            "functions together: they are told different values of JOBS_TABLE",
            DEPLOY,
        ),
        Case(
            Everywhere("SSM_PREFIX", "/bellhop/prod".to_owned()),
            Some(8),
            "function sweeper: SSM_PREFIX is /bellhop/prod, not /bellhop/dev",
            "--parameter-overrides Stage=dev",
        ),
        Case(
            Typed(vec!["--stack".into(), "other".into()]),
            None,
            "function sweeper: there is no other-sweeper",
            "sam build && sam deploy --stack-name other",
        ),
        Case(
            Blind("Events"),
            Some(3),
            "start of events: it does not start, or fails (Unhandled)",
            "aws logs tail /aws/lambda/bellhop-events --since 15m",
        ),
        Case(
            told("bellhop-sweeper", "Policy", r#"{"Statement":[]}"#),
            Some(1),
            "triggers of sweeper: 0 rules of EventBridge may wake it, and 1 should",
            DEPLOY,
        ),
    ]
}

pub(crate) fn cases_of_versions() -> Vec<Case> {
    let answers = |answer: Value| Told("bellhop-text", json!({ "Answer": answer }));
    let tagged = |tags: Value| Told("bellhop-install", json!({ "Tags": tags, "Runtime": "nodejs22.x" }));
    vec![
        Case(
            answers(json!({ "version": "0.0.9" })),
            Some(1),
            concat!("versions: text runs 0.0.9; this program is ", env!("CARGO_PKG_VERSION")),
            DEPLOY,
        ),
        Case(
            answers(json!({ "done": true })),
            Some(1),
            "start of text: it does not know its version: its code is older",
            DEPLOY,
        ),
        Case(
            tagged(
                json!({ "lambda:createdBy": null, "aws:cloudformation:logical-id": "InstallLambdaFunction" }),
            ),
            Some(1),
            "function install: its runtime is",
            "&& osls deploy --stage dev --param stack=bellhop (or serverless deploy",
        ),
        Case(
            tagged(json!({ "lambda:createdBy": null })),
            Some(1),
            "function install: its runtime is",
            "sam build && sam deploy --stack-name bellhop, or cargo lambda build --release --arm64",
        ),
    ]
}
