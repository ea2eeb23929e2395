//! A message as an event carries it, and whether a person wrote it.

use domain::ids::{BotId, ChannelId, MessageTs, TeamId, UserId};

use crate::lenient::{self, Object};

/// Slackbot has a user id, but is nobody.
const SLACKBOT: &str = "USLACKBOT";

/// The subtypes under which a person's own words come; without one, a message
/// is plain. All other subtypes are changes, notices and bots.
///
/// <https://docs.slack.dev/reference/events/message#subtypes>
const SPOKEN_SUBTYPES: [&str; 2] = ["file_share", "thread_broadcast"];

/// A message. Texts are as Slack sends them: `&`, `<` and `>` escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Who wrote it; absent for messages of integrations.
    pub user: Option<UserId>,
    /// The text, escaped, with mentions and links in `<…>`.
    pub text: Option<String>,
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
        let team = |key| lenient::text(event, key).map(TeamId::new);
        Self {
            user: lenient::text(event, "user").map(UserId::new),
            text: lenient::text(event, "text"),
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
        }
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
