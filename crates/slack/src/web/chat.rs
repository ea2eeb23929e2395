//! Messages: `chat.postMessage`, `chat.update`, `chat.postEphemeral`.
//!
//! Posting has no idempotency key: two posts are two messages. So a post of
//! which nobody knows whether it was done is [`ApiError::Unclear`] and is not
//! repeated; an update is.

use domain::ids::{ChannelId, MessageTs, UserId};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Value, json};

use super::client::Answer;
use super::{ApiError, Body, Call, Caller, Client, Repeat};
use crate::blocks::Message;

/// A message to post.
///
/// <https://docs.slack.dev/reference/methods/chat.postMessage>
#[derive(Clone, Debug, PartialEq)]
pub struct NewMessage {
    /// Where. A user's id (`U…`) posts to that person's messages with the app.
    pub channel: ChannelId,
    /// What.
    pub message: Message,
    /// The thread to post it in.
    pub thread_ts: Option<MessageTs>,
    /// What programs should know about it.
    pub metadata: Option<Metadata>,
}

/// What programs should know about a message.
///
/// <https://docs.slack.dev/messaging/message-metadata>
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metadata {
    /// The kind of thing it is about.
    pub event_type: String,
    /// The thing itself: an object.
    pub event_payload: Value,
}

/// A change to a message.
///
/// <https://docs.slack.dev/reference/methods/chat.update>
#[derive(Clone, Debug, PartialEq)]
pub struct UpdatedMessage {
    /// Where it is: the channel that [`Posted`] named, never a user's id.
    pub channel: ChannelId,
    /// Which one it is.
    pub ts: MessageTs,
    /// What it says from now on; its text in at most 4,000 characters.
    pub message: Message,
}

/// A message that only one person sees, until their client restarts.
///
/// <https://docs.slack.dev/reference/methods/chat.postEphemeral>
#[derive(Clone, Debug, PartialEq)]
pub struct EphemeralMessage {
    /// Where; the person must be there.
    pub channel: ChannelId,
    /// Who sees it.
    pub user: UserId,
    /// What it says.
    pub message: Message,
    /// The thread to show it in.
    pub thread_ts: Option<MessageTs>,
}

/// A message as it stands in Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Where it is; for a person's id as the target, the direct channel.
    pub channel: ChannelId,
    /// Its name within the channel.
    pub ts: MessageTs,
}

impl Client {
    /// Posts a message.
    pub async fn post_message(&self, token: &SecretString, new: &NewMessage) -> Result<Posted, ApiError> {
        let mut body = literal(previewless(json!(new.message)));
        set(&mut body, "channel", json!(new.channel));
        if let Some(ts) = &new.thread_ts {
            set(&mut body, "thread_ts", json!(ts));
        }
        if let Some(metadata) = &new.metadata {
            set(&mut body, "metadata", json!(metadata));
        }
        let answer = self.json("chat.postMessage", token, body, Repeat::Never).await?;
        posted(&answer, "ts", &new.channel)
    }

    /// The address of a message. Needs no scope.
    ///
    /// <https://docs.slack.dev/reference/methods/chat.getPermalink>
    ///
    /// # Errors
    /// [`ApiError::NoAccess`] if there is no such message.
    pub async fn permalink(
        &self,
        token: &SecretString,
        channel: &ChannelId,
        ts: &MessageTs,
    ) -> Result<String, ApiError> {
        let call = Call {
            method: "chat.getPermalink",
            caller: Caller::Token(token),
            body: Body::Form(vec![("channel", channel.as_str()), ("message_ts", ts.as_str())]),
            repeat: Repeat::Harmless,
        };
        let answer = self.call(&call).await?;
        let link = answer.body.get("permalink").and_then(Value::as_str).filter(|link| !link.is_empty());
        link.map(str::to_owned).ok_or_else(|| ApiError::Retryable("an answer without a permalink".to_owned()))
    }

    /// Replaces a message's text and blocks.
    pub async fn update_message(
        &self,
        token: &SecretString,
        update: &UpdatedMessage,
    ) -> Result<Posted, ApiError> {
        let mut body = literal(json!(update.message.for_update()));
        set(&mut body, "channel", json!(update.channel));
        set(&mut body, "ts", json!(update.ts));
        // Blocks that are not mentioned would stay.
        set(&mut body, "blocks", json!(update.message.blocks()));
        let answer = self.json("chat.update", token, body, Repeat::Harmless).await?;
        posted(&answer, "ts", &update.channel)
    }

    /// Shows a message to one person. Its timestamp cannot be used for a change.
    pub async fn post_ephemeral(
        &self,
        token: &SecretString,
        new: &EphemeralMessage,
    ) -> Result<Posted, ApiError> {
        let mut body = literal(json!(new.message));
        set(&mut body, "channel", json!(new.channel));
        set(&mut body, "user", json!(new.user));
        if let Some(ts) = &new.thread_ts {
            set(&mut body, "thread_ts", json!(ts));
        }
        let answer = self.json("chat.postEphemeral", token, body, Repeat::Never).await?;
        posted(&answer, "message_ts", &new.channel)
    }

    async fn json(
        &self,
        method: &'static str,
        token: &SecretString,
        body: Value,
        repeat: Repeat,
    ) -> Result<Answer, ApiError> {
        self.call(&Call { method, caller: Caller::Token(token), body: Body::Json(body), repeat }).await
    }
}

/// Links in our messages are for clicking; previews of them would be noise.
fn previewless(mut body: Value) -> Value {
    set(&mut body, "unfurl_links", json!(false));
    set(&mut body, "unfurl_media", json!(false));
    body
}

/// Names in the words themselves stay words: only `<…>` makes links and mentions, as
/// in text objects that are `verbatim`.
///
/// <https://docs.slack.dev/messaging/formatting-message-text#automatic-parsing>
fn literal(mut body: Value) -> Value {
    set(&mut body, "parse", json!("none"));
    set(&mut body, "link_names", json!(false));
    body
}

fn set(body: &mut Value, key: &str, value: Value) {
    if let Value::Object(fields) = body {
        fields.insert(key.to_owned(), value);
    }
}

fn posted(answer: &Answer, ts: &str, asked: &ChannelId) -> Result<Posted, ApiError> {
    let text = |key| answer.body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    // It was done; without its name nobody can ever change it.
    let ts = text(ts).ok_or_else(|| ApiError::Unclear("an answer without a timestamp".to_owned()))?;
    let channel = text("channel").map_or_else(|| asked.clone(), ChannelId::new);
    Ok(Posted { channel, ts: MessageTs::new(ts) })
}
