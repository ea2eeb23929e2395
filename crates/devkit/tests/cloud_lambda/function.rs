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
        "assume" => assume(&payload).await,
        "schedule" => schedule(&payload).await,
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

/// Assumes a role and asks who it is then, both with the real SDK.
async fn assume(payload: &Value) -> Result<Value, Error> {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http).load().await;
    let text = |name: &str| payload[name].as_str().map(str::to_owned);
    let call = aws_sdk_sts::Client::new(&config)
        .assume_role()
        .set_role_arn(text("role"))
        .role_session_name("job-1")
        .duration_seconds(900)
        .set_external_id(text("external_id"))
        .set_source_identity(text("identity"));
    let reply = match call.send().await {
        Ok(reply) => reply,
        Err(error) => {
            let meta = error.as_service_error().map(aws_sdk_sts::error::ProvideErrorMetadata::meta);
            let (code, message) = (meta.and_then(|meta| meta.code()), meta.and_then(|meta| meta.message()));
            return Ok(json!({ "error": code, "message": message }));
        }
    };
    let keys = reply.credentials().ok_or("no credentials")?;
    let (key, secret, token) = (keys.access_key_id(), keys.secret_access_key(), keys.session_token());
    let keys = aws_sdk_sts::config::Credentials::new(key, secret, Some(token.to_owned()), None, "assumed");
    let as_it = aws_sdk_sts::config::Builder::from(&config).credentials_provider(keys).build();
    let who = aws_sdk_sts::Client::from_conf(as_it).get_caller_identity().send().await?;
    Ok(json!({ "account": who.account(), "arn": who.arn() }))
}

/// Makes a schedule that wakes this function.
async fn schedule(payload: &Value) -> Result<Value, Error> {
    use aws_sdk_scheduler::types::{FlexibleTimeWindow, FlexibleTimeWindowMode, Target};
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http).load().await;
    let text = |name: &str| payload[name].as_str().unwrap_or_default().to_owned();
    let worker = "arn:aws:lambda:eu-central-1:111122223333:function:the-worker";
    let input = r#"{"do":"echo","time":"<aws.scheduler.scheduled-time>"}"#;
    let reply = aws_sdk_scheduler::Client::new(&config)
        .create_schedule()
        .name(text("name"))
        .group_name(text("group"))
        .schedule_expression("cron(30 9 ? * MON-FRI *)")
        .flexible_time_window(FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build()?)
        .target(Target::builder().arn(worker).role_arn(text("role")).input(input).build()?)
        .send()
        .await;
    match reply {
        Ok(reply) => Ok(json!({ "arn": reply.schedule_arn() })),
        Err(error) => {
            let meta = error.as_service_error().map(aws_sdk_scheduler::error::ProvideErrorMetadata::meta);
            let (code, message) = (meta.and_then(|meta| meta.code()), meta.and_then(|meta| meta.message()));
            Ok(json!({ "error": code, "message": message }))
        }
    }
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
