//! What can go wrong with a call, by what should be done about it.

use std::time::Duration;

/// A call that did not succeed. Codes are Slack's own words for errors; no
/// token, text or body is ever in here.
///
/// <https://docs.slack.dev/apis/web-api/#responses>
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The token does not let us in: stop using it. See
    /// [`ApiError::is_token_dead`].
    #[error("Slack does not accept the token: {0}")]
    Auth(String),
    /// The token lacks a permission that only a new installation can give.
    #[error("the app lacks a scope (needed: {}, granted: {})", shown(needed.as_deref()), shown(provided.as_deref()))]
    MissingScope {
        /// The scopes that would do, separated by commas.
        needed: Option<String>,
        /// The scopes that the token has.
        provided: Option<String>,
    },
    /// The channel, person or message is not there, or not open to us.
    #[error("Slack refuses access: {0}")]
    NoAccess(String),
    /// Too many calls, and waiting did not fit in the limits. It did not run.
    #[error("Slack asks to slow down")]
    RateLimited {
        /// How long Slack wants us to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// It failed, and calling again later is safe: it did not run, or running
    /// twice is the same as once.
    #[error("Slack could not be reached or failed: {0}")]
    Retryable(String),
    /// It may have run, and running twice would not be the same as once: a
    /// message may have been posted.
    #[error("no clear answer from Slack: {0}")]
    Unclear(String),
    /// Slack says no, and would again.
    #[error("Slack refuses the call: {code}{}", listed(details))]
    Refused {
        /// Slack's error code (`invalid_blocks`), or `HTTP 404` and the like.
        code: String,
        /// What it says about the arguments.
        details: Vec<String>,
    },
}

/// Errors after which a token works no more.
const DEAD: [&str; 4] = ["account_inactive", "token_revoked", "invalid_auth", "token_expired"];

impl ApiError {
    /// Whether the installation is gone, as opposed to one that is barred for
    /// now (`team_added_to_org`, `org_login_required`, …).
    pub fn is_token_dead(&self) -> bool {
        matches!(self, Self::Auth(code) if DEAD.contains(&code.as_str()))
    }
}

fn shown(scopes: Option<&str>) -> &str {
    scopes.unwrap_or("unknown")
}

fn listed(details: &[String]) -> String {
    if details.is_empty() { String::new() } else { format!(" ({})", details.join("; ")) }
}
