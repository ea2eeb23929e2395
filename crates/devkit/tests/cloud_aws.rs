//! The AWS front without any function: wire forms, refusals, tables.

#![allow(clippy::expect_used)] // in the helpers of the tests too

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use devkit::cloud::{AwsFault, Cloud, CloudConfig, Ec2Api, Fault, Log, Pace, QueryAnswer, QueryCall};
use devkit::template::{self, Deployment};
use serde_json::{Value, json};

struct Parrot;

#[async_trait]
impl Ec2Api for Parrot {
    async fn call(&self, call: QueryCall) -> QueryAnswer {
        let body = format!(
            "{} {} {:?} {:?}",
            call.service,
            call.action(),
            call.function,
            call.param("InstanceId.1")
        );
        QueryAnswer { status: 200, body }
    }
}

async fn cloud(data_dir: Option<PathBuf>) -> Cloud {
    let yaml = include_str!("fixtures/cloud.yaml");
    let mut stack = template::read(yaml, &Deployment::default()).expect("the fixture is a template");
    stack.functions.clear();
    let config = CloudConfig {
        stack,
        bin_dir: PathBuf::new(),
        app_listener: TcpListener::bind(("127.0.0.1", 0)).expect("a port"),
        aws_listener: TcpListener::bind(("127.0.0.1", 0)).expect("a port"),
        ssm: BTreeMap::from([("/app/a".to_owned(), "1".to_owned()), ("/app/b/c".to_owned(), "2".to_owned())]),
        extra_env: BTreeMap::new(),
        fleet: Arc::new(Parrot),
        log: Log::collect(),
        pace: Pace::quick(),
        data_dir,
    };
    Cloud::start(config).await.expect("the cloud starts")
}

struct Reply {
    status: u16,
    text: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

async fn send(cloud: &Cloud, key: &str, service: &str, target: &str, body: String) -> reqwest::Result<Reply> {
    let scope = format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260131/eu-west-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    );
    let reply = reqwest::Client::new()
        .post(&cloud.aws_url)
        .header("authorization", scope)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-date", "20260131T000000Z")
        .header("x-amz-target", target)
        .body(body)
        .send()
        .await?;
    Ok(Reply { status: reply.status().as_u16(), text: reply.text().await? })
}

async fn json_call(cloud: &Cloud, service: &str, operation: &str, body: Value) -> (u16, Value) {
    let target = if service == "ssm" {
        format!("AmazonSSM.{operation}")
    } else {
        format!("DynamoDB_20120810.{operation}")
    };
    let reply =
        send(cloud, cloud.operator_key(), service, &target, body.to_string()).await.expect("an answer");
    (reply.status, reply.json())
}

#[tokio::test]
async fn a_conditional_put_wins_once() {
    let cloud = cloud(None).await;
    let put = json!({
        "TableName": "things",
        "Item": { "id": { "S": "1" }, "kind": { "S": "k" } },
        "ConditionExpression": "attribute_not_exists(id)",
    });
    assert_eq!(json_call(&cloud, "dynamodb", "PutItem", put.clone()).await.0, 200);
    let (status, error) = json_call(&cloud, "dynamodb", "PutItem", put).await;
    assert_eq!(status, 400);
    assert!(error["__type"].as_str().unwrap().ends_with("ConditionalCheckFailedException"), "{error}");
    let query = json!({
        "TableName": "things",
        "IndexName": "by_kind",
        "KeyConditionExpression": "kind = :k",
        "ExpressionAttributeValues": { ":k": { "S": "k" } },
    });
    assert_eq!(json_call(&cloud, "dynamodb", "Query", query).await.1["Count"], 1);
    let ttl = json_call(&cloud, "dynamodb", "DescribeTimeToLive", json!({ "TableName": "things" })).await.1;
    assert_eq!(ttl["TimeToLiveDescription"]["AttributeName"], "expires");
    let calls = cloud.aws_calls();
    assert_eq!(calls[1].error.as_deref(), Some("ConditionalCheckFailedException"));
    assert_eq!((calls[1].region.as_str(), &calls[1].args["TableName"]), ("eu-west-1", &json!("things")));
    cloud.stop().await;
}

#[tokio::test]
async fn tables_are_kept_in_a_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    let key = json!({ "id": { "S": "1" } });
    let first = cloud(Some(dir.path().to_owned())).await;
    json_call(&first, "dynamodb", "PutItem", json!({ "TableName": "things", "Item": key })).await;
    first.stop().await;
    let second = cloud(Some(dir.path().to_owned())).await;
    let found =
        json_call(&second, "dynamodb", "GetItem", json!({ "TableName": "things", "Key": key })).await.1;
    assert_eq!(found["Item"], key);
    second.stop().await;
}

#[tokio::test]
async fn an_unknown_key_is_refused_in_each_protocol() {
    let cloud = cloud(None).await;
    for (service, target, kind) in [
        (
            "dynamodb",
            "DynamoDB_20120810.GetItem",
            "com.amazonaws.dynamodb.v20120810#UnrecognizedClientException",
        ),
        ("ssm", "AmazonSSM.GetParameters", "UnrecognizedClientException"),
    ] {
        let reply = send(&cloud, "AKIASTRANGER", service, target, "{}".to_owned()).await.expect("an answer");
        assert_eq!((reply.status, reply.json()["__type"].as_str()), (400, Some(kind)));
    }
    let form = || "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-1".to_owned();
    let reply = send(&cloud, "AKIASTRANGER", "ec2", "", form()).await.expect("an answer");
    assert_eq!(
        reply.text, "ec2 StopInstances None Some(\"i-1\")",
        "the fleet judges keys that are not a function's"
    );
    let reply = send(&cloud, cloud.operator_key(), "ec2", "", form()).await.expect("an answer");
    assert_eq!(reply.text, "ec2 StopInstances Some(\"operator\") Some(\"i-1\")");
    let unsigned = reqwest::get(&cloud.aws_url).await.expect("an answer");
    assert_eq!(unsigned.status(), 403);
    cloud.stop().await;
}

#[tokio::test]
async fn parameters_have_versions_and_need_decryption() {
    let cloud = cloud(None).await;
    let put = |overwrite: bool| json!({ "Name": "/app/a", "Value": "new", "Type": "SecureString", "Overwrite": overwrite });
    assert_eq!(
        json_call(&cloud, "ssm", "PutParameter", put(false)).await.1["__type"],
        "ParameterAlreadyExists"
    );
    assert_eq!(json_call(&cloud, "ssm", "PutParameter", put(true)).await.1["Version"], 2);
    let get = |decrypt: bool| json!({ "Name": "/app/a", "WithDecryption": decrypt });
    assert_eq!(json_call(&cloud, "ssm", "GetParameter", get(true)).await.1["Parameter"]["Value"], "new");
    assert_ne!(json_call(&cloud, "ssm", "GetParameter", get(false)).await.1["Parameter"]["Value"], "new");
    let by_path = json!({ "Path": "/app", "Recursive": false });
    let found = json_call(&cloud, "ssm", "GetParametersByPath", by_path).await.1;
    assert_eq!(found["Parameters"].as_array().map(Vec::len), Some(1));
    assert_eq!(json_call(&cloud, "ssm", "DeleteParameter", json!({ "Name": "/app/a" })).await.0, 200);
    assert_eq!(json_call(&cloud, "ssm", "GetParameter", get(true)).await.1["__type"], "ParameterNotFound");
    cloud.stop().await;
}

#[tokio::test]
async fn faults_speak_the_protocol_of_the_service() {
    let cloud = cloud(None).await;
    let status = |code: &str| AwsFault::Status { status: 503, code: code.to_owned() };
    cloud.faults().add(Fault::next("ec2", "StopInstances", status("RequestLimitExceeded")));
    cloud.faults().add(Fault::next("sts", "AssumeRole", status("ServiceUnavailable")));
    cloud.faults().add(Fault::next("ssm", "*", AwsFault::DropBefore));
    let key = cloud.operator_key();
    let ec2 = send(&cloud, key, "ec2", "", "Action=StopInstances".to_owned()).await.expect("an answer");
    assert!(
        ec2.status == 503 && ec2.text.contains("<Errors><Error><Code>RequestLimitExceeded</Code>"),
        "{}",
        ec2.text
    );
    let sts =
        send(&cloud, key, "sts", "", "Action=AssumeRole&ExternalId=x".to_owned()).await.expect("an answer");
    assert!(sts.text.contains("<Type>Receiver</Type><Code>ServiceUnavailable</Code>"), "{}", sts.text);
    assert!(send(&cloud, key, "ssm", "AmazonSSM.GetParameter", "{}".to_owned()).await.is_err());
    let calls = cloud.aws_calls();
    assert_eq!(
        (calls[1].error.as_deref(), &calls[1].args["ExternalId"]),
        (Some("ServiceUnavailable"), &json!("***"))
    );
    assert_eq!(calls[2].status, 0);
    cloud.stop().await;
}
