//! Text without characters that cannot be seen and change how the rest is read.
//!
//! A bidirectional control in a name can show `stop` reversed, and a character
//! without width makes two names look the same. Neither belongs into what an app
//! shows. The two joiners, U+200C and U+200D, are needed in some scripts and in
//! emoji, and stay there.
//!
//! <https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>
//! <https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing>

use std::borrow::Cow;

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
const BLACK_FLAG: char = '\u{1f3f4}';

/// `text` without bidirectional controls, without characters that have no width,
/// and without joiners that join nothing.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_suspect) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        // What follows a joiner counts only if it is seen.
        let stays = match character {
            NON_JOINER => before.is_some_and(joins_letters),
            JOINER => {
                before.is_some_and(joins_letters)
                    || before.is_some_and(ends_emoji) && rest.clone().next().is_some_and(is_emoji)
            }
            '\u{e0020}'..='\u{e007f}' => before.is_some_and(|before| before == BLACK_FLAG || is_tag(before)),
            other => !is_suspect(other),
        };
        if stays {
            kept.push(character);
            before = Some(character);
        }
    }
    Cow::Owned(kept)
}

/// Whether [`visible`] may leave `character` out.
pub(super) const fn is_suspect(character: char) -> bool {
    matches!(
        character,
        // Controls of direction.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        // Without width, or deprecated.
        | '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}'
        | NON_JOINER | JOINER
    ) || is_tag(character)
}

/// A tag: part of the flags of England, Scotland and Wales, and unseen elsewhere.
const fn is_tag(character: char) -> bool {
    matches!(character, '\u{e0000}'..='\u{e007f}')
}

/// Whether `character` is of a script in which joiners change the shape of letters:
/// those from Arabic to Myanmar, Khmer, Mongolian, and their kin.
const fn joins_letters(character: char) -> bool {
    matches!(
        character,
        '\u{600}'..='\u{8ff}'
            | '\u{900}'..='\u{109f}'
            | '\u{1780}'..='\u{18af}'
            | '\u{1a20}'..='\u{1c4f}'
            | '\u{1cd0}'..='\u{1cff}'
            | '\u{a800}'..='\u{abff}'
            | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{10a00}'..='\u{10fff}'
            | '\u{11000}'..='\u{11fff}'
            | '\u{1e900}'..='\u{1e95f}'
    )
}

/// Whether an emoji may begin with `character`.
const fn is_emoji(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether an emoji may end with `character`: with itself, a skin tone, or the
/// sign that asks for its picture.
const fn ends_emoji(character: char) -> bool {
    is_emoji(character) || character == '\u{fe0f}'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn controls_and_characters_without_width_are_left_out() {
        for (text, seen) in [
            ("", ""),
            ("web-1 ünïcödé 日本 שלום", "web-1 ünïcödé 日本 שלום"),
            ("\u{202e}pots\u{202c}", "pots"),
            ("a\u{61c}b\u{200e}c\u{200f}d\u{202a}e\u{2066}f\u{2069}", "abcdef"),
            ("we\u{200b}b\u{2060}-\u{feff}1\u{ad}", "web-1"),
            ("\u{200b}\u{202e}", ""),
            ("web\u{200d}-\u{200c}1", "web-1"),
            ("\u{200d}a\u{200d}", "a"),
            ("a\u{e0073}\u{e0074}", "a"),
        ] {
            assert_eq!(visible(text), seen, "{text:?}");
        }
    }

    #[test]
    fn joiners_stay_where_they_belong() {
        for text in [
            "می\u{200c}خواهم",
            "ക്\u{200d}",
            "क्\u{200d}ष",
            "👩\u{200d}💻",
            "👩🏽\u{200d}🚀",
            "🏳\u{fe0f}\u{200d}🌈",
            "👨\u{200d}👩\u{200d}👧\u{200d}👦",
            "❤\u{fe0f}\u{200d}🔥",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        ] {
            assert_eq!(visible(text), text, "{text:?}");
        }
        assert_eq!(visible("👩\u{200d}x \u{200d}👩 👩\u{200d}"), "👩x 👩 👩");
        assert_eq!(visible("👩\u{200d}\u{200d}💻"), "👩\u{200d}💻", "one of two");
    }

    proptest! {
        #[test]
        fn a_second_time_changes_nothing(text in "[a-z\u{200b}-\u{200f}\u{202a}-\u{202e}👩💻ی🏴\u{e0060}-\u{e007f}\u{fe0f}]{0,20}") {
            let once = visible(&text).into_owned();
            prop_assert_eq!(visible(&once), once.as_str());
        }
    }
}
