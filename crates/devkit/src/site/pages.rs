//! The pages that are there from the start.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::stream::{self, StreamExt as _};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};
use maud::{DOCTYPE, html};

const HTML: &str = "text/html; charset=utf-8";
/// Where `/inside` leads.
const METADATA: &str = "http://169.254.169.254/latest/meta-data/";
/// One piece of `/huge`, and how many there are: six MiB in all.
const PIECE: usize = 64 * 1_024;
const PIECES: usize = 96;
/// One word of `/slow`, and how many there are: fifteen seconds in all.
const PAUSE: Duration = Duration::from_millis(250);
const WORDS: usize = 60;

const FERRY: &str = include_str!("../../site/harbour-ferry.html");

/// An article of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Article {
    /// Where it is.
    pub path: &'static str,
    /// Its headline.
    pub title: &'static str,
    page: &'static str,
}

impl Article {
    /// The whole page.
    pub const fn html(&self) -> &'static str {
        self.page
    }
}

/// All of them.
pub(super) const ARTICLES: [Article; 4] = [
    Article {
        path: "/blog/invoices-on-lambda",
        title: "How we moved our invoices to Lambda",
        page: include_str!("../../site/invoices-on-lambda.html"),
    },
    Article {
        path: "/news/harbour-ferry",
        title: "Wrenhaven’s electric ferry makes its first crossing",
        page: FERRY,
    },
    Article {
        path: "/docs/rotate-signing-key",
        title: "Rotate the signing key of a parcel station",
        page: include_str!("../../site/rotate-signing-key.html"),
    },
    Article {
        path: "/magazin/stadtbuecherei",
        title: "Die Stadtbücherei von Niederfelde öffnet auch nachts",
        page: include_str!("../../site/stadtbuecherei.html"),
    },
];

/// What a path is answered with.
#[derive(Clone, Debug)]
pub(super) struct Page {
    status: StatusCode,
    headers: Vec<(http::HeaderName, HeaderValue)>,
    body: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Whole(Bytes),
    Huge,
    Slow,
}

impl Page {
    pub(super) fn new(
        status: StatusCode,
        headers: Vec<(http::HeaderName, HeaderValue)>,
        body: Bytes,
    ) -> Self {
        Self { status, headers, body: Content::Whole(body) }
    }

    pub(super) const fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn into_response(self) -> Response {
        let body = match self.body {
            Content::Whole(bytes) => Body::from(bytes),
            Content::Huge => huge(),
            Content::Slow => slow(),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers {
            headers.append(name, value);
        }
        *response.headers_mut() = headers;
        response
    }
}

/// What is at `path` from the start.
pub(super) fn own(path: &str) -> Page {
    if let Some(article) = ARTICLES.iter().find(|article| article.path == path) {
        return html(StatusCode::OK, Content::Whole(Bytes::from_static(article.page.as_bytes())));
    }
    match path {
        "/" => html(StatusCode::OK, whole(index())),
        "/moved" => leads("/news/harbour-ferry"),
        "/inside" => leads(METADATA),
        "/loop" => leads("/loop"),
        "/login" => html(StatusCode::OK, whole(include_str!("../../site/login.html"))),
        "/huge" => html(StatusCode::OK, Content::Huge),
        "/slow" => html(StatusCode::OK, Content::Slow),
        "/picture.png" => {
            let picture = Bytes::from_static(include_bytes!("../../site/picture.png"));
            Page::new(StatusCode::OK, vec![(CONTENT_TYPE, HeaderValue::from_static("image/png"))], picture)
        }
        "/gone" => html(StatusCode::GONE, whole(error("This page is gone for good"))),
        _ => html(StatusCode::NOT_FOUND, whole(error("There is no such page"))),
    }
}

fn whole(text: impl Into<Bytes>) -> Content {
    Content::Whole(text.into())
}

fn html(status: StatusCode, body: Content) -> Page {
    Page { status, headers: vec![(CONTENT_TYPE, HeaderValue::from_static(HTML))], body }
}

fn leads(to: &'static str) -> Page {
    Page::new(StatusCode::FOUND, vec![(LOCATION, HeaderValue::from_static(to))], Bytes::new())
}

fn error(title: &str) -> String {
    let page = html! { (DOCTYPE) html lang="en" { head { title { (title) } } body { h1 { (title) } } } };
    page.into_string()
}

fn index() -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "Articles" } }
            body {
                h1 { "Articles" }
                ul { @for article in &ARTICLES { li { a href=(article.path) { (article.title) } } } }
            }
        }
    };
    page.into_string()
}

/// An article in front, so that only its size is wrong with it. The length is
/// not told beforehand: whoever reads must count.
fn huge() -> Body {
    let filler = Bytes::from("<p>And so it goes on, and on. </p>\n".repeat(PIECE / 35 + 1));
    let pieces = stream::iter(std::iter::repeat_n(filler, PIECES));
    let all = stream::iter([Bytes::from_static(FERRY.as_bytes())]).chain(pieces);
    Body::from_stream(all.map(Ok::<_, Infallible>))
}

fn slow() -> Body {
    let head = Bytes::from_static(b"<!doctype html><title>Slow</title><p>");
    let words = stream::iter(0..WORDS).then(|_| async {
        tokio::time::sleep(PAUSE).await;
        Bytes::from_static(b"word ")
    });
    Body::from_stream(stream::iter([head]).chain(words).map(Ok::<_, Infallible>))
}
