//! The simulated Slack as a whole: its listener, and what tests and the command
//! line ask of it without HTTP.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{Form, Query, State as Extract};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::ids::UserId;
use http::StatusCode;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::control::{self, calls_json, world_json};
use super::delivery::{Delivery, Pace};
use super::faults::Fault;
use super::interact::{self, Click, Command, Submit, Taken};
use super::oauth::{self, Ask};
use super::people::{self, Impossible, Said, Say};
use super::show::{self, Conversation};
use super::state::{Shared, State};
use super::views::{self, Modal};
use super::waits::{self, Wait};
use super::world::{App, Role};
use super::{api, deliver, forms, hooks, payloads, sample};
use crate::cloud::Log;

/// What a simulated Slack is started with.
pub struct SlackConfig {
    /// Where it listens, bound to 127.0.0.1.
    pub listener: std::net::TcpListener,
    /// Base URL of the app, without a slash at its end.
    pub app_url: String,
    /// Deadlines and retries.
    pub pace: Pace,
    /// Where deliveries and calls are noted.
    pub log: Log,
}

/// A running simulated Slack.
pub struct Slack {
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Slack {
    /// Starts it with the sample workspace. The app is not told of anything yet.
    ///
    /// # Errors
    /// If the listener cannot be used.
    pub fn start(config: SlackConfig) -> anyhow::Result<Self> {
        let address = config.listener.local_addr().context("asking for Slack's own address")?;
        config.listener.set_nonblocking(true).context("preparing Slack's listener")?;
        let listener = tokio::net::TcpListener::from_std(config.listener).context("listening as Slack")?;
        let app = sample::app(vec![format!("{}/slack/oauth_redirect", config.app_url)]);
        let state = State::new(app, vec![sample::team()]);
        let url = format!("http://{address}");
        let shared = Arc::new(Shared::new(state, url, config.app_url, config.pace, config.log)?);
        let router = router(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the simulated Slack stopped listening: {error}");
            }
        });
        Ok(Self { shared, server })
    }

    /// Base URL.
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// What the app calls instead of `https://slack.com/api`.
    pub fn api_url(&self) -> String {
        format!("{}/api", self.shared.url)
    }

    /// The app, credentials included.
    pub fn app(&self) -> App {
        self.shared.lock().app.clone()
    }

    /// Proves that the app answers at its request URL (`url_verification`).
    ///
    /// # Errors
    /// If the app does not echo the challenge in time.
    pub async fn verify_url(&self) -> anyhow::Result<()> {
        deliver::verify_url(&self.shared).await
    }

    /// Types a message.
    ///
    /// # Errors
    /// If there is no such person or channel, or the one is not in the other.
    pub fn say(&self, say: &Say) -> Result<Said, Impossible> {
        people::say(&self.shared, say)
    }

    /// Changes a message.
    ///
    /// # Errors
    /// If it is not there, or not theirs.
    pub fn edit(&self, user: &str, channel: &str, ts: &str, text: &str) -> Result<(), Impossible> {
        people::edit(&self.shared, user, channel, ts, text)
    }

    /// Types a slash command, and waits for the immediate answer.
    ///
    /// # Errors
    /// If there is no such person, channel or command.
    pub async fn command(&self, command: &Command) -> Result<Taken, Impossible> {
        interact::command(&self.shared, command).await
    }

    /// Clicks a button, and waits for the immediate answer.
    ///
    /// # Errors
    /// If there is no such button before that person.
    pub async fn click(&self, click: &Click) -> Result<Taken, Impossible> {
        interact::click(&self.shared, click).await
    }

    /// Whether that person sees such a button there.
    pub fn offers(&self, user: &str, channel: &str, button: &str) -> bool {
        let mut state = self.shared.lock();
        people::place(&mut state, user, channel).is_ok_and(|place| payloads::offers(&state, &place, button))
    }

    /// Submits a modal, and waits for the immediate answer.
    ///
    /// # Errors
    /// If that person has no such modal open, or an input is missing or unknown.
    pub async fn submit(&self, submit: &Submit) -> Result<Taken, Impossible> {
        interact::submit(&self.shared, submit).await
    }

    /// Looks at the app's certificate, as Slack does now and then (`ssl_check=1`),
    /// and waits for the answer.
    pub async fn ssl_check(&self) -> Taken {
        forms::ssl_check(&self.shared).await
    }

    /// The path of every `response_url` there is, which is all that is secret in it.
    pub fn response_urls(&self) -> Vec<String> {
        self.shared.lock().hooks.keys().cloned().collect()
    }

    /// Makes every `response_url` there is older, as if `by` had passed.
    pub fn age_response_urls(&self, by: Duration) {
        hooks::age(&mut self.shared.lock(), by);
    }

    /// Makes somebody something else to the workspace: a guest, say.
    ///
    /// # Errors
    /// If there is no such person.
    pub fn set_role(&self, user: &str, role: Role) -> Result<(), Impossible> {
        people::set_role(&mut self.shared.lock(), user, role)
    }

    /// Brings `count` more members into a channel, from Madrid, `member-<number>`
    /// by name; who they are.
    ///
    /// # Errors
    /// If there is no such channel.
    pub fn add_members(&self, channel: &str, count: usize) -> Result<Vec<UserId>, Impossible> {
        people::add_members(&mut self.shared.lock(), channel, count)
    }

    /// Shares a channel with the other company, whose people come in; with `pending`
    /// they are only invited, as `is_pending_ext_shared` says.
    ///
    /// # Errors
    /// If there is no such channel.
    pub fn share(&self, channel: &str, pending: bool) -> Result<(), Impossible> {
        people::share(&mut self.shared.lock(), channel, pending)
    }

    /// Sets who is in a user group.
    ///
    /// # Errors
    /// If there is no such group or person.
    pub fn set_group(&self, handle: &str, members: &[&str]) -> Result<(), Impossible> {
        people::set_group(&mut self.shared.lock(), handle, members)
    }

    /// Leaves the installation only these scopes: as one has that was made before the
    /// app asked for the others.
    ///
    /// # Errors
    /// If the app is not installed.
    pub fn set_scopes(&self, scopes: &[&str]) -> Result<(), Impossible> {
        people::set_scopes(&mut self.shared.lock(), scopes)
    }

    /// Removes the app from the workspace.
    ///
    /// # Errors
    /// If it is not installed.
    pub fn uninstall(&self) -> Result<(), Impossible> {
        people::uninstall(&self.shared, people::UNINSTALLED)
    }

    /// Asks for trouble with the next calls of a method.
    pub fn fault(&self, fault: Fault) {
        self.shared.lock().faults.add(fault);
    }

    /// The channel as that person sees it.
    ///
    /// # Errors
    /// If there is no such person or channel, or the one is not in the other.
    pub fn conversation(&self, user: &str, channel: &str) -> Result<Conversation, Impossible> {
        show::conversation(&mut self.shared.lock(), user, channel)
    }

    /// App, team, users, channels and bot, as `GET /sim/world` gives them.
    pub fn world(&self) -> Value {
        world_json(&self.shared.lock())
    }

    /// Whether the app is installed.
    pub fn installed(&self) -> bool {
        self.shared.lock().teams.iter().any(|team| team.installed().is_some())
    }

    /// Every bot token granted so far, for whoever looks where one has leaked to.
    pub fn tokens(&self) -> Vec<String> {
        let state = self.shared.lock();
        state.teams.iter().flat_map(|team| &team.tokens).map(|token| token.secret.clone()).collect()
    }

    /// Every call the app made, in order, secrets masked.
    pub fn calls(&self) -> Vec<Value> {
        calls_json(&self.shared.lock())
    }

    /// Every attempt to hand the app something, in order.
    pub fn deliveries(&self) -> Vec<Value> {
        self.shared.lock().deliveries.iter().map(Delivery::to_json).collect()
    }

    /// Deliveries that were given up, one line each.
    pub fn failures(&self) -> Vec<String> {
        self.shared.lock().deliveries.iter().filter(|one| one.gave_up).map(Delivery::line).collect()
    }

    /// What people said to the bot, typed or clicked, and got no word for, one line each.
    pub fn unanswered(&self) -> Vec<String> {
        control::all_unanswered(&self.shared.lock())
    }

    /// Every command, click and submitted modal, in order, and how it was taken.
    pub fn waits(&self) -> Vec<Wait> {
        waits::all(&self.shared.lock())
    }

    /// The modal that is open before this person, the latest if there are several.
    pub fn modal(&self, user: &str) -> Option<Modal> {
        views::modal(&self.shared.lock(), user)
    }

    /// Deliveries under way or still to be retried.
    pub fn pending(&self) -> usize {
        *self.shared.pending.borrow()
    }

    /// Waits until nothing is under way and nothing is to be retried.
    pub async fn idle(&self) {
        let mut pending = self.shared.pending.subscribe();
        // The sender lives as long as `self`, so this ends only by being true.
        let _ = pending.wait_for(|count| *count == 0).await;
    }

    /// Stops listening.
    pub async fn stop(mut self) {
        self.server.abort();
        // An aborted task has nothing to say but that.
        let _ = (&mut self.server).await;
    }
}

impl Drop for Slack {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/oauth/v2/authorize", get(authorize).post(decide))
        .route("/api/{method}", post(api::call).get(api::call))
        .route("/hooks/{*path}", post(hooks::answer))
        .merge(control::routes())
        .with_state(shared)
}

async fn authorize(Extract(shared): Extract<Arc<Shared>>, Query(ask): Query<Ask>) -> Response {
    match oauth::page(&shared.lock(), &ask) {
        Ok(page) => Html(page.into_string()).into_response(),
        Err(error) => refused(&error),
    }
}

async fn decide(Extract(shared): Extract<Arc<Shared>>, Form(ask): Form<Ask>) -> Response {
    let decided = oauth::decide(&mut shared.lock(), &ask);
    match decided {
        Ok(target) => {
            (StatusCode::FOUND, Redirect::to(&target).into_response().headers().clone()).into_response()
        }
        Err(error) => refused(&error),
    }
}

fn refused(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, format!("Something went wrong when authorizing this app: {error}"))
        .into_response()
}
