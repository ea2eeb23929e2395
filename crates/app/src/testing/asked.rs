//! What people write to the bot.

use serde_json::{Value, json};

use super::slack::{ANN, BOT_USER};

/// A message to the bot.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) text: String,
    pub(crate) user: String,
    pub(crate) channel: String,
    pub(crate) ts: String,
    pub(crate) thread: Option<String>,
}

impl Asked {
    /// By Ann, in a channel, with the bot's name before it.
    pub(crate) fn mention(text: &str) -> Self {
        Self {
            text: format!("<@{BOT_USER}> {text}"),
            user: ANN.to_owned(),
            channel: "C0OPS".to_owned(),
            ts: "1764575999.000100".to_owned(),
            thread: None,
        }
    }

    /// By Ann, to the bot alone.
    pub(crate) fn direct(text: &str) -> Self {
        Self { text: text.to_owned(), channel: format!("D-{ANN}"), ..Self::mention(text) }
    }

    /// By `user`, to the bot alone.
    pub(crate) fn direct_by(user: &str, text: &str) -> Self {
        Self { channel: format!("D-{user}"), ..Self::direct(text) }.by(user)
    }

    pub(crate) fn by(self, user: &str) -> Self {
        Self { user: user.to_owned(), ..self }
    }

    /// As message number `ts`.
    pub(crate) fn at(self, ts: &str) -> Self {
        Self { ts: ts.to_owned(), ..self }
    }

    pub(crate) fn in_thread(self, thread: &str) -> Self {
        Self { thread: Some(thread.to_owned()), ..self }
    }

    /// What Slack delivers when its author makes it `text` at `edited`: the mention anew, or,
    /// of a direct message, what has changed.
    pub(crate) fn edit_event(&self, text: &str, edited: &str) -> Value {
        let mention = if self.channel.starts_with('D') { String::new() } else { format!("<@{BOT_USER}> ") };
        let mut after = Self { text: format!("{mention}{text}"), ..self.clone() }.event();
        after["edited"] = json!({"user": self.user, "ts": edited});
        if mention.is_empty() { self.change_event(&after, edited) } else { after }
    }

    /// What Slack delivers when this direct message becomes `after`.
    pub(crate) fn change_event(&self, after: &Value, ts: &str) -> Value {
        json!({"type": "message", "subtype": "message_changed", "hidden": true, "channel_type": "im",
            "channel": self.channel, "ts": ts, "event_ts": ts,
            "message": after, "previous_message": self.event()})
    }

    /// As Slack delivers it.
    pub(crate) fn event(&self) -> Value {
        let direct = self.channel.starts_with('D');
        let mut event = json!({"type": if direct { "message" } else { "app_mention" }, "user": self.user,
            "text": self.text, "ts": self.ts, "channel": self.channel, "event_ts": self.ts});
        if direct {
            event["channel_type"] = json!("im");
        }
        if let Some(thread) = &self.thread {
            event["thread_ts"] = json!(thread);
        }
        event
    }
}
