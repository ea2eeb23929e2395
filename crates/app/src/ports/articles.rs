//! Articles on the web, as the worker for texts needs them: one question, and
//! errors that a person can act on.

use async_trait::async_trait;
use secrecy::SecretString;

/// Reads an article and says what is in it.
#[async_trait]
pub trait Summarizer: Send + Sync {
    /// Fetches the page at `url`, which is as a person gave it, and picks at
    /// most `sentences` of its sentences. The same page gives the same summary.
    async fn summarize(&self, url: &str, sentences: usize) -> Result<Summary, SummaryError>;
}

/// The key of the service that makes summaries, if the operator has stored one.
/// It is asked for with every article, so that a key which appears or goes needs
/// no restart.
#[async_trait]
pub trait ServiceKey: Send + Sync {
    /// The key as it is now; none means that no service is to be asked.
    async fn key(&self) -> anyhow::Result<Option<SecretString>>;
}

/// An article in short. All of it is foreign text, as plain characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The article's title; its host's name if it has none.
    pub title: String,
    /// Sentences of the article, in its order; at least one.
    pub sentences: Vec<String>,
    /// How long reading the whole article takes, in minutes; at least 1.
    pub reading_minutes: u32,
    /// Where it was found, after redirects.
    pub url: String,
    /// Why the configured service did not make this summary, if it should have.
    pub instead_of: Option<ServiceFault>,
}

/// Why there is no summary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SummaryError {
    /// It is not a URL at all.
    #[error("not a URL")]
    NotAUrl,
    /// A URL that is never fetched.
    #[error("the address is refused: {0}")]
    Forbidden(#[from] Forbidden),
    /// There is no such page (404, 410).
    #[error("the page was not found")]
    NotFound,
    /// The site lets nobody in who has not paid or signed in (401, 402, 403, 407, 451).
    #[error("the site denies access: HTTP {0}")]
    Denied(u16),
    /// The site answers with another error.
    #[error("the site answered HTTP {0}")]
    Status(u16),
    /// More bytes than are read.
    #[error("the page is too big")]
    TooBig,
    /// Something other than a page of text; the type is the site's word for it.
    #[error("not a page of text: {}", .0.as_deref().unwrap_or("no content type"))]
    NotText(Option<String>),
    /// A page, but with too little connected text in it: a list of links, a
    /// form, or an article behind a paywall.
    #[error("there is no article in the page")]
    NoArticle,
    /// It took too long.
    #[error("the site took too long")]
    TimedOut,
    /// No such host, no connection, or no HTTP.
    #[error("the site could not be reached")]
    Unreachable,
    /// The site leads on and on.
    #[error("too many redirects")]
    TooManyRedirects,
}

/// Why a URL is never fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Neither http nor https.
    #[error("the scheme is neither http nor https")]
    Scheme,
    /// Another port than 80 and 443.
    #[error("the port is neither 80 nor 443")]
    Port,
    /// A name or password in it.
    #[error("it carries a name or password")]
    Credentials,
    /// It is, or leads to, a machine that is not on the public internet.
    #[error("it is not on the public internet")]
    Address,
    /// From https it leads to http.
    #[error("it leads from https to http")]
    Downgrade,
}

/// Why a service that makes summaries gave none.
///
/// <https://smmry.com/api> (its error codes are 0 to 3)
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServiceFault {
    /// Code 0: it failed.
    #[error("the service failed")]
    Internal,
    /// Code 1: it did not understand the request.
    #[error("the service did not understand the request")]
    Rejected,
    /// Code 2: the key is wrong, used up or barred.
    #[error("the service does not accept the key, or no credits are left")]
    Restricted,
    /// Code 3: it could make nothing of the page.
    #[error("the service could not summarize the page")]
    NotSummarized,
    /// No answer, or none that could be read.
    #[error("the service could not be reached")]
    Unreachable,
}
