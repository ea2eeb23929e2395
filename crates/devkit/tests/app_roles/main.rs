//! What each function's role refuses: calls made with the credentials of the running
//! process, which is what somebody gets who takes the process over.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod ec2;
mod gateways;
mod standup;
#[path = "../support/mod.rs"]
mod support;
mod text;

use serde_json::{Value, json};
use support::role::Role;
use support::{App, app};

const PREFIX: &str = "/bellhop/dev";

/// Everything has run once, and so has a process with credentials.
async fn all_awake() -> App {
    let app = app().await;
    app.anns("/reverse abc").await;
    app.anns("/summarize http://articles.test/nothing").await;
    app.anns("/ec2 chekc web-1").await;
    app.anns("/standup list").await;
    app.click("ann", "#ops", "Help").await;
    app.quieten().await;
    app
}

fn table(app: &App, name: &str) -> String {
    app.cloud().stack().table(name).expect("the template has the table").name.clone()
}

fn function(app: &App, name: &str) -> String {
    app.cloud().stack().function(name).expect("the template has the function").name.clone()
}

fn parameters(names: &[&str]) -> Value {
    let names: Vec<_> = names.iter().map(|name| format!("{PREFIX}/{name}")).collect();
    json!({"Names": names, "WithDecryption": true})
}

/// The role refused it, and it was the role that did.
#[track_caller]
fn assert_refused(what: &str, (status, answer): &(u16, Value)) {
    let kind = answer["__type"].as_str().or(answer["message"].as_str());
    let kind = kind.or(answer["Message"].as_str()).unwrap_or_default();
    let refused = kind.contains("AccessDenied") || kind.contains("not authorized");
    assert!(matches!(status, 400 | 403) && refused, "{what}: {status} {answer}");
}

#[track_caller]
fn assert_allowed(what: &str, (status, answer): &(u16, Value)) {
    assert!((200..300).contains(status), "{what}: {status} {answer}");
}

/// What a role may not do with the table of jobs whose keys begin with `foreign`.
async fn assert_no_foreign_jobs(app: &App, role: &Role, who: &str, foreign: &str) {
    let jobs = table(app, "Jobs");
    let key = json!({"job_id": {"S": format!("{foreign}#T0ACME0001#x")}});
    for (operation, body) in [
        ("GetItem", json!({"TableName": jobs, "Key": key})),
        ("PutItem", json!({"TableName": jobs, "Item": key})),
        ("DeleteItem", json!({"TableName": jobs, "Key": key})),
        ("UpdateItem", json!({"TableName": jobs, "Key": key})),
        ("BatchGetItem", json!({"RequestItems": {&jobs: {"Keys": [key]}}})),
        ("BatchWriteItem", json!({"RequestItems": {&jobs: [{"PutRequest": {"Item": key}}]}})),
        ("TransactWriteItems", json!({"TransactItems": [{"Put": {"TableName": jobs, "Item": key}}]})),
        ("Scan", json!({"TableName": jobs})),
        (
            "Query",
            json!({"TableName": jobs, "IndexName": "open", "KeyConditionExpression": "open = :o",
            "ExpressionAttributeValues": {":o": {"S": foreign}}}),
        ),
    ] {
        let answer = role.call("dynamodb", operation, &body).await;
        assert_refused(&format!("{who}: {operation} of {foreign}#…"), &answer);
    }
}
