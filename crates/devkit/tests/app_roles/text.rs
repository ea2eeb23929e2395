//! What the worker of texts may not touch: whatever is neither its own job nor its key.

use serde_json::json;

use crate::support::role::Role;
use crate::{
    PREFIX, all_awake, assert_allowed, assert_no_foreign_jobs, assert_refused, function, parameters, table,
};

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
