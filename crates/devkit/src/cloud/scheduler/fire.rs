//! Schedules that fire: by the clock, or when told to.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;

use super::{Schedule, role};
use crate::cloud::history::{DeadLetter, Kind};
use crate::cloud::lambda::Request;
use crate::cloud::state::Shared;
use crate::cloud::{clock, random};

/// The longest sleep: a machine that was asleep itself is noticed by then.
const LONGEST_SLEEP_MS: u64 = 30_000;

/// The most firings of one schedule that are made up for after such a sleep.
const MOST_MISSED: usize = 10;

/// Fires each schedule when its time comes, until aborted.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut since = clock::now_ms();
    loop {
        let now = clock::now_ms();
        let schedules = shared.scheduler.all();
        for schedule in schedules.iter().filter(|schedule| schedule.enabled) {
            for at in due(schedule, since, now) {
                // What it does not reach is noted.
                let _ = fire(&shared, schedule, at);
            }
        }
        since = since.max(now);
        let enabled = schedules.iter().filter(|schedule| schedule.enabled);
        let next = enabled.filter_map(|schedule| schedule.after(now)).min();
        let sleep = next.map_or(LONGEST_SLEEP_MS, |next| next.saturating_sub(now).min(LONGEST_SLEEP_MS));
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(sleep)) => {}
            () = shared.scheduler.changed() => {}
        }
    }
}

/// The times of a schedule after `since` and up to `now`, none before it was what it is.
fn due(schedule: &Schedule, since: u64, now: u64) -> Vec<u64> {
    let first = schedule.after(since.max(schedule.modified_ms));
    let times = std::iter::successors(first, |at| schedule.after(*at));
    times.take_while(|at| *at <= now).take(MOST_MISSED).collect()
}

/// Fires one schedule, as if `at_ms` had come.
///
/// # Errors
/// If its role lets it wake nothing, or there is nothing to wake: then its queue
/// for dead letters has it, if the role may write there.
pub(crate) fn fire(shared: &Arc<Shared>, schedule: &Schedule, at_ms: u64) -> Result<(), String> {
    let Schedule { name, target, .. } = schedule;
    let at = clock::iso(at_ms, false);
    let payload = filled(shared, schedule, &at);
    let pool = shared.pool(&target.arn).filter(|pool| pool.function.arn == target.arn);
    let missing = || format!("there is no function {}", target.arn);
    let refused = role::refusal(&shared.stack, schedule).or_else(|| pool.is_none().then(missing));
    match (pool, refused) {
        (Some(pool), None) => {
            shared.log.event(format!("schedule {name} of {at} → {}", pool.function.logical_id));
            pool.enqueue(shared, &Request::new(Bytes::from(payload), Kind::Async));
            Ok(())
        }
        (pool, refused) => {
            let why = refused.unwrap_or_default();
            shared.log.event(format!("schedule {name} of {at} reaches nobody: {why}"));
            let function = pool.map_or_else(|| target.arn.clone(), |pool| pool.function.logical_id.clone());
            let record = json!({ "schedule": name, "why": why, "payload": payload });
            let destination = role::dead_letters(&shared.stack, schedule);
            shared.history.dead(DeadLetter { function, destination, record });
            Err(why)
        }
    }
}

/// The payload with what Scheduler puts into it.
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html>
fn filled(shared: &Shared, schedule: &Schedule, at: &str) -> String {
    let Schedule { group, name, .. } = schedule;
    let (region, account) = (&shared.stack.region, &shared.stack.account);
    schedule
        .target
        .input
        .replace("<aws.scheduler.scheduled-time>", at)
        .replace(
            "<aws.scheduler.schedule-arn>",
            &format!("arn:aws:scheduler:{region}:{account}:schedule/{group}/{name}"),
        )
        .replace("<aws.scheduler.execution-id>", &random::uuid())
        .replace("<aws.scheduler.attempt-number>", "1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Target;

    const MINUTE: u64 = 60_000;

    #[test]
    fn a_schedule_is_due_at_its_times_and_not_before_it_was_made() {
        let target = Target {
            arn: String::new(),
            role_arn: String::new(),
            input: "{}".to_owned(),
            dead_letters: None,
            max_age_s: 60,
            max_retries: 0,
        };
        let schedule = Schedule {
            group: "g".to_owned(),
            name: "n".to_owned(),
            expression: "cron(0/15 * * * ? *)".to_owned(),
            zone: "UTC".to_owned(),
            enabled: true,
            description: None,
            target,
            created_ms: 0,
            modified_ms: 20 * MINUTE,
            client_token: None,
        };
        for (since, now, expected) in [
            (0, 15 * MINUTE, vec![]),
            (0, 30 * MINUTE - 1, vec![]),
            (0, 30 * MINUTE, vec![30]),
            (30 * MINUTE, 44 * MINUTE, vec![]),
            (30 * MINUTE, 60 * MINUTE, vec![45, 60]),
            (30 * MINUTE, 10_000 * MINUTE, (3..13).map(|quarter| quarter * 15).collect()),
        ] {
            let expected: Vec<u64> = expected.into_iter().map(|minute: u64| minute * MINUTE).collect();
            assert_eq!(due(&schedule, since, now), expected, "{since} {now}");
        }
    }
}
