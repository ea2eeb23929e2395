//! What a person asked for, in Slack's terms, and where answers go.

use serde::{Deserialize, Serialize};

use crate::ids::{ChannelId, JobId, MessageTs, PlanHash, ResponseUrl, UserId, Worker};
use crate::standup::{Errand, STANDUP};

/// The worker of the command language.
pub const EC2: &str = "ec2";

/// The worker of `/reverse` and `/summarize`.
pub const TEXT: &str = "text";

/// What a person asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Who asked.
    pub user: UserId,
    /// The channel or direct message in which they did.
    pub channel: ChannelId,
    /// What for.
    pub ask: Ask,
    /// Where answers go.
    pub answers: Answers,
}

/// What is asked for. Texts are as Slack sent them, mark-up and entities included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// The command language: `stop web-1`.
    Command {
        /// The text.
        text: String,
        /// The page of a list, counted from 1.
        #[serde(default = "first")]
        page: usize,
        /// The private message whose button asked for this. It is taken away,
        /// so that nobody clicks it again.
        #[serde(default)]
        spent: Option<ResponseUrl>,
    },
    /// `/reverse`.
    Reverse {
        /// What follows the command.
        text: String,
    },
    /// `/summarize`.
    Summarize {
        /// What follows the command.
        text: String,
    },
    /// Show the channel what an earlier job has answered.
    Share {
        /// That job.
        job: JobId,
    },
    /// Say what is to become of another job's plan.
    Decide {
        /// That job; nothing else of what a button says is believed.
        job: JobId,
        /// The plan that the person saw.
        plan: PlanHash,
        /// What they say.
        verdict: Verdict,
    },
    /// Something about a standup.
    Standup {
        /// What.
        errand: Errand,
    },
}

/// What a person says of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The requester wants it.
    Confirm,
    /// The requester wants what cannot be undone: in a modal they have typed the
    /// instance's name and a reason.
    Justify {
        /// What they have typed for the name.
        typed: String,
        /// Why they want it.
        reason: String,
    },
    /// Somebody wants to know what AWS would say; nothing is decided.
    DryRun,
    /// The requester does not want it any more.
    Cancel,
    /// A second person allows it.
    Approve,
    /// A second person does not.
    Deny,
}

const fn first() -> usize {
    1
}

impl Ask {
    /// A command of the language, from its beginning.
    pub fn command(text: impl Into<String>) -> Self {
        Self::Command { text: text.into(), page: 1, spent: None }
    }

    /// Who does it.
    pub fn worker(&self) -> Worker {
        Worker::new(match self {
            Self::Command { .. } | Self::Decide { .. } => EC2,
            Self::Reverse { .. } | Self::Summarize { .. } | Self::Share { .. } => TEXT,
            Self::Standup { .. } => STANDUP,
        })
    }
}

/// Where answers go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answers {
    /// Into a thread of the channel. What is for the requester alone is shown
    /// to nobody else there.
    Channel {
        /// The thread: the message that asked, or the one that this stands under.
        thread: MessageTs,
        /// The same, if it was a thread before anybody answered. In one that nobody has
        /// opened, a message for one person would not be seen.
        open_thread: Option<MessageTs>,
    },
    /// Into a thread of the requester's messages with the bot.
    Direct {
        /// The thread.
        thread: MessageTs,
    },
    /// To the requester alone, wherever they are.
    Private {
        /// By this, while it works.
        response_url: ResponseUrl,
    },
    /// To the requester in their messages with the bot, in no thread: they have
    /// typed nothing that it could stand under.
    Letter,
}

impl Request {
    /// What `#2` and `this` are remembered under, within the channel: the
    /// thread, or, where there is none, the person.
    pub fn conversation(&self) -> &str {
        match &self.answers {
            Answers::Channel { thread, .. } | Answers::Direct { thread } => thread.as_str(),
            Answers::Private { .. } | Answers::Letter => self.user.as_str(),
        }
    }
}
