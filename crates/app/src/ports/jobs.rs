//! Jobs: the outbox between a gateway and its workers.

use async_trait::async_trait;
use domain::ids::{ChannelId, InstanceId, JobId, TeamId, Worker};
use domain::job::Job;
use domain::time::Millis;

/// The job records. Every write is conditional; reads are consistent.
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Stores `job` unless one of that id exists.
    async fn create(&self, job: &Job) -> anyhow::Result<Created>;

    /// The job as it is now.
    async fn find(&self, id: &JobId) -> anyhow::Result<Option<Job>>;

    /// Replaces `before` by `after`, if the stored status, writer and epoch are
    /// still those of `before`. A write whose reply was lost, and which
    /// therefore finds itself on record, is [`Advanced::Written`].
    async fn advance(&self, before: &Job, after: &Job) -> anyhow::Result<Advanced>;
}

/// What became of [`Jobs::create`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is stored.
    New,
    /// It was there already, as it now is.
    Exists(Box<Job>),
}

/// What became of [`Jobs::advance`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advanced {
    /// `after` is on record.
    Written,
    /// Somebody else was faster; the record as it is, if it is there at all.
    Lost(Option<Box<Job>>),
}

/// The jobs that are not closed, by when they should be looked at.
#[async_trait]
pub trait OpenJobs: Send + Sync {
    /// Ids of at most `limit` jobs of `worker` that are due by `now`, the oldest
    /// first. The list may lag behind the records by a moment.
    async fn due(&self, worker: &Worker, now: Millis, limit: usize) -> anyhow::Result<Vec<JobId>>;

    /// Makes the job `id` due at `until` only, if its record cannot be read, and
    /// leaves it as it is otherwise. False if it can be read, or has changed meanwhile.
    async fn set_aside_unreadable(&self, id: &JobId, until: Millis) -> anyhow::Result<bool>;
}

/// Starts a worker without waiting for it.
#[async_trait]
pub trait Wake: Send + Sync {
    /// Asks for one run of the job's worker; returns once that is queued.
    async fn wake(&self, team: &TeamId, job: &JobId) -> anyhow::Result<()>;
}

/// What was last listed or acted on in a conversation, for `#2` and `this`. See
/// [`domain::job::Request::conversation`].
#[async_trait]
pub trait Threads: Send + Sync {
    /// The instances, in the order of their rows; empty if nothing was listed.
    async fn rows(
        &self,
        team: &TeamId,
        channel: &ChannelId,
        conversation: &str,
    ) -> anyhow::Result<Vec<InstanceId>>;

    /// Replaces them. Forgotten after `expires`.
    async fn remember(
        &self,
        team: &TeamId,
        channel: &ChannelId,
        conversation: &str,
        rows: &[InstanceId],
        expires: Millis,
    ) -> anyhow::Result<()>;
}
