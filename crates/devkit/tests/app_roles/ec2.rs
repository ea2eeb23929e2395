//! What the worker of EC2 may not touch: texts, what the audit has already, other roles.

use serde_json::json;

use crate::support::role::Role;
use crate::{all_awake, assert_allowed, assert_no_foreign_jobs, assert_refused, function, parameters, table};

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
