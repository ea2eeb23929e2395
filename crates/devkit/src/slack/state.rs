//! Everything the simulated Slack remembers, behind one lock that is never held
//! while something is waited for.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::ids::{ChannelId, MessageTs, TeamId, UserId};
use serde_json::Value;
use tokio::sync::watch;

use super::delivery::{Delivery, Pace};
use super::faults::Faults;
use super::oauth::Grant;
use super::views::View;
use super::waits::{Change, Waiting};
use super::world::{App, Team};
use crate::cloud::Log;

/// A call that the app made to Slack.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) at_ms: u64,
    pub(crate) method: String,
    pub(crate) team: Option<TeamId>,
    /// The number of the `response_url`, if it is one.
    pub(crate) hook: Option<u64>,
    /// Masked.
    pub(crate) token: Option<String>,
    /// Secrets masked.
    pub(crate) arguments: Value,
    pub(crate) status: u16,
    /// Secrets masked.
    pub(crate) answer: Value,
    /// The fault that was injected into it.
    pub(crate) fault: Option<String>,
}

/// A `response_url`, and how often it was used.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    /// By which it is known where its secret must not be shown.
    pub(crate) number: u64,
    pub(crate) team: TeamId,
    pub(crate) channel: ChannelId,
    pub(crate) user: UserId,
    /// The message with the button, or our last answer through this very URL.
    pub(crate) message: Option<MessageTs>,
    pub(crate) made_ms: u64,
    pub(crate) uses: u32,
}

/// A `trigger_id`: three seconds, one use.
#[derive(Clone, Debug)]
pub(crate) struct Trigger {
    pub(crate) team: TeamId,
    pub(crate) user: UserId,
    /// Where they did what made it, if it was in a channel.
    pub(crate) channel: Option<ChannelId>,
    pub(crate) made_ms: u64,
    pub(crate) used: bool,
}

/// The remembered part.
pub(crate) struct State {
    pub(crate) app: App,
    pub(crate) teams: Vec<Team>,
    pub(crate) grants: HashMap<String, Grant>,
    pub(crate) hooks: HashMap<String, Hook>,
    pub(crate) triggers: HashMap<String, Trigger>,
    pub(crate) views: HashMap<String, View>,
    pub(crate) calls: Vec<Call>,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) waits: Vec<Waiting>,
    pub(crate) changes: Vec<Change>,
    pub(crate) faults: Faults,
    /// Event envelopes that the calls of this moment caused, not yet sent.
    pub(crate) outbox: Vec<Value>,
}

impl State {
    pub(crate) fn new(app: App, teams: Vec<Team>) -> Self {
        Self {
            app,
            teams,
            grants: HashMap::new(),
            hooks: HashMap::new(),
            triggers: HashMap::new(),
            views: HashMap::new(),
            calls: Vec::new(),
            deliveries: Vec::new(),
            waits: Vec::new(),
            changes: Vec::new(),
            faults: Faults::default(),
            outbox: Vec::new(),
        }
    }

    pub(crate) fn team(&self, id: &TeamId) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == *id)
    }

    pub(crate) fn team_mut(&mut self, id: &TeamId) -> Option<&mut Team> {
        self.teams.iter_mut().find(|team| team.id == *id)
    }
}

/// What every part of the simulated Slack holds.
pub(crate) struct Shared {
    state: Mutex<State>,
    /// Base URL of this Slack.
    pub(crate) url: String,
    /// Base URL of the app.
    pub(crate) app_url: String,
    pub(crate) pace: Pace,
    pub(crate) client: reqwest::Client,
    pub(crate) log: Log,
    /// Deliveries that are under way or still to be retried.
    pub(crate) pending: watch::Sender<usize>,
}

impl Shared {
    pub(crate) fn new(
        state: State,
        url: String,
        app_url: String,
        pace: Pace,
        log: Log,
    ) -> anyhow::Result<Self> {
        // Slack follows two redirects, and talks to the app directly.
        let redirects = reqwest::redirect::Policy::limited(2);
        let client = reqwest::Client::builder().redirect(redirects).no_proxy().build()?;
        Ok(Self { state: Mutex::new(state), url, app_url, pace, client, log, pending: watch::Sender::new(0) })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
