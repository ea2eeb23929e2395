//! What people see: a conversation with edits applied, threads in place and
//! whispers only before the one they are for; and who still waits for a word.

use domain::ids::UserId;
use serde_json::{Value, json};

use super::people::{Impossible, place};
use super::state::State;
use super::world::{Asks, Channel, Kind, Message, Team};
use super::{blocks, text};

/// A message as one person sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Its name in the channel.
    pub ts: String,
    /// Who wrote it, by name.
    pub author: String,
    /// Whether the app wrote it.
    pub from_bot: bool,
    /// As Slack keeps it: escaped, with `<…>` tokens.
    pub text: String,
    /// What is read: the blocks if there are any, else the text.
    pub plain: String,
    /// Block Kit, if any.
    pub blocks: Option<Value>,
    /// What can be clicked in it.
    pub buttons: Vec<String>,
    /// It was changed after it was written.
    pub edited: bool,
    /// Only this person sees it.
    pub ephemeral: bool,
    /// The thread it is in.
    pub thread_ts: Option<String>,
    /// The thread under it.
    pub replies: Vec<Seen>,
}

impl Seen {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "ts": self.ts, "author": self.author, "from_bot": self.from_bot, "text": self.text,
            "plain": self.plain, "blocks": self.blocks, "buttons": self.buttons, "edited": self.edited,
            "ephemeral": self.ephemeral, "thread_ts": self.thread_ts,
            "replies": self.replies.iter().map(Seen::to_json).collect::<Vec<_>>(),
        })
    }
}

/// A channel as one person sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    /// `#ops`, or `@bellhop`.
    pub name: String,
    /// Top-level messages, oldest first.
    pub messages: Vec<Seen>,
}

impl Conversation {
    /// Every message, replies included, in the order in which they are read.
    pub fn all(&self) -> Vec<&Seen> {
        self.messages.iter().flat_map(|message| std::iter::once(message).chain(&message.replies)).collect()
    }

    /// What the app said here, in the order in which it is read.
    pub fn answers(&self) -> Vec<&Seen> {
        self.all().into_iter().filter(|message| message.from_bot).collect()
    }

    pub(crate) fn to_json(&self) -> Value {
        let messages: Vec<_> = self.messages.iter().map(Seen::to_json).collect();
        json!({"ok": true, "channel": self.name, "messages": messages})
    }
}

/// The channel as `user` sees it.
pub(crate) fn conversation(state: &mut State, user: &str, channel: &str) -> Result<Conversation, Impossible> {
    let place = place(state, user, channel)?;
    let found = state.team(&place.team).and_then(|team| Some((team, team.channel(place.channel.as_str())?)));
    let (team, channel) = found.ok_or_else(|| Impossible::because("there is no such channel"))?;
    let name = match channel.kind {
        Kind::Direct(_) => channel.name.clone(),
        _ => format!("#{}", channel.name),
    };
    let visible = || channel.messages.iter().filter(|message| message.visible_to(&place.user));
    let top = visible().filter(|message| message.thread.is_none() || !known(channel, message, &place.user));
    let messages = top
        .map(|message| {
            let replies = visible().filter(|reply| reply.thread.as_ref() == Some(&message.ts));
            let replies = replies.map(|reply| seen(team, reply)).collect();
            Seen { replies, ..seen(team, message) }
        })
        .collect();
    Ok(Conversation { name, messages })
}

/// Whether the message that a reply belongs under is there to be seen.
fn known(channel: &Channel, reply: &Message, user: &UserId) -> bool {
    let parent = reply.thread.as_ref().and_then(|ts| channel.message(ts.as_str()));
    parent.is_some_and(|parent| parent.visible_to(user) && parent.ts != reply.ts)
}

fn seen(team: &Team, message: &Message) -> Seen {
    let from_blocks = message.blocks.as_ref().map(|blocks| blocks::as_text(blocks, team));
    let plain = from_blocks.filter(|plain| !plain.is_empty());
    let controls = message.blocks.as_ref().map(|blocks| blocks::controls(blocks, team)).unwrap_or_default();
    Seen {
        ts: message.ts.to_string(),
        author: team
            .user(message.user.as_str())
            .map_or_else(|| message.user.to_string(), |user| user.name.clone()),
        from_bot: team.bot.as_ref().is_some_and(|bot| bot.user == message.user),
        text: message.text.clone(),
        plain: plain.unwrap_or_else(|| text::display(&message.text, team)),
        blocks: message.blocks.clone(),
        buttons: controls.into_iter().map(|control| control.label).collect(),
        edited: message.edited.is_some(),
        ephemeral: message.only_for.is_some(),
        thread_ts: message.thread.as_ref().map(ToString::to_string),
        replies: Vec::new(),
    }
}

/// What people said to the bot and got no word for, one line each. What they
/// typed as commands or clicked is in [`super::waits`].
pub(crate) fn unanswered(state: &State) -> Vec<String> {
    let channels =
        state.teams.iter().flat_map(|team| team.channels.iter().map(move |channel| (team, channel)));
    channels
        .flat_map(|(team, channel)| {
            let waiting = channel
                .messages
                .iter()
                .filter(|message| message.asks == Asks::Answer && !answered(team, channel, message));
            waiting.map(move |message| {
                let name = team.user(message.user.as_str()).map_or("?", |user| user.name.as_str());
                let said = text::display(&message.text, team);
                let hidden = channel.messages.iter().any(|answer| !answer.shown && answer.ts > message.ts);
                let hint = if hidden {
                    "; an ephemeral answer into a thread without replies is not shown"
                } else {
                    ""
                };
                format!("{name} in {} got no answer to “{said}”{hint}", channel.name)
            })
        })
        .collect()
}

/// Whether the bot said something to this message: in its thread, to its author
/// alone, or anywhere after it in their direct messages.
fn answered(team: &Team, channel: &Channel, asked: &Message) -> bool {
    let Some(bot) = &team.bot else { return false };
    let thread = asked.thread.as_ref().unwrap_or(&asked.ts);
    let direct = matches!(channel.kind, Kind::Direct(_));
    // Timestamps are written alike, so their order is that of their texts.
    let later = channel.messages.iter().filter(|message| message.ts > asked.ts);
    later.filter(|message| message.user == bot.user && message.visible_to(&asked.user)).any(|answer| {
        answer.thread.as_ref() == Some(thread) || answer.only_for.as_ref() == Some(&asked.user) || direct
    })
}
