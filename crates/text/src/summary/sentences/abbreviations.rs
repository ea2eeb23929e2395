//! What stands before a full stop.

use crate::summary::language::Language;

/// Characters looked at before a full stop.
const LONGEST: usize = 24;

/// Abbreviations after which a sentence goes on: titles before names and words
/// that introduce something. Lower case, without the last full stop.
const INTRODUCE: &[&str] = &[
    // English
    "dr",
    "mr",
    "mrs",
    "ms",
    "prof",
    "rev",
    "hon",
    "gen",
    "col",
    "capt",
    "lt",
    "sgt",
    "gov",
    "sen",
    "rep",
    "st",
    "mt",
    "ft",
    "messrs",
    "e.g",
    "i.e",
    "cf",
    "vs",
    "v",
    "approx",
    "ca",
    "c",
    "al",
    "viz",
    "resp",
    // German
    "z.b",
    "z",
    "d.h",
    "d",
    "u.a",
    "u",
    "bzw",
    "sog",
    "vgl",
    "geb",
    "gest",
    "inkl",
    "evtl",
    "ggf",
    "mio",
    "mrd",
    "hl",
    "frl",
    "hr",
    "fr",
    "o.ä",
    "str",
    "usf",
    // French, Italian, Spanish, Portuguese
    "m",
    "mm",
    "mme",
    "mmes",
    "mlle",
    "me",
    "sig",
    "sigg",
    "dott",
    "dott.ssa",
    "ing",
    "avv",
    "sr",
    "sra",
    "srta",
    "sres",
    "dra",
    "ud",
    "uds",
    "av",
    "exmo",
    "p.ex",
    "ex",
    "ee",
    // Russian
    "т.е",
    "т",
    "г-н",
    "г-жа",
    "ул",
    "им",
    "см",
    "напр",
    "акад",
    "просп",
    "тыс",
];

/// Abbreviations that introduce a number.
const BEFORE_NUMBER: [&str; 16] =
    ["no", "nos", "nr", "núm", "fig", "figs", "vol", "ch", "sec", "art", "p", "pp", "s", "abb", "bd", "рис"];

/// Abbreviations that may also be a sentence's last word.
const MAY_END: &[&str] = &[
    "inc", "ltd", "co", "corp", "bros", "plc", "jr", "sr", "etc", "usw", "dept", "est", "ave", "blvd", "rd",
    "u.s", "u.k", "u.n", "e.u", "d.c", "a.m", "p.m", "b.c", "a.d", "jan", "feb", "mar", "apr", "jun", "jul",
    "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "uu", "г",
    "гг", "в", "вв", "руб", "млн", "млрд", "др", "пр", "н.э", "д", "ph.d",
];

/// Languages that write ordinal numbers with a full stop.
const ORDINALS: &[&str] =
    &["de", "da", "nb", "nn", "no", "fi", "is", "cs", "sk", "pl", "hu", "hr", "sl", "tr"];

/// What a full stop follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// A word, so that the sentence ends.
    Word,
    /// Something after which the sentence goes on.
    Abbreviation,
    /// An abbreviation that ends the sentence if no number follows.
    NumberSign,
    /// A number that may be an ordinal.
    Number,
    /// An abbreviation that may end a sentence too.
    MayEnd,
}

/// Looks at the end of `text`, which a full stop follows.
pub(super) fn before_full_stop(text: &str, language: &Language) -> Before {
    let start = text.char_indices().rev().take(LONGEST).take_while(|(_, c)| !is_gap(*c)).last();
    let token = start.and_then(|(at, _)| text.get(at..)).unwrap_or_default();
    let lower = token.to_lowercase();
    let lower = lower.as_str();
    let letters = token.chars().count();
    if token.chars().all(|c| c.is_ascii_digit()) && letters > 0 {
        // “1. Fill the pot.” begins with a number, and “am 3. Mai” has an ordinal.
        let is_item = text.trim_start() == token;
        let is_ordinal = letters <= 2 && ORDINALS.contains(&language.code.as_str());
        return match (is_item, is_ordinal) {
            (true, _) => Before::Abbreviation,
            (_, true) => Before::Number,
            _ => Before::Word,
        };
    }
    if BEFORE_NUMBER.contains(&lower) {
        return Before::NumberSign;
    }
    // A title begins with a capital; “the art of the st.” does not.
    if MAY_END.contains(&lower) && !(lower == "sr" && language.code != "en") {
        return Before::MayEnd;
    }
    if INTRODUCE.contains(&lower) {
        return Before::Abbreviation;
    }
    // J. R. Hale, and U.S.S.R.
    let is_initial = letters == 1 && token.chars().all(|c| c.is_alphabetic() && !c.is_lowercase());
    let has_stops = token.contains('.') && token.split('.').all(|part| part.chars().count() == 1);
    if is_initial || has_stops { Before::MayEnd } else { Before::Word }
}

fn is_gap(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '(' | '[' | '"' | '“' | '„' | '«' | '—' | '/' | '’' | '\'')
}
