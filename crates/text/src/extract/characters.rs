//! Text as people read it: without footnote marks and invisible characters, and
//! with plain spaces.

/// Characters looked at for the end of a bracketed mark. Also what keeps
/// hostile text with nothing but opening brackets cheap.
const MAX_MARK: usize = 24;

/// Words in brackets that are about the text and no part of it.
const REMARKS: &[&str] = &[
    "citation needed",
    "clarification needed",
    "edit",
    "update",
    "sic",
    "note",
    "who?",
    "when?",
    "by whom?",
    "better source needed",
    "verification needed",
    "bearbeiten",
];

/// `text` on one line and without what only sets it.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '[' => match after_mark(rest.as_str()) {
                Some(after) => rest = after.chars(),
                None => cleaned.push(character),
            },
            '†' | '‡' => {}
            _ if is_superscript(character) => {
                if keeps_superscript(&cleaned) {
                    cleaned.push(character);
                }
            }
            _ if character.is_whitespace() => {
                if !cleaned.is_empty() && !cleaned.ends_with(' ') {
                    cleaned.push(' ');
                }
            }
            _ if is_invisible(character, &cleaned) || character.is_control() => {}
            // A mark was taken out between a word and its comma.
            ',' | '.' | ';'
                if cleaned.ends_with(' ') && !rest.as_str().starts_with(char::is_alphanumeric) =>
            {
                if !rest.as_str().starts_with('.') {
                    cleaned.pop();
                }
                cleaned.push(character);
            }
            _ => cleaned.push(character),
        }
    }
    cleaned.truncate(cleaned.trim_end().len());
    cleaned
}

/// A raised number that is no mark: the square of a unit, a power, an ordinal.
/// `before` is the text up to it.
pub(super) fn keeps_superscript(before: &str) -> bool {
    let mut letters = 0;
    for character in before.chars().rev() {
        match character {
            _ if is_superscript(character) => {}
            _ if character.is_ascii_digit() => return letters == 0,
            _ if character.is_alphabetic() => letters += 1,
            _ => break,
        }
        if letters > 2 {
            return false;
        }
    }
    letters > 0
}

fn is_superscript(character: char) -> bool {
    matches!(character, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹')
}

/// Characters that set text and are not read: soft hyphens, zero-width spaces,
/// marks of direction. Joiners stay where scripts need them.
fn is_invisible(character: char, before: &str) -> bool {
    match character {
        '\u{200c}' | '\u{200d}' => before.chars().next_back().is_none_or(|before| before < '\u{600}'),
        '\u{ad}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2060}'
        | '\u{feff}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{fff9}'..='\u{fffb}' => true,
        _ => false,
    }
}

/// What follows a mark such as `1]`, `12, 13]`, `a]` or `citation needed]`.
fn after_mark(text: &str) -> Option<&str> {
    let (end, _) = text.char_indices().take(MAX_MARK).find(|(_, character)| *character == ']')?;
    let (mark, after) = text.split_at_checked(end)?;
    let mark = mark.trim().to_lowercase();
    let digits = mark.chars().any(|c| c.is_ascii_digit())
        && mark.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '-' | '–'));
    let letter = mark.chars().count() == 1 && mark.chars().all(char::is_alphabetic);
    let remark = REMARKS.iter().any(|remark| *remark == mark)
        || mark.strip_prefix("note ").is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()));
    if digits || letter || remark { after.strip_prefix(']') } else { None }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(clean(text), expected);
    }

    #[test]
    fn footnote_marks_are_taken_out() {
        check("The lake is deep.[1] It froze[2][3] twice.", "The lake is deep. It froze twice.");
        check("It is old.[citation needed] Very[note 4].", "It is old. Very.");
        check("Many agree [12, 13] , some do not [a].", "Many agree, some do not.");
        check("The result¹ was clear.²³", "The result was clear.");
        check("A claim† stands‡.", "A claim stands.");
    }

    #[test]
    fn brackets_and_powers_that_say_something_stay() {
        check("He said [the mayor] knew.", "He said [the mayor] knew.");
        check("An area of 12 km² and 10⁶ grains, 4 m³.", "An area of 12 km² and 10⁶ grains, 4 m³.");
        check("arr[index] and [[x", "arr[index] and [[x");
    }

    #[test]
    fn what_is_not_seen_goes_and_spaces_are_plain() {
        check("Donau\u{ad}dampf\u{200b}schiff\u{feff}", "Donaudampfschiff");
        check(" 1\u{a0}000\u{202f}km \n\t far ", "1 000 km far");
        check("a\u{202e}b\u{2066}c", "abc");
        check("می\u{200c}خواهم", "می\u{200c}خواهم");
        check("in\u{200d}visible", "invisible");
    }

    #[test]
    fn decimals_and_ellipses_keep_their_space() {
        check("It rose .5 points ... and fell .", "It rose .5 points ... and fell.");
    }
}
