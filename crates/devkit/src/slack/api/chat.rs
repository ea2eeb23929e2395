//! `chat.*`: posting, editing and whispering.

use domain::ids::{ChannelId, MessageTs, TeamId, UserId};
use serde_json::{Value, json};

use super::conversations::seen;
use super::{Args, Content, Refusal, content};
use crate::slack::blocks::settle;
use crate::slack::events;
use crate::slack::state::State;
use crate::slack::world::{Asks, Bot, Kind, Message, Role, Team};

/// The most that `chat.update` takes.
const UPDATE_LIMIT: usize = 4_000;

pub(super) fn team<'a>(state: &'a mut State, id: &TeamId) -> Result<&'a mut Team, Refusal> {
    state.team_mut(id).ok_or_else(|| Refusal::new("team_not_found"))
}

pub(super) fn bot(team: &Team) -> Result<Bot, Refusal> {
    team.installed().cloned().ok_or_else(|| Refusal::new("account_inactive"))
}

/// `chat.postMessage`
pub(super) fn post_message(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let app = state.app.clone();
    let team = team(state, id)?;
    let bot = bot(team)?;
    let channel = postable(team, &bot, &args.required("channel")?)?;
    let content = content(args, None)?;
    let thread = thread(team, &channel, args)?;
    let truncated = content.truncated;
    let message = Message { thread, ..written(team, &bot, content) };
    team.post(&channel, message.clone());
    let mut answer = json!({"channel": channel, "ts": message.ts});
    let mut shown = events::message_json(&app, team, &message);
    events::set(&mut shown, "type", json!("message"));
    events::set(&mut answer, "message", shown);
    if truncated {
        events::set(&mut answer, "warning", json!("message_truncated"));
    }
    let event =
        team.channel(channel.as_str()).and_then(|channel| events::for_message(&app, team, channel, &message));
    let envelope = event.map(|event| events::envelope(&app, team, &event));
    state.outbox.extend(envelope);
    state.changed(&channel, None, None);
    Ok(answer)
}

/// `chat.getPermalink`, which takes any scope.
///
/// <https://docs.slack.dev/reference/methods/chat.getPermalink>
pub(super) fn permalink(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let team = team(state, id)?;
    let bot = bot(team)?;
    let ts = args.required("message_ts")?;
    let place = seen(team, &bot, &args.required("channel")?)?;
    let message = place.message(&ts).filter(|message| message.only_for.is_none());
    let message = message.ok_or_else(|| Refusal::new("message_not_found"))?;
    let mut link =
        format!("https://{}.slack.com/archives/{}/p{}", team.domain, place.id, ts.replace('.', ""));
    if let Some(thread) = &message.thread {
        link = format!("{link}?thread_ts={thread}&cid={}", place.id);
    }
    Ok(json!({"channel": place.id, "permalink": link}))
}

/// `chat.postEphemeral`
pub(super) fn post_ephemeral(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let team = team(state, id)?;
    let bot = bot(team)?;
    let user = UserId::new(args.required("user")?);
    let channel = postable(team, &bot, &args.required("channel")?)?;
    let content = content(args, None)?;
    let place = team.channel(channel.as_str()).ok_or_else(|| Refusal::new("channel_not_found"))?;
    if !place.has(&user) {
        return Err(Refusal::new("user_not_in_channel"));
    }
    let thread = thread(team, &channel, args)?;
    let message = Message { thread, only_for: Some(user.clone()), ..written(team, &bot, content) };
    let shown = shows(team, &channel, &message);
    let ts = message.ts.clone();
    team.post(&channel, Message { shown, ..message });
    if shown {
        state.changed(&channel, Some(user), None);
    }
    Ok(json!({"message_ts": ts}))
}

/// Slack shows an ephemeral reply only in a thread that already has one.
fn shows(team: &Team, channel: &ChannelId, message: &Message) -> bool {
    let Some(thread) = &message.thread else { return true };
    let replies =
        team.channel(channel.as_str()).map(|channel| channel.messages.as_slice()).unwrap_or_default();
    replies.iter().any(|reply| reply.thread.as_ref() == Some(thread) && reply.only_for.is_none())
}

/// `chat.update`
pub(super) fn update(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let app = state.app.clone();
    let team = team(state, id)?;
    let bot = bot(team)?;
    let channel = ChannelId::new(args.required("channel")?);
    let ts = args.required("ts")?;
    let place = seen(team, &bot, channel.as_str())?;
    if place.archived {
        return Err(Refusal::new("is_inactive"));
    }
    let old = place.message(&ts).filter(|old| old.only_for.is_none() && old.asks != Asks::Command);
    let old = old.cloned().ok_or_else(|| Refusal::new("message_not_found"))?;
    if old.bot.as_ref() != Some(&bot.id) {
        return Err(Refusal::new("cant_update_message"));
    }
    let content = content(args, Some(UPDATE_LIMIT))?;
    let new = Message {
        text: content.text.unwrap_or_else(|| old.text.clone()),
        // Blocks stay unless new ones come, an empty list included.
        blocks: content.blocks.map(settle).or_else(|| old.blocks.clone()),
        edited: Some(events::edit_ts(old.edited.as_ref())),
        ..old.clone()
    };
    if let Some(kept) = team.channel_mut(&channel).and_then(|channel| channel.message_mut(&ts)) {
        *kept = new.clone();
    }
    let shown = events::message_json(&app, team, &new);
    let event =
        team.channel(channel.as_str()).and_then(|channel| events::for_edit(&app, team, channel, &old, &new));
    let envelope = event.map(|event| events::envelope(&app, team, &event));
    state.outbox.extend(envelope);
    state.changed(&channel, None, None);
    Ok(json!({"channel": channel, "ts": ts, "text": new.text, "message": shown}))
}

fn written(team: &mut Team, bot: &Bot, content: Content) -> Message {
    let text = content.text.unwrap_or_default();
    let message = Message::new(team.next_ts(), bot.user.clone(), text);
    Message { bot: Some(bot.id.clone()), blocks: content.blocks.map(settle), ..message }
}

/// Where the bot may write: its channels, and anyone's direct messages.
fn postable(team: &mut Team, bot: &Bot, channel: &str) -> Result<ChannelId, Refusal> {
    if channel.starts_with(['U', 'W']) {
        let user = team.user(channel).filter(|user| !user.is(Role::Bot)).map(|user| user.id.clone());
        return user.map(|user| team.direct(&user).0).ok_or_else(|| Refusal::new("channel_not_found"));
    }
    let place = seen(team, bot, channel)?;
    if place.archived {
        return Err(Refusal::new("is_archived"));
    }
    if !place.has(&bot.user) && !matches!(place.kind, Kind::Direct(_)) {
        return Err(Refusal::new("not_in_channel"));
    }
    Ok(place.id.clone())
}

fn thread(team: &Team, channel: &ChannelId, args: &Args) -> Result<Option<MessageTs>, Refusal> {
    let Some(ts) = args.text("thread_ts") else { return Ok(None) };
    let parent = team.channel(channel.as_str()).and_then(|channel| channel.thread_of(&ts));
    parent.map(Some).ok_or_else(|| Refusal::new("cannot_reply_to_message"))
}
