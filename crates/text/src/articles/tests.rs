//! From URL to sentences, with the web and SMMRY in memory.

use std::sync::Arc;

use app::ports::{Forbidden, ServiceFault, ServiceKey, Summarizer, Summary, SummaryError};
use async_trait::async_trait;
use secrecy::SecretString;

use super::Articles;
use crate::fetch::tests::pretend::{Pretend, Step, answer, page, redirect};
use crate::fetch::tests::recorder::Recorder;
use crate::smmry::Smmry;

/// A page with an article that every reader of pages finds.
const PAGE: &str = include_str!("tests/harbour.html");

const KEY: &str = "a-very-secret-key";

/// What the operator stored.
enum Stored {
    Key,
    Nothing,
    Unreadable,
}

#[async_trait]
impl ServiceKey for Stored {
    async fn key(&self) -> anyhow::Result<Option<SecretString>> {
        match self {
            Self::Key => Ok(Some(SecretString::from(KEY))),
            Self::Nothing => Ok(None),
            Self::Unreadable => Err(anyhow::anyhow!("no access")),
        }
    }
}

/// What comes of `url` on a web of the one article, with SMMRY answering
/// `answered`; and SMMRY's side of it.
async fn summarized(
    url: &str,
    stored: Stored,
    answered: impl Fn() -> Vec<Step> + Send + Sync + 'static,
) -> (Result<Summary, SummaryError>, Arc<Pretend>) {
    let web = Pretend::new(|request| match request.split(' ').nth(1).unwrap_or_default() {
        "/harbour" => page(PAGE),
        "/untitled" => page(PAGE.replace("<title>The harbour that moved</title>", "").replace("h1", "b")),
        "/moved" => redirect("http://www.example.com/harbour"),
        "/nearby" => redirect("http://169.254.169.254/"),
        "/links" => page("<ul><li><a href=/a>One</a><li><a href=/b>Two</a></ul>"),
        _ => answer("404 Not Found", ""),
    });
    let (fetcher, _) = web.fetcher();
    let service = Arc::new(Pretend::new(move |_| answered()));
    let smmry = Smmry::new("http://127.0.0.1:9000").unwrap().on(service.clone());
    let articles = Articles::new(fetcher, smmry, Arc::new(stored));
    (articles.summarize(url, 2).await, service)
}

fn good() -> Vec<Step> {
    answer("200 OK", r#"{"sm_api_content": "The service says one.[BREAK]And two."}"#)
}

#[tokio::test]
async fn with_a_key_the_service_picks_the_sentences() {
    let (summary, service) = summarized("http://example.com/harbour", Stored::Key, good).await;
    let summary = summary.unwrap();
    assert_eq!(summary.title, "The harbour that moved");
    assert_eq!(summary.sentences, ["The service says one.", "And two."]);
    assert_eq!(summary.url, "http://example.com/harbour");
    assert_eq!(summary.instead_of, None);
    assert!(summary.reading_minutes >= 1);
    let [request] = service.requests().try_into().unwrap();
    assert!(request.contains("sm_api_input=") && request.contains("lighthouse"), "{request}");
    assert!(!request.contains("example.com"), "the service is not told of the URL: {request}");
}

#[tokio::test]
async fn without_a_key_they_are_picked_here_and_the_service_hears_nothing() {
    for stored in [Stored::Nothing, Stored::Unreadable] {
        let (summary, service) = summarized("http://example.com/harbour", stored, good).await;
        let summary = summary.unwrap();
        assert!((1..=2).contains(&summary.sentences.len()), "{summary:?}");
        assert_eq!(summary.instead_of, None);
        assert!(service.connections().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_service_fails_they_are_picked_here_and_it_is_said() {
    type Answer = fn() -> Vec<Step>;
    let (local, _) = summarized("http://example.com/harbour", Stored::Nothing, good).await;
    let local = local.unwrap();
    let table: [(Answer, ServiceFault); 7] = [
        (|| answer("200 OK", r#"{"sm_api_error": 0}"#), ServiceFault::Internal),
        (|| answer("200 OK", r#"{"sm_api_error": 1}"#), ServiceFault::Rejected),
        (|| answer("200 OK", r#"{"sm_api_error": 2}"#), ServiceFault::Restricted),
        (|| answer("200 OK", r#"{"sm_api_error": 3}"#), ServiceFault::NotSummarized),
        (|| answer("502 Bad Gateway", "sorry"), ServiceFault::Unreachable),
        (Vec::new, ServiceFault::Unreachable),
        (|| vec![Step::Hang], ServiceFault::Unreachable),
    ];
    for (answered, fault) in table {
        let (summary, service) = summarized("http://example.com/harbour", Stored::Key, answered).await;
        assert_eq!(summary.unwrap(), Summary { instead_of: Some(fault), ..local.clone() });
        assert_eq!(service.connections().len(), 1, "{fault}: asked once");
    }
}

#[tokio::test]
async fn the_url_is_where_the_page_was_found_and_the_host_stands_for_a_title() {
    let (summary, _) = summarized("example.com/moved", Stored::Nothing, good).await;
    assert_eq!(summary, Err(Forbidden::Downgrade.into()), "https was put before it");
    let (summary, _) = summarized("http://example.com/moved", Stored::Nothing, good).await;
    assert_eq!(summary.unwrap().url, "http://www.example.com/harbour");
    let (summary, _) = summarized("http://example.com/untitled", Stored::Nothing, good).await;
    assert_eq!(summary.unwrap().title, "example.com");
}

#[tokio::test]
async fn without_a_page_or_an_article_the_service_is_not_asked() {
    let table = [
        ("http://example.com/none", SummaryError::NotFound),
        ("http://example.com/nearby", Forbidden::Address.into()),
        ("http://localhost/", Forbidden::Address.into()),
        ("http://example.com/links", SummaryError::NoArticle),
        ("nonsense", SummaryError::NotAUrl),
    ];
    for (url, expected) in table {
        let (summary, service) = summarized(url, Stored::Key, good).await;
        assert_eq!(summary, Err(expected), "{url}");
        assert!(service.connections().is_empty(), "{url}");
    }
}

#[tokio::test]
async fn the_key_is_not_logged_and_a_key_that_cannot_be_read_is_an_error() {
    let restricted = || answer("200 OK", r#"{"sm_api_error": 2, "sm_api_message": "a-very-secret-key"}"#);
    let (recorder, _guard) = Recorder::start();
    let (_, service) = summarized("http://example.com/harbour", Stored::Key, restricted).await;
    assert!(service.requests()[0].contains(KEY));
    assert!(recorder.text().contains("WARN message=SMMRY made no summary"), "{}", recorder.text());
    let _ = summarized("http://example.com/harbour", Stored::Unreadable, good).await;
    let logged = recorder.text();
    assert!(logged.contains("ERROR") && logged.contains("no access"), "{logged}");
    assert!(!logged.contains(KEY), "{logged}");
}
