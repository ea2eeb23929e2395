//! Articles in short, from URL to sentences: fetches the page, finds the article
//! in it, and has the service pick the sentences where the operator stored its
//! key. Where the service gives none, they are picked here.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use app::ports::{ServiceFault, ServiceKey, Summarizer, Summary, SummaryError};
use async_trait::async_trait;
use secrecy::SecretString;
use tracing::{error, warn};

use crate::extract::{Article, extract};
use crate::fetch::Fetcher;
use crate::smmry::Smmry;
use crate::summary::{reading_minutes, summarize};

/// Summaries of articles on the web.
pub struct Articles {
    fetcher: Fetcher,
    smmry: Smmry,
    key: Arc<dyn ServiceKey>,
}

/// The sentences, and why they are not the service's although they should be.
type Picked = (Vec<String>, Option<ServiceFault>);

impl Articles {
    /// Summaries of what `fetcher` fetches. They are made by `smmry` as long as
    /// there is a `key`.
    pub fn new(fetcher: Fetcher, smmry: Smmry, key: Arc<dyn ServiceKey>) -> Self {
        Self { fetcher, smmry, key }
    }

    async fn pick(&self, article: &Article, sentences: usize) -> Picked {
        let Some(key) = self.service_key().await else {
            return (summarize(article, sentences), None);
        };
        match self.smmry.summarize(&key, article, sentences).await {
            Ok(picked) => (picked, None),
            Err(fault) => {
                warn!("SMMRY made no summary, so it was made here: {fault}");
                (summarize(article, sentences), Some(fault))
            }
        }
    }

    /// The key, if it can be had. Whether there is one is not known when asking
    /// for it fails, so nobody is told of a service that they may not have.
    async fn service_key(&self) -> Option<SecretString> {
        match self.key.key().await {
            Ok(key) => key,
            Err(fault) => {
                error!("Summaries are made here, as SMMRY's key could not be read: {fault:#}");
                None
            }
        }
    }
}

#[async_trait]
impl Summarizer for Articles {
    async fn summarize(&self, url: &str, sentences: usize) -> Result<Summary, SummaryError> {
        let page = self.fetcher.fetch(url).await?;
        let article = extract(&page)?;
        let (sentences, instead_of) = self.pick(&article, sentences).await;
        if sentences.is_empty() {
            return Err(SummaryError::NoArticle);
        }
        let host = page.url.host_str().unwrap_or_default();
        Ok(Summary {
            sentences,
            reading_minutes: reading_minutes(&article),
            title: article.title.unwrap_or_else(|| host.to_owned()),
            url: page.url.into(),
            instead_of,
        })
    }
}
