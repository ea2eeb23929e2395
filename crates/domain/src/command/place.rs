//! Where a command looks: regions and accounts.

use serde::{Deserialize, Serialize};

use super::when::Minutes;
use crate::ids::{AccountId, Region};

/// The longest alias of an account.
const MAX_ALIAS: usize = 63;

/// The regions of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Regions {
    /// Every region Bellhop may use.
    All,
    /// These, in the order given, each once. Whether they exist and may be
    /// used is for the caller to say.
    These(Vec<Region>),
}

/// The account of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountRef {
    /// Every linked account.
    All,
    /// An account by its number.
    Id(AccountId),
    /// An account by its alias, in lower case.
    Alias(String),
}

impl AccountRef {
    /// Reads `all`, 12 digits or an alias. What looks like a duration is no alias.
    pub fn parse(text: &str) -> Option<Self> {
        let folded = text.to_ascii_lowercase();
        if folded == "all" {
            return Some(Self::All);
        }
        if folded.len() == 12 && folded.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::Id(AccountId::new(folded)));
        }
        let starts = folded.starts_with(|ch: char| ch.is_ascii_alphanumeric());
        let right = folded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        (starts && right && folded.len() <= MAX_ALIAS && !Minutes::looks_like(&folded))
            .then_some(Self::Alias(folded))
    }
}

/// Reads one region; any word of letters, digits and hyphens may be one.
pub(super) fn region(word: &str) -> Option<Region> {
    let folded = word.to_ascii_lowercase();
    let right = folded.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (right && folded.starts_with(|ch: char| ch.is_ascii_alphabetic())).then(|| Region::new(folded))
}

/// Whether `word` has the form of AWS's own region names, such as
/// `us-gov-east-1`, so that it is hardly an instance.
pub(super) fn is_region_form(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let [country, middle @ .., number] = parts.as_slice() else { return false };
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    country.len() == 2
        && letters(country)
        && !middle.is_empty()
        && middle.iter().all(|part| letters(part))
        && number.len() == 1
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_all_a_number_or_an_alias() {
        let alias = |text: &str| Some(AccountRef::Alias(text.to_owned()));
        for (text, account) in [
            ("all", Some(AccountRef::All)),
            ("ALL", Some(AccountRef::All)),
            ("123456789012", Some(AccountRef::Id(AccountId::new("123456789012")))),
            ("12345678901", alias("12345678901")),
            ("Acme-Dev", alias("acme-dev")),
            ("2h", None),
            ("-x", None),
            ("", None),
            ("аcme", None),
        ] {
            assert_eq!(AccountRef::parse(text), account, "{text}");
        }
    }

    #[test]
    fn regions_are_known_by_their_form() {
        for (word, form) in [
            ("eu-west-1", true),
            ("us-gov-east-1", true),
            ("us-iso-east-1", true),
            ("web-1", false),
            ("my-web-1", true),
            ("eu-west-12", false),
            ("eu-west", false),
            ("eu--1", false),
        ] {
            assert_eq!(is_region_form(word), form, "{word}");
        }
    }
}
