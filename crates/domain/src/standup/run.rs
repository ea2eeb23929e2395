//! How a standup and one day of it get on, step by step; see [`Entry`](super::Entry).

use super::{Blueprint, Definition, Report, Run, RunDate, StandupId};
use crate::ids::{MessageTs, Owner, UserId};
use crate::time::Millis;

impl Definition {
    /// A new one.
    pub const fn new(id: StandupId, blueprint: Blueprint, owner: UserId) -> Self {
        Self { id, blueprint, owner, last_run: None, paused: false, version: 0 }
    }

    /// The same standup, wanted otherwise, and not paused.
    #[must_use]
    pub fn changed(&self, blueprint: Blueprint) -> Self {
        Self { blueprint, paused: false, ..self.step() }
    }

    /// The same standup, without schedules.
    #[must_use]
    pub fn paused(&self) -> Self {
        Self { paused: true, ..self.step() }
    }

    /// The day `date` has begun. Nothing if that is on record already, or a
    /// later day has.
    #[must_use]
    pub fn begun(&self, date: &RunDate) -> Option<Self> {
        let is_new = self.last_run.as_ref().is_none_or(|last| last < date);
        is_new.then(|| Self { last_run: Some(date.clone()), ..self.step() })
    }

    fn step(&self) -> Self {
        Self { version: self.version.saturating_add(1), ..self.clone() }
    }
}

impl Run {
    /// A day that begins at `now`.
    pub const fn new(blueprint: Blueprint, now: Millis) -> Self {
        Self { blueprint, begun_at: now, gathered: false, report: Report::None, version: 0 }
    }

    /// Every member of the channel has an entry.
    #[must_use]
    pub fn gathered(&self) -> Self {
        Self { gathered: true, ..self.step() }
    }

    /// `by` begins to post the report. To be on record before it is posted.
    #[must_use]
    pub fn posting(&self, by: Owner, now: Millis) -> Self {
        self.with(Report::Posting { by, since: now })
    }

    /// The report stands in these messages.
    #[must_use]
    pub fn posted(&self, messages: Vec<MessageTs>) -> Self {
        self.with(Report::Posted { messages })
    }

    /// Whether the report was posted is not known.
    #[must_use]
    pub fn lost(&self) -> Self {
        self.with(Report::Lost)
    }

    /// The report was not posted, for sure: it may be asked for again.
    #[must_use]
    pub fn not_posted(&self) -> Self {
        self.with(Report::None)
    }

    fn with(&self, report: Report) -> Self {
        Self { report, ..self.step() }
    }

    fn step(&self) -> Self {
        Self { version: self.version.saturating_add(1), ..self.clone() }
    }
}

#[cfg(test)]
mod tests;
