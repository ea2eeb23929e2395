//! The Lambda Runtime API that one process talks to.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request};
use hyper::body::Incoming;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

use crate::cloud::server::{Answer, HangUp, answer, serve, whole};

/// The version that stands before every path.
const PREFIX: &str = "/2018-06-01/runtime/";
/// The most a function may answer: 6 MB and what goes around it.
pub(super) const MAX_ANSWER: usize = 6_291_556;

/// An event for the process.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) request_id: String,
    pub(super) function_arn: String,
    pub(super) deadline_ms: u64,
    pub(super) trace_id: String,
    pub(super) payload: Bytes,
}

/// What the process says, or what is said of it.
#[derive(Debug)]
pub(crate) enum FromRuntime {
    /// It asks for an event.
    Asked,
    /// It answered the request.
    Answered(String, Bytes),
    /// It reported an error for the request.
    Failed(String, Bytes),
    /// It could not start.
    InitFailed(Bytes),
    /// It has ended, in this way.
    Exited(String),
}

struct Port {
    events: Mutex<mpsc::Receiver<Event>>,
    signals: mpsc::UnboundedSender<FromRuntime>,
}

/// Serves the Runtime API on the listener until aborted.
pub(super) async fn run(
    listener: TcpListener,
    events: mpsc::Receiver<Event>,
    signals: mpsc::UnboundedSender<FromRuntime>,
) {
    let port = Arc::new(Port { events: Mutex::new(events), signals });
    serve(listener, move |request| handle(Arc::clone(&port), request)).await;
}

async fn handle(port: Arc<Port>, request: Request<Incoming>) -> Result<Answer, HangUp> {
    let path = request.uri().path().strip_prefix(PREFIX).unwrap_or_default().to_owned();
    if request.method() == Method::GET && path == "invocation/next" {
        return next(&port).await;
    }
    let known = request.method() == Method::POST;
    let body = whole(request.into_body(), MAX_ANSWER + 1).await;
    let Ok(body) = body else {
        return Ok(answer(413, "application/json", r#"{"errorType":"RequestEntityTooLarge"}"#));
    };
    let said = match path.strip_prefix("invocation/").and_then(|rest| rest.split_once('/')) {
        Some((id, "response")) => FromRuntime::Answered(id.to_owned(), body),
        Some((id, "error")) => FromRuntime::Failed(id.to_owned(), body),
        _ if path == "init/error" => FromRuntime::InitFailed(body),
        _ => return Ok(answer(404, "application/json", "{}")),
    };
    if !known {
        return Ok(answer(405, "application/json", "{}"));
    }
    let _ = port.signals.send(said);
    Ok(answer(202, "application/json", json!({ "status": "OK" }).to_string()))
}

async fn next(port: &Port) -> Result<Answer, HangUp> {
    let _ = port.signals.send(FromRuntime::Asked);
    let event = port.events.lock().await.recv().await.ok_or(HangUp)?;
    let mut answer = answer(200, "application/json", event.payload);
    let headers = [
        ("lambda-runtime-aws-request-id", event.request_id),
        ("lambda-runtime-deadline-ms", event.deadline_ms.to_string()),
        ("lambda-runtime-invoked-function-arn", event.function_arn),
        ("lambda-runtime-trace-id", event.trace_id),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.headers_mut().insert(name, value);
        }
    }
    Ok(answer)
}
