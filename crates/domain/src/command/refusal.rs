//! Why a message was not understood: everything a sentence about it needs,
//! and no sentence.

use serde::{Deserialize, Serialize};

use super::Verb;
use crate::instance::InstanceState;

/// How many characters of a person's own words a refusal repeats.
pub const MAX_EXCERPT: usize = 60;

/// Why nothing was done. Texts are the person's own words, decoded, at most
/// [`MAX_EXCERPT`] characters; they are not escaped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The message begins with no verb.
    Unclear {
        /// The word in the verb's place; without a suggestion, the message's beginning.
        word: String,
        /// The whole command that was probably meant, never cut, and known to
        /// be understood if typed. Decoded text: whatever carries it back to
        /// [`parse`](super::parse) has to escape it as Slack would.
        suggestion: Option<String>,
    },
    /// Another AWS service than EC2.
    OtherService {
        /// The service's name as typed.
        name: String,
    },
    /// A verb, and nothing to apply it to.
    NoTarget {
        /// The verb.
        verb: Verb,
    },
    /// A part of the command means nothing.
    LeftOver {
        /// That part.
        text: String,
    },
    /// The message is too long.
    TooLong {
        /// How many characters it may have.
        limit: usize,
    },
    /// The message has more than one line.
    ManyLines,
    /// More targets than one command may name.
    TooManyTargets {
        /// The verb.
        verb: Verb,
        /// How many were named.
        count: usize,
        /// How many may be.
        limit: usize,
    },
    /// `all`, a lone `*`, or filters that rule nothing out, with a verb that changes things.
    AllIsNoTarget {
        /// The verb.
        verb: Verb,
    },
    /// A bare state word with a verb that changes things; `state=…` says it plainly.
    StateNeedsFind {
        /// The verb.
        verb: Verb,
        /// The state.
        state: InstanceState,
    },
    /// A word between two asterisks, with a verb that changes things: bold text as Slack
    /// writes it, or a pattern.
    PerhapsBold {
        /// The word as typed.
        word: String,
        /// The whole command with such words as plain text, as [`Command::written`] says it.
        ///
        /// [`Command::written`]: super::Command::written
        plain: Option<String>,
        /// The same with such words as patterns.
        pattern: Option<String>,
    },
    /// Something that has the look of a filter and is none.
    BrokenFilter {
        /// The filter as typed.
        text: String,
        /// What is wrong with it.
        fault: FilterFault,
    },
    /// A keyword whose own words are missing or make no sense.
    BrokenClause {
        /// The keyword.
        clause: Clause,
        /// The words after it; empty if there are none.
        text: String,
    },
    /// The same clause twice.
    RepeatedClause {
        /// The clause.
        clause: Clause,
    },
    /// A clause that has no meaning with this verb.
    NotWithVerb {
        /// The clause.
        clause: Clause,
        /// The verb.
        verb: Verb,
    },
    /// A command about accounts of which a part is missing or cannot be.
    BrokenAccount {
        /// That part as typed; empty if it is missing.
        text: String,
        /// What is wrong with it.
        fault: AccountFault,
    },
    /// A command about settings of which a part is missing or cannot be.
    BrokenSetting {
        /// That part as typed; empty if it is missing.
        text: String,
        /// What is wrong with it.
        fault: SettingFault,
    },
}

/// What is wrong with a command about the settings of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingFault {
    /// Neither a channel that Slack has made a link of, nor `here`.
    Channel,
    /// No alias of an account.
    Account,
    /// Neither `on` nor `off`.
    Switch,
}

/// What is wrong with a command about accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountFault {
    /// Nothing that can be done with accounts.
    Action,
    /// No alias, or none that could be told from something else.
    Alias,
    /// Bellhop's own account, which is neither linked nor taken away.
    Home,
    /// Not the 12 digits of an account's number.
    Number,
    /// Not the name of a region.
    Region,
    /// Neither people, a user group nor `admins`.
    Approvers,
    /// More approvers than [`MAX_APPROVERS`](super::MAX_APPROVERS).
    TooManyApprovers,
}

/// What is wrong with a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterFault {
    /// There is no such key.
    UnknownKey,
    /// `tag:` without the tag's key.
    NoTagKey,
    /// A key without an operator, such as `tag:Env` or `name:web-1`.
    NoOperator,
    /// Nothing after the operator.
    NoValue,
    /// `<` and `>` are for `age`, `=` and `!=` for everything else.
    WrongOperator,
    /// The value cannot be one of this key.
    BadValue,
    /// Several values joined by commas.
    ManyValues,
}

/// The parts of a command that a keyword or a flag begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clause {
    /// `in` regions
    In,
    /// `for` an account
    For,
    /// `for` a duration
    Lasting,
    /// `at` a time
    At,
    /// `until` a time
    Until,
    /// `because` of a reason
    Because,
    /// `--dry-run`
    DryRun,
    /// `--force`
    Force,
    /// `--hibernate`
    Hibernate,
    /// `--new-host`
    NewHost,
    /// `--no-wait`
    NoWait,
}

impl Clause {
    /// The word or flag that begins it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::For | Self::Lasting => "for",
            Self::At => "at",
            Self::Until => "until",
            Self::Because => "because",
            Self::DryRun => "--dry-run",
            Self::Force => "--force",
            Self::Hibernate => "--hibernate",
            Self::NewHost => "--new-host",
            Self::NoWait => "--no-wait",
        }
    }
}

/// The first [`MAX_EXCERPT`] characters of `text`, the last of them `…` if there was more.
pub fn excerpt(text: &str) -> String {
    if text.chars().count() <= MAX_EXCERPT {
        return text.to_owned();
    }
    text.chars().take(MAX_EXCERPT - 1).chain(['…']).collect()
}

impl Refusal {
    pub(super) fn left_over(text: &str) -> Self {
        Self::LeftOver { text: excerpt(text) }
    }

    pub(super) fn broken_filter(text: &str, fault: FilterFault) -> Self {
        Self::BrokenFilter { text: excerpt(text), fault }
    }

    pub(super) fn broken_clause(clause: Clause, text: &str) -> Self {
        Self::BrokenClause { clause, text: excerpt(text) }
    }

    pub(super) fn broken_setting(text: &str, fault: SettingFault) -> Self {
        Self::BrokenSetting { text: excerpt(text), fault }
    }

    pub(super) fn broken_account(text: &str, fault: AccountFault) -> Self {
        Self::BrokenAccount { text: excerpt(text), fault }
    }
}
