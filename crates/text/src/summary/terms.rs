//! What each sentence is about: its words, weighted, as a sparse matrix.

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

use super::language::Language;
use super::sentences::Sentence;
use crate::extract::count::is_unspaced;

/// Sentences as rows and terms as columns; every row has length 1, or is empty.
#[derive(Debug)]
pub(super) struct Terms {
    rows: Vec<Row>,
    title: Row,
    columns: usize,
}

/// The terms of one sentence in ascending order, with their weights.
type Row = Vec<(usize, f64)>;

impl Terms {
    /// The matrix for `sentences`, and a row apart for the title.
    pub(super) fn of(title: &str, sentences: &[Sentence<'_>], language: &Language) -> Self {
        let mut columns = HashMap::new();
        let mut rows: Vec<Row> =
            sentences.iter().map(|sentence| counted(sentence.text, language, &mut columns)).collect();
        let mut title = counted(title, language, &mut columns);
        let mut in_sentences = vec![0_u32; columns.len()];
        for (term, _) in rows.iter().flatten() {
            if let Some(count) = in_sentences.get_mut(*term) {
                *count += 1;
            }
        }
        #[allow(clippy::cast_precision_loss)] // no article has 2^52 sentences
        let all = sentences.len() as f64;
        let weigh = |row: &mut Row| {
            for (term, weight) in row.iter_mut() {
                let count = in_sentences.get(*term).copied().unwrap_or_default();
                *weight = (1.0 + weight.ln()) * (1.0 + all / f64::from(count.max(1))).ln();
            }
            let length = row.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
            for (_, weight) in row.iter_mut() {
                *weight /= length;
            }
        };
        rows.iter_mut().for_each(weigh);
        // Words of the title that the article never uses say nothing about it.
        title.retain(|(term, _)| in_sentences.get(*term).is_some_and(|count| *count > 0));
        weigh(&mut title);
        Self { rows, title, columns: columns.len() }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many different terms a sentence has.
    pub(super) fn terms(&self, sentence: usize) -> usize {
        self.rows.get(sentence).map_or(0, Vec::len)
    }

    /// How alike two sentences are, from 0 to 1.
    pub(super) fn likeness(&self, one: usize, other: usize) -> f64 {
        match (self.rows.get(one), self.rows.get(other)) {
            (Some(one), Some(other)) => product(one, other),
            _ => 0.0,
        }
    }

    /// How alike a sentence and the title are, from 0 to 1.
    pub(super) fn likeness_to_title(&self, sentence: usize) -> f64 {
        self.rows.get(sentence).map_or(0.0, |row| product(row, &self.title))
    }

    /// For each sentence, the sum over all sentences of how alike they are, times
    /// `weights` of these: `A (Aᵀ weights)`. The matrix of all pairs is never
    /// made, so this takes time in proportion to the number of words.
    pub(super) fn spread(&self, weights: &[f64]) -> Vec<f64> {
        let mut by_term = vec![0.0; self.columns];
        for (row, sentence) in self.rows.iter().zip(weights) {
            for (term, weight) in row {
                if let Some(sum) = by_term.get_mut(*term) {
                    *sum += weight * sentence;
                }
            }
        }
        let by_row = |row: &Row| {
            row.iter().map(|(term, weight)| weight * by_term.get(*term).copied().unwrap_or_default()).sum()
        };
        self.rows.iter().map(by_row).collect()
    }
}

/// The terms of `text` and how often each is in it. Columns are numbered as they
/// come, so that the order of a hash map never matters.
fn counted(text: &str, language: &Language, columns: &mut HashMap<String, usize>) -> Row {
    let mut row: Row = Vec::new();
    let mut add = |term: String| {
        let next = columns.len();
        row.push((*columns.entry(term).or_insert(next), 1.0));
    };
    // Scripts without spaces have no words to take, but pairs of characters do.
    let mut before: Option<(usize, &str)> = None;
    for (at, word) in text.unicode_word_indices() {
        if word.starts_with(is_unspaced) {
            let mut last =
                before.filter(|(end, _)| *end == at).and_then(|(_, word)| word.chars().next_back());
            for character in word.chars() {
                if let Some(last) = last.filter(|last| says_something(*last) || says_something(character)) {
                    add([last, character].iter().collect());
                }
                last = Some(character);
            }
            before = Some((at + word.len(), word));
        } else {
            let word = word.to_lowercase();
            let long_enough = word.chars().nth(1).is_some();
            if long_enough && !language.is_stop_word(&word) {
                add(stem(&word, language));
            }
        }
    }
    row.sort_unstable_by_key(|(term, _)| *term);
    row.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            earlier.1 += later.1;
        }
        same
    });
    row
}

/// Pairs of hiragana are endings and particles.
fn says_something(character: char) -> bool {
    !matches!(character, '\u{3040}'..='\u{309f}')
}

/// `word` without what often ends it, so that “bridges” and “bridge” are one.
fn stem(word: &str, language: &Language) -> String {
    let word = word.split(['\'', '’']).next().filter(|word| word.len() > 2).unwrap_or(word);
    if language.code == "en" {
        let stems =
            ["ing", "ed", "ies", "es", "s", "ly", "e"].iter().filter_map(|end| word.strip_suffix(end));
        return stems
            .filter(|stem| stem.len() >= 4)
            .map(str::to_owned)
            .next()
            .unwrap_or_else(|| word.to_owned());
    }
    // Endings are different in every language, beginnings are not.
    let length = word.chars().count();
    let keep = if length > 8 {
        length - 3
    } else if length > 5 {
        length - 1
    } else {
        length
    };
    word.chars().take(keep.min(9)).collect()
}

fn product(one: &Row, other: &Row) -> f64 {
    let mut others = other.iter().peekable();
    let mut sum = 0.0;
    for (term, weight) in one {
        while others.next_if(|(other, _)| other < term).is_some() {}
        if let Some((_, other)) = others.next_if(|(other, _)| other == term) {
            sum += weight * other;
        }
    }
    sum
}
