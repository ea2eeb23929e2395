//! The wildcard patterns of names and filter values, in EC2's own syntax: `*`
//! is any text, `?` is one character, and `\` takes the next character as it is.
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html>

#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Any,
    One,
    Just(char),
}

/// Whether the whole of `text` fits `pattern`. Takes at most the product of
/// both lengths: only the last `*` is ever reconsidered.
pub fn matches(pattern: &str, text: &str) -> bool {
    let pieces = compile(pattern);
    let text: Vec<char> = text.chars().collect();
    let (mut piece, mut at) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&here) = text.get(at) {
        match pieces.get(piece) {
            Some(Piece::Any) => {
                star = Some((piece, at));
                piece += 1;
            }
            Some(Piece::One) => (piece, at) = (piece + 1, at + 1),
            Some(Piece::Just(wanted)) if *wanted == here => (piece, at) = (piece + 1, at + 1),
            _ => {
                let Some((star_piece, star_at)) = star else { return false };
                star = Some((star_piece, star_at + 1));
                (piece, at) = (star_piece + 1, star_at + 1);
            }
        }
    }
    pieces.iter().skip(piece).all(|piece| *piece == Piece::Any)
}

/// A pattern that only `text` itself fits.
pub fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut pattern, ch| {
        push_literal(&mut pattern, ch);
        pattern
    })
}

/// Whether there is no plain character in `pattern`, so that it rules out
/// hardly anything.
pub fn is_only_wildcards(pattern: &str) -> bool {
    compile(pattern).iter().all(|piece| !matches!(piece, Piece::Just(_)))
}

/// Whether a text other than the pattern's own characters can fit.
pub fn has_wildcards(pattern: &str) -> bool {
    compile(pattern).iter().any(|piece| !matches!(piece, Piece::Just(_)))
}

/// `pattern` with each run of `*` as one, which says the same.
pub(super) fn collapsed(pattern: &str) -> String {
    let mut shorter = String::new();
    let (mut is_escaped, mut after_star) = (false, false);
    for ch in pattern.chars() {
        let is_star = ch == '*' && !is_escaped;
        if !(is_star && after_star) {
            shorter.push(ch);
        }
        after_star = is_star;
        is_escaped = ch == '\\' && !is_escaped;
    }
    shorter
}

/// Whether `pattern` is a text between two `*`, which is what Slack writes for bold text, too.
pub(super) fn looks_bold(pattern: &str) -> bool {
    let inner = pattern.strip_prefix('*').and_then(|rest| rest.strip_suffix('*'));
    inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(['*', '?', '\\']))
}

/// `pattern` so that it cannot be taken for bold text: one more `*` says the same.
pub(super) fn unmistakable(pattern: &str) -> String {
    if looks_bold(pattern) { format!("*{pattern}") } else { pattern.to_owned() }
}

/// Appends `ch` to a pattern, to be taken as it is.
pub(super) fn push_literal(pattern: &mut String, ch: char) {
    if matches!(ch, '*' | '?' | '\\') {
        pattern.push('\\');
    }
    pattern.push(ch);
}

fn compile(pattern: &str) -> Vec<Piece> {
    let mut chars = pattern.chars();
    let mut pieces = Vec::new();
    while let Some(ch) = chars.next() {
        pieces.push(match ch {
            '*' => Piece::Any,
            '?' => Piece::One,
            '\\' => Piece::Just(chars.next().unwrap_or('\\')),
            plain => Piece::Just(plain),
        });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_the_whole_text() {
        for (pattern, text, fits) in [
            ("web-1", "web-1", true),
            ("web-1", "web-10", false),
            ("web-*", "web-10", true),
            ("web-*", "web-", true),
            ("*web*", "my-web-1", true),
            ("web-?", "web-1", true),
            ("web-?", "web-", false),
            ("web-?", "web-10", false),
            ("?", "é", true),
            ("", "", true),
            ("*", "", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b-d", false),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("Web-*", "web-1", false),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} on {text}");
        }
    }

    #[test]
    fn many_stars_do_not_take_for_ever() {
        let pattern = "a*".repeat(400) + "b";
        assert!(!matches(&pattern, &"a".repeat(5_000)));
    }

    #[test]
    fn a_pattern_that_looks_bold_can_be_written_otherwise() {
        for (pattern, bold, unmistaken) in [
            ("*web*", true, "**web*"),
            ("*web-1*", true, "**web-1*"),
            ("**web*", false, "**web*"),
            ("*web", false, "*web"),
            ("web*", false, "web*"),
            ("*w?b*", false, "*w?b*"),
            ("*w*b*", false, "*w*b*"),
            ("**", false, "**"),
            ("*web\\*", false, "*web\\*"),
        ] {
            assert_eq!(
                (looks_bold(pattern), unmistakable(pattern).as_str()),
                (bold, unmistaken),
                "{pattern}"
            );
        }
        for (pattern, shorter) in
            [("**web**", "*web*"), ("web", "web"), ("a\\**b", "a\\**b"), ("\\\\**", "\\\\*"), ("***", "*")]
        {
            assert_eq!(collapsed(pattern), shorter);
        }
    }

    #[test]
    fn an_escaped_text_fits_only_itself() {
        assert_eq!(escape("a*b?\\"), "a\\*b\\?\\\\");
        assert!(matches(&escape("a*b?\\"), "a*b?\\"));
        assert!(!has_wildcards(&escape("a*b?\\")));
        assert!(is_only_wildcards("*?*") && !is_only_wildcards("*a"));
    }
}
