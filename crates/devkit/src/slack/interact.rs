//! Slash commands, clicks and submitted modals: signed forms that want an
//! answer within three seconds, and are never sent twice.
//!
//! <https://docs.slack.dev/interactivity/handling-user-interaction>

use std::sync::Arc;

use domain::ids::{TeamId, UserId};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::deliver::{self, Request};
use super::delivery::Delivery;
use super::payloads;
use super::people::{Impossible, Place, place};
use super::state::{Hook, Shared, State};
use super::world::{BOT_NAME, Message, SLACKBOT};
use super::{hooks, mint};

/// A slash command to be typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Who types.
    pub user: String,
    /// Where.
    pub channel: String,
    /// With its slash.
    pub command: String,
    /// Everything after it.
    #[serde(default)]
    pub text: String,
}

/// A button to be clicked, or an option to be chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Click {
    /// Who clicks.
    pub user: String,
    /// Where.
    pub channel: String,
    /// The message; the latest one with such a button if there is none.
    #[serde(default)]
    pub ts: Option<String>,
    /// What is written on it, or its action id or value.
    pub button: String,
}

/// A modal to be submitted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submit {
    /// Who submits.
    pub user: String,
    /// The view; the person's latest open one if there is none.
    #[serde(default)]
    pub view: Option<String>,
    /// What is typed, by block id and then action id.
    #[serde(default)]
    pub values: Map<String, Value>,
}

/// How the app took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// What Slack shows the person if the app failed.
    pub error: Option<String>,
    /// The body of the answer.
    pub answer: String,
}

impl Taken {
    pub(crate) fn to_json(&self) -> Value {
        json!({"ok": self.error.is_none(), "status": self.status, "error": self.error, "answer": self.answer})
    }
}

/// What is sent: where, the form, and what may be written down of it.
struct Sending<'a> {
    path: &'a str,
    kind: &'static str,
    what: String,
    team: TeamId,
    form: payloads::Form,
    record: Value,
}

/// Types a slash command, and shows the person what comes of it.
pub(crate) async fn command(shared: &Arc<Shared>, typed: &Command) -> Result<Taken, Impossible> {
    let (place, form, hook) = {
        let mut state = shared.lock();
        let place = place(&mut state, &typed.user, &typed.channel)?;
        let made = payloads::command(&mut state, &shared.url, &place, typed)?;
        (place, made.0, made.1)
    };
    let shown = form.iter().filter(|(name, _)| !matches!(*name, "response_url" | "trigger_id" | "token"));
    let record: Map<_, _> = shown.map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let what = format!("{} {}", typed.command, typed.text);
    let (path, kind, team) = ("/slack/commands", "command", place.team.clone());
    let taken =
        send(shared, Sending { path, kind, what: what.trim().into(), team, form, record: record.into() })
            .await;
    let mut state = shared.lock();
    if taken.error.is_none() && !taken.answer.trim().is_empty() {
        let said = serde_json::from_str(&taken.answer).ok().filter(Value::is_object);
        let said = said.unwrap_or_else(|| json!({"text": taken.answer}));
        show(&mut state, &hook, &said);
    } else if let Some(error) = &taken.error {
        complain(&mut state, &place, &format!("{} failed with the error “{error}”", typed.command));
    }
    Ok(taken)
}

/// Shows the immediate answer to a slash command.
fn show(state: &mut State, hook: &Hook, said: &Value) {
    match hooks::message(state, hook, said) {
        Ok(message) => hooks::post(state, hook, message),
        Err(error) => {
            let Hook { team, channel, user, .. } = hook.clone();
            complain(state, &Place { team, user, channel }, &format!("The answer was not shown: {error}"));
        }
    }
}

/// Slackbot tells the person, and only them.
fn complain(state: &mut State, place: &Place, text: &str) {
    let Some(team) = state.team_mut(&place.team) else { return };
    let mut message = Message::new(team.next_ts(), UserId::new(SLACKBOT), text);
    message.only_for = Some(place.user.clone());
    team.post(&place.channel, message);
}

/// Clicks a button, or chooses an option.
pub(crate) async fn click(shared: &Arc<Shared>, click: &Click) -> Result<Taken, Impossible> {
    let (place, payload) = {
        let mut state = shared.lock();
        let place = place(&mut state, &click.user, &click.channel)?;
        let payload = payloads::click(&mut state, &shared.url, &place, click)?;
        (place, payload)
    };
    let what = format!("click [{}]", click.button.trim_matches(['[', ']']));
    let taken = send(shared, interaction(what, &place.team, payload)).await;
    if let Some(error) = &taken.error {
        complain(&mut shared.lock(), &place, &format!("{BOT_NAME} did not take the click: {error}"));
    }
    Ok(taken)
}

/// Submits a modal; the app may close it, change it, or name errors in it.
pub(crate) async fn submit(shared: &Arc<Shared>, submit: &Submit) -> Result<Taken, Impossible> {
    let (view, payload) = payloads::submit(&mut shared.lock(), submit)?;
    let team = view.team.clone();
    let mut taken = send(shared, interaction(format!("submit {}", view.id), &team, payload)).await;
    let mut state = shared.lock();
    let Some(kept) = state.views.get_mut(&view.id) else { return Ok(taken) };
    if taken.error.is_some() {
        return Ok(taken);
    }
    let answer: Value = serde_json::from_str(&taken.answer).unwrap_or_default();
    let action = answer.get("response_action").and_then(Value::as_str);
    match (action, taken.answer.trim().is_empty()) {
        (_, true) | (Some("clear"), _) => kept.open = false,
        (Some("errors"), _) if answer.get("errors").is_some_and(Value::is_object) => {}
        (Some("update" | "push"), _) if answer.get("view").is_some_and(Value::is_object) => {
            kept.body = answer.get("view").cloned().unwrap_or_default();
            kept.hash = mint::secret();
        }
        _ => taken.error = Some("We had some trouble connecting. Try again?".into()),
    }
    Ok(taken)
}

fn interaction(what: String, team: &TeamId, payload: Value) -> Sending<'static> {
    let form = vec![("payload", payload.to_string())];
    let mut record = payload;
    for secret in ["response_url", "trigger_id"] {
        record.as_object_mut().map(|members| members.remove(secret));
    }
    Sending { path: "/slack/interactions", kind: "interaction", what, team: team.clone(), form, record }
}

async fn send(shared: &Arc<Shared>, sending: Sending<'_>) -> Taken {
    shared.pending.send_modify(|count| *count += 1);
    let request = Request {
        path: sending.path,
        content_type: "application/x-www-form-urlencoded",
        body: form_urlencoded::Serializer::new(String::new()).extend_pairs(&sending.form).finish(),
        retry: None,
    };
    let answer = deliver::post(shared, request).await;
    let error = match (answer.error, answer.status) {
        (Some("http_timeout"), _) => Some("operation_timeout".to_owned()),
        // Slack takes nothing but 200 here.
        (None, Some(200)) => None,
        _ => Some("dispatch_failed".to_owned()),
    };
    deliver::record(
        shared,
        Delivery {
            at_ms: mint::now_ms(),
            team: Some(sending.team),
            kind: sending.kind,
            what: sending.what,
            event_id: None,
            retry: 0,
            status: answer.status,
            ms: answer.ms,
            error: answer.error,
            gave_up: error.is_some(),
            sent: sending.record,
            answer: answer.body.clone(),
        },
    );
    deliver::flush(shared);
    shared.pending.send_modify(|count| *count = count.saturating_sub(1));
    Taken { status: answer.status, error, answer: answer.body }
}
