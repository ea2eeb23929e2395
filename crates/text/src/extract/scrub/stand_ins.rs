//! Characters that a parser's serializer is slow with, and what stands for them
//! meanwhile.
//!
//! html5ever 0.40 writes text by looking for the next `<` or `>` again after
//! every `&` and every character from U+0080 to U+00BF. In one long text without
//! tags, 100 KB of French quotation marks take it five seconds. So in the text
//! of a scrubbed page characters for private use stand for these, which pages
//! have no business with.

/// What stands for a character is this much above it.
const OFFSET: u32 = 0xf700;

/// Characters for private use: icons of a page's own font, or nothing.
fn is_private(character: char) -> bool {
    matches!(character, '\u{e000}'..='\u{f8ff}')
}

/// What is written for `character`; nothing for what nobody can read.
pub(super) fn hidden(character: char) -> Option<char> {
    match character {
        '&' | '\u{80}'..='\u{bf}' => char::from_u32(OFFSET + u32::from(character)),
        _ => (!is_private(character)).then_some(character),
    }
}

/// The character that `character` stands for, or itself.
pub(in crate::extract) fn shown(character: char) -> char {
    match character {
        '\u{f726}' | '\u{f780}'..='\u{f7bf}' => {
            u32::from(character).checked_sub(OFFSET).and_then(char::from_u32).unwrap_or(character)
        }
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::{hidden, shown};

    #[test]
    fn every_character_comes_back_except_private_ones() {
        for character in (0..0x3000).filter_map(char::from_u32) {
            assert_eq!(hidden(character).map(shown), Some(character));
        }
        assert_eq!(hidden('\u{f726}'), None);
        assert_eq!(hidden('«'), Some('\u{f7ab}'));
    }
}
