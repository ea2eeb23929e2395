//! Runs a handler for events that nobody waits for: jobs and schedules.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use app::ports::Clock as _;
use domain::time::Millis;
use futures_util::FutureExt as _;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::Value;
use tracing::{Instrument as _, Span};

use super::SystemClock;
use super::version::{self, Reply};

/// Asks Lambda for events, for ever, and hands each to `handler` with the
/// moment at which Lambda ends the invocation.
///
/// An error or a panic of the handler fails the invocation, so that Lambda
/// tries it again; an error is logged once, here.
///
/// # Errors
/// Only if Lambda's runtime API is gone.
pub async fn run<Handler, Answer>(handler: Handler) -> anyhow::Result<()>
where
    Handler: Fn(Value, Millis) -> Answer,
    Answer: Future<Output = anyhow::Result<()>>,
{
    let handler = &handler;
    let service = service_fn(async move |event: LambdaEvent<Value>| {
        if let Some(told) = version::asked(&event.payload) {
            return Ok(Reply::Version(told));
        }
        let span = span(&event.context.request_id, &event.payload);
        let deadline = Millis(event.context.deadline);
        noted(handler, event.payload, deadline).instrument(span).await.map(Reply::Handled)
    });
    lambda_runtime::Runtime::new(service).run().await.map_err(anyhow::Error::from_boxed)
}

/// Everything that is logged in an invocation says of which job, if it is for one.
pub(super) fn span(request: &str, event: &Value) -> Span {
    let text = |key| event.get(key).and_then(Value::as_str);
    tracing::info_span!("invocation", request.id = request, team.id = text("team"), job.id = text("job"))
}

/// Hands `event` over, and leaves one line of what it was and how long it took.
pub(super) async fn noted<Handler, Answer>(
    handler: &Handler,
    event: Value,
    deadline: Millis,
) -> Result<(), Diagnostic>
where
    Handler: Fn(Value, Millis) -> Answer,
    Answer: Future<Output = anyhow::Result<()>>,
{
    let (what, started) = (kind(&event), SystemClock.now());
    let ended = guarded(handler, event, deadline).await;
    let (outcome, ms) = (if ended.is_ok() { "ok" } else { "failed" }, SystemClock.now().since(started));
    tracing::info!(outcome, ms, "{what}: {outcome} after {ms} ms");
    ended
}

/// What an event is, without anything that stands in it.
fn kind(event: &Value) -> &'static str {
    let has = |key| event.get(key).is_some();
    if has("job") {
        return "A job";
    }
    // EventBridge's events, and the payloads of its Scheduler.
    if has("detail-type") || has("standup") { "A schedule or event" } else { "An unknown event" }
}

async fn guarded<Handler, Answer>(handler: &Handler, event: Value, deadline: Millis) -> Result<(), Diagnostic>
where
    Handler: Fn(Value, Millis) -> Answer,
    Answer: Future<Output = anyhow::Result<()>>,
{
    // The call itself may panic too, not only the future it makes.
    let work = async { handler(event, deadline).await };
    let failure = match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(fault)) => {
            tracing::error!(error = format!("{fault:#}"), "The invocation failed");
            "Fault"
        }
        // The panic hook has logged it.
        Err(_) => "Panic",
    };
    let error_message = "see the log of this request".to_owned();
    Err(Diagnostic { error_type: failure.to_owned(), error_message })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn a_handler_gets_the_event_and_the_deadline() {
        let handler = async |event: Value, deadline: Millis| {
            assert_eq!((event, deadline), (json!({"v": 1}), Millis(5)));
            Ok(())
        };
        assert_eq!(guarded(&handler, json!({"v": 1}), Millis(5)).await, Ok(()));
    }

    #[tokio::test]
    async fn an_error_and_a_panic_fail_the_invocation_without_details() {
        let fails = async |_: Value, _: Millis| anyhow::bail!("xoxb-secret");
        let panics = async |event: Value, _: Millis| {
            assert!(event.is_string(), "xoxb-secret");
            Ok(())
        };
        let failed = guarded(&fails, Value::Null, Millis(0)).await.unwrap_err();
        let panicked = guarded(&panics, Value::Null, Millis(0)).await.unwrap_err();
        assert_eq!((failed.error_type.as_str(), panicked.error_type.as_str()), ("Fault", "Panic"));
        assert!(!failed.error_message.contains("xoxb") && !panicked.error_message.contains("xoxb"));
    }
}
