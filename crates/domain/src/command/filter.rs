//! Filters: `key=value`, `tag:"Cost Center"!=42`, `age>7d`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::lex::{Letter, Word};
use super::pattern;
use super::place::{self, AccountRef};
use super::refusal::{FilterFault, Refusal};
use super::when::Minutes;
use crate::ids::Region;
use crate::instance::InstanceState;

/// A condition that an instance has to meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// What is looked at.
    pub key: FilterKey,
    /// How it is compared.
    pub op: Op,
    /// What with. For [`FilterKey::Age`] a duration, for [`FilterKey::State`]
    /// a state; for the others a [`pattern`], in which wildcards that
    /// were quoted are escaped. In lower case for keys that AWS writes so.
    pub value: String,
}

/// What a filter looks at. `account=` with one plain account says the same as
/// `for`, and becomes that; `region=` with one plain region becomes `in`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterKey {
    /// The `Name` tag.
    Name,
    /// The state.
    State,
    /// The instance type.
    Type,
    /// The availability zone.
    Az,
    /// The VPC.
    Vpc,
    /// The subnet.
    Subnet,
    /// The private or the public IPv4 address.
    Ip,
    /// The instance id.
    Id,
    /// The image.
    Image,
    /// Time since the last launch.
    Age,
    /// The region.
    Region,
    /// The account, by its alias.
    Account,
    /// The tag `Env` or `Environment`, in any case.
    Env,
    /// The tag `Owner`, in any case.
    Owner,
    /// The Auto Scaling group.
    Asg,
    /// Any tag, by its exact key.
    Tag(String),
}

/// How a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `=`
    Is,
    /// `!=`; also true of an instance that has no such value at all.
    IsNot,
    /// `>`
    More,
    /// `<`
    Less,
}

impl Op {
    /// The operator as typed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Is => "=",
            Self::IsNot => "!=",
            Self::More => ">",
            Self::Less => "<",
        }
    }
}

impl FilterKey {
    /// The keys that are a plain word.
    const WORDS: [(&'static str, Self); 15] = [
        ("name", Self::Name),
        ("state", Self::State),
        ("type", Self::Type),
        ("az", Self::Az),
        ("vpc", Self::Vpc),
        ("subnet", Self::Subnet),
        ("ip", Self::Ip),
        ("id", Self::Id),
        ("image", Self::Image),
        ("age", Self::Age),
        ("region", Self::Region),
        ("account", Self::Account),
        ("env", Self::Env),
        ("owner", Self::Owner),
        ("asg", Self::Asg),
    ];

    fn read(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find_map(|(known, key)| known.eq_ignore_ascii_case(word).then_some(key))
    }

    /// Whether AWS itself writes such values, always in lower case.
    const fn is_lower_case(&self) -> bool {
        !matches!(self, Self::Name | Self::Env | Self::Owner | Self::Asg | Self::Tag(_))
    }
}

impl Filter {
    /// Whether it singles instances out: neither only wildcards, nor a mere
    /// exclusion, nor only where they are.
    pub fn is_narrow(&self) -> bool {
        let is_place = matches!(self.key, FilterKey::Region | FilterKey::Account);
        !is_place && self.op != Op::IsNot && !pattern::is_only_wildcards(&self.value)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            FilterKey::Tag(key) if key.contains(char::is_whitespace) => write!(f, "tag:\"{key}\"")?,
            FilterKey::Tag(key) => write!(f, "tag:{key}")?,
            key => {
                let known = FilterKey::WORDS.iter().find(|(_, known)| known == key);
                f.write_str(known.map_or("", |(word, _)| word))?;
            }
        }
        f.write_str(self.op.as_str())?;
        if self.value.contains(char::is_whitespace) {
            write!(f, "\"{}\"", self.value)
        } else {
            f.write_str(&self.value)
        }
    }
}

/// What a word with the look of a filter says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Filter(Filter),
    Region(Region),
    Account(AccountRef),
}

/// Reads `word` as a filter; `None` if it has not the look of one.
pub(super) fn read(word: &Word) -> Option<Result<Condition, Refusal>> {
    if let Some((key, op, value)) = split(&word.letters) {
        return Some(condition(word, key, op, value));
    }
    let bare = word.letters.iter().take_while(|letter| !letter.quoted && letter.ch != ':');
    let head: String = bare.map(|letter| letter.ch.to_ascii_lowercase()).collect();
    let colon =
        word.letters.get(head.chars().count()).is_some_and(|letter| letter.ch == ':' && !letter.quoted);
    let is_key = matches!(head.as_str(), "tag" | "account") || FilterKey::read(&head).is_some();
    (colon && is_key).then(|| Err(Refusal::broken_filter(&word.raw, FilterFault::NoOperator)))
}

/// Whether the value of the filter `word` may be bold text rather than a pattern.
pub(super) fn looks_bold(word: &Word) -> bool {
    let value =
        split(&word.letters).map(|(_, _, value)| value.iter().map(|letter| letter.ch).collect::<String>());
    !word.is_quoted() && value.is_some_and(|value| pattern::looks_bold(&value))
}

/// Splits at the first operator that is not quoted.
fn split(letters: &[Letter]) -> Option<(&[Letter], Op, &[Letter])> {
    let plain = |at: usize| letters.get(at).filter(|letter| !letter.quoted).map(|letter| letter.ch);
    (0..letters.len()).find_map(|at| {
        let (op, length) = match (plain(at)?, plain(at + 1)) {
            ('=', _) => (Op::Is, 1),
            ('!', Some('=')) => (Op::IsNot, 2),
            ('>', _) => (Op::More, 1),
            ('<', _) => (Op::Less, 1),
            _ => return None,
        };
        Some((letters.get(..at)?, op, letters.get(at + length..)?))
    })
}

fn condition(word: &Word, key: &[Letter], op: Op, value: &[Letter]) -> Result<Condition, Refusal> {
    let broken = |fault| Refusal::broken_filter(&word.raw, fault);
    if key.is_empty() {
        return Err(Refusal::left_over(&word.raw));
    }
    match value.first() {
        None => return Err(broken(FilterFault::NoValue)),
        Some(Letter { ch: '=' | '<' | '>' | '!', quoted: false }) => {
            return Err(broken(FilterFault::WrongOperator));
        }
        Some(_) => {}
    }
    let name: String = key.iter().map(|letter| letter.ch).collect();
    let is_bare = key.iter().all(|letter| !letter.quoted);
    let key = match tag_key(key) {
        Some(tag) if tag.is_empty() => return Err(broken(FilterFault::NoTagKey)),
        Some(tag) => FilterKey::Tag(tag),
        None => FilterKey::read(&name).filter(|_| is_bare).ok_or_else(|| broken(FilterFault::UnknownKey))?,
    };
    let value = value_of(&key, op, value).map_err(broken)?;
    if op == Op::Is && !pattern::has_wildcards(&value) {
        let place = match key {
            FilterKey::Region => Some(place::region(&value).map(Condition::Region)),
            FilterKey::Account => Some(AccountRef::parse(&value).map(Condition::Account)),
            _ => None,
        };
        if let Some(place) = place {
            return place.ok_or_else(|| broken(FilterFault::BadValue));
        }
    }
    if key == FilterKey::Account && !is_alias_pattern(&value) {
        return Err(broken(FilterFault::BadValue));
    }
    Ok(Condition::Filter(Filter { key, op, value }))
}

/// The tag's key, if the letters begin with an unquoted `tag:`.
fn tag_key(key: &[Letter]) -> Option<String> {
    let (head, tail) = key.split_at_checked(4)?;
    let is_tag = head
        .iter()
        .zip("tag:".chars())
        .all(|(letter, wanted)| !letter.quoted && letter.ch.eq_ignore_ascii_case(&wanted));
    is_tag.then(|| tail.iter().map(|letter| letter.ch).collect())
}

/// Whether `value` can be compared with aliases. An instance knows its account
/// by the alias only, so that excluding a number would exclude nothing.
fn is_alias_pattern(value: &str) -> bool {
    let is_alias = || matches!(AccountRef::parse(value), Some(AccountRef::Alias(_)));
    let is_form = |ch: char| ch.is_ascii_alphanumeric() || "-_.*?".contains(ch);
    if pattern::has_wildcards(value) { value.chars().all(is_form) } else { is_alias() }
}

fn value_of(key: &FilterKey, op: Op, value: &[Letter]) -> Result<String, FilterFault> {
    if (*key == FilterKey::Age) == matches!(op, Op::Is | Op::IsNot) {
        return Err(FilterFault::WrongOperator);
    }
    let mut text = String::new();
    for letter in value {
        let ch = if key.is_lower_case() { letter.ch.to_ascii_lowercase() } else { letter.ch };
        if letter.quoted || ch == '\\' {
            pattern::push_literal(&mut text, ch);
        } else {
            text.push(ch);
        }
    }
    let text = pattern::collapsed(&text);
    let valid = match key {
        FilterKey::Age => Minutes::parse(&text).is_some(),
        FilterKey::State => InstanceState::parse(&text).is_some(),
        FilterKey::Ip => text.chars().all(|ch| ch.is_ascii_digit() || ".*?".contains(ch)),
        _ => true,
    };
    if valid { Ok(text) } else { Err(FilterFault::BadValue) }
}
