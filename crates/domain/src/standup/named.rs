//! Instances that people name in what they write.

use crate::ids::InstanceId;

/// At most so many instances are found in one answer.
const MAX_FOUND: usize = 5;

/// Shorter names are words of everyday language too often.
const MIN_NAME: usize = 3;

/// The instances that are named in `texts`, in the order of the texts and each
/// once: by their ids, or by names among `known`. A name counts only as a whole
/// word, and is given as it is known.
pub fn instances_named(texts: &[String], known: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for named in texts.iter().flat_map(|text| text.split_whitespace()).flat_map(|word| read(word, known)) {
        if found.len() == MAX_FOUND {
            break;
        }
        if !found.contains(&named) {
            found.push(named);
        }
    }
    found
}

/// What one word names: as a whole, else in the parts that marks divide it into.
fn read(word: &str, known: &[&str]) -> Vec<String> {
    let whole = word.trim_matches(is_around);
    let whole = ["'s", "’s"].iter().find_map(|end| whole.strip_suffix(end)).unwrap_or(whole);
    if let Some(named) = name(word, known).or_else(|| name(whole, known)) {
        return vec![named];
    }
    whole
        .split(is_between)
        .map(|part| part.trim_matches(is_around))
        .filter_map(|part| name(part, known))
        .collect()
}

fn name(word: &str, known: &[&str]) -> Option<String> {
    if let Some(id) = InstanceId::parse(word) {
        return Some(id.as_str().to_owned());
    }
    if word.chars().count() < MIN_NAME {
        return None;
    }
    let folded = word.to_lowercase();
    let exactly = known.iter().find(|name| **name == word);
    exactly.or_else(|| known.iter().find(|name| name.to_lowercase() == folded)).map(|name| (*name).to_owned())
}

/// Marks around a word that are no part of a name.
const fn is_around(ch: char) -> bool {
    matches!(
        ch,
        '.' | '!'
            | '?'
            | '*'
            | '_'
            | '~'
            | '`'
            | '\''
            | '"'
            | '“'
            | '”'
            | '„'
            | '‘'
            | '’'
            | '…'
            | '-'
            | '#'
    ) || is_between(ch)
}

/// Marks between two words.
const fn is_between(ch: char) -> bool {
    matches!(
        ch,
        ',' | ';' | ':' | '/' | '|' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '=' | '+' | '&'
    )
}

#[cfg(test)]
mod tests;
