//! An app to talk to: a server that keeps what Slack sends it and answers as it
//! is told; and the simulated Slack in front of it.
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic here is a failed test")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use devkit::cloud::Log;
use devkit::slack::{Pace, Slack, SlackConfig};
use serde_json::{Value, json};

/// Slack's patience. It is long, so that it does not measure the machine; a late reply
/// makes it pass at once.
const DEADLINE: Duration = Duration::from_secs(30);

/// A request that Slack made.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub(crate) fn form(&self, name: &str) -> Option<String> {
        let mut fields = form_urlencoded::parse(self.body.as_bytes());
        fields.find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
    }
}

/// What the app answers next.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: String,
    pub(crate) delay: Duration,
    /// It comes after Slack's patience.
    pub(crate) is_late: bool,
}

impl Reply {
    pub(crate) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new(), delay: Duration::ZERO, is_late: false }
    }

    /// One that comes too late.
    pub(crate) fn late() -> Self {
        Self { is_late: true, ..Self::status(200) }
    }

    pub(crate) fn body(body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::status(200) }
    }
}

#[derive(Clone, Default)]
struct App {
    got: Arc<Mutex<Vec<Got>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
}

/// The simulated Slack, and the app it talks to.
pub(crate) struct World {
    pub(crate) slack: Slack,
    pub(crate) http: reqwest::Client,
    pub(crate) app_url: String,
    app: App,
}

impl World {
    pub(crate) async fn start() -> Self {
        let milli = Duration::from_millis;
        Self::with(Pace { deadline: DEADLINE, retries: [milli(1), milli(2), milli(3)] }).await
    }

    pub(crate) async fn with(pace: Pace) -> Self {
        let app = App::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let app_url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(app.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let config = SlackConfig { listener, app_url: app_url.clone(), pace, log: Log::collect() };
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { slack: Slack::start(config).unwrap(), http, app_url, app }
    }

    /// With the app installed by ann; and its token.
    pub(crate) async fn installed() -> (Self, String) {
        let world = Self::start().await;
        let token = world.install().await["access_token"].as_str().unwrap().to_owned();
        (world, token)
    }

    pub(crate) fn redirect_uri(&self) -> String {
        format!("{}/slack/oauth_redirect", self.app_url)
    }

    /// Allows the app, and gives back the code that comes with the redirect.
    pub(crate) async fn code(&self, person: &str) -> String {
        self.code_for(person, &self.slack.app().scopes.join(",")).await
    }

    /// The same, for these scopes alone.
    pub(crate) async fn code_for(&self, person: &str, scopes: &str) -> String {
        let (app, uri) = (self.slack.app(), self.redirect_uri());
        let form = [
            ("client_id", app.client_id.as_str()),
            ("scope", scopes),
            ("redirect_uri", &uri),
            ("state", "s"),
            ("as", person),
            ("decision", "allow"),
        ];
        let answer =
            self.http.post(format!("{}/oauth/v2/authorize", self.slack.url())).form(&form).send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 302);
        let location = reqwest::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
        location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
    }

    pub(crate) async fn exchange(&self, code: &str) -> Value {
        let (app, uri) = (self.slack.app(), self.redirect_uri());
        let request = self.http.post(format!("{}/oauth.v2.access", self.slack.api_url()));
        let request = request.basic_auth(app.client_id, Some(app.client_secret));
        request.form(&[("code", code), ("redirect_uri", &uri)]).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn install(&self) -> Value {
        self.exchange(&self.code("ann").await).await
    }

    /// Calls a Web API method with JSON.
    pub(crate) async fn api(&self, token: &str, method: &str, arguments: Value) -> Value {
        let request = self.http.post(format!("{}/{method}", self.slack.api_url())).bearer_auth(token);
        let request = request.header("content-type", "application/json; charset=utf-8");
        request.body(arguments.to_string()).send().await.unwrap().json().await.unwrap()
    }

    /// Reads with a query.
    pub(crate) async fn read(&self, token: &str, method: &str, query: &[(&str, &str)]) -> Value {
        let request =
            self.http.get(format!("{}/{method}", self.slack.api_url())).bearer_auth(token).query(query);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Asks the control API.
    pub(crate) async fn sim(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let request = self.http.post(format!("{}/sim/{path}", self.slack.url())).json(&body);
        let answer = request.send().await.unwrap();
        (StatusCode::from_u16(answer.status().as_u16()).unwrap(), answer.json().await.unwrap())
    }

    pub(crate) async fn look(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}/sim/{path}", self.slack.url()));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Orders the app's next answers; without any it answers 200 with nothing.
    pub(crate) fn replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.app.replies.lock().unwrap().extend(replies);
    }

    /// What Slack sent so far.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.app.got.lock().unwrap().clone()
    }

    /// The id of a channel.
    pub(crate) fn channel(&self, name: &str) -> String {
        let world = self.slack.world();
        let channels = world["team"]["channels"].as_array().unwrap();
        channels.iter().find(|one| one["name"] == json!(name)).unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// The id of a user.
    pub(crate) fn user(&self, name: &str) -> String {
        let world = self.slack.world();
        let users = world["team"]["users"].as_array().unwrap();
        users.iter().find(|one| one["name"] == json!(name)).unwrap()["id"].as_str().unwrap().to_owned()
    }
}

async fn answer(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> impl axum::response::IntoResponse {
    let body = String::from_utf8_lossy(&body).into_owned();
    app.got.lock().unwrap().push(Got { path: uri.path().to_owned(), headers, body });
    let reply = app.replies.lock().unwrap().pop_front().unwrap_or_else(|| Reply::status(200));
    if reply.is_late {
        // Slack's patience ends now, and not when a machine that is busy gets to it.
        tokio::time::pause();
        tokio::time::advance(2 * DEADLINE).await;
        tokio::time::resume();
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(reply.delay).await;
    let mut headers = HeaderMap::new();
    for (name, value) in reply.headers {
        headers.insert(name, value.parse().unwrap());
    }
    (StatusCode::from_u16(reply.status).unwrap(), headers, reply.body)
}
