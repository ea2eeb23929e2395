//! What the gateways may not touch: others' jobs, records, and most secrets.

use serde_json::json;

use crate::support::role::Role;
use crate::{all_awake, assert_allowed, assert_no_foreign_jobs, assert_refused, function, parameters, table};

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
    // The gateway of events wakes no text. Of standups it only reads.
    let say = "@bellhop help";
    app.ask("ann", "#ops", say).await;
    let role = Role::of(&app, "Events");
    let what = "Events wakes Text";
    assert_refused(what, &role.invoke(&function(&app, "Text"), &json!({})).await);
    let item = json!({"TableName": jobs, "Item": {"job_id": {"S": "text#x"}}});
    assert_refused(what, &role.call("dynamodb", "PutItem", &item).await);
    let entry = json!({"report_id": {"S": "T0ACME0001#0a1b2c3d#20261121"}, "report_user_id": {"S": "U1"}});
    for operation in ["PutItem", "DeleteItem", "UpdateItem"] {
        let body = json!({"TableName": table(&app, "Standups"), "Key": entry, "Item": entry});
        assert_refused(operation, &role.call("dynamodb", operation, &body).await);
    }
    for job in ["ec2#x", "standup#x"] {
        let body = json!({"TableName": jobs, "Key": {"job_id": {"S": job}}});
        assert_refused(job, &role.call("dynamodb", "GetItem", &body).await);
    }
    app.finish_after_refusals().await;
}
