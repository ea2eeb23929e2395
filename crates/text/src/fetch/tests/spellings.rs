//! Every spelling of an address that must not be opened, and of those that may.

mod addresses;
mod public;
mod shapes;

use app::ports::{Forbidden, SummaryError};

use super::pretend::Pretend;

const ADDRESS: SummaryError = SummaryError::Forbidden(Forbidden::Address);
const SCHEME: SummaryError = SummaryError::Forbidden(Forbidden::Scheme);
const PORT: SummaryError = SummaryError::Forbidden(Forbidden::Port);
const CREDENTIALS: SummaryError = SummaryError::Forbidden(Forbidden::Credentials);
const NOT_A_URL: SummaryError = SummaryError::NotAUrl;

/// Refused, and nothing was looked up or connected to for it.
async fn refused(table: &[&str], expected: SummaryError) {
    let mut wrong = Vec::new();
    for url in table {
        let (fetched, network) = Pretend::of_pages().fetch(url).await;
        let untouched = network.lookups().is_empty() && network.connections().is_empty();
        if fetched.as_ref().err() != Some(&expected) || !untouched {
            wrong.push((url, fetched, untouched));
        }
    }
    assert!(wrong.is_empty(), "not refused as {expected:?}: {wrong:#?}");
}
