//! The language that an article is in, as far as it matters for finding the ends
//! of sentences and the words that say nothing.

use std::collections::HashSet;

use unicode_segmentation::UnicodeSegmentation;

use crate::extract::Article;

/// Languages that are told apart by their most frequent words.
const LATIN: [&str; 10] = ["en", "de", "fr", "es", "pt", "it", "nl", "sv", "pl", "tr"];

/// Words looked at.
const SAMPLE: usize = 400;

/// One in so many words must be frequent in the language that the page names;
/// templates name English whatever the article is in.
const ONE_IN: usize = 6;

/// A language's code and its frequent words.
#[derive(Clone, Debug)]
pub(super) struct Language {
    pub(super) code: String,
    pub(super) stop_words: HashSet<&'static str>,
}

impl Language {
    pub(super) fn new(code: &str) -> Self {
        let words = stop_words::lookup(code).unwrap_or_default();
        Self { code: code.to_owned(), stop_words: words.iter().copied().collect() }
    }

    /// `word` is frequent and says little; lower case.
    pub(super) fn is_stop_word(&self, word: &str) -> bool {
        self.stop_words.contains(word)
    }
}

/// The language of `article`.
pub(super) fn language(article: &Article) -> Language {
    let named = article.language.as_deref().unwrap_or_default();
    let named = named.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let sample = sample(article);
    let named = Language::new(&named);
    if hits(&named, &sample) * ONE_IN >= sample.len() && !sample.is_empty() {
        return named;
    }
    if let Some(code) = by_script(article) {
        // Several languages share a script; the page may know which.
        return if named.stop_words.is_empty() || hits(&named, &sample) == 0 {
            Language::new(code)
        } else {
            named
        };
    }
    let mut best = (0, None);
    for language in LATIN.map(Language::new) {
        let hits = hits(&language, &sample);
        if hits > best.0 {
            best = (hits, Some(language));
        }
    }
    best.1.unwrap_or_else(|| Language::new("en"))
}

fn sample(article: &Article) -> Vec<String> {
    let words = article.paragraphs.iter().flat_map(|paragraph| paragraph.unicode_words());
    words.take(SAMPLE).map(str::to_lowercase).collect()
}

fn hits(language: &Language, sample: &[String]) -> usize {
    sample.iter().filter(|word| language.is_stop_word(word)).count()
}

/// The language that most often uses the script of most letters; none for Latin.
fn by_script(article: &Article) -> Option<&'static str> {
    let letters = || {
        let characters = article.paragraphs.iter().flat_map(|paragraph| paragraph.chars());
        characters.filter(|character| character.is_alphabetic()).take(SAMPLE * 5)
    };
    let count = |first: char, last: char| letters().filter(|letter| (first..=last).contains(letter)).count();
    let half = letters().count() / 2;
    let kana = count('\u{3040}', '\u{30ff}');
    let han = count('\u{4e00}', '\u{9fff}');
    if kana + han > half {
        return Some(if kana * 10 > han { "ja" } else { "zh" });
    }
    [
        ('\u{0400}', '\u{052f}', "ru"),
        ('\u{0600}', '\u{06ff}', "ar"),
        ('\u{0590}', '\u{05ff}', "he"),
        ('\u{0370}', '\u{03ff}', "el"),
        ('\u{0900}', '\u{097f}', "hi"),
        ('\u{0e00}', '\u{0e7f}', "th"),
        ('\u{ac00}', '\u{d7a3}', "ko"),
    ]
    .into_iter()
    .find(|(first, last, _)| count(*first, *last) > half)
    .map(|(_, _, code)| code)
}

#[cfg(test)]
mod tests {
    use super::language;
    use crate::extract::Article;

    #[track_caller]
    fn check(text: &str, named: Option<&str>, expected: &str) {
        let named = named.map(str::to_owned);
        let article = Article { title: None, paragraphs: vec![text.to_owned()], language: named };
        assert_eq!(language(&article).code, expected);
    }

    #[test]
    fn the_named_language_is_taken_if_the_text_looks_like_it() {
        check("The ferry was late and so were we.", Some("en-GB"), "en");
        check("Die Fähre war zu spät, und wir waren es auch.", Some("en"), "de");
        check("La barca era in ritardo e anche noi lo eravamo.", None, "it");
        check("Паром опоздал, и мы тоже.", None, "ru");
        check("渡し船は遅れた。私たちも遅れた。", Some("en"), "ja");
        check("渡船晚点了，我们也晚了。", None, "zh");
        check("וגם אנחנו איחרנו", None, "he");
        check("xyzzy", None, "en");
    }
}
