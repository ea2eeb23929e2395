//! What is written down of a fetch: the host and the outcome.

use super::pretend::{Pretend, answer, page, redirect};
use super::recorder::Recorder;

#[tokio::test]
async fn a_fetch_is_logged_with_its_host_and_without_its_path() {
    let urls = [
        (
            "http://example.com/secret/page?token=secret#secret",
            "INFO message=Fetched a page from example.com article.host=example.com",
        ),
        ("http://example.com/secret/gone", "the page was not found"),
        ("http://example.com/secret/moved", "not on the public internet"),
        ("http://secret:secret@example.com/", "name or password"),
        ("secret", "not a URL"),
    ];
    for (url, expected) in urls {
        let network = Pretend::new(|request| match request.split(' ').nth(1).unwrap() {
            "/secret/gone" => answer("404 Not Found", "secret"),
            "/secret/moved" => redirect("http://secret.localhost/secret"),
            _ => page("secret"),
        });
        let (recorder, _guard) = Recorder::start();
        let _ = network.fetch(url).await;
        let logged = recorder.text();
        assert!(logged.contains(expected), "{url}: {logged}");
        assert!(!logged.contains("secret"), "{url}: {logged}");
        assert!(!logged.contains("ERROR"), "{url}: {logged}");
    }
}
