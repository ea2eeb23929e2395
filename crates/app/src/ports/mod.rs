//! What the entry points need from the world, in small pieces, so that each
//! names only what it may touch.
//!
//! An `anyhow::Error` from a port is a fault: it is logged once, and the person
//! gets an apology. What a person can act on has a type of its own.

mod accounts;
mod articles;
mod audit;
mod instances;
mod jobs;
mod settings;
mod standups;
mod team;

pub use accounts::{Accounts, Corner, Inventory, Known, Look, Shelf, Stock};
pub use articles::{Forbidden, ServiceFault, ServiceKey, Summarizer, Summary, SummaryError};
pub use audit::Audit;
pub use instances::{
    Actor, Caller, Change, Changed, Describe, Doors, Health, Instances, InstancesError, Place, Protection,
    RegionClosure, Unproven,
};
pub use jobs::{Advanced, Created, Jobs, OpenJobs, Threads, Wake};
pub use settings::WorkspaceSettings;
pub use standups::{Absences, Deeds, Entries, Runs, Schedules, Standups, Stored};
pub use team::{BotTokens, Enrolment, Installation, Installations, OauthStates};

use std::sync::Arc;

use async_trait::async_trait;
use domain::time::Millis;
use slack::signature::Verifier;

/// The time, for those who wait.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The moment it is.
    fn now(&self) -> Millis;
    /// Returns after `millis` milliseconds.
    async fn sleep(&self, millis: u64);
}

/// Randomness that nobody can guess.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` from the operating system's generator.
    fn fill(&self, bytes: &mut [u8]) -> anyhow::Result<()>;
}

/// Slack's signing secrets, as a verifier.
#[async_trait]
pub trait SigningSecrets: Send + Sync {
    /// The verifier that holds at `now`; during a rotation it knows two secrets.
    async fn verifier(&self, now: Millis) -> anyhow::Result<Arc<Verifier>>;
}

/// The Slack app's own name and password.
#[async_trait]
pub trait ClientCredentials: Send + Sync {
    /// Client id and secret, as they hold at `now`.
    async fn client(&self, now: Millis) -> anyhow::Result<Arc<slack::oauth::AppCredentials>>;
}
