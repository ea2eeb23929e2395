//! What is counted and measured while the app runs.
//!
//! A measurement is a log line like any other, with the target [`TARGET`]: its fields
//! of the names below are numbers to keep, `kind` and `status` say of what. Whoever
//! writes the log makes metrics of them; nothing here knows how. Besides, every line
//! of the level `error` counts as one of [`FAULTS`].

use std::fmt::Display;

use domain::job::Job;
use domain::time::Millis;

/// The target of log lines that are measurements.
pub const TARGET: &str = "metric";

/// The metric that counts lines of the level `error`, whatever their target.
pub const FAULTS: &str = "faults";

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Occurrences.
    Count,
    /// Milliseconds.
    Milliseconds,
}

/// One metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// The field that holds its value.
    pub name: &'static str,
    /// What the value counts.
    pub unit: Unit,
    /// The field that it is told apart by, besides the function, and what that may say.
    pub by: Option<(&'static str, &'static [&'static str])>,
}

const fn metric(name: &'static str, unit: Unit) -> Metric {
    Metric { name, unit, by: None }
}

const fn by(field: &'static str, values: &'static [&'static str], metric: Metric) -> Metric {
    Metric { by: Some((field, values)), ..metric }
}

/// Every metric there is.
pub const ALL: [Metric; 8] = [
    // Requests that a gateway has answered, and how long after they had come in.
    metric("deliveries", Unit::Count),
    metric("ack_ms", Unit::Milliseconds),
    // Jobs that have ended, and how long after they were asked for.
    by("status", &ENDINGS, metric("jobs_ended", Unit::Count)),
    metric("age_ms", Unit::Milliseconds),
    // Sweeps that have looked at every worker's jobs, and jobs that were driven.
    metric("sweeps", Unit::Count),
    metric("driven", Unit::Count),
    // What was not done, with a reason that is no fault.
    by("kind", &REFUSALS, metric("refusals", Unit::Count)),
    metric(FAULTS, Unit::Count),
];

/// How jobs end.
const ENDINGS: [&str; 7] = ["done", "failed", "unfinished", "unknown", "denied", "expired", "parked"];

const REFUSALS: [&str; 6] =
    ["signature", "too_large", "malformed", "not_installed", "members_only", "not_allowed"];

/// Why something was not done although nothing is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Slack has not signed it.
    Signature,
    /// Its body is too large.
    TooLarge,
    /// It is nothing that Slack would send.
    Malformed,
    /// The team has not installed the app, or has removed it.
    NotInstalled,
    /// The person is no member of the workspace.
    MembersOnly,
    /// The person may not do or decide that.
    NotAllowed,
}

impl Refused {
    /// Its name in the log and in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::NotInstalled => "not_installed",
            Self::MembersOnly => "members_only",
            Self::NotAllowed => "not_allowed",
        }
    }
}

/// Notes that something was refused. `line` is the sentence that the log says.
pub fn refused(kind: Refused, line: impl Display) {
    tracing::info!(target: TARGET, refusals = 1, kind = kind.name(), "{line}");
}

/// Notes that a job has ended, if the step from `before` to `after` is its end.
pub(crate) fn ended(before: &Job, after: &Job, now: Millis) {
    let (was, is) = (&before.machine.status, &after.machine.status);
    if is.is_terminal() && !was.is_terminal() {
        tracing::info!(
            target: TARGET, jobs_ended = 1, status = is.name(), age_ms = now.since(after.created_at),
            job.id = %after.id, "The job has ended: {}", is.name()
        );
    }
}

/// Notes a sweep of all workers' jobs: how many were due, and how many were driven.
pub(crate) fn swept(due: usize, driven: usize) {
    tracing::info!(target: TARGET, sweeps = 1, driven, due, "Swept: {due} jobs due, {driven} driven");
}

#[cfg(test)]
mod tests;
