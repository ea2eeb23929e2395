//! Where sentences end.
//!
//! Our own, and small: the crate `sentencex` knows more abbreviations, but takes
//! time with the square of a paragraph's length (30 s for 1 MB of Japanese, and
//! more for unclosed quotation marks) and brings a command line parser along.
//! This looks at every character a fixed number of times.

use super::language::Language;
use super::marks::{closes_full, is_closer, is_end, is_full_end, is_opener, opens_full};

mod abbreviations;

use self::abbreviations::{Before, before_full_stop};

/// Longer sentences are cut at a space: what has no full stop for so long is not
/// prose.
const MAX_BYTES: usize = 1200;

/// A quotation in a script without spaces that is open for longer was never
/// meant to be one.
const MAX_QUOTATION: usize = 600;

/// Thai puts spaces between sentences and clauses, and nothing else; shorter
/// pieces are clauses.
const MIN_THAI: usize = 200;

/// A sentence of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sentence<'a> {
    pub(super) text: &'a str,
    /// The paragraph that it is in.
    pub(super) paragraph: usize,
    /// Its place in the paragraph.
    pub(super) place: usize,
}

/// The sentences of one paragraph.
pub(super) fn sentences<'a>(text: &'a str, paragraph: usize, language: &Language) -> Vec<Sentence<'a>> {
    let mut sentences = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (sentence, after) = rest.split_at_checked(end(rest, language)).unwrap_or((rest, ""));
        let text = sentence.trim();
        if !text.is_empty() {
            sentences.push(Sentence { text, paragraph, place: sentences.len() });
        }
        rest = after;
    }
    sentences
}

/// Bytes up to the end of the first sentence. Reads little more than that, so
/// that a paragraph is read once in all.
fn end(text: &str, language: &Language) -> usize {
    let is_thai = language.code == "th";
    let mut characters = text.char_indices().peekable();
    let mut last_space = None;
    let mut quotation = None;
    while let Some((at, character)) = characters.next() {
        let after = at + character.len_utf8();
        if at > MAX_BYTES {
            return last_space.unwrap_or(at);
        }
        if character == ' ' {
            last_space = Some(after);
            if is_thai && at > MIN_THAI {
                return after;
            }
        }
        if opens_full(character) {
            quotation.get_or_insert(at);
        } else if closes_full(character) {
            quotation = None;
        }
        if !is_end(character) {
            continue;
        }
        // All of “?!”, “...”, and what closes a quotation belongs to the end.
        let mut stop = Stop {
            from: at,
            to: after,
            alone: character == '.',
            full: is_full_end(character),
            quoted: false,
        };
        while let Some((at, more)) = characters.next_if(|(_, more)| is_end(*more) || is_closer(*more)) {
            stop.to = at + more.len_utf8();
            stop.alone &= is_closer(more);
            stop.full |= is_full_end(more);
            stop.quoted |= is_closer(more);
            if closes_full(more) {
                quotation = None;
            }
        }
        // Within a quotation nothing ends, unless it never does.
        if quotation.is_some_and(|opened| at - opened < MAX_QUOTATION) {
            continue;
        }
        if ends_sentence(text, &mut stop, language) {
            return stop.to;
        }
    }
    text.len()
}

/// Characters that may end a sentence.
struct Stop {
    from: usize,
    to: usize,
    /// Only a full stop, which also ends abbreviations.
    alone: bool,
    /// It needs no space behind it.
    full: bool,
    /// It closes a quotation as well.
    quoted: bool,
}

fn ends_sentence(text: &str, stop: &mut Stop, language: &Language) -> bool {
    let (Some(before), Some(after)) = (text.get(..stop.from), text.get(stop.to..)) else { return true };
    if stop.full {
        // 「…。」と言った goes on.
        return !(stop.quoted
            && after.starts_with(|c: char| matches!(c, '\u{3041}'..='\u{309f}' | '，' | '、')));
    }
    let Some(mut next) = after.strip_prefix(' ') else { return after.is_empty() };
    // « French closes its quotations with a space in between. »
    if let Some(closed) = next.strip_prefix('»').filter(|closed| closed.is_empty() || closed.starts_with(' '))
    {
        stop.to += 1 + '»'.len_utf8();
        next = closed.trim_start();
    }
    let next = next.trim_start_matches(|c: char| is_opener(c) || c == ' ');
    let Some(first) = next.chars().next() else { return true };
    if first.is_lowercase() {
        return false;
    }
    if !stop.alone {
        return true;
    }
    let word: String = next.chars().take(20).take_while(|c| c.is_alphanumeric() || *c == '’').collect();
    // A word that begins sentences more often than names.
    let starts = word.chars().count() > 1 && language.is_stop_word(&word.to_lowercase())
        || matches!(word.as_str(), "A" | "I" | "È" | "É" | "O" | "В" | "Я" | "И" | "Он");
    match before_full_stop(before, language) {
        Before::Word => true,
        Before::Abbreviation => false,
        Before::NumberSign => !first.is_numeric(),
        Before::Number | Before::MayEnd => starts,
    }
}

#[cfg(test)]
mod tests;
