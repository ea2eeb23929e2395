//! Keeps the tokenizer from calling itself without end.
//!
//! html5gum 0.9 reads `a="1" b="2"` by functions that call each other and come
//! back at the end of the tag: each value in double quotes takes some hundred
//! bytes of stack. A tag with 60,000 of them overflows 8 MiB, which ends the
//! process. They also come back where a blank stands before the `=`.

use std::borrow::Cow;

/// After so many values in double quotes the next one gets its blank.
const MAX_IN_A_ROW: usize = 500;

/// What may stand between a `=` and its value.
const BLANKS: [char; 5] = ['\t', '\n', '\x0c', '\r', ' '];

/// `page` with a blank before the `=` of now and then a value in double quotes: in
/// a tag it means the same, and in a text it is hardly seen.
pub(super) fn broken(page: &str) -> Cow<'_, str> {
    let mut pieces = page.split('=');
    let Some(first) = pieces.next() else { return Cow::Borrowed(page) };
    let (mut broken, mut copied, mut at, mut in_a_row) = (String::new(), 0, first.len(), 0);
    for piece in pieces {
        in_a_row += usize::from(piece.trim_start_matches(BLANKS).starts_with('"'));
        if in_a_row > MAX_IN_A_ROW {
            broken.push_str(page.get(copied..at).unwrap_or_default());
            broken.push(' ');
            (copied, in_a_row) = (at, 0);
        }
        at += 1 + piece.len();
    }
    if copied == 0 {
        return Cow::Borrowed(page);
    }
    broken.push_str(page.get(copied..).unwrap_or_default());
    Cow::Owned(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_values_than_that_follow_each_other() {
        for between in ["=", "=\r\n\t\x0c "] {
            let value = format!(" é{between}\"1\"");
            let few = value.repeat(MAX_IN_A_ROW);
            assert!(matches!(broken(&few), Cow::Borrowed(same) if same == few));
            let next = format!(" é {between}\"1\"");
            assert_eq!(broken(&format!("{few}{value}>")), format!("{few}{next}>"));
            let many = broken(&value.repeat(10 * MAX_IN_A_ROW)).into_owned();
            assert_eq!(many.matches(&next).count(), 9);
            assert_eq!(many.replace(&next, &value), value.repeat(10 * MAX_IN_A_ROW));
        }
    }

    #[test]
    fn other_values_are_left_alone() {
        for page in ["", "=", "a='1' b=2 c = 3 =\"", "no attributes at all"] {
            assert_eq!(broken(page), page);
            let many = page.replace('"', "").repeat(10 * MAX_IN_A_ROW);
            assert_eq!(broken(&many), many);
        }
    }
}
