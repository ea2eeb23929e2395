//! Sentences of an article that say most of it.
//!
//! The sentences are taken from the article as they are; none is made up. Which
//! ones is decided by their ties to all others (`rank`, a `TextRank`), by where
//! they stand and how they read (`worth`), and by what is already chosen. It
//! takes time in proportion to the article's length, and the same article always
//! gives the same sentences.

mod choose;
mod language;
mod marks;
mod rank;
mod sentences;
mod terms;
mod worth;

use crate::extract::Article;
use crate::extract::count::{is_unspaced, words};

use self::sentences::Sentence;
use self::terms::Terms;

/// Words that people read in a minute, silently and in English: Brysbaert 2019,
/// <https://doi.org/10.1016/j.jml.2019.104047>.
const WORDS_PER_MINUTE: usize = 238;

/// Characters that people read in a minute, in Japanese and in Chinese:
/// Trauzettel-Klosinski and Dietz 2012, <https://doi.org/10.1167/iovs.11-8284>.
const JAPANESE_PER_MINUTE: usize = 357;
const CHINESE_PER_MINUTE: usize = 255;

/// At most `count` sentences of `article`, in its order; at least one if it has
/// any text.
pub fn summarize(article: &Article, count: usize) -> Vec<String> {
    let language = language::language(article);
    let sentences: Vec<Sentence<'_>> = article
        .paragraphs
        .iter()
        .enumerate()
        .flat_map(|(paragraph, text)| sentences::sentences(text, paragraph, &language))
        .collect();
    let title = article.title.as_deref().unwrap_or_default();
    let terms = Terms::of(title, &sentences, &language);
    let worth = worth::worth(title, &sentences, &terms);
    let rank = rank::rank(&terms, &worth);
    let scores: Vec<f64> = rank.iter().zip(&worth).map(|(rank, worth)| rank * worth.factor).collect();
    let chosen = choose::choose(&scores, &terms, count);
    chosen
        .into_iter()
        .filter_map(|index| sentences.get(index))
        .map(|sentence| sentence.text.to_owned())
        .collect()
}

/// How long people take to read `article`, in minutes; at least 1.
pub fn reading_minutes(article: &Article) -> u32 {
    let text = || article.paragraphs.iter().flat_map(|paragraph| paragraph.chars());
    let unspaced = text().filter(|character| is_unspaced(*character)).count();
    let has_kana = text().any(|character| matches!(character, '\u{3040}'..='\u{30ff}'));
    let per_minute = if has_kana { JAPANESE_PER_MINUTE } else { CHINESE_PER_MINUTE };
    let all: usize = article.paragraphs.iter().map(|paragraph| words(paragraph)).sum();
    // Two such characters were counted as a word.
    let spaced = all.saturating_sub(unspaced / 2);
    let seconds = spaced * 60 / WORDS_PER_MINUTE + unspaced * 60 / per_minute;
    u32::try_from((seconds + 30) / 60).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests;
