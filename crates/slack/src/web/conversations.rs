//! Channels and direct messages: `conversations.members`, `.info`, `.open` and
//! `.history`.

use domain::ids::{BotId, ChannelId, MessageTs, UserId};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{Answer, ApiError, Body, Call, Caller, Client, Repeat};
use crate::lenient::{self, MAX_ID_BYTES, Object};

/// Members in one page.
///
/// <https://docs.slack.dev/apis/web-api/pagination>
const MEMBERS: &str = "200";

/// Messages in one page: all that Slack gives an app which is distributed
/// without its marketplace.
///
/// <https://docs.slack.dev/reference/methods/conversations.history>
const MESSAGES: &str = "15";

/// A channel. Every field may be missing.
///
/// <https://docs.slack.dev/reference/objects/conversation-object>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The channel.
    pub id: Option<ChannelId>,
    /// Its name, without a `#`; direct messages have none.
    pub name: Option<String>,
    /// Whether the app is in it.
    pub is_member: Option<bool>,
    /// Whether it is closed for good.
    pub is_archived: Option<bool>,
    /// Whether only its members see it.
    pub is_private: Option<bool>,
    /// Whether it is somebody's direct messages with the app.
    pub is_im: Option<bool>,
    /// Whether another organisation's people are in it.
    pub is_ext_shared: Option<bool>,
    /// Whether another organisation is invited and has not answered yet.
    pub is_pending_ext_shared: Option<bool>,
}

/// A message that stands in a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its name within the channel.
    pub ts: MessageTs,
    /// Who wrote it.
    pub user: Option<UserId>,
    /// The bot that did, if one did.
    pub bot: Option<BotId>,
    /// Its text.
    pub text: String,
    /// Its blocks, as they were sent; [`Value::Null`] if it has none.
    pub blocks: Value,
}

impl Client {
    /// Some of `channel`'s members, bots among them, and what to pass as `cursor`
    /// to be told more; `None` at the end.
    ///
    /// <https://docs.slack.dev/reference/methods/conversations.members>
    ///
    /// # Errors
    /// [`ApiError::NoAccess`] if there is no such channel, or a private one that
    /// the app is not in.
    pub async fn conversation_members(
        &self,
        token: &SecretString,
        channel: &ChannelId,
        cursor: Option<&str>,
    ) -> Result<(Vec<UserId>, Option<String>), ApiError> {
        let mut fields = vec![("channel", channel.as_str()), ("limit", MEMBERS)];
        fields.extend(cursor.map(|cursor| ("cursor", cursor)));
        let answer = self.look("conversations.members", token, fields).await?;
        if !answer.body.get("members").is_some_and(Value::is_array) {
            return Err(without("members"));
        }
        let ids = lenient::texts(&answer.body, "members").into_iter().filter(|id| id.len() <= MAX_ID_BYTES);
        let next = lenient::object(&answer.body, "response_metadata")
            .and_then(|metadata| lenient::text(metadata, "next_cursor"));
        Ok((ids.map(UserId::new).collect(), next))
    }

    /// Asks about `channel`.
    ///
    /// <https://docs.slack.dev/reference/methods/conversations.info>
    ///
    /// # Errors
    /// Like [`Client::conversation_members`].
    pub async fn conversation_info(
        &self,
        token: &SecretString,
        channel: &ChannelId,
    ) -> Result<Conversation, ApiError> {
        let answer = self.look("conversations.info", token, vec![("channel", channel.as_str())]).await?;
        lenient::object(&answer.body, "channel").map(Conversation::read).ok_or_else(|| without("a channel"))
    }

    /// The direct messages of `user` with the app, whether or not there are any
    /// yet. Needs the scope `im:write`.
    ///
    /// <https://docs.slack.dev/reference/methods/conversations.open>
    ///
    /// # Errors
    /// [`ApiError::NoAccess`] if nobody can write to them.
    pub async fn open_conversation(
        &self,
        token: &SecretString,
        user: &UserId,
    ) -> Result<ChannelId, ApiError> {
        let call = Call {
            method: "conversations.open",
            caller: Caller::Token(token),
            body: Body::Json(json!({"users": user})),
            repeat: Repeat::Harmless,
        };
        let answer = self.call(&call).await?;
        let id = lenient::object(&answer.body, "channel").and_then(|channel| lenient::id(channel, "id"));
        id.map(ChannelId::new).ok_or_else(|| without("a channel"))
    }

    /// The latest messages of `channel` from `oldest` on, newest first, 15 at
    /// most; threads are not in them. Needs the scope `im:history` for direct
    /// messages. Slack may take this call only once a minute.
    ///
    /// <https://docs.slack.dev/reference/methods/conversations.history>
    ///
    /// # Errors
    /// [`ApiError::NoAccess`] if the app does not see the channel.
    pub async fn history(
        &self,
        token: &SecretString,
        channel: &ChannelId,
        oldest: &MessageTs,
    ) -> Result<Vec<Found>, ApiError> {
        let fields = vec![
            ("channel", channel.as_str()),
            ("oldest", oldest.as_str()),
            ("inclusive", "true"),
            ("limit", MESSAGES),
        ];
        let answer = self.look("conversations.history", token, fields).await?;
        if !answer.body.get("messages").is_some_and(Value::is_array) {
            return Err(without("messages"));
        }
        Ok(lenient::objects(&answer.body, "messages").filter_map(Found::read).collect())
    }

    async fn look(
        &self,
        method: &'static str,
        token: &SecretString,
        fields: Vec<(&str, &str)>,
    ) -> Result<Answer, ApiError> {
        let (caller, body) = (Caller::Token(token), Body::Form(fields));
        self.call(&Call { method, caller, body, repeat: Repeat::Harmless }).await
    }
}

impl Conversation {
    /// Whether another organisation reads what is said there, or will if it accepts
    /// an invitation: it then sees what was said before. That other workspaces of the
    /// same organisation share it (`is_org_shared`) does not count.
    pub fn is_shared_outside(&self) -> bool {
        self.is_ext_shared == Some(true) || self.is_pending_ext_shared == Some(true)
    }

    fn read(channel: &Object) -> Self {
        let flag = |key| lenient::boolean(channel, key);
        Self {
            id: lenient::id(channel, "id").map(ChannelId::new),
            name: lenient::text(channel, "name"),
            is_member: flag("is_member"),
            is_archived: flag("is_archived"),
            is_private: flag("is_private"),
            is_im: flag("is_im"),
            is_ext_shared: flag("is_ext_shared"),
            is_pending_ext_shared: flag("is_pending_ext_shared"),
        }
    }
}

impl Found {
    /// A message without a name cannot be changed, nor told from another.
    fn read(message: &Object) -> Option<Self> {
        Some(Self {
            ts: MessageTs::new(lenient::id(message, "ts")?),
            user: lenient::id(message, "user").map(UserId::new),
            bot: lenient::id(message, "bot_id").map(BotId::new),
            text: lenient::text(message, "text").unwrap_or_default(),
            blocks: message.get("blocks").cloned().unwrap_or_default(),
        })
    }
}

fn without(what: &str) -> ApiError {
    ApiError::Retryable(format!("an answer without {what}"))
}
