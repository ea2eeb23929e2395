//! Fetching a page that a person named, and nothing that they should not reach.

//!
//! A person may name any URL, so this is the way into a private network for
//! whoever asks nicely (server-side request forgery). What is refused is in
//! `target` for the URL, in `address` for the machine behind it, and
//! `route` sees to it that the machine which was checked is the one that is
//! opened. Proxies that the environment names are not used.

mod address;
mod answer;
mod body;
mod charset;
mod exchange;
mod fetcher;
mod network;
mod overrides;
mod route;
mod target;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use body::read;
pub(crate) use exchange::{Tls, host_header, send};
pub use fetcher::Fetcher;
pub(crate) use network::{Internet, Network};
pub(crate) use route::connect;
use url::Url;

/// A page that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it was found, after redirects.
    pub url: Url,
    /// What it is.
    pub kind: Kind,
    /// Its text, decoded.
    pub text: String,
}

/// The kinds of pages that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `text/html` or `application/xhtml+xml`.
    Html,
    /// `text/plain`.
    Plain,
}
