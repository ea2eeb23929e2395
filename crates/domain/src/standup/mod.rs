//! The daily standup: who is asked what and when, what they have answered, and
//! which day that counts for.
//!
//! A *definition* says what is to happen on which days. A *run* is one day of
//! it. An *entry* is one member of a run: whether they were asked, and what they
//! have answered.

mod calendar;
mod command;
mod day;
mod entry;
mod errand;
mod form;
mod ids;
mod named;
mod questions;
mod run;
#[cfg(test)]
mod samples;
mod schedule;
mod zone;

use serde::{Deserialize, Serialize};

pub use command::{Command, Misread, Until, parse};
pub use day::{MAX_DAYS_AHEAD, OutOfReach, Said};
pub use entry::MAX_TRIES;
pub use errand::Errand;
pub use form::{Complaint, Field, Form, blueprint};
pub use ids::{Days, RunDate, RunKey, StandupId, TimeOfDay, Weekday};
pub use named::instances_named;
pub use questions::{is_about_hindrances, is_about_yesterday};
pub use schedule::{Kind, Schedule, schedule_names, schedules};

use crate::ids::{ChannelId, MessageTs, Owner, UserId};
use crate::time::Millis;

/// The worker of standups.
pub const STANDUP: &str = "standup";

/// The zone that counts where none is known: the one whose name has no area in front.
pub const UTC: &str = "UTC";

/// What is asked where nobody has said otherwise.
pub const QUESTIONS: [&str; 3] =
    ["What did you work on yesterday?", "What is your plan for today?", "Any impediments?"];

/// A standup: who is asked what, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Its name for machines; never given twice in a team.
    pub id: StandupId,
    /// What is wanted.
    pub blueprint: Blueprint,
    /// Who has set it up: who is told if something goes wrong.
    pub owner: UserId,
    /// The day that was last begun. Answers to earlier ones are not taken.
    #[serde(default)]
    pub last_run: Option<RunDate>,
    /// Whether its schedules are removed, since the team has uninstalled the app. It
    /// has schedules again when it is saved, or a schedule that was left fires.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// Grows by one with every write.
    pub version: u64,
}

/// What somebody wants of a standup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blueprint {
    /// What people call it; one of the team's has it.
    pub name: String,
    /// Whose members are asked, and where the report goes.
    pub channel: ChannelId,
    /// What they are asked, in this order; not empty.
    pub questions: Vec<String>,
    /// The zone in which days and times are meant, as an IANA name (`Europe/Berlin`).
    pub zone: String,
    /// When it happens by itself. Without, only when somebody says *now*.
    pub timing: Option<Timing>,
}

/// When a standup happens by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// On these days.
    pub days: Days,
    /// When people are asked.
    pub ask: TimeOfDay,
    /// When the report is posted. If not later than `ask`, on the day after.
    pub report: TimeOfDay,
    /// Whether `ask` is meant in the zone of each member's own profile.
    pub own_zones: bool,
}

/// One day of a standup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// What the definition wanted when the run began: later changes are for later days.
    pub blueprint: Blueprint,
    /// When it began.
    pub begun_at: Millis,
    /// Whether every member of the channel has an entry.
    pub gathered: bool,
    /// The report.
    pub report: Report,
    /// Grows by one with every write.
    pub version: u64,
}

/// How far a report has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Report {
    /// It was not asked for yet.
    #[default]
    None,
    /// Its first message is being posted, or was when the poster vanished.
    Posting {
        /// Who posts it.
        by: Owner,
        /// Since when.
        since: Millis,
    },
    /// It stands in the channel.
    Posted {
        /// Its messages: the first one, and those of its thread, in order.
        messages: Vec<MessageTs>,
    },
    /// Whether it was posted is not known. It is not posted again unless somebody
    /// says so.
    Lost,
}

/// One member of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The member.
    pub user: UserId,
    /// What they are called; as they wrote it.
    pub name: String,
    /// Where their picture is, if they have one.
    pub picture: Option<String>,
    /// When they are to be asked.
    pub ask_at: Millis,
    /// Whether they were.
    pub asking: Asking,
    /// What they have said.
    pub answer: Answer,
    /// What they have done with Bellhop since the last standup, one line each.
    #[serde(default)]
    pub done: Vec<String>,
    /// Grows by one with every write.
    pub version: u64,
}

/// How far asking somebody has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Asking {
    /// They are to be asked.
    Waiting {
        /// How often that has failed already.
        #[serde(default)]
        tries: u32,
    },
    /// The message is being sent, or was when the sender vanished. Before it is
    /// sent again, somebody looks whether it has arrived.
    Sending {
        /// Who sends it.
        by: Owner,
        /// Since when.
        since: Millis,
        /// How often it has failed before.
        #[serde(default)]
        tries: u32,
    },
    /// They have been.
    Asked {
        /// Their direct messages with the bot.
        channel: ChannelId,
        /// The message.
        ts: MessageTs,
    },
    /// They cannot be.
    Failed {
        /// Why, in Slack's words.
        why: String,
    },
    /// They are not to be: they are away.
    Spared,
}

/// What somebody has said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Answer {
    /// Nothing yet.
    #[default]
    None,
    /// One text for each question, perhaps empty, in Slack's mark-up.
    Given {
        /// The texts.
        texts: Vec<String>,
        /// When they were submitted.
        at: Millis,
        /// Instances that are named in what hinders them.
        #[serde(default)]
        instances: Vec<String>,
    },
    /// Not today.
    Skipped {
        /// When they said so.
        at: Millis,
    },
}

/// Somebody who is not to be asked for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// The person.
    pub user: UserId,
    /// The first day on which they are asked again.
    pub until: RunDate,
}
