//! Workspaces that have installed Bellhop, and the visit to Slack by which
//! they do.

use async_trait::async_trait;
use domain::ids::{AppId, BotId, TeamId, UserId};
use domain::time::Millis;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// A workspace (or organisation) that has, or had, installed the app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// The workspace, or the organisation when installed there.
    pub team: TeamId,
    /// Its name, as Slack gave it; for people only.
    pub team_name: Option<String>,
    /// The Slack app.
    pub app: AppId,
    /// The bot as a user: who is mentioned.
    pub bot_user: UserId,
    /// The bot as an author: who wrote its messages.
    pub bot: Option<BotId>,
    /// The scopes that were granted.
    pub scopes: Vec<String>,
    /// Who installed the app first since it was last uninstalled. It gives no right
    /// by itself; installing again does not change it.
    pub installer: UserId,
    /// When the app was last installed.
    pub installed_at: Millis,
    /// Whether this workspace was the first of the deployment to install the app.
    /// Records from before this was kept are of no first workspace.
    #[serde(default)]
    pub is_first: bool,
    /// When it was uninstalled, if it is: nothing acts for such a team.
    pub uninstalled_at: Option<Millis>,
}

impl Installation {
    /// Whether anything may be done for this team.
    pub const fn is_active(&self) -> bool {
        self.uninstalled_at.is_none()
    }
}

/// Who has installed the app, without any token.
#[async_trait]
pub trait Installations: Send + Sync {
    /// The installation under exactly this id, tombstones included. Consistent.
    async fn find(&self, team: &TeamId) -> anyhow::Result<Option<Installation>>;

    /// Leaves a tombstone for whatever was installed before `at`, and drops its
    /// token; a later installation stays. True if one was (or already is) laid.
    async fn uninstall(&self, team: &TeamId, at: Millis) -> anyhow::Result<bool>;
}

/// Stores a new installation with its token.
#[async_trait]
pub trait Enrolment: Send + Sync {
    /// Replaces what was there, tombstone included, unless that is newer. An active
    /// installation keeps its installer, and the first team of all stays the first:
    /// that is not for the caller to say. Returns the active installation that was
    /// replaced.
    async fn enrol(
        &self,
        installation: &Installation,
        token: &SecretString,
    ) -> anyhow::Result<Option<Installation>>;
}

/// The right to speak as the bot.
#[async_trait]
pub trait BotTokens: Send + Sync {
    /// The active installation and its token; none for an unknown or
    /// uninstalled team. Consistent.
    async fn active(&self, team: &TeamId) -> anyhow::Result<Option<(Installation, SecretString)>>;
}

/// One-time states of the OAuth flow, known by their hashes only.
#[async_trait]
pub trait OauthStates: Send + Sync {
    /// Keeps a state, bound to a browser's cookie, until `expires`.
    async fn put(&self, state_hash: &str, cookie_hash: &str, expires: Millis) -> anyhow::Result<()>;

    /// Uses the state up: true exactly once, and only before it expires, from
    /// the browser that began. A wrong cookie does not use it up.
    async fn consume(&self, state_hash: &str, cookie_hash: &str, now: Millis) -> anyhow::Result<bool>;
}
