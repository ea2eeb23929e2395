//! A cloud for one case.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use devkit::cloud::{Cloud, CloudConfig, Ec2Api, Log, Pace, QueryAnswer, QueryCall};
use devkit::template::{self, Deployment};
use serde_json::Value;

/// Says which call it got.
struct Parrot;

#[async_trait]
impl Ec2Api for Parrot {
    async fn call(&self, call: QueryCall) -> QueryAnswer {
        QueryAnswer { status: 200, body: format!("<{}>{:?}</{0}>", call.action(), call.function) }
    }
}

/// Starts the fixture stack, every function being this program.
pub(crate) async fn cloud(pace: Pace) -> Cloud {
    cloud_with(pace, Arc::new(Parrot)).await
}

/// The same with somebody else who plays EC2 and STS.
pub(crate) async fn cloud_with(pace: Pace, fleet: Arc<dyn Ec2Api>) -> Cloud {
    let yaml = include_str!("../fixtures/cloud.yaml");
    let mut stack = template::read(yaml, &Deployment::default()).expect("the fixture is a template");
    let program = std::env::current_exe().expect("this program");
    let name = program.file_name().expect("a name").to_string_lossy().into_owned();
    stack.functions.iter_mut().for_each(|function| function.binary.clone_from(&name));
    let ssm = (1..=12).map(|n| (format!("/app/p{n}"), format!("value {n}")));
    let config = CloudConfig {
        stack,
        bin_dir: program.parent().map(Path::to_path_buf).expect("a folder"),
        app_listener: TcpListener::bind(("127.0.0.1", 0)).expect("a port"),
        aws_listener: TcpListener::bind(("127.0.0.1", 0)).expect("a port"),
        ssm: ssm.collect(),
        extra_env: BTreeMap::from([("EXTRA".to_owned(), "given".to_owned())]),
        fleet,
        log: Log::collect(),
        pace,
        data_dir: None,
    };
    Cloud::start(config).await.expect("the cloud starts")
}

/// One AWS call without an SDK; `Err` if the connection was closed.
pub(crate) async fn aws(
    url: &str,
    key: &str,
    service: &str,
    target: &str,
    body: &Value,
) -> Result<(u16, Value), reqwest::Error> {
    let scope = format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260131/eu-central-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    );
    let reply = reqwest::Client::new()
        .post(url)
        .header("authorization", scope)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-date", "20260131T000000Z")
        .header("x-amz-target", target)
        .body(body.to_string())
        .send()
        .await?;
    let status = reply.status().as_u16();
    Ok((status, serde_json::from_slice(&reply.bytes().await?).unwrap_or_default()))
}

/// Waits until `it` holds. The limit only ends a test that hangs.
pub(crate) async fn until(it: impl Fn() -> bool) {
    let wait = async {
        while !it() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(5), wait).await.expect("it happens within five minutes");
}
