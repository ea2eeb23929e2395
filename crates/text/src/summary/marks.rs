//! Which characters end sentences, open and close quotations, and the like.

/// It ends a sentence, or may.
pub(super) fn is_end(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '‼' | '⁇' | '⁈') || is_full_end(character)
}

/// It ends a sentence and nothing else, and needs no space behind it.
pub(super) fn is_full_end(character: char) -> bool {
    matches!(character, '。' | '！' | '？' | '．' | '｡' | '؟' | '۔' | '।' | '॥' | '։' | '።')
}

/// It closes a quotation or a bracket.
pub(super) fn is_closer(character: char) -> bool {
    matches!(
        character,
        '"' | '\'' | '”' | '’' | '»' | '›' | ')' | ']' | '」' | '』' | '）' | '】' | '“' | '«'
    )
}

/// It opens a quotation, a bracket, or a question.
pub(super) fn is_opener(character: char) -> bool {
    matches!(
        character,
        '"' | '\'' | '“' | '„' | '‚' | '‘' | '«' | '»' | '(' | '[' | '¿' | '¡' | '—' | '–' | '-'
    )
}

/// Quotations in scripts without spaces: what opens one, what closes it.
pub(super) fn opens_full(character: char) -> bool {
    matches!(character, '「' | '『' | '（')
}

/// See [`opens_full`].
pub(super) fn closes_full(character: char) -> bool {
    matches!(character, '」' | '』' | '）')
}

/// Every quotation and bracket that `text` opens is closed in it, and the other
/// way round. A sentence that fails this was cut out of a longer quotation.
pub(super) fn is_balanced(text: &str) -> bool {
    let count = |wanted: &[char]| text.chars().filter(|character| wanted.contains(character)).count();
    let round = count(&['(', '（']) == count(&[')', '）']);
    let corners = count(&['「', '『']) == count(&['」', '』']);
    let straight = count(&['"', '״']).is_multiple_of(2);
    let angles = count(&['«']) == count(&['»']);
    // German opens with what English closes nothing with: „…“ and “…”.
    let curly = count(&['„', '“', '”']).is_multiple_of(2);
    round && corners && (straight || text.contains('״')) && angles && curly
}

#[cfg(test)]
mod tests {
    use super::is_balanced;

    #[test]
    fn halves_of_quotations_are_seen() {
        for (text, balanced) in [
            ("“We left,” she said.", true),
            ("“It was fast.", false),
            ("We left at once,” she said.", false),
            ("„Das ist gut“, sagte er.", true),
            ("It’s (almost) 'done'.", true),
            ("He (she said.", false),
            ("«C'est fini»", true),
            ("「そうです」と言った。", true),
            ("「そうです。", false),
        ] {
            assert_eq!(is_balanced(text), balanced, "{text}");
        }
    }
}
