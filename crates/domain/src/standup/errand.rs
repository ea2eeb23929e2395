//! What the worker of standups is asked for.

use serde::{Deserialize, Serialize};

use super::{Blueprint, RunDate, StandupId};

/// What is asked for: by a command, a click, a modal, or a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Errand {
    /// What follows `/standup`, as Slack sent it.
    Command {
        /// The text.
        text: String,
    },
    /// Set a standup up, or change one.
    SetUp {
        /// The one to change.
        standup: Option<StandupId>,
        /// What is wanted.
        blueprint: Blueprint,
    },
    /// Remove a standup. What was answered stays until it is too old.
    Remove {
        /// The standup.
        standup: StandupId,
    },
    /// Ask everybody who is to be asked by now.
    Questions {
        /// The standup.
        standup: StandupId,
        /// The day.
        date: RunDate,
        /// Whether everybody is asked at once, whatever the time where they are.
        #[serde(default)]
        at_once: bool,
    },
    /// Post the report.
    Report {
        /// The standup.
        standup: StandupId,
        /// The day.
        date: RunDate,
        /// Whether to post it although it may be there already.
        #[serde(default)]
        again: bool,
    },
    /// Keep what somebody has answered.
    Answer {
        /// The standup.
        standup: StandupId,
        /// The day.
        date: RunDate,
        /// One text for each question, perhaps empty.
        texts: Vec<String>,
    },
    /// Offer to save what somebody has typed as their answer.
    Typed {
        /// The text, as Slack sent it.
        text: String,
        /// The days that it may be an answer for.
        days: Vec<(StandupId, RunDate)>,
        /// Whether it was typed in the thread of a question.
        in_thread: bool,
    },
    /// Let somebody off for the day.
    Skip {
        /// The standup.
        standup: StandupId,
        /// The day.
        date: RunDate,
    },
}
