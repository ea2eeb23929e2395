//! EventBridge: schedules that fire by the clock or at once.
//!
//! `rate(…)` is kept; a `cron(…)` schedule fires only when told to.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;

use super::history::Kind;
use super::lambda::{Pool, Request};
use super::state::Shared;
use super::{clock, random};
use crate::template::Schedule;

/// Starts the timers.
pub(crate) fn start(shared: &Arc<Shared>) {
    let Some(scale) = shared.pace.schedule_scale else { return };
    for pool in &shared.pools {
        for schedule in pool.function.schedules.iter().filter(|schedule| schedule.enabled) {
            let Some(every) = period(&schedule.expression) else {
                let Schedule { name, expression, .. } = schedule;
                shared.log.event(format!("schedule {name} {expression} fires only when told to"));
                continue;
            };
            let (own, pool, schedule) = (Arc::clone(shared), Arc::clone(pool), schedule.clone());
            let every = every.mul_f64(scale.max(0.0)).max(Duration::from_millis(10));
            shared.tasks.spawn(async move {
                loop {
                    tokio::time::sleep(every).await;
                    fire(&own, &pool, &schedule);
                }
            });
        }
    }
}

/// Fires one schedule now; returns the request id.
pub(crate) fn fire(shared: &Arc<Shared>, pool: &Arc<Pool>, schedule: &Schedule) -> String {
    let payload = schedule.input.clone().unwrap_or_else(|| event(shared, schedule));
    let request = Request::new(Bytes::from(payload), Kind::Schedule);
    let id = request.id.clone();
    pool.enqueue(shared, &request);
    id
}

fn event(shared: &Shared, schedule: &Schedule) -> String {
    let (region, account) = (&shared.stack.region, &shared.stack.account);
    let name = &schedule.name;
    let (source, arn) = if schedule.scheduler {
        ("aws.scheduler", format!("arn:aws:scheduler:{region}:{account}:schedule/default/{name}"))
    } else {
        ("aws.events", format!("arn:aws:events:{region}:{account}:rule/{name}"))
    };
    json!({
        "version": "0",
        "id": random::uuid(),
        "detail-type": "Scheduled Event",
        "source": source,
        "account": account,
        "time": clock::iso(clock::now_ms(), false),
        "region": region,
        "resources": [arn],
        "detail": if schedule.scheduler { json!("{}") } else { json!({}) },
    })
    .to_string()
}

/// The period of a `rate(…)` expression.
fn period(expression: &str) -> Option<Duration> {
    let rate = expression.strip_prefix("rate(")?.strip_suffix(')')?;
    let (number, unit) = rate.split_once(' ')?;
    let minutes = match unit.trim_end_matches('s') {
        "minute" => 1,
        "hour" => 60,
        "day" => 24 * 60,
        _ => return None,
    };
    Some(Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(minutes * 60)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_periods_and_crons_are_not() {
        assert_eq!(period("rate(1 minute)"), Some(Duration::from_mins(1)));
        assert_eq!(period("rate(2 hours)"), Some(Duration::from_hours(2)));
        assert_eq!(period("cron(0 9 ? * MON-FRI *)"), None);
    }
}
