//! The patterns of filter values: `*` for any run of characters, `?` for one
//! or none, `\` before a character that means itself.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html>

/// A filter value, ready to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Just(char),
    OneOrNone,
    Run,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut chars = text.chars();
        while let Some(char) = chars.next() {
            pieces.push(match char {
                '*' => Piece::Run,
                '?' => Piece::OneOrNone,
                '\\' => Piece::Just(chars.next().unwrap_or('\\')),
                other => Piece::Just(other),
            });
        }
        Self(pieces)
    }

    /// Whether the whole of `text` matches. Every place in the pattern that
    /// may be reached is followed at once, so `*a*a*a*` costs no more than it shows.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut places = vec![false; self.0.len() + 1];
        if let Some(first) = places.first_mut() {
            *first = true;
        }
        self.skip(&mut places);
        for char in text.chars() {
            places = self.step(&places, char);
            self.skip(&mut places);
        }
        places.last().copied().unwrap_or(false)
    }

    /// The places after one more character.
    fn step(&self, places: &[bool], char: char) -> Vec<bool> {
        let mut next = vec![false; places.len()];
        for (at, piece) in self.0.iter().enumerate().filter(|(at, _)| places.get(*at) == Some(&true)) {
            let to = match piece {
                Piece::Just(wanted) if *wanted != char => continue,
                Piece::Just(_) | Piece::OneOrNone => at + 1,
                Piece::Run => at,
            };
            if let Some(place) = next.get_mut(to) {
                *place = true;
            }
        }
        next
    }

    /// Adds the places that are reached without a character.
    fn skip(&self, places: &mut [bool]) {
        for (at, piece) in self.0.iter().enumerate() {
            if places.get(at) == Some(&true)
                && !matches!(piece, Piece::Just(_))
                && let Some(place) = places.get_mut(at + 1)
            {
                *place = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_ec2_documents_them() {
        for (pattern, text, matches) in [
            ("web-1", "web-1", true),
            ("web-1", "Web-1", false),
            ("web-1", "web-10", false),
            ("web-*", "web-", true),
            ("web-*", "web-10", true),
            ("*", "", true),
            ("*web*", "my web server", true),
            ("web-?", "web-1", true),
            ("web-?", "web-", true),
            ("web-?", "web-10", false),
            ("??", "🚀é", true),
            (r"\*amazon\?\\", r"*amazon?\", true),
            (r"\*amazon\?\\", r"xamazony\", false),
            (r"a\", r"a\", true),
            ("*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), matches, "{pattern} on {text}");
        }
    }
}
