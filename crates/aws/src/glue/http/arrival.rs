//! When a request came in, and what is noted of it once it is answered.

use app::metrics::TARGET;
use domain::time::Millis;
use serde_json::Value;

/// API Gateway waits no longer for an answer: a request that seems to have come in
/// earlier tells of a clock that is wrong.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
const LONGEST_MS: u64 = 30_000;

/// A request that has come in.
pub(super) struct Arrival {
    /// The route as API Gateway has it, not the path as somebody has typed it.
    route: String,
    /// When API Gateway got it. A cold start comes after that.
    came_in: Millis,
    /// When it was handed to us.
    started: Millis,
}

impl Arrival {
    /// What `event`, handed over at `now`, says of itself.
    pub(super) fn of(event: &Value, now: Millis) -> Self {
        let told = |pointer: &str| event.pointer(pointer);
        let came_in = told("/requestContext/timeEpoch").and_then(Value::as_u64).map(Millis);
        let is_likely = |at: &Millis| *at <= now && now.since(*at) <= LONGEST_MS;
        Self {
            route: told("/routeKey").and_then(Value::as_str).unwrap_or("no route").to_owned(),
            came_in: came_in.filter(is_likely).unwrap_or(now),
            started: now,
        }
    }

    /// Notes that it was answered at `now`.
    pub(super) fn note(&self, status: i64, now: Millis) {
        let (ack_ms, ms) = (now.since(self.came_in), now.since(self.started));
        tracing::info!(
            target: TARGET, deliveries = 1, ack_ms, ms, answer = status,
            "{}: {status} after {ack_ms} ms", self.route
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cold_start_counts_and_a_wrong_clock_does_not() {
        let now = Millis(1_000_000);
        for (came_in, expected) in [
            (json!(999_400), 999_400),
            (json!(1_000_000), 1_000_000),
            (json!(970_000), 970_000),
            (json!(969_999), 1_000_000),
            (json!(1_000_001), 1_000_000),
            (json!("999400"), 1_000_000),
            (json!(null), 1_000_000),
        ] {
            let event = json!({ "requestContext": { "timeEpoch": came_in } });
            assert_eq!(Arrival::of(&event, now).came_in, Millis(expected), "{came_in}");
        }
    }
}
