//! How much text there is.

use unicode_segmentation::UnicodeSegmentation;

/// A character of a script that puts no spaces between words.
pub(crate) fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{0e00}'..='\u{0eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Burmese
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{3040}'..='\u{30ff}' // kana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' // Han
        | '\u{20000}'..='\u{3ffff}')
}

/// Words, two characters counting as one in scripts without spaces.
pub(crate) fn words(text: &str) -> usize {
    if text.is_ascii() {
        return text
            .split_ascii_whitespace()
            .filter(|word| word.contains(|c: char| c.is_alphanumeric()))
            .count();
    }
    let unspaced = text.chars().filter(|c| is_unspaced(*c)).count();
    let spaced = text.unicode_words().filter(|word| !word.starts_with(is_unspaced)).count();
    spaced + unspaced.div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_counted_in_any_script() {
        for (text, expected) in [
            ("", 0),
            ("One, two - three.", 3),
            ("это три слова", 3),
            ("東京は晴れた", 3),
            ("iPhone を買う", 3),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
