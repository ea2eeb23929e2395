//! From a page to the article in it.
//!
//! A page comes from a stranger. It is made safe to parse ([`scrub`]) before a
//! port of Mozilla's Readability looks for the article in it.

mod characters;
pub(crate) mod count;
mod plain;
mod prose;
pub mod scrub;
mod title;

use app::ports::SummaryError;
use dom_smoothie::{Config, Readability};

use self::count::words;
use self::prose::Prose;
use self::scrub::Scrubbed;
use crate::fetch::{Kind, Page};

/// Fewer words than this in connected text are no article. Short items of news
/// have 100; what stands in front of a paywall has 50.
const MIN_WORDS: usize = 80;

/// Fewer words than this are no article where the rest of it is for people who
/// pay: long teasers end here, and no article does.
const MIN_WORDS_IF_PAID: usize = 250;

/// A paragraph of fewer words is connected text only if it ends as a sentence.
const MIN_WORDS_IN_PARAGRAPH: usize = 12;

/// How pages ask for money where an article breaks off, in lower case.
const PAYWALLS: &[&str] = &[
    "subscribe to continue",
    "subscribe to read",
    "subscribe now to continue",
    "to continue reading",
    "to keep reading",
    "for subscribers only",
    "already a subscriber",
    "become a member to read",
    "jetzt weiterlesen",
    "réservé aux abonnés",
    "réservé à nos abonnés",
    "exclusivo para suscriptores",
    "exclusivo para assinantes",
    "только для подписчиков",
];

/// An article as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Its title; none if the page has none.
    pub title: Option<String>,
    /// Its paragraphs, headings left out; each on one line, as plain characters.
    pub paragraphs: Vec<String>,
    /// The language that the page names (`en`, `pt-BR`), if it does.
    pub language: Option<String>,
}

/// Finds the article in `page`; [`SummaryError::NoArticle`] if there is none.
pub fn extract(page: &Page) -> Result<Article, SummaryError> {
    match page.kind {
        Kind::Html => from_html(page),
        Kind::Plain => {
            let (title, paragraphs) = plain::plain(&page.text);
            let enough = connected_words(&paragraphs) >= MIN_WORDS;
            enough.then_some(Article { title, paragraphs, language: None }).ok_or(SummaryError::NoArticle)
        }
    }
}

fn from_html(page: &Page) -> Result<Article, SummaryError> {
    let scrubbed = scrub::scrub(&page.text);
    if scrubbed.cut_off || scrubbed.too_deep > 0 {
        tracing::debug!(
            elements = scrubbed.elements,
            too_deep = scrubbed.too_deep,
            cut_off = scrubbed.cut_off,
            "Left out parts of a page that is too big or too deep"
        );
    }
    let (found, prose) = readable(&scrubbed)?;
    if !is_article(&scrubbed, &prose) {
        return Err(SummaryError::NoArticle);
    }
    let host = page.url.host_str().unwrap_or_default();
    let title = title::title(&found, scrubbed.headline.as_deref(), scrubbed.site.as_deref(), host);
    let language = scrubbed.language.map(|language| language.trim().to_owned());
    Ok(Article { title, paragraphs: prose.paragraphs, language: language.filter(|l| !l.is_empty()) })
}

/// The title and the prose that Readability finds.
fn readable(scrubbed: &Scrubbed) -> Result<(String, Prose), SummaryError> {
    // Machine-readable facts are not handed over, so there is no need to look.
    let config = Config { disable_json_ld: true, ..Config::default() };
    let article = Readability::new(scrubbed.html.as_str(), None, Some(config))
        .and_then(|mut readability| readability.parse())
        .map_err(|_| SummaryError::NoArticle)?;
    // Without a title of its own it takes a heading, which is the page's text.
    let title = article.title.chars().map(scrub::stand_ins::shown).collect();
    Ok((title, prose::prose(&article.content)))
}

fn is_article(scrubbed: &Scrubbed, prose: &Prose) -> bool {
    let words = connected_words(&prose.paragraphs);
    let mostly_links = prose.linked * 2 > prose.characters;
    let enough = if words < MIN_WORDS_IF_PAID && (scrubbed.paid || asks_for_money(&scrubbed.html)) {
        MIN_WORDS_IF_PAID
    } else {
        MIN_WORDS
    };
    !mostly_links && words >= enough
}

/// Words in paragraphs that read on: crumbs of menus and lists do not count.
fn connected_words(paragraphs: &[String]) -> usize {
    let is_sentence = |text: &str| {
        text.trim_end_matches(['"', '”', '’', '»', ')', '」', '』'])
            .ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '।'])
    };
    paragraphs
        .iter()
        .map(|text| (words(text), text))
        .filter(|(words, text)| *words >= MIN_WORDS_IN_PARAGRAPH || (*words >= 4 && is_sentence(text)))
        .map(|(words, _)| words)
        .sum()
}

fn asks_for_money(html: &str) -> bool {
    let html = html.to_lowercase();
    PAYWALLS.iter().any(|words| html.contains(words))
}
