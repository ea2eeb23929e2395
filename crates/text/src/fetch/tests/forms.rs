//! What is read as a page, and what each status means.

use app::ports::SummaryError;

use super::pretend::{Pretend, answer};
use crate::fetch::{Kind, Page};

async fn fetched(head: &'static str, body: &'static str) -> Result<Page, SummaryError> {
    Pretend::new(move |_| answer(head, body)).fetch("http://example.com/").await.0
}

#[tokio::test]
async fn pages_of_text_are_read() {
    let table = [
        ("200 OK\r\nContent-Type: text/html", "x", Kind::Html),
        ("200 OK\r\nContent-Type: TEXT/HTML ; charset=utf-8", "x", Kind::Html),
        ("200 OK\r\nContent-Type: application/xhtml+xml", "x", Kind::Html),
        ("200 OK\r\nContent-Type: text/plain", "<p>not a tag", Kind::Plain),
        ("200 OK\r\nContent-Type: text/plain;format=flowed", "x", Kind::Plain),
        ("200 OK", " \r\n\t<!doctype html>", Kind::Html),
        ("200 OK\r\nContent-Type: ", "\u{feff}<p>x", Kind::Html),
        ("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: identity", "x", Kind::Html),
        ("203 Changed\r\nContent-Type: text/html", "x", Kind::Html),
    ];
    for (head, body, kind) in table {
        let page = fetched(head, body).await.unwrap();
        assert_eq!((page.kind, page.text.as_str()), (kind, body.trim_start_matches('\u{feff}')), "{head}");
    }
}

#[tokio::test]
async fn an_empty_page_is_a_page() {
    assert_eq!(fetched("200 OK\r\nContent-Type: text/html", "").await.unwrap().text, "");
}

#[tokio::test]
async fn what_is_not_text_is_called_by_its_type() {
    let table = [
        ("200 OK\r\nContent-Type: application/pdf", Some("application/pdf")),
        ("200 OK\r\nContent-Type: IMAGE/PNG; x=y", Some("image/png")),
        ("200 OK\r\nContent-Type: application/json; charset=utf-8", Some("application/json")),
        ("200 OK\r\nContent-Type: application/octet-stream", Some("application/octet-stream")),
        ("200 OK\r\nContent-Type: text/htmlx", Some("text/htmlx")),
        ("200 OK\r\nContent-Type: text/html, text/html", Some("text/html,text/html")),
        ("200 OK\r\nContent-Type: <@U123>\u{202e} evil", Some("<@u123>evil")),
        ("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br", Some("br")),
        ("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip, gzip", Some("gzip,gzip")),
        ("200 OK", None),
        ("200 OK\r\nContent-Type: ;charset=utf-8", None),
    ];
    for (head, shown) in table {
        let expected = Err(SummaryError::NotText(shown.map(str::to_owned)));
        assert_eq!(fetched(head, "no tag").await, expected, "{head}");
    }
}

#[tokio::test]
async fn a_type_is_repeated_only_so_far() {
    let head = format!("200 OK\r\nContent-Type: {}", "x".repeat(5000));
    let (fetched, _) = Pretend::new(move |_| answer(&head, "")).fetch("http://example.com/").await;
    assert_eq!(fetched, Err(SummaryError::NotText(Some("x".repeat(60)))));
}

#[tokio::test]
async fn every_status_has_a_meaning() {
    use SummaryError::{Denied, NotFound, Status};
    let table = [
        ("404 Not Found", NotFound),
        ("410 Gone", NotFound),
        ("401 Unauthorized", Denied(401)),
        ("402 Payment Required", Denied(402)),
        ("403 Forbidden", Denied(403)),
        ("407 Proxy", Denied(407)),
        ("451 Legal", Denied(451)),
        ("400 Bad", Status(400)),
        ("405 Method", Status(405)),
        ("429 Slow down", Status(429)),
        ("500 Error", Status(500)),
        ("503 Down", Status(503)),
        ("599 Odd", Status(599)),
        ("799 Odder", Status(799)),
    ];
    for (status, expected) in table {
        assert_eq!(fetched(status, "<p>sorry").await, Err(expected), "{status}");
    }
}
