//! Slash commands, clicks and submitted modals: what people do, and what they
//! are shown for it at once.
//!
//! <https://docs.slack.dev/interactivity/handling-user-interaction>

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ids::{MessageTs, TeamId, UserId};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::deliver::Answer;
use super::forms::{self, COMMANDS, INTERACTIONS, Sending, Sent};
use super::people::{Impossible, Place, place};
use super::state::{Hook, Shared, State};
use super::waits::{Deed, Waiting, Word};
use super::world::{BOT_NAME, Message, SLACKBOT};
use super::{blocks, hooks, payloads, text, views};

/// What Slack says if it cannot read the answer to a command.
const INVALID_ANSWER: &str = "invalid_command_response";

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
    /// The thread it is typed in, where Slack refuses it.
    #[serde(default)]
    pub thread_ts: Option<String>,
    /// Deliver the very same form this many times at once; the first answer counts.
    #[serde(default)]
    pub copies: Option<u32>,
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
    /// Deliver the very same form this many times at once; the first answer counts.
    #[serde(default)]
    pub copies: Option<u32>,
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
    /// What is typed or chosen, by the label of the input.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// The same by block id and then action id; these win.
    #[serde(default)]
    pub values: Map<String, Value>,
}

/// How the app took it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// What Slack shows the person if the app failed.
    pub error: Option<String>,
    /// The body of the answer.
    pub answer: String,
    /// What the answer says it is.
    pub content_type: String,
}

impl Taken {
    pub(crate) fn to_json(&self) -> Value {
        json!({"ok": self.error.is_none(), "status": self.status, "error": self.error, "answer": self.answer})
    }
}

/// What an answer to a command says: JSON is a message, everything else is text
/// and shown as it is.
fn said(body: &str, content_type: &str) -> Result<Option<Value>, &'static str> {
    if body.trim().is_empty() {
        return Ok(None);
    }
    if !content_type.starts_with("application/json") {
        return Ok(Some(json!({"text": body})));
    }
    let message: Value = serde_json::from_str(body).map_err(|_| INVALID_ANSWER)?;
    // Without words, `in_channel` only shows everybody the typed line.
    if !message.is_object() || hooks::speaks(&message) && hooks::check(&message).is_err() {
        return Err(INVALID_ANSWER);
    }
    Ok(Some(message))
}

/// Types a slash command, and shows the person what comes of it.
pub(crate) async fn command(shared: &Arc<Shared>, typed: &Command) -> Result<Taken, Impossible> {
    let line = format!("{} {}", typed.command, typed.text).trim().to_owned();
    let (place, made, waiting) = {
        let mut state = shared.lock();
        let place = place(&mut state, &typed.user, &typed.channel)?;
        let made = payloads::command(&mut state, &shared.url, &place, typed)?;
        let waiting = Waiting::new(Deed::Command, line.clone(), place.user.clone());
        let waiting = state.begin(waiting.with(&made.hook));
        (place, made, waiting)
    };
    let secret = ["response_url", "trigger_id", "token"];
    let shown = made.form.iter().filter(|(name, _)| !secret.contains(name));
    let record: Map<_, _> = shown.map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let sending = Sending {
        path: COMMANDS,
        kind: "command",
        what: line,
        team: Some(place.team.clone()),
        form: made.form,
        record: record.into(),
        hook: Some(made.hook.number),
        copies: typed.copies.unwrap_or(1),
    };
    let judge = |answer: &Answer| said(&answer.body, &answer.content_type).err();
    let Sent { taken, time } = forms::send(shared, sending, judge).await;
    let mut state = shared.lock();
    let word = if let Some(error) = &taken.error {
        complain(&mut state, &place, &format!("{} failed with the error “{error}”", typed.command));
        Word::Failure(error.clone())
    } else {
        let said = said(&taken.answer, &taken.content_type).ok().flatten();
        said.map_or(Word::Nothing, |said| show(&mut state, &made.hook, &made.line, &said))
    };
    state.acknowledge(waiting, time, word);
    Ok(taken)
}

/// Shows the immediate answer to a slash command, and the typed line beside it
/// if everybody sees the answer.
fn show(state: &mut State, hook: &Hook, line: &MessageTs, said: &Value) -> Word {
    let team = state.team_mut(&hook.team);
    let typed = team
        .and_then(|team| team.channel_mut(&hook.channel))
        .and_then(|channel| channel.message_mut(line.as_str()));
    if let Some(typed) = typed.filter(|_| hooks::everyone(said)) {
        typed.only_for = None;
    }
    let Ok(message) = hooks::message(state, hook, said) else { return Word::Nothing };
    let Some(team) = state.team_mut(&hook.team) else { return Word::Nothing };
    let blocks = message.blocks.as_ref().map(|blocks| blocks::as_text(blocks, team)).unwrap_or_default();
    let words = text::display(&message.text, team);
    team.post(&hook.channel, message);
    let waits = |text: &String| text.trim_end_matches(['_', '*', '~', ' ', '\n']).ends_with('…');
    [blocks, words].into_iter().find(waits).map_or(Word::Answer, Word::Acknowledgement)
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
    let (place, made, waiting) = {
        let mut state = shared.lock();
        let place = place(&mut state, &click.user, &click.channel)?;
        let made = payloads::click(&mut state, &shared.url, &place, click)?;
        let waiting = Waiting::new(Deed::Click, format!("[{}]", made.label), place.user.clone());
        let waiting = state.begin(waiting.with(&made.hook).linking(made.link));
        (place, made, waiting)
    };
    let sending = Sending {
        hook: Some(made.hook.number),
        copies: click.copies.unwrap_or(1),
        ..interaction(format!("click [{}]", made.label), &place.team, made.payload)
    };
    let Sent { taken, time } = forms::send(shared, sending, |_| None).await;
    let mut state = shared.lock();
    let word = match &taken.error {
        Some(error) => {
            complain(&mut state, &place, &format!("{BOT_NAME} did not take the click: {error}"));
            Word::Failure(error.clone())
        }
        None => Word::Nothing,
    };
    state.acknowledge(waiting, time, word);
    Ok(taken)
}

/// Submits a modal; the app may close it, change it, or name errors in it.
pub(crate) async fn submit(shared: &Arc<Shared>, submit: &Submit) -> Result<Taken, Impossible> {
    let (view, payload, waiting) = {
        let mut state = shared.lock();
        let (view, payload) = payloads::submit(&mut state, submit)?;
        let what = format!("“{}”", views::title(&view.body));
        let waiting = state.begin(Waiting::new(Deed::Submission, what, view.user.clone()));
        (view, payload, waiting)
    };
    let sending = interaction(format!("submit “{}”", views::title(&view.body)), &view.team, payload);
    let Sent { taken, time } =
        forms::send(shared, sending, |answer| views::next(&view.body, &answer.body).err()).await;
    let mut state = shared.lock();
    let word = match (&taken.error, views::next(&view.body, &taken.answer)) {
        (Some(error), _) => Word::Failure(error.clone()),
        (None, Err(error)) => Word::Failure(error.to_owned()),
        (None, Ok(next)) => views::turn(&mut state, &view.id, next),
    };
    state.acknowledge(waiting, time, word);
    Ok(taken)
}

fn interaction(what: String, team: &TeamId, payload: Value) -> Sending {
    let form = vec![("payload", payload.to_string())];
    let mut record = payload;
    for secret in ["response_url", "trigger_id"] {
        record.as_object_mut().map(|members| members.remove(secret));
    }
    let (path, kind, team) = (INTERACTIONS, "interaction", Some(team.clone()));
    Sending { path, kind, what, team, form, record, hook: None, copies: 1 }
}
