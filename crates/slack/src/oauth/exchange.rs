//! From a code to the bot's token: `oauth.v2.access`.

use domain::ids::{AppId, TeamId, UserId};
use secrecy::{ExposeSecret, SecretString};

use crate::lenient::{self, Object};
use crate::web::{ApiError, Body, Call, Caller, Client, Repeat, scopes};

/// Who the app is, towards Slack.
#[derive(Clone, Debug)]
pub struct AppCredentials {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: SecretString,
}

/// What is exchanged for a token.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The code that the browser brought.
    pub code: SecretString,
    /// The redirect URI, exactly as it was on the way out.
    pub redirect_uri: String,
}

/// An installation, as Slack grants it.
///
/// <https://docs.slack.dev/reference/methods/oauth.v2.access>
#[derive(Clone, Debug)]
pub struct Granted {
    /// The bot's token (`xoxb-…`).
    pub token: SecretString,
    /// The scopes that were granted, which may be fewer than were asked for.
    pub scopes: Vec<String>,
    /// The bot's user. The bot's own id only `auth.test` tells.
    pub bot_user: UserId,
    /// Our app.
    pub app: Option<AppId>,
    /// The workspace; none if a whole organisation installed the app.
    pub team: Option<Named>,
    /// The organisation, if there is one.
    pub enterprise: Option<Named>,
    /// Whether the whole organisation installed the app.
    pub is_enterprise_install: bool,
    /// Who installed it.
    pub installer: Option<UserId>,
    /// With token rotation: how long the token is good, in seconds.
    pub expires_in: Option<u64>,
    /// With token rotation: what the next token is got with.
    pub refresh_token: Option<SecretString>,
}

/// A workspace or organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: Option<String>,
}

/// Why there is no installation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// The code is wrong, too old or used up: the person must begin again.
    #[error("the code is not valid any more")]
    InvalidCode,
    /// The redirect URI is not the one from before, or not one of the app's.
    #[error("Slack does not accept the redirect URI")]
    BadRedirectUri,
    /// The client id or secret is wrong: the operator must act.
    #[error("Slack does not accept the client id or secret: {0}")]
    BadClient(String),
    /// Slack refuses for another reason, in its own word.
    #[error("Slack refuses the installation: {0}")]
    Other(String),
    /// Only a person's token was granted, none for the bot.
    #[error("Slack granted no token for the bot")]
    NoBotToken,
    /// The token is of another type than `bot`.
    #[error("Slack granted a token that is not a bot's")]
    NotABotToken,
    /// Something that an installation cannot be without is missing.
    #[error("Slack's answer lacks {0}")]
    Incomplete(&'static str),
    /// Slack was not reached, or did not answer as Slack does.
    #[error("Slack did not answer")]
    Unanswered(#[source] ApiError),
}

impl Client {
    /// Exchanges a code for the bot's token. A code is good once, so an attempt
    /// of which nobody knows whether it succeeded is not repeated.
    pub async fn exchange_code(
        &self,
        app: &AppCredentials,
        exchange: &Exchange,
    ) -> Result<Granted, ExchangeError> {
        let form =
            vec![("code", exchange.code.expose_secret()), ("redirect_uri", exchange.redirect_uri.as_str())];
        let call = Call {
            method: "oauth.v2.access",
            caller: Caller::App { id: &app.client_id, secret: &app.client_secret },
            body: Body::Form(form),
            repeat: Repeat::Never,
        };
        Granted::read(&self.call(&call).await?.body)
    }
}

impl Granted {
    fn read(answer: &Object) -> Result<Self, ExchangeError> {
        let token = lenient::text(answer, "access_token").ok_or(ExchangeError::NoBotToken)?;
        if lenient::text(answer, "token_type").is_some_and(|kind| kind != "bot") {
            return Err(ExchangeError::NotABotToken);
        }
        let granted = Self {
            token: token.into(),
            scopes: lenient::text(answer, "scope").as_deref().map(scopes).unwrap_or_default(),
            bot_user: lenient::text(answer, "bot_user_id")
                .map(UserId::new)
                .ok_or(ExchangeError::Incomplete("bot_user_id"))?,
            app: lenient::text(answer, "app_id").map(AppId::new),
            team: Named::read(answer, "team"),
            enterprise: Named::read(answer, "enterprise"),
            is_enterprise_install: lenient::flag(answer, "is_enterprise_install"),
            installer: lenient::object(answer, "authed_user")
                .and_then(|user| lenient::text(user, "id"))
                .map(UserId::new),
            expires_in: lenient::number(answer, "expires_in").and_then(|seconds| seconds.try_into().ok()),
            refresh_token: lenient::text(answer, "refresh_token").map(SecretString::from),
        };
        if granted.key().is_none() {
            return Err(ExchangeError::Incomplete("the workspace"));
        }
        Ok(granted)
    }

    /// What the installation is kept under: the organisation if it is for the
    /// whole of it, else the workspace. Every value that [`Client`] returns has
    /// one.
    pub fn key(&self) -> Option<&TeamId> {
        let of = if self.is_enterprise_install { &self.enterprise } else { &self.team };
        of.as_ref().map(|named| &named.id)
    }
}

impl Named {
    fn read(answer: &Object, key: &str) -> Option<Self> {
        let object = lenient::object(answer, key)?;
        Some(Self { id: TeamId::new(lenient::text(object, "id")?), name: lenient::text(object, "name") })
    }
}

impl From<ApiError> for ExchangeError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Refused { code, .. } | ApiError::Auth(code) | ApiError::NoAccess(code) => {
                match code.as_str() {
                    "invalid_code" | "code_already_used" => Self::InvalidCode,
                    "bad_redirect_uri" => Self::BadRedirectUri,
                    "invalid_client_id" | "bad_client_secret" => Self::BadClient(code),
                    _ => Self::Other(code),
                }
            }
            ApiError::MissingScope { .. } => Self::Other("missing_scope".to_owned()),
            unanswered => Self::Unanswered(unanswered),
        }
    }
}
