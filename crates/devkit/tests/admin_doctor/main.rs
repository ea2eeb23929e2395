//! `cargo admin doctor`: a healthy deployment passes, and each planted fault is found and its cure named.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic here is a failed test"
)]

mod cases;
mod functions;
mod parameters;
mod plants;
mod rights;
mod routes;
mod schedules;
#[path = "../support/mod.rs"]
mod support;
mod tables;

use std::collections::BTreeSet;

use serde_json::json;
use support::admin::admin_as;
use support::role::Role;
use support::{app, bare_with};

use cases::{each_is_found, examined};
use functions::{cases_of_functions, cases_of_versions};
use parameters::{cases_of_parameters, start_gateways};
use plants::schedule;
use rights::cases_of_rights;
use routes::{Servers, cases_of_routes, cases_of_slack};
use schedules::{cases_of_rules, cases_of_schedules};
use tables::cases_of_tables;

const DOCTOR: [&str; 3] = ["doctor", "--stage", "dev"];

/// Everything that the doctor may call, as its help says.
const READS: [&str; 19] = [
    "GetCallerIdentity",
    "GetFunctionConfiguration",
    "GetFunctionEventInvokeConfig",
    "GetPolicy",
    "ListTags",
    "Invoke",
    "DescribeRule",
    "ListRuleNamesByTarget",
    "GetScheduleGroup",
    "ListSchedules",
    "GetSchedule",
    "GetRole",
    "SimulatePrincipalPolicy",
    "GetParameters",
    "DescribeTable",
    "DescribeTimeToLive",
    "DescribeContinuousBackups",
    "Scan",
    "GetItem",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_deployment_passes_and_is_only_read() {
    let app = app().await;
    schedule(&app, &json!({})).await;
    let before = app.cloud().aws_calls().len();
    let said = examined(&app, &[]).await;
    assert!(said.succeeded, "{said:?}");
    assert_eq!((said.wrong(), said.err.as_str()), (Vec::<&str>::new(), ""));
    for line in [
        "ok    credentials: arn:aws:sts::111122223333:",
        "ok    function standup: provided.al2023, arm64",
        "ok    functions together: 8 of 8 are there and agree",
        "ok    start of text: it answers, version ",
        "ok    versions: 8 run ",
        "ok    deployed by: SAM",
        "ok    triggers of ec2: 2 rules",
        "ok    rule Ec2Refresh of ec2: on, rate(5 minutes)",
        "ok    rule Ec2StateChange of ec2: on, by events",
        "ok    rule SweeperEveryMinute of sweeper: on, rate(1 minute)",
        "ok    target of schedules: bellhop-standup, and one queue",
        "ok    role of schedules: ",
        "ok    schedules: 1 in bellhop-standups, as they should be",
        "ok    parameter token_keys: a SecureString; tokens are sealed with k1",
        "ok    table of STANDUPS_TABLE: ",
        "ok    route /slack/interactions: 401 without a signature and with a wrong one",
        "ok    signing secret of events: Slack's challenge",
        "ok    signing secret of commands: ",
        "ok    Slack: 127.0.0.1 answers",
        "the token works and has all 9 scopes",
        "ok    workspaces: 1 have the app, 0 have removed it",
        " right, 0 wrong, 0 not checked",
    ] {
        assert!(said.out.contains(line), "{line} is not in\n{}", said.out);
    }
    let calls = app.cloud().aws_calls().split_off(before);
    let own = calls.iter().filter(|call| call.access_key == app.cloud().operator_key());
    let own: BTreeSet<&str> = own.map(|call| call.operation.as_str()).collect();
    // That one is the test's own, to know what must not be printed.
    let own: BTreeSet<&str> = own.into_iter().filter(|name| *name != "GetParametersByPath").collect();
    assert_eq!(own, BTreeSet::from(READS));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_installed_and_no_address_of_its_own() {
    let app = bare_with(|config| drop(config.parameters.insert("PublicUrl".into(), String::new()))).await;
    let said = examined(&app, &[]).await;
    assert!(!said.succeeded && said.wrong().len() == 1, "{said:?}");
    assert!(said.wrong()[0].starts_with("WRONG routes: the public address is not known"), "{said:?}");
    assert!(said.wrong()[0].contains("--url \"$(aws cloudformation describe-stacks --stack-name bellhop"));
    let url = app.cloud().app_url.clone();
    let said = examined(&app, &["--url".to_owned(), url]).await;
    assert!(said.succeeded && said.out.contains("ok    workspaces: 0 have the app"), "{said:?}");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_look_is_told_so() {
    let app = bare_with(|_| {}).await;
    let said = admin_as(&app, "AKIANOBODY", &DOCTOR, "").await;
    assert!(!said.succeeded && said.out.starts_with("WRONG credentials: AWS does not take"), "{said:?}");
    assert!(said.out.contains("aws sso login, or aws configure"), "{said:?}");
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_planted_fault_is_found_with_its_cure() {
    let app = app().await;
    let servers = Servers::start().await;
    let untimed = json!({
        "TableName": "untimed",
        "AttributeDefinitions": [{ "AttributeName": "state_hash", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "state_hash", "KeyType": "HASH" }],
        "BillingMode": "PAY_PER_REQUEST",
    });
    let (status, answer) = Role::operator(&app).call("dynamodb", "CreateTable", &untimed).await;
    assert_eq!(status, 200, "{answer}");
    let table = |name: &str| app.cloud().stack().table(name).unwrap().name.clone();
    let audit: &'static str = table("Audit").leak();
    each_is_found(&app, cases_of_functions()).await;
    each_is_found(&app, cases_of_versions()).await;
    each_is_found(&app, cases_of_rules()).await;
    let role = app.cloud().stack().roles.iter().find(|role| role.logical_id == "ScheduleRole").unwrap();
    each_is_found(&app, cases_of_schedules(role.name.clone().leak())).await;
    start_gateways(&app).await;
    each_is_found(&app, cases_of_parameters()).await;
    each_is_found(&app, cases_of_tables("untimed", &table("Installations"), audit)).await;
    each_is_found(&app, cases_of_rights()).await;
    each_is_found(&app, cases_of_slack(servers.slack.clone())).await;
    each_is_found(&app, cases_of_routes(&servers)).await;
}
