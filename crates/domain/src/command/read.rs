//! What a message is: courtesy left out, its first word says it. A message
//! without a verb is never run, only answered with what it may have meant.

use super::clean::Glyph;
use super::lex::{self, Token, Word};
use super::{Parsed, Refusal, Topic, Verb, accounts, clause, excerpt, settings, suggest, words};

/// The word that says what a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    Verb(Verb),
    Accounts,
    Log,
    Share,
    Help,
    Version,
}

impl Head {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        [Self::Help, Self::Version, Self::Accounts, Self::Log, Self::Share]
            .into_iter()
            .chain(Verb::ALL.into_iter().map(Self::Verb))
    }

    pub(super) fn words(self) -> Vec<&'static str> {
        match self {
            Self::Verb(verb) => verb.words().collect(),
            Self::Accounts => vec!["accounts", "account"],
            Self::Log => vec!["log"],
            Self::Share => vec!["share"],
            Self::Help => vec!["help", "--help"],
            Self::Version => vec!["version", "--version"],
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Verb(verb) => verb.as_str(),
            Self::Accounts => "accounts",
            Self::Log => "log",
            Self::Share => "share",
            Self::Help => "help",
            Self::Version => "version",
        }
    }

    pub(super) fn read(word: &str) -> Option<Self> {
        Self::all().find(|head| head.words().iter().any(|known| known.eq_ignore_ascii_case(word)))
    }

    /// The tier of what it does; the more, the more harm. Of the commands about
    /// accounts and settings only those that show count, for no other is ever suggested.
    pub(super) const fn harm(self) -> u8 {
        match self {
            Self::Verb(verb) => verb.tier().level(),
            Self::Help | Self::Version | Self::Accounts | Self::Log | Self::Share => 0,
        }
    }
}

/// Reads a message of one line and the right length.
pub(super) fn read(glyphs: &[Glyph]) -> Parsed {
    let tokens = lex::lex(glyphs);
    let mut tokens = without_courtesy(&tokens);
    if let [Token::Word(word), rest @ ..] = tokens
        && word.bare().as_deref() == Some("ec2")
    {
        tokens = rest;
    }
    let (first, rest) = match tokens {
        [] => return Parsed::Empty,
        [Token::Word(first), rest @ ..] => (first, rest),
        _ => return unclear(glyphs),
    };
    let (head, rest) = head(first, rest);
    match head {
        Some(Head::Help) => Parsed::Help(topic(rest)),
        Some(Head::Version) if rest.is_empty() => Parsed::Version,
        Some(Head::Version) => {
            let behind = lex::text_of(glyphs.get(first.end..).unwrap_or_default());
            Parsed::Refused(Refusal::left_over(behind.trim()))
        }
        Some(Head::Accounts) if asks_for_help(rest) => Parsed::Help(Some(Topic::Accounts)),
        Some(Head::Accounts) => accounts::read(rest).map_or_else(Parsed::Refused, Parsed::Accounts),
        Some(Head::Log | Head::Share) if asks_for_help(rest) => Parsed::Help(Some(Topic::Settings)),
        Some(Head::Log) => settings::read_log(rest).map_or_else(Parsed::Refused, Parsed::Settings),
        Some(Head::Share) => settings::read_share(rest).map_or_else(Parsed::Refused, Parsed::Settings),
        Some(Head::Verb(verb)) if asks_for_help(rest) => Parsed::Help(Some(Topic::Verb(verb))),
        Some(Head::Verb(verb)) => clause::read(verb, rest).map_or_else(Parsed::Refused, Parsed::Command),
        None => without_verb(first, rest, glyphs),
    }
}

/// What the first word says, or the first two: `boot up` and `shut down` are one verb.
fn head<'t>(first: &Word, rest: &'t [Token]) -> (Option<Head>, &'t [Token]) {
    let Some(bare) = first.bare() else { return (None, rest) };
    let head = Head::read(&bare);
    if let [Token::Word(next), behind @ ..] = rest
        && let Some(particle) = next.bare().and_then(|word| words::particle(&word))
        && (head == Some(Head::Verb(particle)) || (head.is_none() && words::takes_particle(&bare)))
    {
        return (Some(Head::Verb(particle)), behind);
    }
    (head, rest)
}

/// A message whose first word is no verb.
fn without_verb(first: &Word, rest: &[Token], glyphs: &[Glyph]) -> Parsed {
    let name = || Refusal::OtherService { name: excerpt(&first.raw) };
    let bare = first.bare().unwrap_or_default();
    if words::is_service(&bare) {
        return Parsed::Refused(name());
    }
    let end = match rest.last() {
        Some(Token::Word(last)) => last.end,
        Some(_) => glyphs.len(),
        None => first.end,
    };
    let behind = glyphs.get(first.end..end).unwrap_or_default();
    let has_mention = behind.iter().any(|glyph| matches!(glyph, Glyph::Mention(_)));
    let before_verb = matches!(rest.first(), Some(Token::Word(next))
        if next.bare().is_some_and(|word| Verb::read(&word).is_some()));
    if before_verb && words::may_be_service(&bare) && suggest::nearest(&bare).is_none() {
        return Parsed::Refused(name());
    }
    let suggestion = suggest::suggestion(first, &lex::text_of(behind)).filter(|_| !has_mention);
    match suggestion {
        Some(_) => Parsed::Refused(Refusal::Unclear { word: excerpt(&first.raw), suggestion }),
        None => unclear(glyphs),
    }
}

fn unclear(glyphs: &[Glyph]) -> Parsed {
    Parsed::Refused(Refusal::Unclear { word: excerpt(lex::text_of(glyphs).trim()), suggestion: None })
}

/// Leaves out the courtesy at both ends, and the commas around it.
fn without_courtesy(tokens: &[Token]) -> &[Token] {
    let words: Vec<Option<String>> = tokens
        .iter()
        .map(|token| match token {
            Token::Word(word) => word.bare(),
            _ => None,
        })
        .collect();
    let is_comma = |at: usize| matches!(tokens.get(at), Some(Token::Comma { .. }));
    let (mut from, mut to) = (0, tokens.len());
    while from < to {
        match words::greeting(words.get(from..to).unwrap_or_default()) {
            0 if is_comma(from) => from += 1,
            0 => break,
            count => from += count,
        }
    }
    while from < to {
        match words::thanks(words.get(from..to).unwrap_or_default()) {
            0 if is_comma(to - 1) => to -= 1,
            0 => break,
            count => to -= count,
        }
    }
    tokens.get(from..to).unwrap_or_default()
}

fn asks_for_help(rest: &[Token]) -> bool {
    matches!(rest, [Token::Word(word)] if matches!(word.bare().as_deref(), Some("help" | "--help" | "-h")))
}

fn topic(rest: &[Token]) -> Option<Topic> {
    rest.iter().find_map(|token| {
        let Token::Word(word) = token else { return None };
        match word.bare()?.as_str() {
            "filter" | "filters" | "tag" | "tags" | "state" | "states" | "region" | "regions" => {
                Some(Topic::Filters)
            }
            "account" | "accounts" => Some(Topic::Accounts),
            "log" | "logs" | "share" | "settings" => Some(Topic::Settings),
            "standup" => Some(Topic::Standup),
            other => Verb::read(other).map(Topic::Verb),
        }
    })
}
