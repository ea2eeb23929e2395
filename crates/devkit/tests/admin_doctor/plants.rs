//! How a fault is made, and taken back.

use std::collections::BTreeMap;

use devkit::cloud::{AwsFault, Fault};
use devkit::slack::{Fault as SlackFault, FaultKind};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::App;
use crate::support::role::Role;
use Plant::{Blind, Denied, Everywhere, Removed, Scheduled, Slack, Stored, Told, Typed};

/// A fault, and how it is made.
pub(crate) enum Plant {
    /// AWS says this of a function, a table, a rule, a role or a group of schedules.
    Told(&'static str, Value),
    /// All functions are told this variable.
    Everywhere(&'static str, String),
    /// A parameter of this type holds this.
    Stored(&'static str, &'static str, String),
    /// A parameter is removed.
    Removed(&'static str),
    /// AWS refuses the doctor this.
    Denied(&'static str, &'static str),
    /// A function cannot read its secrets.
    Blind(&'static str),
    /// There is a schedule of a standup that differs so from a right one.
    Scheduled(Value),
    /// The next `auth.test` of the doctor meets this.
    Slack(FaultKind),
    /// It is asked with these arguments.
    Typed(Vec<String>),
}

pub(crate) fn environment(name: &'static str, variable: &str, value: impl Into<Value>) -> Plant {
    Told(name, json!({ "Environment": { "Variables": { variable: value.into() } } }))
}

/// Makes the fault; the arguments that the doctor gets besides.
pub(crate) async fn plant(app: &App, plant: &Plant) -> Vec<String> {
    let cloud = app.cloud();
    let full = |name: &str| format!("/bellhop/dev/{name}");
    match plant {
        Told(name, patch) => cloud.misreport(name, patch.clone()),
        Everywhere(variable, value) => {
            let patch = json!({ "Environment": { "Variables": { *variable: value } } });
            let known = |function: &&devkit::template::Function| function.environment.contains_key(*variable);
            for function in cloud.stack().functions.iter().filter(known) {
                cloud.misreport(&function.name, patch.clone());
            }
        }
        Stored(name, kind, value) => app.store_parameter(&full(name), kind, value).await,
        Removed(name) => app.remove_parameter(&full(name)).await,
        Denied(service, operation) => {
            let denied = AwsFault::Status { status: 400, code: "AccessDeniedException".to_owned() };
            cloud.faults().add(Fault::next(service, operation, denied));
        }
        Blind(function) => {
            cloud.chill();
            let failed = AwsFault::Status { status: 400, code: "AccessDeniedException".to_owned() };
            cloud.faults().add(Fault::next("ssm", "GetParameters", failed).from(function).times(1_000));
        }
        Scheduled(difference) => schedule(app, difference).await,
        Slack(kind) => {
            app.slack().fault(SlackFault { method: "auth.test".into(), times: 1, kind: kind.clone() });
        }
        Typed(arguments) => return arguments.clone(),
    }
    Vec::new()
}

/// Where the planted schedule is.
const PLANTED: (&str, &str) = ("bellhop-standups", "T-planted");

/// Makes a schedule as `standup` does, but for the difference.
pub(crate) async fn schedule(app: &App, difference: &Value) {
    let standup = app.cloud().stack().function("Standup").unwrap();
    let told = |name: &str| standup.environment[name].clone();
    let mut wanted = json!({
        "GroupName": PLANTED.0,
        "ScheduleExpression": "cron(0 9 ? * MON *)",
        "FlexibleTimeWindow": { "Mode": "OFF" },
        "State": "ENABLED",
        "Target": {
            "Arn": told("SCHEDULE_TARGET_ARN"),
            "RoleArn": told("SCHEDULE_ROLE_ARN"),
            "Input": "{}",
            "DeadLetterConfig": { "Arn": told("SCHEDULE_DEAD_LETTERS_ARN") },
        },
    });
    for (name, value) in difference.as_object().unwrap() {
        match value.as_object() {
            Some(inner) => inner.iter().for_each(|(key, value)| wanted[name][key] = value.clone()),
            None => wanted[name] = value.clone(),
        }
    }
    let (status, answer) = Role::operator(app).schedule(Method::POST, PLANTED, &wanted).await;
    assert_eq!(status, 200, "{answer}");
}

/// Makes all well again, once every process is free.
pub(crate) async fn heal(app: &App, parameters: &[(String, String)]) {
    app.cloud().idle().await;
    app.cloud().report_truly();
    app.cloud().faults().clear();
    if app.cloud().schedules().iter().any(|one| one.name == PLANTED.1) {
        let (status, answer) = Role::operator(app).schedule(Method::DELETE, PLANTED, &json!({})).await;
        assert_eq!(status, 200, "{answer}");
    }
    let now: BTreeMap<String, String> = app.slack_parameters().await.into_iter().collect();
    for name in now.keys().filter(|name| !parameters.iter().any(|(kept, _)| kept == *name)) {
        app.remove_parameter(name).await;
    }
    for (name, value) in parameters {
        app.store_parameter(name, "SecureString", value).await;
    }
}
