//! Targets: the words that say which instances are meant.

use std::fmt;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::lex::{self, Token, Word};
use super::{clean, pattern};
use crate::ids::InstanceId;

/// Which instances are meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The instance with this id.
    Id(InstanceId),
    /// Every instance whose name fits this [`pattern`].
    Pattern(String),
    /// The instance of this name.
    Name(String),
    /// The instance with this private address.
    PrivateIp(Ipv4Addr),
    /// The n-th row of the last list in this thread, from 1.
    Row(u32),
    /// What this thread is about.
    This,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Pattern(text) | Self::Name(text) => f.write_str(text),
            Self::PrivateIp(ip) => ip.fmt(f),
            Self::Row(row) => write!(f, "#{row}"),
            Self::This => f.write_str("this"),
        }
    }
}

/// What a word in a target's place says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// A target.
    Target(Target),
    /// Wildcards only.
    Everything,
    /// Nothing that could be a name.
    Nothing,
}

/// Reads `word` as a target. An unquoted name is made of letters, digits and
/// the marks that usual names have; anything else has to be quoted.
pub(super) fn read(word: &Word) -> Reading {
    let text = word.text();
    if let Some(id) = InstanceId::parse(&text) {
        return Reading::Target(Target::Id(id));
    }
    if let Ok(ip) = text.parse() {
        return Reading::Target(Target::PrivateIp(ip));
    }
    if word.is_quoted() {
        return if text.trim().is_empty() { Reading::Nothing } else { name(word) };
    }
    if text.eq_ignore_ascii_case("this") {
        return Reading::Target(Target::This);
    }
    if let Some(row) = text.strip_prefix('#') {
        return match row.parse() {
            Ok(row) if row > 0 && text.bytes().skip(1).all(|byte| byte.is_ascii_digit()) => {
                Reading::Target(Target::Row(row))
            }
            _ => Reading::Nothing,
        };
    }
    if is_plain(&text) { name(word) } else { Reading::Nothing }
}

/// What `word` says without the `*` at both ends, if these may be Slack's mark-up for bold text.
pub(super) fn in_bold(word: &Word) -> Option<Target> {
    let text = word.text();
    let is_bold = !word.is_quoted() && pattern::looks_bold(&text) && is_plain(&text);
    is_bold.then(|| plain(text.trim_matches('*')))
}

/// What `text`, in which there are no wildcards, says in a target's place.
pub(super) fn plain(text: &str) -> Target {
    match lex::lex(&clean::plain(text)).as_slice() {
        [Token::Word(word)] => match read(word) {
            Reading::Target(target) => target,
            Reading::Everything | Reading::Nothing => Target::Name(text.to_owned()),
        },
        _ => Target::Name(text.to_owned()),
    }
}

fn is_plain(text: &str) -> bool {
    let marks = |ch: char| "-_./:@+*?".contains(ch);
    !text.starts_with(['-', ':', '@', '+'])
        && text.chars().all(|ch| ch.is_alphanumeric() || marks(ch))
        && text.chars().any(|ch| ch.is_alphanumeric() || "*?".contains(ch))
}

fn name(word: &Word) -> Reading {
    let mut escaped = String::new();
    for letter in &word.letters {
        if letter.quoted || letter.ch == '\\' {
            pattern::push_literal(&mut escaped, letter.ch);
        } else {
            escaped.push(letter.ch);
        }
    }
    let escaped = pattern::collapsed(&escaped);
    if !pattern::has_wildcards(&escaped) {
        Reading::Target(Target::Name(word.text()))
    } else if escaped.chars().any(char::is_alphanumeric) {
        Reading::Target(Target::Pattern(escaped))
    } else {
        Reading::Everything
    }
}
