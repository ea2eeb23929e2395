//! How a sentence reads when it stands alone, and where it stands.

use unicode_segmentation::UnicodeSegmentation;

use super::marks::{is_balanced, is_closer};
use super::sentences::Sentence;
use super::terms::Terms;
use crate::extract::count::words;

/// Shorter sentences seldom say a thing of their own, in words.
const SHORT: usize = 7;

/// Longer ones are hard to read in a chat, in words and in characters.
const LONG: usize = 60;
const LONG_IN_CHARACTERS: usize = 400;

/// The lead is looked for among so many sentences.
const LEAD_AMONG: usize = 12;

/// How much more the lead is worth. News says the most important thing first,
/// and most other articles say there what they are about.
const LEAD: f64 = 2.2;

/// How much more likely a reader is to begin in the first paragraph than at the
/// end of a long article.
const EARLY: f64 = 1.0;

/// How much more likely in the first sentence of a paragraph than in its others.
const FIRST: f64 = 0.2;

/// How much more a sentence is worth that repeats a phrase of the title.
const PHRASE: f64 = 1.3;

/// Sentences of this many words hold most: long enough for a claim with its
/// reason, short enough to be read once.
const FULL: std::ops::RangeInclusive<usize> = 16..=42;

/// How words begin sentences that lean on the one before. English, German,
/// French, Spanish, Portuguese, Italian, Russian; lower case.
const LEANING: &[&str] = &[
    "but",
    "and",
    "or",
    "so",
    "he",
    "she",
    "it",
    "they",
    "this",
    "that",
    "these",
    "those",
    "however",
    "also",
    "then",
    "thus",
    "therefore",
    "yet",
    "still",
    "instead",
    "meanwhile",
    "moreover",
    "his",
    "her",
    "their",
    "such",
    "both",
    "aber",
    "und",
    "doch",
    "er",
    "sie",
    "es",
    "dies",
    "diese",
    "dieser",
    "dann",
    "deshalb",
    "auch",
    "mais",
    "et",
    "il",
    "elle",
    "ils",
    "elles",
    "cela",
    "ce",
    "ces",
    "ainsi",
    "pero",
    "y",
    "él",
    "ella",
    "esto",
    "eso",
    "también",
    "mas",
    "e",
    "ele",
    "ela",
    "isso",
    "isto",
    "ma",
    "questo",
    "но",
    "и",
    "а",
    "он",
    "она",
    "это",
    "они",
];

/// Words for people whom the sentence before names; among the first few words
/// they leave a reader asking who is meant. Without those that also are articles
/// or fillers.
const PERSONS: &[&str] = &[
    "he", "she", "they", "him", "her", "them", "his", "their", "ihn", "ihm", "elle", "ils", "elles", "él",
    "ella", "ellos", "ele", "ela", "eles", "он", "она", "они", "его", "её", "их",
];

/// How sentences begin that say what would be, lower case.
const CONDITIONS: &[&str] =
    &["if", "when", "wenn", "falls", "si", "quand", "cuando", "se", "quando", "если", "когда"];

/// How many words are looked at for those.
const FIRST_WORDS: usize = 4;

/// How sentences begin that sum up or say what is at stake; lower case.
const SUMMING_UP: &[&str] = &[
    "in short",
    "in summary",
    "to sum up",
    "the result",
    "the main",
    "the most important",
    "the key",
    "the point",
    "the lesson",
    "the upshot",
    "the bottom line",
    "in conclusion",
    "overall",
    "we conclude",
    "we show",
    "we found",
    "our results",
    "the findings",
    "my advice",
    "my estimate",
    "our estimate",
    "we estimate",
    "my conclusion",
    "mein rat",
    "mon conseil",
    "mi consejo",
    "o meu conselho",
    "il mio consiglio",
    "мой совет",
    "above all",
    "kurz gesagt",
    "insgesamt",
    "das ergebnis",
    "en résumé",
    "en somme",
    "au final",
    "en resumen",
    "en definitiva",
    "em resumo",
    "no fim",
    "in sintesi",
    "таким образом",
    "в итоге",
    "главное",
    "つまり",
];

/// What a sentence is worth, apart from its ties to others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Worth {
    /// How likely a reader is to begin there.
    pub(super) prior: f64,
    /// How well it stands alone; its rank is multiplied by this.
    pub(super) factor: f64,
}

/// The worth of each sentence.
pub(super) fn worth(title: &str, sentences: &[Sentence<'_>], terms: &Terms) -> Vec<Worth> {
    let phrases = phrases(title);
    let mut worth: Vec<Worth> = sentences
        .iter()
        .enumerate()
        .map(|(index, sentence)| Worth {
            prior: place(sentence) + 2.0 * terms.likeness_to_title(index),
            factor: alone(sentence.text, terms.terms(index))
                * (1.0 + terms.likeness_to_title(index))
                * place(sentence)
                * if repeats(sentence.text, &phrases) { PHRASE } else { 1.0 },
        })
        .collect();
    let is_good = |worth: &&mut Worth| worth.factor >= 1.2;
    if let Some(lead) = worth.iter_mut().take(LEAD_AMONG).find(is_good) {
        lead.factor *= LEAD;
        lead.prior *= LEAD;
    }
    worth
}

/// Three words of the title in a row, in lower case; not too many.
fn phrases(title: &str) -> Vec<String> {
    let title = title.to_lowercase();
    let words: Vec<&str> = title.unicode_words().take(30).collect();
    words.windows(3).map(|words| words.join(" ")).collect()
}

/// Says again what the title says, in its words.
fn repeats(text: &str, phrases: &[String]) -> bool {
    let text = text.to_lowercase();
    phrases.iter().any(|phrase| text.contains(phrase))
}

/// Beginnings say more than what follows: of the article, of each paragraph.
fn place(sentence: &Sentence<'_>) -> f64 {
    #[allow(clippy::cast_precision_loss)] // no article has 2^52 paragraphs
    let paragraph = sentence.paragraph as f64;
    let of_paragraph = if sentence.place == 0 { FIRST } else { 0.0 };
    1.0 + EARLY / (1.0 + paragraph / 3.0) + of_paragraph
}

/// How well `text` reads alone, 1 for a plain sentence.
fn alone(text: &str, terms: usize) -> f64 {
    let count = words(text);
    let characters = text.chars().count();
    let lower = text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let mut first_words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = first_words.next().unwrap_or_default();
    let mut next_words = first_words.take(FIRST_WORDS - 1);
    let plain_end = text.trim_end_matches(is_closer);
    let mut factor = 1.0;
    if count < SHORT || terms < 3 {
        factor *= 0.2;
    } else if count < SHORT + 3 {
        factor *= 0.7;
    }
    if count > LONG || characters > LONG_IN_CHARACTERS {
        factor *= 0.25;
    }
    if plain_end.ends_with(['?', '？', '؟']) {
        factor *= 0.3;
    } else if !plain_end.ends_with(super::marks::is_end) {
        // A crumb of a list, or the head of one.
        factor *= 0.3;
    }
    if LEANING.contains(&first) || lower.starts_with("for example") || lower.starts_with("for instance") {
        factor *= 0.6;
    } else if next_words.any(|word| PERSONS.contains(&word)) {
        factor *= 0.75;
    } else if CONDITIONS.contains(&first) {
        factor *= 0.85;
    }
    if SUMMING_UP.iter().any(|start| lower.starts_with(start)) {
        factor *= 1.6;
    }
    if !is_balanced(text) {
        factor *= 0.4;
    }
    if FULL.contains(&count) {
        factor *= 1.25;
    }
    // Amounts are what people look for in a report, and asides are not.
    if text.contains(['%', '$', '€', '£', '¥', '₽']) {
        factor *= 1.2;
    } else if text.contains(char::is_numeric) {
        factor *= 1.08;
    }
    if text.contains(['(', '（']) {
        factor *= 0.9;
    }
    factor
}
