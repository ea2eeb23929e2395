//! What people type behind `/standup`.

use super::Said;

/// The words that begin a command.
const HEADS: [&str; 6] = ["help", "list", "setup", "now", "report", "skip"];

/// Words that begin none, though people may try them.
const MEANT: [(&str, &str); 18] = [
    ("add", "setup"),
    ("ask", "now"),
    ("away", "skip"),
    ("change", "setup"),
    ("configure", "setup"),
    ("create", "setup"),
    ("delete", "list"),
    ("edit", "setup"),
    ("holiday", "skip"),
    ("ls", "list"),
    ("new", "setup"),
    ("post", "report"),
    ("remove", "list"),
    ("run", "now"),
    ("show", "list"),
    ("start", "now"),
    ("summary", "report"),
    ("vacation", "skip"),
];

/// Shorter words come near to everything.
const MIN_WORD: usize = 3;

/// Longer words come near to nothing.
const MAX_WORD: usize = 20;

/// Words up to this length may differ from a head by one slip, longer ones by two.
const SHORT_WORD: usize = 4;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `help`, or nothing at all.
    Help,
    /// `list`: which standups there are.
    List,
    /// `setup`: a form for a new one.
    SetUp,
    /// `now [name]`: ask everybody at once.
    Now {
        /// Which standup.
        name: Option<String>,
    },
    /// `report [name]`: post the report.
    Report {
        /// Of which standup.
        name: Option<String>,
    },
    /// `skip [today|until DAY]`: do not ask me.
    Skip(Until),
    /// Something else.
    Unknown {
        /// The first word of it.
        word: String,
        /// What was perhaps meant.
        nearest: Option<&'static str>,
    },
}

/// How long somebody is not to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until {
    /// `skip`, `skip today`: only today.
    Tomorrow,
    /// `skip until DAY`: before that day.
    Day(Said),
}

/// Why the day of a `skip` cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misread {
    /// `skip until`, and nothing behind it.
    UntilWhen,
    /// It is no day.
    NotADay {
        /// What was typed.
        text: String,
    },
    /// It has the form of a day, but no calendar has it: `31 feb`.
    NoSuchDay {
        /// What was typed.
        text: String,
    },
    /// It may be two days: `12/11`.
    TwoWays {
        /// What was typed.
        text: String,
    },
    /// `skip friday`: whether that day or until then does not show.
    WithoutUntil {
        /// The day, as it was typed.
        text: String,
    },
}

impl Misread {
    pub(super) fn not_a_day(text: &str) -> Self {
        Self::NotADay { text: text.to_owned() }
    }
}

/// Reads what stands behind `/standup`, Slack's mark-up undone already.
pub fn parse(text: &str) -> Result<Command, Misread> {
    let text = text.trim();
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let (first, rest) = (first.to_lowercase(), rest.trim());
    Ok(match first.as_str() {
        "" | "help" | "?" => Command::Help,
        "list" => Command::List,
        "setup" | "set-up" => Command::SetUp,
        "set" if rest.eq_ignore_ascii_case("up") => Command::SetUp,
        "now" => Command::Now { name: name(rest) },
        "report" => Command::Report { name: name(rest) },
        "skip" => Command::Skip(until(rest)?),
        _ => Command::Unknown { nearest: nearest(&first), word: first },
    })
}

fn until(text: &str) -> Result<Until, Misread> {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    match first.to_lowercase().as_str() {
        "" => Ok(Until::Tomorrow),
        "today" if rest.trim().is_empty() => Ok(Until::Tomorrow),
        "until" | "till" | "til" if rest.trim().is_empty() => Err(Misread::UntilWhen),
        "until" | "till" | "til" => Said::read(rest.trim()).map(Until::Day),
        _ => {
            Said::read(text)?;
            Err(Misread::WithoutUntil { text: text.to_owned() })
        }
    }
}

/// The name of a standup, without quotation marks; nothing if nothing is left.
fn name(text: &str) -> Option<String> {
    Some(super::form::tidied(text)).filter(|name| !name.is_empty())
}

/// The head that `word` comes nearest to: one that means the same, one it is the
/// beginning of, else one few slips away.
fn nearest(word: &str) -> Option<&'static str> {
    let length = word.chars().count();
    if !(MIN_WORD - 1..=MAX_WORD).contains(&length) {
        return None;
    }
    let same = MEANT.iter().find(|(other, _)| *other == word).map(|(_, head)| *head);
    let begun = || HEADS.into_iter().find(|head| head.starts_with(word));
    let near = || {
        let allowed = if length <= SHORT_WORD { 1 } else { 2 };
        HEADS
            .into_iter()
            .map(|head| (strsim::damerau_levenshtein(word, head), head))
            .filter(|(slips, _)| *slips <= allowed && length >= MIN_WORD)
            .min_by_key(|(slips, _)| *slips)
            .map(|(_, head)| head)
    };
    same.or_else(begun).or_else(near)
}

#[cfg(test)]
mod tests;
