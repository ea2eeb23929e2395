//! Text backwards, as a reader would spell it: by what they see as one
//! character, not by code points.

use unicode_segmentation::UnicodeSegmentation as _;

/// The most characters, as a reader counts them, that are reversed.
pub const MAX_REVERSED: usize = 4_000;

/// The longest name of an emoji that is looked for.
const MAX_EMOJI_NAME: usize = 100;

/// Names of emoji without a letter; `:30:` in `12:30:45` is none.
const NAMES_WITHOUT_LETTERS: [&str; 4] = ["100", "1234", "+1", "-1"];

/// What an override or embedding of direction is ended by, and what begins it.
const DIRECTIONS: [char; 10] = [
    '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}',
    '\u{2069}', '\u{061c}',
];

/// `text`, its last character first. Combined characters, flags, families and
/// `:emoji:` names stay whole. Invisible marks that turn the direction are left
/// out: reversed they would turn what stands after the text.
pub fn reverse(text: &str) -> String {
    let text: String = text.chars().filter(|character| !DIRECTIONS.contains(character)).collect();
    let mut pieces: Vec<&str> = Vec::new();
    let mut rest = text.as_str();
    while let Some(piece) = first_piece(rest) {
        pieces.push(piece);
        rest = rest.strip_prefix(piece).unwrap_or_default();
    }
    pieces.iter().rev().copied().collect()
}

/// How many characters `text` has, as a reader counts them.
pub fn characters(text: &str) -> usize {
    text.graphemes(true).count()
}

/// What stays whole at the beginning of `text`.
fn first_piece(text: &str) -> Option<&str> {
    emoji(text).or_else(|| text.graphemes(true).next())
}

/// The emoji that is named at the beginning of `text`, with its skin tone.
fn emoji(text: &str) -> Option<&str> {
    let name = emoji_name(text)?;
    let behind = text.strip_prefix(name)?;
    let tone = emoji_name(behind).filter(|tone| tone.starts_with(":skin-tone-"));
    text.get(..name.len() + tone.map_or(0, str::len))
}

/// `:name:`, with its colons.
fn emoji_name(text: &str) -> Option<&str> {
    let inside = text.strip_prefix(':')?;
    let name = inside
        .split(':')
        .next()
        .filter(|name| inside.get(name.len()..).is_some_and(|end| end.starts_with(':')))?;
    let fits = (1..=MAX_EMOJI_NAME).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_+-'".contains(&byte));
    let is_name = name.bytes().any(|byte| byte.is_ascii_lowercase()) || NAMES_WITHOUT_LETTERS.contains(&name);
    if fits && is_name { text.get(..name.len() + 2) } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_reader_sees_as_one_stays_whole() {
        for (text, reversed) in [
            ("", ""),
            ("sdrawkcab si siht", "this is backwards"),
            ("sdrawkcab si siht 👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦 this is backwards"),
            ("e\u{301}a", "ae\u{301}"),
            ("🇩🇪🇫🇷", "🇫🇷🇩🇪"),
            ("👍🏽!", "!👍🏽"),
            ("שלום", "םולש"),
            ("नमस्ते", "स्तेमन"),
            ("한국", "국한"),
            ("ab\r\ncd", "dc\r\nba"),
            ("hi :wave: you", "uoy :wave: ih"),
            (":wave::skin-tone-2:!", "!:wave::skin-tone-2:"),
            (":a::b:", ":b::a:"),
            (":+1: :100:", ":100: :+1:"),
            ("12:30:45", "54:03:21"),
            ("at 10:ab", "ba:01 ta"),
            (": x :", ": x :"),
            ("a\u{202e}b", "ba"),
            ("<b>&lt;", ";tl&>b<"),
        ] {
            assert_eq!(reverse(text), reversed, "{text}");
        }
    }

    proptest! {
        #[test]
        fn twice_is_once(text in "[a-zא-ת0-9 .,!?äöü漢字]{0,60}") {
            prop_assert_eq!(reverse(&reverse(&text)), text);
        }

        #[test]
        fn nothing_is_lost(text in any::<String>()) {
            let count = |text: &str| {
                let mut characters: Vec<char> =
                    text.chars().filter(|character| !DIRECTIONS.contains(character)).collect();
                characters.sort_unstable();
                characters
            };
            prop_assert_eq!(count(&reverse(&text)), count(&text));
        }
    }
}
