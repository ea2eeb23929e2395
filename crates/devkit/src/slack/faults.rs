//! Trouble on demand: what the next calls of one Web API method meet.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// 429 with `Retry-After`; nothing is done.
    RateLimited {
        /// Seconds to wait.
        #[serde(default = "one")]
        retry_after: u64,
    },
    /// 500; nothing is done.
    ServerError,
    /// 200 with `ok: false` and this error; nothing is done.
    Refused {
        /// Slack's error code.
        error: String,
    },
    /// This status with this text, which may be JSON; nothing is done.
    Http {
        /// The HTTP status.
        status: u16,
        /// The body.
        text: String,
    },
    /// The connection is closed before anything is done.
    CutBefore,
    /// The call is done at once, its answer comes late.
    Late {
        /// How late, in milliseconds.
        millis: u64,
    },
    /// The call is done, and the connection closed before the answer.
    Cut,
}

/// Trouble for the next `times` calls of `method`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Fault {
    /// A Web API method (`chat.postMessage`), or `response_url`.
    pub method: String,
    /// How many calls meet it.
    #[serde(default = "once")]
    pub times: u32,
    /// What they meet.
    #[serde(flatten)]
    pub kind: FaultKind,
}

const fn one() -> u64 {
    1
}

const fn once() -> u32 {
    1
}

impl FaultKind {
    /// What is answered instead of doing anything; none if the call still has its effect.
    pub(crate) fn instead(&self) -> Option<(u16, Value)> {
        match self {
            Self::RateLimited { .. } => Some((429, json!({"ok": false, "error": "ratelimited"}))),
            Self::ServerError => Some((500, json!("Internal Server Error"))),
            Self::Refused { error } => Some((200, json!({"ok": false, "error": error}))),
            Self::Http { status, text } => {
                let object = serde_json::from_str(text).ok().filter(Value::is_object);
                Some((*status, object.unwrap_or_else(|| json!(text))))
            }
            // Nobody hears it: see `cuts`.
            Self::CutBefore => Some((200, Value::Null)),
            Self::Late { .. } | Self::Cut => None,
        }
    }

    /// Whether the connection is closed instead of answering.
    pub(crate) fn cuts(&self) -> bool {
        matches!(self, Self::Cut | Self::CutBefore)
    }

    /// How the log names it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::RateLimited { retry_after } => format!("rate_limited {retry_after} s"),
            Self::ServerError => "server_error".into(),
            Self::Refused { error } => format!("refused {error}"),
            Self::Late { millis } => format!("late {:?}", Duration::from_millis(*millis)),
            Self::Http { status, text } => format!("http {status} {text}"),
            Self::CutBefore => "cut_before".into(),
            Self::Cut => "cut".into(),
        }
    }
}

/// The troubles still to be met, in the order they were asked for.
#[derive(Debug, Default)]
pub(crate) struct Faults(HashMap<String, Vec<Fault>>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.entry(fault.method.clone()).or_default().push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What the next call of `method` meets.
    pub(crate) fn take(&mut self, method: &str) -> Option<FaultKind> {
        let queue = self.0.get_mut(method)?;
        queue.retain(|fault| fault.times > 0);
        let fault = queue.first_mut()?;
        fault.times -= 1;
        Some(fault.kind.clone())
    }
}
