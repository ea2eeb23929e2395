//! The language people type at Bellhop: from a message's text to one of a
//! few commands, or to the reason why it is none.
//!
//! A message passes through four stages, each a file: `clean` undoes Slack's
//! mark-up, `lex` parts words, `read` finds the verb, and `clause` reads all
//! that follows it. A verb that changes anything is understood whole or not
//! at all; the commands about accounts have a reader of their own, `accounts`.
//! Only `write` goes the other way, for buttons. Sentences are not
//! written here, and nothing is looked up: whether an instance exists is for
//! [`resolve`](crate::resolve).
//!
//! # How to add a verb
//! 1. `verb.rs`: the variant, its word, synonyms, tier and limit; the compiler
//!    asks for these. It does not ask for its place in [`Verb::ALL`], by harm,
//!    nor for the clauses that [`Verb::allows`] with it.
//! 2. `policy.rs` and `preflight.rs`: who may use it, and what it does to an
//!    instance in each state; the compiler asks for both.
//! 3. `tests.rs`: rows for it, a misspelling among them.
//! 4. A verb that takes other words than targets and clauses (`who`, `can`)
//!    is not a [`Verb`]: give it a [`Parsed`] variant, a `Head` in `read.rs`, and
//!    a reader of its own beside `clause.rs`.

mod accounts;
mod clause;
pub(crate) mod clean;
mod filter;
mod lex;
pub mod pattern;
mod place;
mod read;
mod refusal;
mod settings;
mod suggest;
mod target;
mod verb;
mod when;
mod words;
mod write;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use accounts::{AccountsCommand, MAX_APPROVERS};
pub use filter::{Filter, FilterKey, Op};
pub use place::{AccountRef, Regions};
pub use refusal::{AccountFault, Clause, FilterFault, MAX_EXCERPT, Refusal, SettingFault, excerpt};
pub use settings::{SettingsCommand, Where};
pub use target::Target;
pub use verb::{Tier, Verb};
pub use when::{Day, Minutes, Moment, When};

use crate::ids::UserId;
use crate::instance::InstanceState;
use clean::Glyph;

/// How many characters a message may have, as the person saw it.
pub const MAX_CHARS: usize = 1_000;

/// How many targets one command may name.
pub const MAX_TARGETS: usize = 25;

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parsed {
    /// Nothing, or only courtesy.
    Empty,
    /// A call for help, perhaps with one topic.
    Help(Option<Topic>),
    /// The question which version is running.
    Version,
    /// A command, understood to the last word.
    Command(Command),
    /// A command about the team's accounts, understood to the last word.
    Accounts(AccountsCommand),
    /// A command about the settings of the workspace, understood to the last word.
    Settings(SettingsCommand),
    /// Nothing that can be done, and why.
    Refused(Refusal),
}

/// What help is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// One verb.
    Verb(Verb),
    /// Filters, states and regions.
    Filters,
    /// The commands about accounts.
    Accounts,
    /// The settings of the workspace.
    Settings,
    /// The daily standup.
    Standup,
}

/// A command: a verb and what it applies to. Targets are alternatives of each
/// other; filters all have to hold; states are alternatives of each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// What to do.
    pub verb: Verb,
    /// To which instances. May be empty: then the filters and states say it,
    /// and with find or check perhaps nothing does.
    pub targets: Vec<Target>,
    /// Conditions, all of which hold.
    pub filters: Vec<Filter>,
    /// States, one of which holds; only with find and check.
    pub states: Vec<InstanceState>,
    /// Where, if it was said.
    pub regions: Option<Regions>,
    /// For which account, if it was said.
    pub account: Option<AccountRef>,
    /// For how long, if it was said; start and stop only. Whoever cannot
    /// undo the change in time must refuse such a command.
    pub lasting: Option<Minutes>,
    /// At or until when, if it was said. Whoever cannot wait so long must
    /// refuse such a command.
    pub when: Option<When>,
    /// The person's reason, as typed.
    pub reason: Option<String>,
    /// The flags.
    pub flags: Flags,
}

/// The flags of a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that somebody types or not")]
pub struct Flags {
    /// Say what would be done, and do nothing.
    pub dry_run: bool,
    /// Stop without flushing the file systems.
    pub force: bool,
    /// Stop, and keep memory on disk.
    pub hibernate: bool,
    /// Restart by stopping and starting, which moves the instance to another host.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html>
    pub new_host: bool,
    /// Do not wait for the instances to arrive.
    pub no_wait: bool,
}

impl Flags {
    /// The flags that are set.
    fn given(self) -> impl Iterator<Item = Clause> {
        let Self { dry_run, force, hibernate, new_host, no_wait } = self;
        let flags = [
            (dry_run, Clause::DryRun),
            (force, Clause::Force),
            (hibernate, Clause::Hibernate),
            (new_host, Clause::NewHost),
            (no_wait, Clause::NoWait),
        ];
        flags.into_iter().filter_map(|(is_set, flag)| is_set.then_some(flag))
    }
}

impl Command {
    /// A command that says nothing but its verb.
    pub const fn new(verb: Verb) -> Self {
        Self {
            verb,
            targets: Vec::new(),
            filters: Vec::new(),
            states: Vec::new(),
            regions: None,
            account: None,
            lasting: None,
            when: None,
            reason: None,
            flags: Flags { dry_run: false, force: false, hibernate: false, new_host: false, no_wait: false },
        }
    }
}

/// `text`, in which every `*` was typed, so that no word in it is taken for bold text.
/// What it means stays the same.
pub fn with_typed_asterisks(text: &str) -> String {
    let mut in_reason = false;
    let words = text.split_inclusive(char::is_whitespace).map(|piece| {
        let word = piece.trim_end_matches(char::is_whitespace);
        in_reason = in_reason || word.trim_end_matches(':').eq_ignore_ascii_case("because");
        if in_reason {
            return piece.to_owned();
        }
        let blank = piece.get(word.len()..).unwrap_or_default();
        // In a filter, the pattern stands behind the operator.
        let from = word.rfind('=').map_or(0, |at| at + 1);
        let (key, pattern) = word.split_at_checked(from).unwrap_or(("", word));
        format!("{key}{}{blank}", pattern::unmistakable(pattern))
    });
    words.collect()
}

/// Reads the raw text of a message (escaped by Slack, with its mark-up) that
/// was sent to `bot`, whose mentions are left out.
pub fn parse(text: &str, bot: Option<&UserId>) -> Parsed {
    let glyphs = clean::clean(text, bot);
    let glyphs = clean::without_style(clean::trimmed(&glyphs));
    if glyphs.len() > MAX_CHARS {
        return Parsed::Refused(Refusal::TooLong { limit: MAX_CHARS });
    }
    if glyphs.contains(&Glyph::Char('\n')) {
        return Parsed::Refused(Refusal::ManyLines);
    }
    read::read(glyphs)
}
