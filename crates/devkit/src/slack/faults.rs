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
    /// The same for one call in so many, the others being done: what a workspace
    /// meets in which much is sent. Troubles asked for later wait behind it.
    RateLimitedEvery {
        /// The first one of these goes through, the last does not.
        every: u32,
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
            Self::RateLimited { .. } | Self::RateLimitedEvery { .. } => {
                Some((429, json!({"ok": false, "error": "ratelimited"})))
            }
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
            Self::RateLimitedEvery { every, retry_after } => {
                format!("rate_limited {retry_after} s, one call in {every}")
            }
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
pub(crate) struct Faults(HashMap<String, Vec<Queued>>);

#[derive(Debug)]
struct Queued {
    fault: Fault,
    /// How many calls came while it was the first in line.
    calls: u32,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.entry(fault.method.clone()).or_default().push(Queued { fault, calls: 0 });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What the next call of `method` meets.
    pub(crate) fn take(&mut self, method: &str) -> Option<FaultKind> {
        let queue = self.0.get_mut(method)?;
        queue.retain(|queued| queued.fault.times > 0);
        let Queued { fault, calls } = queue.first_mut()?;
        *calls = calls.wrapping_add(1);
        let kind = match fault.kind {
            FaultKind::RateLimitedEvery { every, .. } if *calls % every.max(1) != 0 => return None,
            FaultKind::RateLimitedEvery { retry_after, .. } => FaultKind::RateLimited { retry_after },
            ref kind => kind.clone(),
        };
        fault.times -= 1;
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_call_in_so_many_is_too_many() {
        let mut faults = Faults::default();
        let method = || "chat.postMessage".to_owned();
        let every = FaultKind::RateLimitedEvery { every: 3, retry_after: 2 };
        faults.add(Fault { method: method(), times: 2, kind: every });
        faults.add(Fault { method: method(), times: 1, kind: FaultKind::ServerError });
        let limited = Some(FaultKind::RateLimited { retry_after: 2 });
        let met: Vec<_> = (0..8).map(|_| faults.take("chat.postMessage")).collect();
        let expected = [None, None, limited.clone(), None, None, limited, Some(FaultKind::ServerError), None];
        assert_eq!(met, expected);
        assert_eq!(faults.take("chat.update"), None);
    }
}
