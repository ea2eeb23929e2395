//! Lambda's queue of asynchronous events: at least once, two more attempts, then given up.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use super::pool::{Ended, Pool, Request, json_or_text};
use crate::cloud::faults::LambdaFault;
use crate::cloud::history::{DeadLetter, Outcome};
use crate::cloud::state::Shared;
use crate::cloud::{Pace, clock, policy};
use crate::template::Function;

impl Pool {
    /// Accepts an event; what comes of it shows in the history.
    pub(crate) fn enqueue(self: &Arc<Self>, shared: &Arc<Shared>, request: &Request) {
        let function = &self.function.logical_id;
        if shared.faults.strike_invoke(function, LambdaFault::Lose) {
            shared.log.event(format!("invoke {function} ({}) lost on purpose", request.kind.word()));
            return;
        }
        let copies = 1 + usize::from(shared.faults.strike_invoke(function, LambdaFault::Duplicate));
        for _ in 0..copies {
            let doing = shared.busy.begin(request.kind);
            let (pool, own, request) = (Arc::clone(self), Arc::clone(shared), request.clone());
            shared.tasks.spawn(async move {
                pool.deliver(&own, request).await;
                drop(doing);
            });
        }
    }

    async fn deliver(self: &Arc<Self>, shared: &Arc<Shared>, mut request: Request) {
        let accepted = Instant::now();
        let config = &self.function.async_config;
        loop {
            let ended = self.invoke(shared, request.clone()).await;
            if ended.outcome == Outcome::Ok {
                return;
            }
            if request.attempt > config.max_retries {
                return self.give_up(shared, &request, &ended, "RetriesExhausted");
            }
            let delay = retry_delay(&shared.pace, request.attempt);
            if accepted.elapsed() + delay > Duration::from_secs(config.max_age_s) {
                return self.give_up(shared, &request, &ended, "EventAgeExceeded");
            }
            sleep(delay).await;
            request.attempt += 1;
        }
    }

    fn give_up(&self, shared: &Shared, request: &Request, ended: &Ended, condition: &str) {
        let function = &self.function;
        let destination = function.async_config.on_failure.clone().filter(|to| may_send(function, to));
        let to = destination.as_deref().unwrap_or("nowhere: no on-failure destination, or no right to it");
        shared.log.event(format!("gave up {} for {}: {condition} → {to}", request.id, function.logical_id));
        let record = json!({
            "version": "1.0",
            "timestamp": clock::iso(clock::now_ms(), true),
            "requestContext": {
                "requestId": request.id,
                "functionArn": format!("{}:$LATEST", function.arn),
                "condition": condition,
                "approximateInvokeCount": request.attempt,
            },
            "requestPayload": json_or_text(&request.payload),
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "responsePayload": json_or_text(&ended.body),
        });
        shared.history.dead(DeadLetter { function: function.logical_id.clone(), destination, record });
    }
}

/// Lambda writes to a queue with the function's role. Other destinations are not judged.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
fn may_send(function: &Function, to: &str) -> bool {
    !to.starts_with("arn:aws:sqs:")
        || policy::lets(&function.logical_id, &function.statements, "sqs:SendMessage", to)
}

fn retry_delay(pace: &Pace, attempt: u32) -> Duration {
    let [first, second] = pace.async_retry_delays;
    if attempt == 1 { first } else { second }
}
