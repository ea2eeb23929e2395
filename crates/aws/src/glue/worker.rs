//! Runs a handler for events that nobody waits for: jobs and schedules.

use std::future::Future;

use app::ports::Clock as _;
use domain::time::Millis;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::Value;
use tracing::{Instrument as _, Span};

use super::SystemClock;
use super::version::{self, Reply};

/// Asks Lambda for events, for ever, and hands each to `handler` with the
/// moment at which Lambda ends the invocation.
///
/// An error of the handler fails the invocation, so that Lambda tries it again; it
/// is logged once, here. A panic ends the process, which to Lambda is the same.
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
    handler(event, deadline).await.map_err(|fault| {
        tracing::error!(error = format!("{fault:#}"), "The invocation failed");
        let error_message = "see the log of this request".to_owned();
        Diagnostic { error_type: "Fault".to_owned(), error_message }
    })
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
    async fn an_error_fails_the_invocation_without_details() {
        let fails = async |_: Value, _: Millis| anyhow::bail!("xoxb-secret");
        let failed = guarded(&fails, Value::Null, Millis(0)).await.unwrap_err();
        assert_eq!(failed.error_type, "Fault");
        assert!(!failed.error_message.contains("xoxb"));
    }
}
