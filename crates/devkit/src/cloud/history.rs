//! What the cloud did, for tests and for the page: invocations, AWS calls, events given up.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;

use super::lock;

/// Why a function was invoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody waits for the answer.
    Sync,
    /// Through Lambda's queue of asynchronous events.
    Async,
    /// A schedule, through the same queue.
    Schedule,
}

impl Kind {
    /// As the log writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Async => "async",
            Self::Schedule => "schedule",
        }
    }
}

/// How an invocation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The function answered.
    Ok,
    /// The function reported an error.
    Error,
    /// It was killed at its timeout.
    TimedOut,
    /// Its process ended or could not be started.
    Crashed,
    /// Too many were running.
    Throttled,
    /// A fault rule swallowed it.
    Dropped,
}

impl Outcome {
    /// As the log writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::TimedOut => "timed out",
            Self::Crashed => "crashed",
            Self::Throttled => "throttled",
            Self::Dropped => "dropped",
        }
    }
}

/// One invocation, finished.
#[derive(Debug, Clone, PartialEq)]
pub struct Invocation {
    /// The logical id of the function.
    pub function: String,
    /// The same for every attempt at one event.
    pub request_id: String,
    /// Why it was invoked.
    pub kind: Kind,
    /// How long its process took from its start until it asked for an event, if one was started for it.
    pub init: Option<Duration>,
    /// 1 for the first.
    pub attempt: u32,
    /// How long it took, start of a process included.
    pub ms: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// The event, as JSON where it is JSON.
    pub payload: Value,
    /// The answer or the error, as JSON where it is JSON.
    pub response: Value,
    /// When it began, in milliseconds since 1970.
    pub at_ms: u64,
}

/// One call of an AWS API.
#[derive(Debug, Clone, PartialEq)]
pub struct AwsCall {
    /// When it arrived, in milliseconds since 1970.
    pub at_ms: u64,
    /// `dynamodb`, `ssm`, `lambda`, `scheduler`, `ec2`, `sts`.
    pub service: String,
    /// The API's name of the operation.
    pub operation: String,
    /// The region of the credential scope.
    pub region: String,
    /// The function whose process called; `None` for any other key.
    pub function: Option<String>,
    /// The invocation that the process was busy with.
    pub request_id: Option<String>,
    /// The access key.
    pub access_key: String,
    /// The arguments, secrets masked and long values cut.
    pub args: Value,
    /// The HTTP status; 0 if the connection was closed instead.
    pub status: u16,
    /// The error code of a refusal.
    pub error: Option<String>,
    /// How long it took.
    pub ms: u64,
}

/// An asynchronous event that was given up, as the on-failure destination gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// The logical id of the function.
    pub function: String,
    /// The ARN of the destination; without one the event is simply lost.
    pub destination: Option<String>,
    /// The invocation record.
    pub record: Value,
}

/// Keeps all three.
#[derive(Default)]
pub(crate) struct History {
    invocations: Mutex<Vec<Invocation>>,
    calls: Mutex<Vec<AwsCall>>,
    dead: Mutex<Vec<DeadLetter>>,
}

/// Entries of each kind that are kept; a page left open for days must not fill the memory.
const MOST: usize = 5_000;

impl History {
    pub(crate) fn invocation(&self, one: Invocation) {
        push(&self.invocations, one);
    }

    pub(crate) fn call(&self, one: AwsCall) {
        push(&self.calls, one);
    }

    pub(crate) fn dead(&self, one: DeadLetter) {
        push(&self.dead, one);
    }

    pub(crate) fn invocations(&self) -> Vec<Invocation> {
        lock(&self.invocations).clone()
    }

    pub(crate) fn calls(&self) -> Vec<AwsCall> {
        lock(&self.calls).clone()
    }

    pub(crate) fn dead_letters(&self) -> Vec<DeadLetter> {
        lock(&self.dead).clone()
    }
}

fn push<T>(list: &Mutex<Vec<T>>, one: T) {
    let mut list = lock(list);
    if list.len() >= MOST {
        list.drain(..MOST / 10);
    }
    list.push(one);
}
