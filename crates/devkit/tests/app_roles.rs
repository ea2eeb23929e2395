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

mod support;

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

#[tokio::test(flavor = "multi_thread")]
async fn text_may_move_its_own_jobs_and_read_one_parameter_and_nothing_else() {
    let app = all_awake().await;
    let role = Role::of(&app, "Text");
    let (jobs, installations) = (table(&app, "Jobs"), table(&app, "Installations"));
    // Its own.
    let own = json!({"job_id": {"S": "text#T0ACME0001#x"}});
    let answer = role.call("dynamodb", "GetItem", &json!({"TableName": jobs, "Key": own})).await;
    assert_allowed("its own job", &answer);
    assert_allowed("its key", &role.call("ssm", "GetParameters", &parameters(&["smmry_api_key"])).await);
    // Everybody else's.
    assert_no_foreign_jobs(&app, &role, "Text", "ec2").await;
    assert_refused(
        "its own job",
        &role.call("dynamodb", "DeleteItem", &json!({"TableName": jobs, "Key": own})).await,
    );
    let team = json!({"team_id": {"S": "T0ACME0001"}});
    for (operation, body) in [
        ("GetItem", json!({"TableName": installations, "Key": team})),
        ("PutItem", json!({"TableName": installations, "Item": team})),
        ("Scan", json!({"TableName": installations})),
        ("GetItem", json!({"TableName": table(&app, "OauthStates"), "Key": {"state_hash": {"S": "x"}}})),
    ] {
        assert_refused(operation, &role.call("dynamodb", operation, &body).await);
    }
    for secret in ["token_keys", "slack/signing_secret", "slack/client_secret", "slack/client_id"] {
        assert_refused(secret, &role.call("ssm", "GetParameters", &parameters(&[secret])).await);
        let both = parameters(&["smmry_api_key", secret]);
        assert_refused(secret, &role.call("ssm", "GetParameters", &both).await);
        let one = json!({"Name": format!("{PREFIX}/{secret}"), "WithDecryption": true});
        assert_refused(secret, &role.call("ssm", "GetParameter", &one).await);
    }
    let all = json!({"Path": PREFIX, "Recursive": true, "WithDecryption": true});
    assert_refused("all parameters", &role.call("ssm", "GetParametersByPath", &all).await);
    let write = json!({"Name": format!("{PREFIX}/smmry_api_key"), "Value": "x", "Type": "String"});
    assert_refused("its key, to write", &role.call("ssm", "PutParameter", &write).await);
    for name in ["Ec2", "Text", "Sweeper", "Install"] {
        assert_refused(name, &role.invoke(&function(&app, name), &json!({"v": 1})).await);
    }
    for action in ["DescribeInstances", "StopInstances&InstanceId.1=i-062f746b484e61ceb"] {
        assert_eq!(role.query("ec2", &format!("Action={action}&Version=2016-11-15")).await, 403, "{action}");
    }
    assert_eq!(app.all_changes(), 0);
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateways_may_store_jobs_and_wake_workers_and_read_but_plans() {
    let app = all_awake().await;
    let (jobs, installations) = (table(&app, "Jobs"), table(&app, "Installations"));
    let team = json!({"team_id": {"S": "T0ACME0001"}});
    for gateway in ["Commands", "Interactions"] {
        let role = Role::of(&app, gateway);
        let find = json!({"TableName": installations, "Key": team});
        assert_allowed(gateway, &role.call("dynamodb", "GetItem", &find).await);
        assert_allowed(
            gateway,
            &role.call("ssm", "GetParameters", &parameters(&["slack/signing_secret"])).await,
        );
        assert_no_foreign_jobs(&app, &role, gateway, "other").await;
        // Who opens a modal about a plan or an answer reads that.
        let knows_plans = gateway == "Interactions";
        let plan = json!({"TableName": jobs, "Key": {"job_id": {"S": "ec2#x"}}});
        let standups = table(&app, "Standups");
        let entry =
            json!({"report_id": {"S": "T0ACME0001#0a1b2c3d#20261121"}, "report_user_id": {"S": "U1"}});
        let entry = json!({"TableName": standups, "Key": entry});
        let answers =
            [role.call("dynamodb", "GetItem", &plan).await, role.call("dynamodb", "GetItem", &entry).await];
        for answer in answers {
            if knows_plans { assert_allowed(gateway, &answer) } else { assert_refused(gateway, &answer) }
        }
        // Both open modals, and speak as the bot to do so.
        assert_allowed(gateway, &role.call("ssm", "GetParameters", &parameters(&["token_keys"])).await);
        assert_refused(gateway, &role.call("dynamodb", "DeleteItem", &entry).await);
        for (operation, body) in [
            ("GetItem", json!({"TableName": jobs, "Key": {"job_id": {"S": "text#x"}}})),
            ("DeleteItem", plan),
            ("PutItem", json!({"TableName": installations, "Item": team})),
            ("UpdateItem", json!({"TableName": installations, "Key": team})),
            ("Scan", json!({"TableName": installations})),
        ] {
            assert_refused(
                &format!("{gateway}: {operation}"),
                &role.call("dynamodb", operation, &body).await,
            );
        }
        for secret in ["slack/client_secret", "smmry_api_key"] {
            assert_refused(secret, &role.call("ssm", "GetParameters", &parameters(&[secret])).await);
        }
        for name in ["Install", "Sweeper", "Events"] {
            let what = format!("{gateway} wakes {name}");
            assert_refused(&what, &role.invoke(&function(&app, name), &json!({})).await);
        }
        assert_eq!(role.query("ec2", "Action=DescribeInstances&Version=2016-11-15").await, 403);
    }
    // The gateway of events wakes no text and no standup.
    let say = "@bellhop help";
    app.ask("ann", "#ops", say).await;
    let role = Role::of(&app, "Events");
    for (name, worker) in [("Text", "text"), ("Standup", "standup")] {
        let what = format!("Events wakes {name}");
        assert_refused(&what, &role.invoke(&function(&app, name), &json!({})).await);
        let item = json!({"TableName": jobs, "Item": {"job_id": {"S": format!("{worker}#x")}}});
        assert_refused(&what, &role.call("dynamodb", "PutItem", &item).await);
    }
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ec2_worker_touches_no_text() {
    let app = all_awake().await;
    let role = Role::of(&app, "Ec2");
    assert_no_foreign_jobs(&app, &role, "Ec2", "text").await;
    for name in ["Text", "Ec2", "Sweeper"] {
        assert_refused(name, &role.invoke(&function(&app, name), &json!({})).await);
    }
    for secret in ["smmry_api_key", "slack/signing_secret", "slack/client_secret"] {
        assert_refused(secret, &role.call("ssm", "GetParameters", &parameters(&[secret])).await);
    }
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ec2_worker_can_only_add_to_the_audit() {
    let app = all_awake().await;
    let audit = table(&app, "Audit");
    let role = Role::of(&app, "Ec2");
    let key = json!({"team_month": {"S": "T0ACME0001#2026-11"}, "entry": {"S": "ec2#x#0000"}});
    let put = role.call("dynamodb", "PutItem", &json!({"TableName": audit, "Item": key})).await;
    assert_allowed("an entry", &put);
    let month = json!({":m": {"S": "T0ACME0001#2026-11"}});
    for (operation, body) in [
        ("GetItem", json!({"TableName": audit, "Key": key})),
        ("DeleteItem", json!({"TableName": audit, "Key": key})),
        ("UpdateItem", json!({"TableName": audit, "Key": key})),
        ("BatchGetItem", json!({"RequestItems": {&audit: {"Keys": [key]}}})),
        ("BatchWriteItem", json!({"RequestItems": {&audit: [{"DeleteRequest": {"Key": key}}]}})),
        ("BatchWriteItem", json!({"RequestItems": {&audit: [{"PutRequest": {"Item": key}}]}})),
        ("TransactWriteItems", json!({"TransactItems": [{"Delete": {"TableName": audit, "Key": key}}]})),
        ("Scan", json!({"TableName": audit})),
        (
            "Query",
            json!({"TableName": audit, "KeyConditionExpression": "team_month = :m", "ExpressionAttributeValues": month}),
        ),
        ("DeleteTable", json!({"TableName": audit})),
    ] {
        assert_refused(operation, &role.call("dynamodb", operation, &body).await);
    }
    // It is the only one that knows the book at all.
    for other in ["Commands", "Interactions", "Install", "Text"] {
        let put = json!({"TableName": audit, "Item": key});
        assert_refused(other, &Role::of(&app, other).call("dynamodb", "PutItem", &put).await);
    }
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ec2_worker_enters_no_role_but_those_made_for_it() {
    let app = all_awake().await;
    let form = |account: &str, name: &str| {
        let role = format!("arn:aws:iam::{account}:role/{name}");
        format!(
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=job-1&SourceIdentity=U0ANN00001\
             &ExternalId=acme-prod-0001&RoleArn={role}"
        )
    };
    let role = Role::of(&app, "Ec2");
    for name in ["BellhopRead", "BellhopAct"] {
        assert_eq!(role.query("sts", &form("444455556666", name)).await, 200, "{name}");
    }
    for (account, name) in [
        ("444455556666", "BellhopCareless"),
        ("444455556666", "BellhopActWithoutTerminate"),
        ("444455556666", "BellhopReader"),
        ("444455556666", "x/BellhopRead"),
        ("111122223333", "bellhop-InstallRole"),
    ] {
        assert_eq!(role.query("sts", &form(account, name)).await, 403, "{name}");
    }
    for other in ["Commands", "Interactions", "Install", "Text"] {
        let role = Role::of(&app, other);
        assert_eq!(role.query("sts", &form("444455556666", "BellhopRead")).await, 403, "{other}");
    }
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_of_standups_keeps_them_and_reads_what_was_done_and_changes_nothing_else() {
    let app = all_awake().await;
    let role = Role::of(&app, "Standup");
    for foreign in ["ec2", "text"] {
        assert_no_foreign_jobs(&app, &role, "Standup", foreign).await;
    }
    let audit = table(&app, "Audit");
    let month = json!({":m": {"S": "T0ACME0001#2026-11"}});
    let query = json!({"TableName": audit, "KeyConditionExpression": "team_month = :m", "ExpressionAttributeValues": month});
    assert_allowed("what was done", &role.call("dynamodb", "Query", &query).await);
    let entry = json!({"team_month": {"S": "T0ACME0001#2026-11"}, "entry": {"S": "ec2#x#0000"}});
    let (place, team) = (table(&app, "Instances"), json!({"S": "T0ACME0001"}));
    let (installations, standups) = (table(&app, "Installations"), table(&app, "Standups"));
    for (operation, body) in [
        ("PutItem", json!({"TableName": audit, "Item": entry})),
        ("DeleteItem", json!({"TableName": audit, "Key": entry})),
        ("Scan", json!({"TableName": audit})),
        ("PutItem", json!({"TableName": place, "Item": {"team_id": team, "place": {"S": "x"}}})),
        ("PutItem", json!({"TableName": installations, "Item": {"team_id": team}})),
        ("Scan", json!({"TableName": standups})),
        (
            "GetItem",
            json!({"TableName": table(&app, "Accounts"), "Key": {"team_id": team, "alias": {"S": "x"}}}),
        ),
    ] {
        assert_refused(&format!("{operation} {body}"), &role.call("dynamodb", operation, &body).await);
    }
    for secret in ["smmry_api_key", "slack/signing_secret", "slack/client_secret"] {
        assert_refused(secret, &role.call("ssm", "GetParameters", &parameters(&[secret])).await);
    }
    for name in ["Ec2", "Text", "Sweeper", "Standup"] {
        assert_refused(name, &role.invoke(&function(&app, name), &json!({})).await);
    }
    assert_eq!(role.query("ec2", "Action=DescribeInstances&Version=2016-11-15").await, 403);
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_worker_of_standups_makes_schedules_and_only_by_the_role_made_for_them() {
    let app = all_awake().await;
    let stack = app.cloud().stack();
    let environment = &stack.function("Standup").expect("the template has the function").environment;
    let (group, own_role) = (environment["SCHEDULE_GROUP"].clone(), environment["SCHEDULE_ROLE_ARN"].clone());
    let wish = |group: &str, role: &str| {
        json!({
            "GroupName": group,
            "ScheduleExpression": "cron(30 9 ? * MON *)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": environment["SCHEDULE_TARGET_ARN"], "RoleArn": role, "Input": "{}"},
        })
    };
    let role = Role::of(&app, "Standup");
    let (post, put, delete) = (reqwest::Method::POST, reqwest::Method::PUT, reqwest::Method::DELETE);
    let at = (group.as_str(), "a");
    assert_allowed("its own", &role.schedule(post.clone(), at, &wish(&group, &own_role)).await);
    assert_allowed("its own", &role.schedule(put.clone(), at, &wish(&group, &own_role)).await);
    let powerful = "arn:aws:iam::111122223333:role/bellhop-Ec2Role";
    assert_refused("a powerful role", &role.schedule(put, at, &wish(&group, powerful)).await);
    let elsewhere = role.schedule(post.clone(), ("default", "a"), &wish("default", &own_role)).await;
    assert_refused("another group", &elsewhere);
    for other in ["Commands", "Interactions", "Install", "Text", "Ec2"] {
        let stranger = Role::of(&app, other);
        let made = stranger.schedule(post.clone(), (&group, "b"), &wish(&group, &own_role)).await;
        assert_refused(other, &made);
        assert_refused(other, &stranger.schedule(delete.clone(), at, &json!({})).await);
    }
    assert_allowed("its own", &role.schedule(delete, at, &json!({})).await);
    assert!(app.cloud().schedules().is_empty());
    app.finish_after_refusals().await;
}
