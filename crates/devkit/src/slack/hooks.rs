//! `response_url`s: five uses within thirty minutes, without a token, and into
//! channels the bot is not in.
//!
//! <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use axum::response::Response;
use domain::ids::{ChannelId, MessageTs, TeamId, UserId};
use serde_json::{Value, json};

use super::api::{check_blocks, masked, note, respond};
use super::blocks::settle;
use super::faults::FaultKind;
use super::state::{Call, Hook, Shared, State};
use super::world::Message;
use super::{deliver, events, mint};

/// How long a URL works.
const LIFE_MS: u64 = 30 * 60 * 1_000;
/// How often it works.
const USES: u32 = 5;

/// Makes a URL for what `user` did in `channel`; `kind` is `commands` or `actions`.
pub(crate) fn make(
    state: &mut State,
    url: &str,
    kind: &str,
    (team, channel, user): (&TeamId, &ChannelId, &UserId),
    message: Option<MessageTs>,
) -> (String, Hook) {
    let path = format!("{kind}/{team}/{}/{}", mint::now_us(), mint::secret());
    let hook = Hook {
        number: u64::try_from(state.hooks.len()).unwrap_or(u64::MAX).saturating_add(1),
        team: team.clone(),
        channel: channel.clone(),
        user: user.clone(),
        message,
        made_ms: mint::now_ms(),
        uses: 0,
    };
    state.hooks.insert(path.clone(), hook.clone());
    (format!("{url}/hooks/{path}"), hook)
}

/// Makes every URL there is older.
pub(crate) fn age(state: &mut State, by: Duration) {
    let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
    for hook in state.hooks.values_mut() {
        hook.made_ms = hook.made_ms.saturating_sub(by);
    }
}

/// Answers `POST /hooks/<path>`.
pub(crate) async fn answer(
    Extract(shared): Extract<Arc<Shared>>,
    Path(path): Path<String>,
    body: Bytes,
) -> Response {
    let fault = shared.lock().faults.take("response_url");
    let arguments: Option<Value> = serde_json::from_slice(&body).ok().filter(Value::is_object);
    let (team, hook) = shared.lock().hooks.get(&path).map(|hook| (hook.team.clone(), hook.number)).unzip();
    let (status, answer) = match fault.as_ref().and_then(FaultKind::instead) {
        Some(instead) => instead,
        None => match arguments.as_ref().ok_or((400, "invalid_payload".to_owned())).and_then(|said| {
            let mut state = shared.lock();
            spend(&mut state, &path).and_then(|hook| say(&mut state, &path, &hook, said))
        }) {
            Ok(()) => (200, json!("ok")),
            Err((status, error)) => (status, json!({"ok": false, "error": error})),
        },
    };
    note(
        &shared,
        Call {
            at_ms: mint::now_ms(),
            method: "response_url".into(),
            team,
            hook,
            token: None,
            arguments: masked(&arguments.unwrap_or_else(|| json!(String::from_utf8_lossy(&body)))),
            status,
            answer: answer.clone(),
            fault: fault.as_ref().map(FaultKind::name),
        },
    );
    deliver::flush(&shared);
    respond(status, &answer, None, fault).await
}

type Outcome<T> = Result<T, (u16, String)>;

fn spend(state: &mut State, path: &str) -> Outcome<Hook> {
    let hook = state.hooks.get_mut(path).ok_or((404, "no_service".to_owned()))?;
    if mint::now_ms().saturating_sub(hook.made_ms) > LIFE_MS {
        return Err((404, "expired_url".into()));
    }
    if hook.uses >= USES {
        return Err((404, "used_url".into()));
    }
    hook.uses += 1;
    Ok(hook.clone())
}

/// Whether this is set; Slack's pages write it as a word as often as not.
fn flag(said: &Value, name: &str) -> bool {
    said.get(name).is_some_and(|value| *value == json!(true) || *value == json!("true"))
}

fn say(state: &mut State, path: &str, hook: &Hook, said: &Value) -> Outcome<()> {
    if flag(said, "delete_original") {
        let ts = hook.message.as_ref().ok_or((200, "message_not_found".to_owned()))?;
        return with_original(state, hook, ts, |_| None);
    }
    let message = message(state, hook, said).map_err(|error| (200, error))?;
    if let Some(ts) = hook.message.as_ref().filter(|_| flag(said, "replace_original")) {
        // Who sees it stays as it was: nothing that one person sees becomes everybody's.
        return with_original(state, hook, ts, |old| {
            Some(Message {
                text: message.text,
                blocks: message.blocks,
                edited: Some(events::edit_ts(old.edited.as_ref())),
                ..old.clone()
            })
        });
    }
    let ts = message.ts.clone();
    post(state, hook, &message);
    // What a later `replace_original` means, where there was no message before.
    if let Some(hook) = state.hooks.get_mut(path).filter(|hook| hook.message.is_none()) {
        hook.message = Some(ts);
    }
    Ok(())
}

/// Changes the message that the URL belongs to, or takes it away.
fn with_original(
    state: &mut State,
    hook: &Hook,
    ts: &MessageTs,
    change: impl FnOnce(&Message) -> Option<Message>,
) -> Outcome<()> {
    let missing = || (200, "message_not_found".to_owned());
    let app = state.app.clone();
    let team = state.team_mut(&hook.team).ok_or_else(missing)?;
    let channel = team.channel_mut(&hook.channel).ok_or_else(missing)?;
    let at = channel.messages.iter().position(|message| message.ts == *ts).ok_or_else(missing)?;
    let old = channel.messages.get(at).cloned().ok_or_else(missing)?;
    let new = change(&old);
    match (&new, channel.messages.get_mut(at)) {
        (Some(new), Some(kept)) => kept.clone_from(new),
        _ => drop(channel.messages.remove(at)),
    }
    let only_for = old.only_for.clone();
    let team = state.team(&hook.team).ok_or_else(missing)?;
    let event = new.filter(|_| only_for.is_none()).zip(team.channel(hook.channel.as_str()));
    let event = event.and_then(|(new, channel)| events::for_edit(&app, team, channel, &old, &new));
    let envelope = event.map(|event| events::envelope(&app, team, &event));
    state.outbox.extend(envelope);
    state.changed(&hook.channel, only_for, Some(hook.number));
    Ok(())
}

/// Whether an answer says anything at all.
pub(crate) fn speaks(said: &Value) -> bool {
    let text = said.get("text").and_then(Value::as_str).unwrap_or_default();
    let blocks = said.get("blocks").and_then(Value::as_array).is_some_and(|blocks| !blocks.is_empty());
    blocks || !text.is_empty()
}

/// Whether everybody in the channel is to see it.
pub(crate) fn everyone(said: &Value) -> bool {
    said.get("response_type") == Some(&json!("in_channel"))
}

/// Refuses what Slack would not show.
pub(crate) fn check(said: &Value) -> Result<(), String> {
    if let Some(blocks) = said.get("blocks").filter(|blocks| !blocks.is_null()) {
        check_blocks(blocks).map_err(|refusal| refusal.error().to_owned())?;
    }
    if speaks(said) { Ok(()) } else { Err("no_text".into()) }
}

/// The message that an answer asks for, by whoever may see it.
pub(crate) fn message(state: &mut State, hook: &Hook, said: &Value) -> Result<Message, String> {
    check(said)?;
    let everyone = everyone(said);
    let text = said.get("text").and_then(Value::as_str).unwrap_or_default();
    let team = state.team_mut(&hook.team).ok_or("no_team")?;
    let bot = team.bot.clone().ok_or("no_service")?;
    let thread = said.get("thread_ts").and_then(Value::as_str).filter(|_| everyone).map(MessageTs::new);
    let mut message = Message::new(team.next_ts(), bot.user, text);
    message.bot = Some(bot.id);
    message.blocks = said.get("blocks").filter(|blocks| !blocks.is_null()).cloned().map(settle);
    message.only_for = (!everyone).then(|| hook.user.clone());
    message.thread = thread;
    Ok(message)
}

/// Shows it where the person is.
fn post(state: &mut State, hook: &Hook, message: &Message) {
    let (app, only_for) = (state.app.clone(), message.only_for.clone());
    let Some(team) = state.team_mut(&hook.team) else { return };
    team.post(&hook.channel, message.clone());
    let channel = team.channel(hook.channel.as_str()).filter(|_| only_for.is_none());
    let event = channel.and_then(|channel| events::for_response(&app, team, channel, message));
    let envelope = event.map(|event| events::envelope(&app, team, &event));
    state.outbox.extend(envelope);
    state.changed(&hook.channel, only_for, Some(hook.number));
}
