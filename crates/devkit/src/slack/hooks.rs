//! `response_url`s: five uses within thirty minutes, without a token, and into
//! channels the bot is not in.
//!
//! <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>

use std::sync::Arc;

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
use super::{deliver, mint};

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
) -> String {
    let path = format!("{kind}/{team}/{}/{}", mint::now_us(), mint::secret());
    let hook = Hook {
        team: team.clone(),
        channel: channel.clone(),
        user: user.clone(),
        message,
        made_ms: mint::now_ms(),
        uses: 0,
    };
    state.hooks.insert(path.clone(), hook);
    format!("{url}/hooks/{path}")
}

/// Answers `POST /hooks/<path>`.
pub(crate) async fn answer(
    Extract(shared): Extract<Arc<Shared>>,
    Path(path): Path<String>,
    body: Bytes,
) -> Response {
    let fault = shared.lock().faults.take("response_url");
    let arguments: Option<Value> = serde_json::from_slice(&body).ok().filter(Value::is_object);
    let team = shared.lock().hooks.get(&path).map(|hook| hook.team.clone());
    let (status, answer) = match &fault {
        Some(FaultKind::RateLimited { .. }) => (429, json!({"ok": false, "error": "ratelimited"})),
        Some(FaultKind::ServerError) => (500, json!("Internal Server Error")),
        Some(FaultKind::Refused { error }) => (200, json!({"ok": false, "error": error})),
        _ => match arguments.as_ref().ok_or((400, "invalid_payload".to_owned())).and_then(|said| {
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

fn say(state: &mut State, path: &str, hook: &Hook, said: &Value) -> Outcome<()> {
    let flag = |name: &str| said.get(name) == Some(&json!(true));
    if flag("delete_original") {
        return match &hook.message {
            Some(ts) => with_original(state, hook, ts, |messages, at| drop(messages.remove(at))),
            None => Err((200, "message_not_found".into())),
        };
    }
    let message = message(state, hook, said).map_err(|error| (200, error))?;
    if let Some(ts) = hook.message.as_ref().filter(|_| flag("replace_original")) {
        return with_original(state, hook, ts, |messages, at| {
            if let Some(kept) = messages.get_mut(at) {
                (kept.text, kept.blocks, kept.edited) = (message.text, message.blocks, true);
            }
        });
    }
    let ts = message.ts.clone();
    post(state, hook, message);
    // What a later `replace_original` means, where there was no message before.
    if let Some(hook) = state.hooks.get_mut(path).filter(|hook| hook.message.is_none()) {
        hook.message = Some(ts);
    }
    Ok(())
}

fn with_original(
    state: &mut State,
    hook: &Hook,
    ts: &MessageTs,
    change: impl FnOnce(&mut Vec<Message>, usize),
) -> Outcome<()> {
    let channel = state.team_mut(&hook.team).and_then(|team| team.channel_mut(&hook.channel));
    let found = channel.and_then(|channel| {
        let at = channel.messages.iter().position(|message| message.ts == *ts)?;
        Some((channel, at))
    });
    let (channel, at) = found.ok_or((200, "message_not_found".to_owned()))?;
    change(&mut channel.messages, at);
    Ok(())
}

/// The message that an answer asks for, by whoever may see it.
pub(crate) fn message(state: &mut State, hook: &Hook, said: &Value) -> Result<Message, String> {
    let blocks = said.get("blocks").filter(|blocks| !blocks.is_null()).cloned();
    if let Some(blocks) = &blocks {
        check_blocks(blocks).map_err(|refusal| refusal.error().to_owned())?;
    }
    let text = said.get("text").and_then(Value::as_str).unwrap_or_default();
    let no_blocks = blocks.as_ref().and_then(Value::as_array).is_none_or(Vec::is_empty);
    if text.is_empty() && no_blocks {
        return Err("no_text".into());
    }
    let everyone = said.get("response_type") == Some(&json!("in_channel"));
    let team = state.team_mut(&hook.team).ok_or("no_team")?;
    let bot = team.bot.clone().ok_or("no_service")?;
    let thread = said.get("thread_ts").and_then(Value::as_str).filter(|_| everyone).map(MessageTs::new);
    let mut message = Message::new(team.next_ts(), bot.user, text);
    message.bot = Some(bot.id);
    message.blocks = blocks.map(settle);
    message.only_for = (!everyone).then(|| hook.user.clone());
    message.thread = thread;
    Ok(message)
}

/// Shows it where the person is.
pub(crate) fn post(state: &mut State, hook: &Hook, message: Message) {
    if let Some(team) = state.team_mut(&hook.team) {
        team.post(&hook.channel, message);
    }
}
