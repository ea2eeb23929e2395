//! What this program does as a Lambda.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

/// Advances as long as the process is not frozen.
static TICKS: AtomicU64 = AtomicU64::new(0);

pub(crate) fn main() {
    std::thread::spawn(|| {
        loop {
            std::thread::sleep(Duration::from_millis(1));
            TICKS.fetch_add(1, Ordering::Relaxed);
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let _ = runtime.block_on(lambda_runtime::run(service_fn(handle)));
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let LambdaEvent { payload, context } = event;
    if payload["version"] == "2.0" {
        return Ok(web(&payload));
    }
    match payload["do"].as_str().unwrap_or("echo") {
        "fail" => Err("it went wrong".into()),
        "hang" => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            Ok(Value::Null)
        }
        "exit" => std::process::exit(3),
        "count" => Ok(json!({ "ticks": TICKS.load(Ordering::Relaxed), "pid": std::process::id() })),
        "print" => {
            println!("printed by the function");
            Ok(Value::Null)
        }
        "environment" => Ok(json!(variables())),
        "put" => put(payload["id"].as_str().unwrap_or_default()).await,
        "parameters" => parameters(&payload).await,
        _ => Ok(
            json!({ "echo": payload, "request_id": context.request_id, "arn": context.invoked_function_arn }),
        ),
    }
}

fn web(event: &Value) -> Value {
    if event["rawPath"] == "/any" {
        return json!({ "plain": "json" });
    }
    json!({ "statusCode": 201, "headers": { "content-type": "application/json" }, "cookies": ["a=1", "b=2"], "body": event.to_string() })
}

#[allow(clippy::disallowed_methods)] // the environment is what is tested
fn variables() -> std::collections::BTreeMap<String, String> {
    std::env::vars().collect()
}

async fn put(id: &str) -> Result<Value, Error> {
    let variables = variables();
    let (key, url) = (&variables["AWS_ACCESS_KEY_ID"], &variables["AWS_ENDPOINT_URL"]);
    let body = json!({ "TableName": "things", "Item": { "id": { "S": id } }, "ConditionExpression": "attribute_not_exists(id)" });
    let (status, reply) = super::setup::aws(url, key, "dynamodb", "DynamoDB_20120810.PutItem", &body).await?;
    Ok(json!({ "status": status, "reply": reply }))
}

/// The real SDK against the stand-in.
async fn parameters(payload: &Value) -> Result<Value, Error> {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http).load().await;
    let names = payload["names"].as_array().cloned().unwrap_or_default();
    let names = names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    let reply = aws_sdk_ssm::Client::new(&config)
        .get_parameters()
        .set_names(Some(names))
        .with_decryption(true)
        .send()
        .await;
    match reply {
        Ok(reply) => {
            let found: Vec<_> = reply.parameters().iter().filter_map(|one| one.value()).collect();
            Ok(json!({ "values": found, "invalid": reply.invalid_parameters() }))
        }
        Err(error) => {
            let service = error.as_service_error();
            Ok(json!({ "error": service.and_then(|error| error.meta().code().map(str::to_owned)) }))
        }
    }
}
