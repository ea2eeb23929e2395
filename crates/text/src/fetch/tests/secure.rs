//! TLS: who the other side has to be.

use std::sync::Arc;

use app::ports::SummaryError;

use super::pretend::Pretend;
use crate::fetch::exchange::Tls;

#[tokio::test]
async fn a_site_that_proves_who_it_is_is_read() {
    for url in ["https://example.com/", "https://www.example.com./", "https://11.0.0.1/"] {
        let (fetched, network) = Pretend::of_pages().fetch(url).await;
        assert_eq!(fetched.unwrap().text, "<p>A page.", "{url}");
        assert!(network.connections()[0].ends_with(":443"), "{url}");
    }
}

#[tokio::test]
async fn a_site_that_is_another_is_sent_no_request() {
    for url in ["https://example.org/", "https://a.b.example.com/", "https://11.0.0.2/"] {
        let (fetched, network) = Pretend::of_pages().fetch(url).await;
        assert_eq!(fetched, Err(SummaryError::Unreachable), "{url}");
        assert!(network.requests().is_empty(), "{url}");
    }
}

#[tokio::test]
async fn a_root_of_our_own_making_is_not_trusted() {
    let (mut fetcher, network) = Pretend::of_pages().fetcher();
    fetcher.tls = Tls::with_web_roots().unwrap();
    assert_eq!(fetcher.fetch("https://example.com/").await, Err(SummaryError::Unreachable));
    assert!(network.requests().is_empty());
    assert_eq!(Arc::strong_count(&network), 2, "nothing is left running");
}

#[tokio::test]
async fn a_site_without_tls_gets_nothing_in_the_clear() {
    let (fetched, network) = Pretend::of_pages().without_tls().fetch("https://example.com/").await;
    assert_eq!(fetched, Err(SummaryError::Unreachable));
    assert!(network.requests().is_empty());
}
