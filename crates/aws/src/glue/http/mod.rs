//! Runs a handler behind API Gateway's HTTP API.
//!
//! The events and answers are `lambda_http`'s types, without its way to run a
//! handler: that panics on a body that is not base64 and on a host that is no
//! URL. What comes from outside gets an answer here, whatever it is.

mod arrival;
mod event;
#[cfg(test)]
mod tests;

use std::future::Future;

use app::http::{Request, Response};
use app::ports::Clock as _;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::Value;
use tracing::Instrument as _;

use super::SystemClock;
use super::version::{self, Reply};
use arrival::Arrival;

/// What a handler gives back: an answer, or a fault, which becomes a plain 500.
pub trait IntoAnswer {
    /// The answer, or why there is none.
    fn into_answer(self) -> anyhow::Result<Response>;
}

impl IntoAnswer for Response {
    fn into_answer(self) -> anyhow::Result<Response> {
        Ok(self)
    }
}

impl IntoAnswer for anyhow::Result<Response> {
    fn into_answer(self) -> anyhow::Result<Response> {
        self
    }
}

/// Asks Lambda for requests, for ever, and hands each to `handler`.
///
/// A body over [`MAX_BODY_BYTES`](app::MAX_BODY_BYTES) is answered 413, one that is not base64 although it
/// should be 400, both without the handler. An error of the handler is answered 500
/// without details and logged once, here. A panic ends the process; API Gateway then
/// answers 500, and the next request starts another one.
///
/// # Errors
/// Only if Lambda's runtime API is gone.
pub async fn run<Handler, Answering>(handler: Handler) -> anyhow::Result<()>
where
    Handler: Fn(Request) -> Answering,
    Answering: Future<Output: IntoAnswer>,
{
    let handler = &handler;
    let service = service_fn(async move |event: LambdaEvent<Value>| {
        if let Some(told) = version::asked(&event.payload) {
            return Ok::<_, Diagnostic>(Reply::Version(told));
        }
        let span = tracing::info_span!("invocation", request.id = event.context.request_id);
        Ok(Reply::Handled(noted(handler, event.payload).instrument(span).await))
    });
    lambda_runtime::Runtime::new(service).run().await.map_err(anyhow::Error::from_boxed)
}

/// Answers, and leaves one line of what it was and how long it took.
pub(super) async fn noted<Handler, Answering>(handler: &Handler, event: Value) -> ApiGatewayV2httpResponse
where
    Handler: Fn(Request) -> Answering,
    Answering: Future<Output: IntoAnswer>,
{
    let arrival = Arrival::of(&event, SystemClock.now());
    let answer = answer(handler, event).await;
    arrival.note(answer.status_code, SystemClock.now());
    answer
}

async fn answer<Handler, Answering>(handler: &Handler, event: Value) -> ApiGatewayV2httpResponse
where
    Handler: Fn(Request) -> Answering,
    Answering: Future<Output: IntoAnswer>,
{
    let response = match event::request(event) {
        Ok(request) => handled(handler, request).await,
        Err(status) => Response::empty(status),
    };
    event::answer(response).unwrap_or_else(|fault| {
        tracing::error!(error = format!("{fault:#}"), "The answer is no HTTP response");
        let mut failed = ApiGatewayV2httpResponse::default();
        failed.status_code = 500;
        failed
    })
}

async fn handled<Handler, Answering>(handler: &Handler, request: Request) -> Response
where
    Handler: Fn(Request) -> Answering,
    Answering: Future<Output: IntoAnswer>,
{
    handler(request).await.into_answer().unwrap_or_else(|fault| {
        tracing::error!(error = format!("{fault:#}"), "The request failed");
        Response::empty(500)
    })
}
