//! What may follow `/summarize`: a URL, how many sentences, and whether the
//! channel is to see it at once.

/// How many sentences a summary has, unless somebody asks for another number.
pub const SENTENCES: usize = 3;

/// The most sentences that a summary may have.
pub const MAX_SENTENCES: usize = 10;

/// What somebody wrote after the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// Nothing, or `help`.
    Help,
    /// A page to summarize.
    Page {
        /// Where it is, as it was written.
        url: String,
        /// In how many sentences.
        sentences: usize,
        /// Whether everybody in the channel is to see it.
        share: bool,
    },
    /// There is no URL in it.
    NoUrl,
    /// More URLs than one.
    ManyUrls,
    /// A number of sentences that is not from 1 to 10.
    Sentences(String),
}

/// Reads `text` as Slack sent it. The URL may stand alone or, as Slack writes
/// links, as `<https://…>` or `<https://…|label>`; the other words may stand
/// before or after it.
pub fn parse(text: &str) -> Parsed {
    let words: Vec<String> = text.split_whitespace().map(unmarked).collect();
    if matches!(words.as_slice(), [] | [_]) && words.first().is_none_or(|word| is(word, "help")) {
        return Parsed::Help;
    }
    let (mut urls, mut sentences, mut share) = (Vec::new(), SENTENCES, false);
    for word in words {
        if is(&word, "share") {
            share = true;
        } else if word.bytes().all(|byte| byte.is_ascii_digit()) {
            match word.parse() {
                Ok(number) if (1..=MAX_SENTENCES).contains(&number) => sentences = number,
                _ => return Parsed::Sentences(word),
            }
        } else if !["sentence", "sentences", "in"].iter().any(|filler| is(&word, filler)) {
            urls.push(word);
        }
    }
    match <[String; 1]>::try_from(urls) {
        Ok([url]) => Parsed::Page { url, sentences, share },
        Err(urls) if urls.is_empty() => Parsed::NoUrl,
        Err(_) => Parsed::ManyUrls,
    }
}

fn is(word: &str, known: &str) -> bool {
    word.eq_ignore_ascii_case(known)
}

/// The link in `<…>`, or the word itself; Slack's three entities decoded.
/// <https://docs.slack.dev/messaging/formatting-message-text>
fn unmarked(word: &str) -> String {
    let inside = word.strip_prefix('<').and_then(|word| word.strip_suffix('>'));
    let link = inside.map(|inside| inside.split('|').next().unwrap_or(inside));
    link.unwrap_or(word).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(url: &str, sentences: usize, share: bool) -> Parsed {
        Parsed::Page { url: url.to_owned(), sentences, share }
    }

    #[test]
    fn a_url_a_number_and_share_in_any_order() {
        for (text, parsed) in [
            ("", Parsed::Help),
            ("  ", Parsed::Help),
            ("Help", Parsed::Help),
            ("https://a.example/x", page("https://a.example/x", 3, false)),
            ("<https://a.example/x>", page("https://a.example/x", 3, false)),
            ("<https://a.example/x|a.example>", page("https://a.example/x", 3, false)),
            ("https://a.example/?a=1&amp;b=2", page("https://a.example/?a=1&b=2", 3, false)),
            ("https://a.example/?a=1&b=2", page("https://a.example/?a=1&b=2", 3, false)),
            ("https://a.example 5", page("https://a.example", 5, false)),
            ("https://a.example in 5 sentences", page("https://a.example", 5, false)),
            ("https://a.example 1 sentence share", page("https://a.example", 1, true)),
            ("SHARE 10 https://a.example", page("https://a.example", 10, true)),
            ("https://a.example 0", Parsed::Sentences("0".into())),
            ("https://a.example 11", Parsed::Sentences("11".into())),
            ("https://a.example 99999999999999999999", Parsed::Sentences("99999999999999999999".into())),
            ("share", Parsed::NoUrl),
            ("3", Parsed::NoUrl),
            ("gibberish", page("gibberish", 3, false)),
            ("https://a.example https://b.example", Parsed::ManyUrls),
            ("https://a.example please", Parsed::ManyUrls),
            ("&amp;lt;", page("&lt;", 3, false)),
        ] {
            assert_eq!(parse(text), parsed, "{text}");
        }
    }
}
