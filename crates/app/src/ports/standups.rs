//! Standups: what is on record of them, what wakes them, and what people have
//! done besides.

use async_trait::async_trait;
use domain::audit;
use domain::ids::{TeamId, UserId};
use domain::standup::{Absence, Definition, Entry, Run, RunKey, StandupId};
use domain::time::Millis;

/// What became of a write of a standup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is on record.
    Written,
    /// Something else is on record than was expected; nothing was written.
    Changed,
    /// Another standup of the team has the name; nothing was written.
    NameTaken,
}

/// The standups that teams have set up.
///
/// Every write of a record is conditional: `before` is what must be on record
/// (nothing, for a new one), and `after` has the next version. It fails if another
/// writer was faster, and succeeds also if `after` is on record just so already,
/// since a reply may have been lost. Reads are consistent.
#[async_trait]
pub trait Standups: Send + Sync {
    /// All of `team`, in any order.
    async fn all(&self, team: &TeamId) -> anyhow::Result<Vec<Definition>>;

    /// One of them.
    async fn find(&self, team: &TeamId, id: &StandupId) -> anyhow::Result<Option<Definition>>;

    /// Replaces `before` by `after`. A name that is new to the standup is claimed in
    /// the same write: of two writers who want it, one gets it.
    async fn store(
        &self,
        team: &TeamId,
        after: &Definition,
        before: Option<&Definition>,
    ) -> anyhow::Result<Stored>;

    /// Removes `known` and gives its name up, if `known` is what is on record.
    /// True also if it is not there any more.
    async fn remove(&self, team: &TeamId, known: &Definition) -> anyhow::Result<bool>;
}

/// The days of standups. Writes are conditional as with [`Standups`].
#[async_trait]
pub trait Runs: Send + Sync {
    /// The run of that day, if it has begun.
    async fn find(&self, key: &RunKey) -> anyhow::Result<Option<Run>>;

    /// Replaces `before` by `after`.
    async fn store(&self, key: &RunKey, after: &Run, before: Option<&Run>) -> anyhow::Result<bool>;
}

/// The members of runs. Writes are conditional as with [`Standups`].
#[async_trait]
pub trait Entries: Send + Sync {
    /// All of them, in any order.
    async fn all(&self, key: &RunKey) -> anyhow::Result<Vec<Entry>>;

    /// One of them.
    async fn find(&self, key: &RunKey, user: &UserId) -> anyhow::Result<Option<Entry>>;

    /// Replaces `before` by `after`.
    async fn store(&self, key: &RunKey, after: &Entry, before: Option<&Entry>) -> anyhow::Result<bool>;
}

/// Who is not to be asked for a while.
#[async_trait]
pub trait Absences: Send + Sync {
    /// All of `team`, those that are over perhaps among them.
    async fn all(&self, team: &TeamId) -> anyhow::Result<Vec<Absence>>;

    /// Replaces what was said of this person.
    async fn store(&self, team: &TeamId, absence: &Absence) -> anyhow::Result<()>;
}

/// What wakes the worker at the times of a standup.
#[async_trait]
pub trait Schedules: Send + Sync {
    /// Makes the schedules of a standup what its definition says: made, changed
    /// or removed. Doing it twice does no harm.
    async fn set(&self, team: &TeamId, definition: &Definition) -> anyhow::Result<()>;

    /// Removes them; they need not be there.
    async fn remove(&self, team: &TeamId, id: &StandupId) -> anyhow::Result<()>;
}

/// What people have done.
#[async_trait]
pub trait Deeds: Send + Sync {
    /// What the people of `team` have asked for from `from` until before `to`, in
    /// order of time: the audit's entries about changes that were done.
    async fn between(&self, team: &TeamId, from: Millis, to: Millis) -> anyhow::Result<Vec<audit::Entry>>;
}
