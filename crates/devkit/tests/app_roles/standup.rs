//! What the worker of standups may not touch, and which schedules it may make.

use serde_json::json;

use crate::support::role::Role;
use crate::{all_awake, assert_allowed, assert_no_foreign_jobs, assert_refused, function, parameters, table};

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
