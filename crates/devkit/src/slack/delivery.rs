//! One delivery to the app: how patient Slack is with it, what is wrong with it
//! on purpose, and what is remembered of it.

use std::time::Duration;

use domain::ids::TeamId;
use serde_json::{Value, json};

/// How long Slack waits, and how long before it tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// For one answer, its body included.
    pub deadline: Duration,
    /// Before the first, second and third retry.
    pub retries: [Duration; 3],
}

impl Pace {
    /// As Slack does it.
    pub const fn real() -> Self {
        Self {
            deadline: Duration::from_secs(3),
            retries: [Duration::from_millis(500), Duration::from_mins(1), Duration::from_mins(5)],
        }
    }

    /// Slack's three seconds, but retries within a second: for tests and `say`.
    pub const fn quick() -> Self {
        Self {
            deadline: Duration::from_secs(3),
            retries: [Duration::from_millis(20), Duration::from_millis(60), Duration::from_millis(300)],
        }
    }
}

/// What is wrong with a delivery on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mishap {
    /// The first attempt never reaches the app.
    pub(crate) drop_first: bool,
    /// The first attempt reaches the app, but its answer gets lost.
    pub(crate) lose_answer: bool,
}

/// One attempt to hand something to the app.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) at_ms: u64,
    pub(crate) team: Option<TeamId>,
    /// `event`, `command`, `interaction`, `ssl_check` or `url_verification`.
    pub(crate) kind: &'static str,
    /// The event's type, the command, or the interaction's type.
    pub(crate) what: String,
    pub(crate) event_id: Option<String>,
    /// 0 for the first attempt.
    pub(crate) retry: usize,
    /// None if there was no answer.
    pub(crate) status: Option<u16>,
    pub(crate) ms: u64,
    /// Slack's word for what went wrong, as in `x-slack-retry-reason`.
    pub(crate) error: Option<&'static str>,
    /// No further attempt follows this failed one.
    pub(crate) gave_up: bool,
    /// The number of the `response_url` that was sent with it.
    pub(crate) hook: Option<u64>,
    /// What was sent.
    pub(crate) sent: Value,
    /// The body of the answer.
    pub(crate) answer: String,
}

impl Delivery {
    /// The line for the log.
    pub(crate) fn line(&self) -> String {
        let retry = if self.retry == 0 { String::new() } else { format!(" (retry {})", self.retry) };
        let outcome = match (self.status, self.error) {
            (Some(status), None) => status.to_string(),
            (Some(status), Some(error)) => format!("{status} {error}"),
            (None, error) => error.unwrap_or("no answer").to_owned(),
        };
        let end = if self.gave_up { ", given up" } else { "" };
        format!("slack → {} {}{retry}  {outcome} {} ms{end}", self.kind, self.what, self.ms)
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "at_ms": self.at_ms, "team": self.team, "kind": self.kind, "what": self.what,
            "event_id": self.event_id, "retry": self.retry, "status": self.status, "ms": self.ms,
            "error": self.error, "gave_up": self.gave_up, "hook": self.hook, "sent": self.sent, "answer": self.answer,
        })
    }
}
