//! Add to Slack: `GET /slack/install` sends a browser to Slack, and
//! `GET /slack/oauth_redirect` turns what it brings back into an installation.
//!
//! A state is random, kept by its hash only, good once and for ten minutes, and
//! bound to the browser by a cookie: a link that somebody else began installs
//! nothing.

mod pages;
mod state;

use std::sync::Arc;

use domain::ids::{AppId, UserId};
use domain::time::Millis;
use slack::oauth::{
    Callback, Exchange, ExchangeError, Granted, authorize_url, callback_state, parse_callback_query,
};
use slack::web::Client;

use crate::http::{Request, Response};
use crate::ports::{ClientCredentials, Enrolment, Entropy, Installation, OauthStates};
use pages::Page;
use state::Pair;

/// The scopes that the bot asks for: exactly those that its calls and events need.
///
/// <https://docs.slack.dev/reference/scopes>
pub const SCOPES: [&str; 9] = [
    "app_mentions:read",
    "channels:read",
    "chat:write",
    "commands",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
];

/// How long a person may take between leaving for Slack and coming back.
pub const STATE_LIFETIME_MS: u64 = 600_000;

/// Where Slack sends the browser back to.
const REDIRECT_PATH: &str = "/slack/oauth_redirect";

/// The way in for people who add Bellhop to their workspace.
pub struct Install {
    /// The app's own name and password at Slack.
    pub credentials: Arc<dyn ClientCredentials>,
    /// States that are on their way.
    pub states: Arc<dyn OauthStates>,
    /// Where installations are kept.
    pub enrolment: Arc<dyn Enrolment>,
    /// Slack.
    pub slack: Client,
    /// For states.
    pub entropy: Arc<dyn Entropy>,
    /// The address of a custom domain, without a slash at its end. Without one,
    /// API Gateway's own name for itself is used.
    pub public_url: Option<String>,
}

impl Install {
    /// Answers a browser.
    pub async fn handle(&self, request: &Request, now: Millis) -> Response {
        let answer = match request.path.as_str() {
            "/" => Ok(pages::landing()),
            "/healthz" => Ok(pages::healthy()),
            "/slack/install" => self.begin(request, now).await,
            REDIRECT_PATH => self.finish(request, now).await,
            _ => Ok(Page::NotFound.response()),
        };
        answer.unwrap_or_else(|error| {
            tracing::error!("An installation failed: {error:#}");
            Page::Fault.response()
        })
    }

    async fn begin(&self, request: &Request, now: Millis) -> anyhow::Result<Response> {
        let credentials = self.credentials.client(now).await?;
        let redirect_uri = self.redirect_uri(request)?;
        let pair = Pair::random(self.entropy.as_ref())?;
        let expires = now.plus(STATE_LIFETIME_MS);
        self.states.put(&pair.state_hash(), &pair.cookie_hash(), expires).await?;
        let url = authorize_url(
            self.slack.base(),
            &credentials.client_id,
            &SCOPES,
            &redirect_uri,
            &pair.state,
            None,
        );
        Ok(pages::redirect(&url, &state::cookie(&pair.cookie, STATE_LIFETIME_MS / 1_000)))
    }

    async fn finish(&self, request: &Request, now: Millis) -> anyhow::Result<Response> {
        // A state is good once, also for a person who says no.
        let is_ours = self.use_up_state(request, now).await?;
        let code = match parse_callback_query(&request.query) {
            Ok(Callback::Allowed { code, .. }) if is_ours => code,
            Ok(Callback::Allowed { .. }) => return Ok(Page::Expired.response()),
            Ok(Callback::Denied { .. }) => return Ok(Page::Denied.response()),
            Err(error) => {
                tracing::info!("Refused a redirect: {error}");
                return Ok(Page::Expired.response());
            }
        };
        let credentials = self.credentials.client(now).await?;
        let exchange = Exchange { code, redirect_uri: self.redirect_uri(request)? };
        match self.slack.exchange_code(&credentials, &exchange).await {
            Ok(granted) => match unsupported(&granted) {
                Some(page) => Ok(self.turn_down(&granted, &page).await),
                None => self.enrol(granted, now).await,
            },
            Err(ExchangeError::InvalidCode) => Ok(Page::Expired.response()),
            Err(error) => {
                tracing::error!("Slack granted no token: {:#}", anyhow::Error::from(error));
                Ok(Page::Failed.response())
            }
        }
    }

    /// Whether the redirect brings a state that this browser began with. It is used
    /// up by that.
    async fn use_up_state(&self, request: &Request, now: Millis) -> anyhow::Result<bool> {
        let state = callback_state(&request.query);
        let (Some(state), Some(cookie)) = (state, state::read_cookie(&request.cookies)) else {
            return Ok(false);
        };
        self.states.consume(&state::hash(&state), &state::hash(cookie), now).await
    }

    /// Says why this installation is not kept. Its token is revoked, since it is not
    /// stored.
    async fn turn_down(&self, granted: &Granted, page: &Page) -> Response {
        if let Err(error) = self.slack.revoke(&granted.token).await {
            tracing::warn!("A token that is not kept could not be revoked: {error}");
        }
        tracing::info!("Refused an installation of a kind that is not supported");
        page.response()
    }

    async fn enrol(&self, granted: Granted, now: Millis) -> anyhow::Result<Response> {
        let identity = match self.slack.auth_test(&granted.token).await {
            Ok(identity) => identity,
            Err(error) => {
                tracing::error!("The new token does not work: {:#}", anyhow::Error::from(error));
                return Ok(Page::Failed.response());
            }
        };
        let (Some(team), true) = (granted.key().cloned(), identity.user.as_ref() == Some(&granted.bot_user))
        else {
            tracing::error!("The new token is not the bot's that it was granted for");
            return Ok(Page::Failed.response());
        };
        let named = granted.team.as_ref();
        let installation = Installation {
            team_name: named.and_then(|named| named.name.clone()),
            app: granted.app.clone().unwrap_or_else(|| AppId::new("")),
            bot_user: granted.bot_user.clone(),
            bot: identity.bot,
            scopes: identity.scopes.unwrap_or(granted.scopes),
            installer: granted.installer.clone().unwrap_or_else(|| UserId::new("")),
            installed_at: now,
            is_first: false,
            uninstalled_at: None,
            team,
        };
        self.enrolment.enrol(&installation, &granted.token).await?;
        tracing::info!(team.id = %installation.team, "Installed for team {}", installation.team);
        let granted = |scope: &&str| installation.scopes.iter().any(|known| known == scope);
        let missing = SCOPES.into_iter().filter(|scope| !granted(scope)).collect();
        Ok(Page::Installed { team: installation.team_name.unwrap_or_default(), missing }.response())
    }

    fn redirect_uri(&self, request: &Request) -> anyhow::Result<String> {
        match (&self.public_url, &request.domain_name) {
            (Some(url), _) => Ok(format!("{url}{REDIRECT_PATH}")),
            (None, Some(domain)) => Ok(format!("https://{domain}{REDIRECT_PATH}")),
            (None, None) => anyhow::bail!("API Gateway did not say under which name it was reached"),
        }
    }
}

/// Why Bellhop cannot work with what was granted.
fn unsupported(granted: &Granted) -> Option<Page> {
    if granted.is_enterprise_install {
        // Members of partner companies would look like members of the organisation.
        Some(Page::WholeOrganisation)
    } else if granted.expires_in.is_some() || granted.refresh_token.is_some() {
        // The token would expire after twelve hours.
        Some(Page::TokenRotation)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
