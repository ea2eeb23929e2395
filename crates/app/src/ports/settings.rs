//! The settings of a workspace.

use async_trait::async_trait;
use domain::ids::TeamId;
use domain::settings::Settings;

/// The settings of workspaces, one record each. They outlive an uninstallation.
#[async_trait]
pub trait WorkspaceSettings: Send + Sync {
    /// The settings of `team` on record; none if nothing was ever set. Consistent.
    async fn find(&self, team: &TeamId) -> anyhow::Result<Option<Settings>>;

    /// Stores `after` if `before` is what is on record (nothing, for the first
    /// ones). False if another writer was faster; true also if `after` is on record
    /// already, since a reply may have been lost.
    async fn store(&self, team: &TeamId, after: &Settings, before: Option<&Settings>)
    -> anyhow::Result<bool>;
}
