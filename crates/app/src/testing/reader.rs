//! A reader of articles that has read a few already.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::seam::{Seam, Trouble};
use crate::ports::{Summarizer, Summary, SummaryError};

/// Answers by URL; an article that it does not know is about nothing.
pub(crate) struct Reader {
    seam: Arc<Seam>,
    known: Mutex<BTreeMap<String, Result<Summary, SummaryError>>>,
    asked: Mutex<Vec<(String, usize)>>,
}

impl Reader {
    pub(crate) fn new(seam: Arc<Seam>) -> Self {
        Self { seam, known: Mutex::default(), asked: Mutex::default() }
    }

    /// What it says of `url`.
    pub(crate) fn knows(&self, url: &str, answer: Result<Summary, SummaryError>) {
        self.known.lock().unwrap().insert(url.to_owned(), answer);
    }

    /// What it was asked for: which page, in how many sentences.
    pub(crate) fn asked(&self) -> Vec<(String, usize)> {
        self.asked.lock().unwrap().clone()
    }

    fn read(&self, url: &str, sentences: usize) -> Result<Summary, SummaryError> {
        self.asked.lock().unwrap().push((url.to_owned(), sentences));
        let known = self.known.lock().unwrap();
        known.get(url).cloned().unwrap_or_else(|| Ok(about_nothing(url, sentences)))
    }
}

/// An article of as many sentences as are asked for.
pub(crate) fn about_nothing(url: &str, sentences: usize) -> Summary {
    Summary {
        title: "Nothing new".to_owned(),
        sentences: (1..=sentences).map(|number| format!("Sentence {number}.")).collect(),
        reading_minutes: 4,
        url: url.to_owned(),
        instead_of: None,
    }
}

#[async_trait]
impl Summarizer for Reader {
    async fn summarize(&self, url: &str, sentences: usize) -> Result<Summary, SummaryError> {
        let read = self.seam.cross("summarizer", || self.read(url, sentences)).await;
        read.unwrap_or_else(|trouble| {
            Err(if trouble == Trouble::Busy { SummaryError::TimedOut } else { SummaryError::Unreachable })
        })
    }
}
