//! Articles in short: fetches a page that a person named ([`fetch`]), finds the
//! article in it ([`extract`]), and picks its sentences ([`summary`], or the
//! service in [`smmry`] where it is configured).
//!
//! This is the one place that opens addresses which people type, so it holds no
//! token and knows nothing of Slack or AWS.

mod articles;
pub mod extract;
pub mod fetch;
pub mod smmry;
pub mod summary;

pub use articles::Articles;
