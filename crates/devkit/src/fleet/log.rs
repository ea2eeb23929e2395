//! What the fleet was asked, and what it answered.

use std::collections::VecDeque;

use domain::time::Millis;

use super::roles::Assumed;

/// How many calls are remembered; a laptop may run for days.
const CALLS_KEPT: usize = 10_000;

/// One call, as it came and as it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// When it came.
    pub at: Millis,
    /// `ec2` or `sts`.
    pub service: String,
    /// The `Action`, e.g. `StopInstances`.
    pub action: String,
    /// Everything that was sent with it, `Action` and `Version` included.
    pub params: Vec<(String, String)>,
    /// The account it acted in, which is the caller's; empty for credentials that are nobody's.
    pub account: String,
    /// The ARN of who called; empty for credentials that are nobody's.
    pub caller: String,
    /// What the caller's session was made from, if it is one of an assumed role; of an
    /// `AssumeRole` that was understood, what it asks for.
    pub assumed: Option<Assumed>,
    /// The region it was sent to.
    pub region: String,
    /// The function that called, if one did.
    pub function: Option<String>,
    /// `OK`, or the error's code.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
}

/// The calls so far, oldest first.
#[derive(Debug, Default)]
pub(super) struct Log(VecDeque<Call>);

impl Log {
    pub(super) fn add(&mut self, call: Call) {
        if self.0.len() == CALLS_KEPT {
            self.0.pop_front();
        }
        self.0.push_back(call);
    }

    pub(super) fn all(&self) -> Vec<Call> {
        self.0.iter().cloned().collect()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
