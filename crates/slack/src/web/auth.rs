//! `auth.test` and `auth.revoke`: whose token this is, and its end.

use domain::ids::{BotId, TeamId, UserId};
use secrecy::SecretString;

use super::{ApiError, Body, Call, Caller, Client, Repeat};
use crate::lenient;

/// The header with the scopes of the token that was used.
///
/// <https://docs.slack.dev/authentication/installing-with-oauth#scopes>
const SCOPES_HEADER: &str = "x-oauth-scopes";

/// Whom a token stands for. Every field may be missing.
///
/// <https://docs.slack.dev/reference/methods/auth.test>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The workspace's address (`https://acme.slack.com/`).
    pub url: Option<String>,
    /// The workspace's name.
    pub team_name: Option<String>,
    /// The workspace.
    pub team: Option<TeamId>,
    /// The user; for a bot token, the bot's.
    pub user: Option<UserId>,
    /// The bot, which no other answer at installation tells.
    pub bot: Option<BotId>,
    /// The organisation, if there is one.
    pub enterprise: Option<TeamId>,
    /// Whether the token is for the whole organisation.
    pub is_enterprise_install: bool,
    /// The token's scopes; `None` if Slack did not say.
    pub scopes: Option<Vec<String>>,
}

impl Client {
    /// Asks whose `token` this is.
    pub async fn auth_test(&self, token: &SecretString) -> Result<Identity, ApiError> {
        let call = Call {
            method: "auth.test",
            caller: Caller::Token(token),
            body: Body::Form(Vec::new()),
            repeat: Repeat::Harmless,
        };
        let answer = self.call(&call).await?;
        let text = |key| lenient::text(&answer.body, key);
        Ok(Identity {
            url: text("url"),
            team_name: text("team"),
            team: text("team_id").map(TeamId::new),
            user: text("user_id").map(UserId::new),
            bot: text("bot_id").map(BotId::new),
            enterprise: text("enterprise_id").map(TeamId::new),
            is_enterprise_install: lenient::flag(&answer.body, "is_enterprise_install"),
            scopes: answer.headers.get(SCOPES_HEADER).and_then(|value| value.to_str().ok()).map(scopes),
        })
    }
}

impl Client {
    /// Revokes `token`. Without another token the app is removed from the workspace.
    ///
    /// <https://docs.slack.dev/reference/methods/auth.revoke>
    pub async fn revoke(&self, token: &SecretString) -> Result<(), ApiError> {
        let call = Call {
            method: "auth.revoke",
            caller: Caller::Token(token),
            body: Body::Form(Vec::new()),
            repeat: Repeat::Harmless,
        };
        self.call(&call).await.map(drop)
    }
}

/// The scopes in a list with commas.
pub(crate) fn scopes(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}
