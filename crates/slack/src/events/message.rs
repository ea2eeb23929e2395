//! A message as an event carries it, and whether a person wrote it.

use domain::ids::{BotId, ChannelId, MessageTs, TeamId, UserId};

use super::rich_text;
use crate::lenient::{self, Object};

/// Slackbot has a user id, but is nobody.
const SLACKBOT: &str = "USLACKBOT";

/// The subtypes under which a person's own words come; without one, a message
/// is plain. All other subtypes are changes, notices and bots.
///
/// <https://docs.slack.dev/reference/events/message#subtypes>
const SPOKEN_SUBTYPES: [&str; 2] = ["file_share", "thread_broadcast"];

/// The subtype under which a direct message comes again when anything about it changes:
/// its text, but also the preview of a link.
///
/// <https://docs.slack.dev/reference/events/message/message_changed>
const CHANGED: &str = "message_changed";

/// A message. Texts are as Slack sends them: `&`, `<` and `>` escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Who wrote it; absent for messages of integrations.
    pub user: Option<UserId>,
    /// The text, escaped, with mentions and links in `<…>`.
    pub text: Option<String>,
    /// The same without styles, from the message's `rich_text` block: a word in bold has no
    /// asterisks here, and asterisks that were typed are. `None` if Slack has sent no such
    /// block, or one that holds more than paragraphs.
    pub unstyled: Option<String>,
    /// Its timestamp, which names it within its channel.
    pub ts: Option<MessageTs>,
    /// Where it was written.
    pub channel: Option<ChannelId>,
    /// `im`, `channel`, `group` or `mpim`; absent in mentions.
    pub channel_type: Option<String>,
    /// The thread it belongs to.
    pub thread_ts: Option<MessageTs>,
    /// What kind of message it is, if not a plain one.
    pub subtype: Option<String>,
    /// The bot that wrote it.
    pub bot: Option<BotId>,
    /// Whether clients do not show it, as with the notice of an edit.
    pub hidden: bool,
    /// Its last change, if it was changed.
    pub edited: Option<Edited>,
    /// An id that the writer's client made.
    pub client_msg_id: Option<String>,
    /// The workspace it was written in.
    pub team: Option<TeamId>,
    /// The writer's workspace.
    pub user_team: Option<TeamId>,
    /// The workspace from which it was written, in a shared channel.
    pub source_team: Option<TeamId>,
    /// When the event happened; differs from `ts` for changes.
    pub event_ts: Option<MessageTs>,
    /// With the subtype `message_changed`: the message as it is now.
    pub changed: Option<Box<Self>>,
    /// With the subtype `message_changed`: the text that the message had before.
    pub previous_text: Option<String>,
}

/// Who changed a message, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edited {
    /// Who changed it.
    pub user: Option<UserId>,
    /// The moment of the change.
    pub ts: Option<MessageTs>,
}

impl Message {
    pub(super) fn read(event: &Object) -> Self {
        let mut message = Self::read_flat(event);
        if message.subtype.as_deref() == Some(CHANGED) {
            message.changed = lenient::object(event, "message").map(|changed| {
                let mut changed = Self::read_flat(changed);
                // Only the notice says where the message stands.
                changed.channel.clone_from(&message.channel);
                changed.channel_type.clone_from(&message.channel_type);
                Box::new(changed)
            });
            message.previous_text = lenient::object(event, "previous_message")
                .and_then(|previous| lenient::text(previous, "text"));
        }
        message
    }

    fn read_flat(event: &Object) -> Self {
        let team = |key| lenient::text(event, key).map(TeamId::new);
        Self {
            user: lenient::text(event, "user").map(UserId::new),
            text: lenient::text(event, "text"),
            unstyled: rich_text::unstyled(event),
            ts: lenient::text(event, "ts").map(MessageTs::new),
            channel: lenient::text(event, "channel").map(ChannelId::new),
            channel_type: lenient::text(event, "channel_type"),
            thread_ts: lenient::text(event, "thread_ts").map(MessageTs::new),
            subtype: lenient::mark(event, "subtype"),
            bot: lenient::mark(event, "bot_id").map(BotId::new),
            hidden: lenient::flag(event, "hidden"),
            edited: lenient::object(event, "edited").map(|edited| Edited {
                user: lenient::text(edited, "user").map(UserId::new),
                ts: lenient::text_or_number(edited, "ts").map(MessageTs::new),
            }),
            client_msg_id: lenient::text(event, "client_msg_id"),
            team: team("team"),
            user_team: team("user_team"),
            source_team: team("source_team"),
            event_ts: lenient::text_or_number(event, "event_ts").map(MessageTs::new),
            changed: None,
            previous_text: None,
        }
    }

    /// The message whose text this event brings: itself, or, when it tells of a change, the
    /// message as its author has rewritten it. None if the text is not what was changed
    /// (Slack added the preview of a link, say), or if somebody else changed it.
    pub fn as_written(&self) -> Option<&Self> {
        let written = match self.changed.as_deref() {
            None => self,
            Some(changed) if changed.edited.is_some() && changed.text != self.previous_text => changed,
            Some(_) => return None,
        };
        let editor = written.edited.as_ref().and_then(|edited| edited.user.as_ref());
        editor.is_none_or(|editor| Some(editor) == written.user.as_ref()).then_some(written)
    }

    /// Whether a person wrote this, so that it may be obeyed: plain (or with a
    /// file, or sent to the channel from a thread), shown, by a user who is
    /// neither a bot nor our own `bot_user`.
    pub fn is_from_person(&self, bot_user: &UserId) -> bool {
        let spoken =
            self.subtype.as_deref().is_none_or(|subtype| SPOKEN_SUBTYPES.contains(&subtype)) && !self.hidden;
        let by_user = self.user.as_ref().is_some_and(|user| user != bot_user && user.as_str() != SLACKBOT);
        spoken && by_user && self.bot.is_none()
    }

    /// Where to answer: the thread this is in, or else the one it can begin.
    pub fn thread(&self) -> Option<&MessageTs> {
        self.thread_ts.as_ref().or(self.ts.as_ref())
    }
}
