//! The outer object of a delivery, and which installation it is for.

use domain::ids::{AppId, TeamId, UserId};
use domain::time::Millis;
use serde_json::Value;

use super::{Event, moment};
use crate::lenient::{self, Object};

/// One delivery of the Events API, by its outer `type`.
#[derive(Clone, Debug, PartialEq)]
pub enum Envelope {
    /// Slack checks that the request URL is ours: `challenge` must be echoed.
    ///
    /// <https://docs.slack.dev/reference/events/url_verification>
    UrlVerification {
        /// What to send back.
        challenge: String,
    },
    /// More than 30,000 deliveries came within an hour; Slack leaves some out.
    ///
    /// <https://docs.slack.dev/reference/events/app_rate_limited>
    AppRateLimited {
        /// The workspace whose events are left out.
        team: Option<TeamId>,
        /// Our app.
        app: Option<AppId>,
        /// The first minute that is affected.
        since: Option<Millis>,
    },
    /// An event that the app is subscribed to.
    EventCallback(Box<EventCallback>),
    /// A type that did not exist when this was written.
    Unknown {
        /// The outer `type`; empty if there was none.
        kind: String,
    },
}

/// An event and what Slack says about its delivery.
///
/// <https://docs.slack.dev/apis/events-api#callback-field>
#[derive(Clone, Debug, PartialEq)]
pub struct EventCallback {
    /// `event_id` (`Ev…`), the same for each repetition of one delivery.
    pub event_id: Option<String>,
    /// `event_time`: when it happened, as far as it could be read.
    pub event_time: Option<Millis>,
    /// `api_app_id`.
    pub app: Option<AppId>,
    /// `team_id`. In shared channels and organisations it may be a workspace
    /// that never installed the app: use [`EventCallback::installation_candidates`].
    pub team: Option<TeamId>,
    /// The organisation of `team`.
    pub enterprise: Option<TeamId>,
    /// `context_team_id`: the workspace through which the event reached us.
    pub context_team: Option<TeamId>,
    /// `context_enterprise_id`.
    pub context_enterprise: Option<TeamId>,
    /// For whom the event is visible; Slack lists one at most.
    pub authorizations: Vec<Authorization>,
    /// Whether it happened in a channel shared with another organisation.
    pub is_ext_shared_channel: bool,
    /// The event itself.
    pub event: Event,
    /// The whole body, as Slack sent and signed it.
    pub raw: String,
}

/// One installation that may see the event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorization {
    /// The organisation, if there is one.
    pub enterprise: Option<TeamId>,
    /// The workspace.
    pub team: Option<TeamId>,
    /// The bot's user, or the person whose token it is.
    pub user: Option<UserId>,
    /// Whether `user` is a bot.
    pub is_bot: bool,
    /// Whether the app is installed on the whole organisation.
    pub is_enterprise_install: bool,
}

/// Why a signed body is no event. The body's text is never in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The body is not UTF-8.
    #[error("the body is not UTF-8")]
    NotUtf8,
    /// The body is not JSON.
    #[error("the body is not JSON (line {line}, column {column})")]
    NotJson {
        /// Where reading stopped, counted from 1.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// Arrays and objects are nested deeper than `serde_json` follows (128).
    #[error("the body is nested too deeply")]
    TooDeep,
    /// The body is JSON, but not an object.
    #[error("the body is not a JSON object")]
    NotAnObject,
    /// An object has a key twice, so it is not clear what it says.
    #[error("the body has a key twice (line {line}, column {column})")]
    DoubledKey {
        /// Where the object ends, counted from 1.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// Something is missing without which this kind of body makes no sense.
    #[error("the body has no “{0}”")]
    Missing(&'static str),
}

impl Envelope {
    /// Reads a body whose signature has been verified.
    ///
    /// # Errors
    /// If the body is not a JSON object, says something twice, or lacks what its
    /// kind is about.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        let body = std::str::from_utf8(body).map_err(|_| ParseError::NotUtf8)?;
        let value = lenient::unambiguous(body).map_err(|error| not_json(&error))?;
        let Value::Object(outer) = value else { return Err(ParseError::NotAnObject) };
        let kind = lenient::text(&outer, "type").unwrap_or_default();
        Ok(match kind.as_str() {
            "url_verification" => {
                let challenge = lenient::text(&outer, "challenge").filter(|text| !text.is_empty());
                Self::UrlVerification { challenge: challenge.ok_or(ParseError::Missing("challenge"))? }
            }
            "app_rate_limited" => Self::AppRateLimited {
                team: lenient::text(&outer, "team_id").map(TeamId::new),
                app: lenient::text(&outer, "api_app_id").map(AppId::new),
                since: lenient::text_or_number(&outer, "minute_rate_limited").and_then(|text| moment(&text)),
            },
            "event_callback" => Self::EventCallback(Box::new(EventCallback::read(&outer, body)?)),
            _ => Self::Unknown { kind },
        })
    }
}

impl EventCallback {
    fn read(outer: &Object, body: &str) -> Result<Self, ParseError> {
        let team = |key| lenient::text(outer, key).map(TeamId::new);
        let event = lenient::object(outer, "event").ok_or(ParseError::Missing("event"))?;
        Ok(Self {
            event_id: lenient::text(outer, "event_id"),
            event_time: lenient::text_or_number(outer, "event_time").and_then(|text| moment(&text)),
            app: lenient::text(outer, "api_app_id").map(AppId::new),
            team: team("team_id"),
            enterprise: team("enterprise_id"),
            context_team: team("context_team_id"),
            context_enterprise: team("context_enterprise_id"),
            authorizations: lenient::objects(outer, "authorizations").map(Authorization::read).collect(),
            is_ext_shared_channel: lenient::flag(outer, "is_ext_shared_channel"),
            event: Event::read(event),
            raw: body.to_owned(),
        })
    }

    /// The keys under which our installation may be kept, the likeliest first,
    /// none twice: whom Slack authorized, then through whom it came, then where
    /// it happened. The last may be a stranger's workspace.
    ///
    /// <https://docs.slack.dev/apis/events-api#authorizations>
    pub fn installation_candidates(&self) -> Vec<TeamId> {
        let authorized = self.authorizations.first().map_or([None, None], Authorization::candidates);
        let context = [self.context_team.as_ref(), self.context_enterprise.as_ref()];
        let origin = [self.team.as_ref(), self.enterprise.as_ref()];
        let mut candidates: Vec<TeamId> = Vec::new();
        for candidate in [authorized, context, origin].into_iter().flatten().flatten() {
            if !candidates.contains(candidate) {
                candidates.push(candidate.clone());
            }
        }
        candidates
    }
}

impl Authorization {
    fn read(object: &Object) -> Self {
        Self {
            enterprise: lenient::text(object, "enterprise_id").map(TeamId::new),
            team: lenient::text(object, "team_id").map(TeamId::new),
            user: lenient::text(object, "user_id").map(UserId::new),
            is_bot: lenient::flag(object, "is_bot"),
            is_enterprise_install: lenient::flag(object, "is_enterprise_install"),
        }
    }

    fn candidates(&self) -> [Option<&TeamId>; 2] {
        let (team, enterprise) = (self.team.as_ref(), self.enterprise.as_ref());
        if self.is_enterprise_install { [enterprise, team] } else { [team, enterprise] }
    }
}

fn not_json(error: &serde_json::Error) -> ParseError {
    let (line, column) = (error.line(), error.column());
    // Neither message has a category of its own in `serde_json`.
    if error.to_string().starts_with(lenient::DOUBLED) {
        ParseError::DoubledKey { line, column }
    } else if error.to_string().starts_with("recursion limit exceeded") {
        ParseError::TooDeep
    } else {
        ParseError::NotJson { line, column }
    }
}
