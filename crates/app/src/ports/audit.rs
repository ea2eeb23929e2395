//! The record of what was changed, and by whose word.

use async_trait::async_trait;
use domain::audit::Entry;

/// A book that only grows.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Adds `entry`. An entry of the same job and number that is there already is
    /// kept as it is: it is the same one, written twice.
    async fn append(&self, entry: &Entry) -> anyhow::Result<()>;
}
