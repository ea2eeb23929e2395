//! The people, channels and messages of one workspace, and the app that may be
//! installed in it. Plain data and look-ups; who may do what is decided by the
//! callers.

use domain::ids::{AppId, BotId, ChannelId, MessageTs, TeamId, UserGroupId, UserId};
use serde_json::Value;

use super::mint;

/// The bot's user name, and so what people type after `@`.
pub const BOT_NAME: &str = "bellhop";
/// The user that stands for Slack itself, which shows errors to people.
pub(crate) const SLACKBOT: &str = "USLACKBOT";

/// A slash command of the app's manifest.
#[derive(Clone, Debug)]
pub struct SlashCommand {
    /// With its slash: `/ec2`.
    pub name: String,
    /// Whether mentions, channels and links arrive as `<…>` tokens.
    pub should_escape: bool,
}

/// The app as its manifest describes it.
#[derive(Clone, Debug)]
pub struct App {
    /// `A…`.
    pub id: AppId,
    /// Public half of the app's credentials.
    pub client_id: String,
    /// Secret half of the app's credentials.
    pub client_secret: String,
    /// What Slack signs its requests with.
    pub signing_secret: String,
    /// Bot scopes that may be asked for.
    pub scopes: Vec<String>,
    /// Where `/oauth/v2/authorize` may lead back to: these, and paths below them.
    pub redirect_urls: Vec<String>,
    /// Slash commands people can type.
    pub commands: Vec<SlashCommand>,
}

/// A person, or the bot's user.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) real_name: String,
    /// Home workspace: another one for a Slack Connect stranger.
    pub(crate) team: TeamId,
    pub(crate) zone: (&'static str, &'static str, i32),
    pub(crate) role: Role,
    /// How Slack describes them if they belong to an Enterprise organisation.
    pub(crate) enterprise: Option<Enterprise>,
}

/// What differs in the record of a member of an Enterprise organisation.
///
/// <https://docs.slack.dev/reference/objects/user-object#enterprise>
#[derive(Clone, Debug)]
pub(crate) struct Enterprise {
    /// The id that `users.info`, `users.list` and user groups have for them, where
    /// it is another one than events, commands and clicks have.
    pub(crate) local_id: Option<UserId>,
    /// What `team_id` says: nothing, or a workspace of the organisation that need
    /// not be the one that asks.
    pub(crate) team_id: Option<TeamId>,
    /// The workspaces of the organisation that they are in.
    pub(crate) teams: Vec<TeamId>,
}

/// What a user is to the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Administers the workspace.
    Admin,
    /// Belongs to it.
    Member,
    /// In chosen channels only (`is_restricted`).
    Guest,
    /// From another workspace, through Slack Connect.
    Stranger,
    /// No human.
    Bot,
    /// Has left: the account is switched off (`deleted`).
    Deactivated,
}

impl Role {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Guest => "guest",
            Self::Stranger => "stranger",
            Self::Bot => "bot",
            Self::Deactivated => "deactivated",
        }
    }
}

impl User {
    pub(crate) fn is(&self, role: Role) -> bool {
        self.role == role
    }

    /// The id that the workspace's own lists have for them.
    pub(crate) fn local_id(&self) -> &UserId {
        self.enterprise.as_ref().and_then(|enterprise| enterprise.local_id.as_ref()).unwrap_or(&self.id)
    }

    fn has_id(&self, id: &str) -> bool {
        self.id.as_str() == id || self.local_id().as_str() == id
    }
}

/// A user group: what people mention to mean all of its members.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) id: UserGroupId,
    /// What people type after `@`.
    pub(crate) handle: String,
    pub(crate) name: String,
    pub(crate) members: Vec<UserId>,
}

/// What a channel is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Public,
    Private,
    /// The direct messages between the bot and this user.
    Direct(UserId),
}

/// A channel and everything said in it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Slack's own")]
pub(crate) struct Channel {
    pub(crate) id: ChannelId,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) members: Vec<UserId>,
    /// Whether the bot is brought in when the app is installed.
    pub(crate) invites_bot: bool,
    pub(crate) archived: bool,
    /// Shared with another workspace (Slack Connect).
    pub(crate) shared: bool,
    /// Another workspace is invited to share it, and has not accepted yet.
    pub(crate) pending_shared: bool,
    pub(crate) messages: Vec<Message>,
}

/// A message, or what only one person sees in its place.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) ts: MessageTs,
    pub(crate) user: UserId,
    /// Set if a bot wrote it.
    pub(crate) bot: Option<BotId>,
    /// As Slack keeps it: escaped, with `<…>` tokens.
    pub(crate) text: String,
    pub(crate) blocks: Option<Value>,
    /// The blocks that Slack has made of what a person typed; none if it came as a bare text.
    pub(crate) rich_text: Option<Value>,
    /// The message whose thread this is in.
    pub(crate) thread: Option<MessageTs>,
    /// Ephemeral: the one person who sees it.
    pub(crate) only_for: Option<UserId>,
    /// False for an ephemeral reply in a thread nobody has opened: Slack drops those.
    pub(crate) shown: bool,
    /// When its author last changed it.
    pub(crate) edited: Option<MessageTs>,
    pub(crate) asks: Asks,
}

/// Whether a message wants something of the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Nothing,
    /// It was sent to the app as an event, and its author waits.
    Answer,
    /// The line of a slash command, which Slack shows to its author alone.
    Command,
}

impl Message {
    pub(crate) fn new(ts: MessageTs, user: UserId, text: impl Into<String>) -> Self {
        Self {
            ts,
            user,
            bot: None,
            text: text.into(),
            blocks: None,
            rich_text: None,
            thread: None,
            only_for: None,
            shown: true,
            edited: None,
            asks: Asks::Nothing,
        }
    }

    pub(crate) fn visible_to(&self, user: &UserId) -> bool {
        self.shown && self.only_for.as_ref().is_none_or(|only| only == user)
    }
}

/// The app's presence in a workspace; it outlives an uninstall.
#[derive(Clone, Debug)]
pub(crate) struct Bot {
    pub(crate) user: UserId,
    pub(crate) id: BotId,
    pub(crate) installed: bool,
    /// Everything granted so far: re-installing adds, never removes.
    pub(crate) scopes: Vec<String>,
}

/// A bot token, and why it no longer works.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) secret: String,
    pub(crate) dead: Option<String>,
}

/// A workspace.
#[derive(Clone, Debug)]
pub(crate) struct Team {
    pub(crate) id: TeamId,
    pub(crate) name: String,
    pub(crate) domain: String,
    pub(crate) users: Vec<User>,
    pub(crate) groups: Vec<Group>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) bot: Option<Bot>,
    /// Who has authorized the app: what `is_app_user` says.
    pub(crate) authorized: Vec<UserId>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) last_ts: u64,
}

impl Team {
    /// A timestamp later than any before it: a message's name in its channel.
    pub(crate) fn next_ts(&mut self) -> MessageTs {
        self.last_ts = mint::now_us().max(self.last_ts + 1);
        MessageTs::new(format!("{}.{:06}", self.last_ts / 1_000_000, self.last_ts % 1_000_000))
    }

    /// The timestamp of a message that was typed `seconds` ago.
    pub(crate) fn ts_ago(&mut self, seconds: u64) -> MessageTs {
        self.next_ts();
        let at = self.last_ts.saturating_sub(seconds.saturating_mul(1_000_000));
        MessageTs::new(format!("{}.{:06}", at / 1_000_000, at % 1_000_000))
    }

    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.has_id(id))
    }

    /// The user people call `name`, with or without `@`.
    pub(crate) fn named(&self, name: &str) -> Option<&User> {
        let bare = name.strip_prefix('@').unwrap_or(name);
        self.users.iter().find(|user| user.name == bare || user.has_id(bare))
    }

    pub(crate) fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id.as_str() == id)
    }

    pub(crate) fn channel(&self, id: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id.as_str() == id)
    }

    pub(crate) fn channel_mut(&mut self, id: &ChannelId) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.id == *id)
    }

    /// The installed bot.
    pub(crate) fn installed(&self) -> Option<&Bot> {
        self.bot.as_ref().filter(|bot| bot.installed)
    }

    /// The direct messages between `user` and the bot, opened if need be; and
    /// whether they were open before.
    pub(crate) fn direct(&mut self, user: &UserId) -> (ChannelId, bool) {
        let kind = Kind::Direct(user.clone());
        if let Some(open) = self.channels.iter().find(|channel| channel.kind == kind) {
            return (open.id.clone(), true);
        }
        let id = ChannelId::new(mint::id("D"));
        let members = self.bot.iter().map(|bot| bot.user.clone()).chain([user.clone()]).collect();
        self.channels.push(Channel {
            id: id.clone(),
            name: format!("@{BOT_NAME}"),
            kind,
            members,
            invites_bot: true,
            archived: false,
            shared: false,
            pending_shared: false,
            messages: Vec::new(),
        });
        (id, false)
    }

    /// Adds a message to a channel that exists.
    pub(crate) fn post(&mut self, channel: &ChannelId, message: Message) {
        if let Some(channel) = self.channel_mut(channel) {
            // In order of time: a message that is delivered late stands where it was typed.
            let at = channel.messages.partition_point(|known| known.ts <= message.ts);
            channel.messages.insert(at, message);
        }
    }
}

impl Channel {
    pub(crate) fn has(&self, user: &UserId) -> bool {
        self.members.contains(user)
    }

    pub(crate) fn message(&self, ts: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.ts.as_str() == ts)
    }

    pub(crate) fn message_mut(&mut self, ts: &str) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.ts.as_str() == ts)
    }

    /// The thread a reply to `ts` belongs to: a reply's own thread, if it has one.
    pub(crate) fn thread_of(&self, ts: &str) -> Option<MessageTs> {
        self.message(ts).map(|message| message.thread.clone().unwrap_or_else(|| message.ts.clone()))
    }
}
