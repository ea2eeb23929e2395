//! Sends the app what happened, as Slack does: signed anew each time, three
//! seconds for the answer, three retries, and a line in the log for each attempt.
//!
//! <https://docs.slack.dev/apis/events-api#retries>

use std::sync::Arc;

use domain::ids::TeamId;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::delivery::{Delivery, Mishap};
use super::sign::signature;
use super::state::Shared;
use super::{mint, text};

/// How one signed request ended.
pub(crate) struct Answer {
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<&'static str>,
    pub(crate) content_type: String,
    pub(crate) body: String,
    pub(crate) ms: u64,
    no_retry: bool,
}

impl Answer {
    const fn none(error: &'static str, ms: u64) -> Self {
        Self {
            status: None,
            error: Some(error),
            content_type: String::new(),
            body: String::new(),
            ms,
            no_retry: false,
        }
    }
}

/// A request to the app, not yet signed.
#[derive(Clone)]
pub(crate) struct Request<'a> {
    pub(crate) path: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) body: String,
    /// The number of the retry, and why there is one.
    pub(crate) retry: Option<(usize, &'static str)>,
    /// When it is signed, in seconds since the Unix epoch.
    pub(crate) sent_s: u64,
}

/// Signs and sends one request, and waits for its answer as long as Slack would.
pub(crate) async fn post(shared: &Shared, request: Request<'_>) -> Answer {
    let secret = shared.lock().app.signing_secret.clone();
    let timestamp = request.sent_s;
    let mut call = shared
        .client
        .post(format!("{}{}", shared.app_url, request.path))
        .timeout(shared.pace.deadline)
        .header("content-type", request.content_type)
        .header("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
        .header("accept", "*/*")
        .header("x-slack-request-timestamp", timestamp.to_string())
        .header("x-slack-signature", signature(&secret, timestamp, request.body.as_bytes()));
    if let Some((number, reason)) = request.retry {
        call = call.header("x-slack-retry-num", number.to_string()).header("x-slack-retry-reason", reason);
    }
    let began = Instant::now();
    let outcome = async {
        let answer = call.body(request.body).send().await?;
        let header = |name: &str| {
            answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (status, content_type, no_retry) =
            (answer.status(), header("content-type"), header("x-slack-no-retry") == "1");
        Ok::<_, reqwest::Error>((status, content_type, no_retry, answer.text().await?))
    };
    let outcome = outcome.await;
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    match outcome {
        Ok((status, content_type, no_retry, body)) => Answer {
            status: Some(status.as_u16()),
            error: (!status.is_success()).then_some("http_error"),
            content_type,
            body,
            ms,
            no_retry,
        },
        Err(error) if error.is_timeout() => Answer::none("http_timeout", ms),
        Err(error) if error.is_redirect() => Answer::none("too_many_redirects", ms),
        Err(error) if error.is_connect() || error.is_request() || error.is_body() => {
            Answer::none("connection_failed", ms)
        }
        Err(_) => Answer::none("unknown_error", ms),
    }
}

/// Keeps an attempt and writes its line.
pub(crate) fn record(shared: &Shared, delivery: Delivery) {
    shared.log.event(delivery.line());
    shared.lock().deliveries.push(delivery);
}

/// Sends what the calls of this moment caused.
pub(crate) fn flush(shared: &Arc<Shared>) {
    let waiting = std::mem::take(&mut shared.lock().outbox);
    for envelope in waiting {
        send_event(shared, envelope, Mishap::default());
    }
}

/// Delivers one event in the background, retries included.
pub(crate) fn send_event(shared: &Arc<Shared>, envelope: Value, mishap: Mishap) {
    shared.pending.send_modify(|count| *count += 1);
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        attempts(&shared, &envelope, mishap).await;
        shared.pending.send_modify(|count| *count = count.saturating_sub(1));
    });
}

async fn attempts(shared: &Shared, envelope: &Value, mishap: Mishap) {
    let word = |pointer: &str| envelope.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let mut reason = None;
    for retry in 0..=shared.pace.retries.len() {
        if let Some(wait) = retry.checked_sub(1).and_then(|n| shared.pace.retries.get(n)) {
            tokio::time::sleep(*wait).await;
        }
        let request = Request {
            path: "/slack/events",
            content_type: "application/json",
            body: envelope.to_string(),
            retry: reason.map(|reason| (retry, reason)),
            sent_s: mint::now_s(),
        };
        let answer = match (retry, mishap) {
            (0, Mishap { drop_first: true, .. }) => Answer::none("connection_failed", 0),
            (0, Mishap { lose_answer: true, .. }) => {
                let reached = post(shared, request).await;
                Answer::none("http_timeout", reached.ms)
            }
            _ => post(shared, request).await,
        };
        let last = retry == shared.pace.retries.len() || answer.no_retry;
        let failed = answer.error.is_some();
        reason = answer.error;
        record(
            shared,
            Delivery {
                at_ms: mint::now_ms(),
                team: word("/team_id").map(TeamId::new),
                kind: "event",
                what: describe(shared, envelope),
                event_id: word("/event_id"),
                retry,
                status: answer.status,
                ms: answer.ms,
                error: answer.error,
                gave_up: failed && last,
                hook: None,
                sent: envelope.clone(),
                answer: answer.body,
            },
        );
        if !failed || last {
            return;
        }
    }
}

/// The event's type, and its text if it has one.
fn describe(shared: &Shared, envelope: &Value) -> String {
    let word = |name: &str| envelope.pointer(&format!("/event/{name}")).and_then(Value::as_str);
    let kind = match (word("type").unwrap_or("?"), word("subtype")) {
        ("message", Some(subtype)) => {
            format!("message.{}.{subtype}", word("channel_type").unwrap_or("channel"))
        }
        ("message", None) => format!("message.{}", word("channel_type").unwrap_or("channel")),
        (kind, _) => kind.to_owned(),
    };
    match word("text") {
        Some(said) => {
            let team = envelope.get("context_team_id").and_then(Value::as_str).map(TeamId::new);
            let state = shared.lock();
            let team = team.and_then(|team| state.team(&team));
            format!("{kind} “{}”", team.map_or_else(|| said.to_owned(), |team| text::display(said, team)))
        }
        None => kind,
    }
}

/// Proves to Slack that the app answers at its request URL.
///
/// # Errors
/// If the app does not give the challenge back within the deadline.
pub(crate) async fn verify_url(shared: &Shared) -> anyhow::Result<()> {
    let challenge = mint::secret();
    let sent = json!({"token": "deprecated", "challenge": challenge, "type": "url_verification"});
    let request = Request {
        path: "/slack/events",
        content_type: "application/json",
        body: sent.to_string(),
        retry: None,
        sent_s: mint::now_s(),
    };
    let answer = post(shared, request).await;
    let echoed = echo(&answer);
    let right = answer.error.is_none() && echoed.as_deref() == Some(challenge.as_str());
    let (status, body) = (answer.status, answer.body.clone());
    record(
        shared,
        Delivery {
            at_ms: mint::now_ms(),
            team: None,
            kind: "url_verification",
            what: "challenge".into(),
            event_id: None,
            retry: 0,
            status,
            ms: answer.ms,
            error: answer.error,
            gave_up: !right,
            hook: None,
            sent,
            answer: answer.body,
        },
    );
    anyhow::ensure!(
        right,
        "Your request URL didn't respond with the value of the challenge: {}{}",
        status.map_or_else(|| "no answer".to_owned(), |status| format!("HTTP {status} ")),
        body
    );
    Ok(())
}

/// The challenge in any of the three forms that Slack takes.
fn echo(answer: &Answer) -> Option<String> {
    if answer.content_type.starts_with("application/json") {
        let body: Value = serde_json::from_str(&answer.body).ok()?;
        return body.get("challenge")?.as_str().map(str::to_owned);
    }
    if answer.content_type.starts_with("application/x-www-form-urlencoded") {
        let mut fields = form_urlencoded::parse(answer.body.as_bytes());
        return fields.find(|(name, _)| name == "challenge").map(|(_, value)| value.into_owned());
    }
    Some(answer.body.trim().to_owned())
}
