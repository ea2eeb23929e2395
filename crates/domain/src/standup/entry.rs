//! How one member of a run gets on. Every step makes the next version of the
//! record and changes nothing else, so that a conditional write is all that a
//! worker needs.

use super::{Answer, Asking, Entry};
use crate::ids::{ChannelId, MessageTs, Owner, UserId};
use crate::time::Millis;

/// Whoever could not be asked so many times is not tried again.
pub const MAX_TRIES: u32 = 5;

impl Entry {
    /// Somebody who is to be asked from `ask_at` on.
    pub fn new(user: UserId, name: impl Into<String>, picture: Option<String>, ask_at: Millis) -> Self {
        Self {
            user,
            name: name.into(),
            picture,
            ask_at,
            asking: Asking::Waiting { tries: 0 },
            answer: Answer::None,
            done: Vec::new(),
            version: 0,
        }
    }

    /// Somebody who is not to be asked, since they are away.
    pub fn spared(user: UserId, name: impl Into<String>, picture: Option<String>, ask_at: Millis) -> Self {
        Self { asking: Asking::Spared, ..Self::new(user, name, picture, ask_at) }
    }

    /// `by` begins to send the message. To be on record before it is sent.
    #[must_use]
    pub fn sending(&self, by: Owner, now: Millis) -> Self {
        self.with(Asking::Sending { by, since: now, tries: self.tries() })
    }

    /// The message was not sent, and may be tried again: one try more.
    #[must_use]
    pub fn waiting_again(&self) -> Self {
        self.with(Asking::Waiting { tries: self.tries().saturating_add(1) })
    }

    /// The message is there.
    #[must_use]
    pub fn asked(&self, channel: ChannelId, ts: MessageTs) -> Self {
        self.with(Asking::Asked { channel, ts })
    }

    /// They cannot be asked.
    #[must_use]
    pub fn failed(&self, why: impl Into<String>) -> Self {
        self.with(Asking::Failed { why: why.into() })
    }

    /// They have answered at `at`. Nothing if they did so later already: of two
    /// submissions the later one stays, in whatever order they are done.
    #[must_use]
    pub fn answered(&self, texts: Vec<String>, at: Millis, instances: Vec<String>) -> Option<Self> {
        let is_older = matches!(&self.answer, Answer::Given { at: before, .. } if *before > at);
        (!is_older).then(|| Self { answer: Answer::Given { texts, at, instances }, ..self.step() })
    }

    /// They have been let off at `at`. Nothing if they have answered: an answer
    /// is never lost to a click, and counts in whatever order the two are done.
    #[must_use]
    pub fn skipped(&self, at: Millis) -> Option<Self> {
        let is_settled = match &self.answer {
            Answer::None => false,
            Answer::Given { .. } => true,
            Answer::Skipped { at: before } => *before > at,
        };
        (!is_settled).then(|| Self { answer: Answer::Skipped { at }, ..self.step() })
    }

    /// Whether they are to be asked now: nobody has tried, it is time, and they
    /// have said nothing of themselves.
    pub fn is_due(&self, now: Millis) -> bool {
        matches!(self.asking, Asking::Waiting { .. }) && self.ask_at <= now && self.answer == Answer::None
    }

    /// How often asking them has failed.
    pub const fn tries(&self) -> u32 {
        match self.asking {
            Asking::Waiting { tries } | Asking::Sending { tries, .. } => tries,
            Asking::Asked { .. } | Asking::Failed { .. } | Asking::Spared => 0,
        }
    }

    fn with(&self, asking: Asking) -> Self {
        Self { asking, ..self.step() }
    }

    fn step(&self) -> Self {
        Self { version: self.version.saturating_add(1), ..self.clone() }
    }
}

#[cfg(test)]
mod tests;
