//! What a message without a verb probably meant. A suggestion is only ever
//! offered, and only if it would be understood; it is never run.

use super::lex::{Token, Word};
use super::read::{Head, read};
use super::{AccountsCommand, Parsed, Refusal, SettingsCommand, Tier, Verb, clean, lex, words};

/// The longest suggestion: what a button can show whole, for a shortened
/// command would be another command.
/// <https://docs.slack.dev/reference/block-kit/block-elements/button-element>
const MAX_SUGGESTION: usize = 75;

/// Shorter words come near to everything, and longer ones to no verb.
const MIN_WORD: usize = 3;
const MAX_WORD: usize = 20;

/// Words up to this length may differ by one slip from a verb that only looks, longer ones
/// by two.
const SHORT_WORD: usize = 4;

/// Quotation and formatting that may have been copied along with a command.
const DECORATION: [char; 4] = ['*', '_', '"', '\''];

/// The whole command that the message probably meant; `rest` is what stands
/// behind its first word.
pub(super) fn suggestion(first: &Word, rest: &str) -> Option<String> {
    let undecorated = first.raw.trim_matches(DECORATION);
    let meant = if undecorated != first.raw && Head::read(undecorated).is_some() {
        format!("{} {}", undecorated.to_ascii_lowercase(), undecorate(&first.raw, rest))
    } else if first.is_quoted() {
        if rest.trim().is_empty() { first.text() } else { return None }
    } else if let Some(head) = nearest(&first.text()) {
        format!("{} {}", head.as_str(), rest.trim())
    } else {
        // `web-1 stop`: a plain word in front of a verb is rather no instance.
        first.raw.contains(|ch: char| !ch.is_alphanumeric()).then_some(())?;
        format!("{} {}", Head::read(rest.trim())?.as_str(), first.raw)
    };
    let meant = meant.trim().to_owned();
    (meant.chars().count() <= MAX_SUGGESTION && is_understood(&meant)).then_some(meant)
}

/// The verb (or `help`, `version`) that `word` comes nearest to: one it is
/// the beginning of, else one few slips away. Between equals the harmless wins.
///
/// A verb that changes anything must be meant beyond doubt: it is suggested only for
/// the beginning of the verb itself or for one slip in it, never for a word that is like a
/// synonym, and one that destroys only for a word with the same first letter.
pub(super) fn nearest(word: &str) -> Option<Head> {
    let word = word.to_ascii_lowercase();
    if words::asks_for_state(&word) {
        return Some(Head::Verb(Verb::Check));
    }
    let length = word.chars().count();
    if !(MIN_WORD..=MAX_WORD).contains(&length) {
        return None;
    }
    by_beginning(&word).or_else(|| {
        let allowed = |head: Head| if is_change(head) || length <= SHORT_WORD { 1 } else { 2 };
        Head::all()
            .flat_map(|head| head.words().into_iter().map(move |known| (head, known)))
            // Within one slip of a two-letter verb lies every other short word.
            .filter(|(head, known)| known.len() > 2 && may_be_meant(*head, known, &word))
            .map(|(head, known)| (strsim::damerau_levenshtein(&word, known), head))
            .filter(|(slips, head)| *slips <= allowed(*head))
            .min_by_key(|(slips, head)| (*slips, head.harm()))
            .map(|(_, head)| head)
    })
}

fn by_beginning(word: &str) -> Option<Head> {
    let mut begun = Head::all().filter(|head| head.words().iter().any(|known| known.starts_with(word)));
    let head = begun.next().filter(|_| begun.next().is_none())?;
    let is_own = head.as_str().starts_with(word);
    (is_own || !is_change(head)).then_some(head)
}

/// Whether a command that begins like this can change an instance or a setting.
fn is_change(head: Head) -> bool {
    match head {
        Head::Verb(verb) => verb.is_change(),
        Head::Log | Head::Share => true,
        Head::Help | Head::Version | Head::Accounts => false,
    }
}

/// Whether a word like `known`, which stands for `head`, may stand for it, too.
fn may_be_meant(head: Head, known: &str, word: &str) -> bool {
    let Head::Verb(verb) = head else { return true };
    let begins_alike = || word.chars().next() == known.chars().next();
    match verb.tier() {
        Tier::Look => true,
        Tier::Raise | Tier::Interrupt => known == verb.as_str(),
        Tier::Destroy => known == verb.as_str() && begins_alike(),
    }
}

/// Takes the formatting that opened before the verb off the end of the message.
fn undecorate(first: &str, rest: &str) -> String {
    let rest = rest.trim();
    let opened = first.chars().next().filter(|mark| !first.ends_with(*mark));
    opened.and_then(|mark| rest.strip_suffix(mark)).unwrap_or(rest).to_owned()
}

/// Whether `text` can be offered. What changes accounts or settings is never: it has
/// to be typed.
fn is_understood(text: &str) -> bool {
    let glyphs = clean::plain(text);
    let verb = matches!(lex::lex(&glyphs).first(), Some(Token::Word(word))
        if word.bare().is_some_and(|word| Head::read(&word).is_some()));
    verb && match read(&glyphs) {
        Parsed::Refused(refusal) => matches!(refusal, Refusal::NoTarget { .. }),
        Parsed::Accounts(command) => command == AccountsCommand::List,
        Parsed::Settings(command) => {
            matches!(command, SettingsCommand::ShowLog | SettingsCommand::ShowShared)
        }
        Parsed::Empty | Parsed::Help(_) | Parsed::Version | Parsed::Command(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Verb;

    #[test]
    fn the_nearest_verb_is_the_harmless_one_of_equals() {
        for (word, head) in [
            ("stpo", Some(Head::Verb(Verb::Stop))),
            ("stat", Some(Head::Verb(Verb::Check))),
            ("star", Some(Head::Verb(Verb::Start))),
            ("res", Some(Head::Verb(Verb::Restart))),
            ("sto", Some(Head::Verb(Verb::Stop))),
            ("termnate", Some(Head::Verb(Verb::Terminate))),
            ("shutdwon", None),
            ("hal", None),
            ("destory", None),
            ("boott", None),
            ("health", Some(Head::Verb(Verb::Check))),
            ("Uptime", Some(Head::Verb(Verb::Check))),
            ("up", Some(Head::Verb(Verb::Check))),
            ("state", Some(Head::Verb(Verb::Check))),
            ("terminal", None),
            ("about", None),
            ("report", None),
            ("reports", None),
            ("fill", None),
            ("skill", None),
            ("kll", Some(Head::Verb(Verb::Kill))),
            ("tsop", Some(Head::Verb(Verb::Stop))),
            ("terminat", Some(Head::Verb(Verb::Terminate))),
            ("restat", Some(Head::Verb(Verb::Restart))),
            ("remove", None),
            ("store", None),
            ("shop", Some(Head::Verb(Verb::Find))),
            ("chekc", Some(Head::Verb(Verb::Check))),
            ("lst", Some(Head::Verb(Verb::Find))),
            ("hlep", Some(Head::Help)),
            ("vers", Some(Head::Version)),
            ("rebot", Some(Head::Verb(Verb::Reboot))),
            ("kil", Some(Head::Verb(Verb::Kill))),
            ("st", None),
            ("s", None),
            ("is", None),
            ("no", None),
            ("frobnicate", None),
            ("ѕтор", None),
            ("stopstopstopstopstopstop", None),
        ] {
            assert_eq!(nearest(word), head, "{word}");
        }
    }
}
