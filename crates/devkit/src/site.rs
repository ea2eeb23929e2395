//! A small web site with articles, for whatever fetches pages: real pages with
//! navigation and footers, and the addresses at which fetching goes wrong.
//!
//! | | |
//! |---|---|
//! | `/` | links to the articles |
//! | `/moved` | leads to an article |
//! | `/inside` | leads to the metadata service of an EC2 instance |
//! | `/loop` | leads to itself |
//! | `/login` | a form, and nothing to read |
//! | `/huge` | more than 5 MiB |
//! | `/slow` | comes for longer than ten seconds |
//! | `/picture.png` | a picture |
//! | `/gone` | 410 |
//!
//! Everything else is 404 until a test puts a page there. Functions reach it
//! under the name [`HOST`], which no DNS knows.

mod pages;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Extract;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use tokio::task::JoinHandle;

use crate::cloud::Log;

pub use pages::Article;
use pages::{Page, own};

/// The name under which functions reach the site.
pub const HOST: &str = "articles.test";

/// A request that the site got.
#[derive(Clone, Debug)]
pub struct Hit {
    /// `GET`, as a rule.
    pub method: Method,
    /// The path, without the query.
    pub path: String,
    /// What followed the `?`.
    pub query: Option<String>,
    /// The headers as they came, `user-agent` and `host` among them.
    pub headers: HeaderMap,
    /// What it was answered with.
    pub status: u16,
}

impl Hit {
    /// A header, if it came and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A running site.
pub struct Site {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    kept: Mutex<Kept>,
    log: Log,
}

#[derive(Debug, Default)]
struct Kept {
    /// Pages that were put here, by path.
    pages: BTreeMap<String, Page>,
    hits: Vec<Hit>,
}

impl Site {
    /// Starts it on a listener that is bound to 127.0.0.1.
    ///
    /// # Errors
    /// If the listener cannot be used.
    pub fn start(listener: TcpListener, log: Log) -> anyhow::Result<Self> {
        let address = listener.local_addr().context("asking for the site's own address")?;
        listener.set_nonblocking(true).context("preparing the site's listener")?;
        let listener = tokio::net::TcpListener::from_std(listener).context("listening as the site")?;
        let shared = Arc::new(Shared { kept: Mutex::default(), log });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the site stopped listening: {error}");
            }
        });
        Ok(Self { address, shared, server })
    }

    /// Where it really listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a page, as people give it to the app.
    pub fn link(&self, path: &str) -> String {
        format!("http://{HOST}/{}", path.trim_start_matches('/'))
    }

    /// What a function needs to find it: `host=address:port`.
    pub fn fetch_hosts(&self) -> String {
        format!("{HOST}={}", self.address)
    }

    /// The articles there are from the start.
    pub fn articles() -> impl Iterator<Item = &'static Article> {
        pages::ARTICLES.iter()
    }

    /// Puts a page there, or replaces one. Headers go out as they are given.
    ///
    /// # Errors
    /// If the status or a header is none that HTTP has.
    pub fn put(
        &self,
        path: &str,
        status: u16,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> anyhow::Result<()> {
        let status = StatusCode::from_u16(status).context("no HTTP status")?;
        let header = |(name, value): &(&str, &str)| {
            Ok::<_, http::Error>((name.parse::<HeaderName>()?, value.parse::<HeaderValue>()?))
        };
        let headers = headers.iter().map(header).collect::<Result<_, _>>().context("no HTTP header")?;
        let path = format!("/{}", path.trim_start_matches('/'));
        self.shared.lock().pages.insert(path, Page::new(status, headers, body.into()));
        Ok(())
    }

    /// Every request so far, in order.
    pub fn hits(&self) -> Vec<Hit> {
        self.shared.lock().hits.clone()
    }

    /// Stops listening.
    pub async fn stop(mut self) {
        self.server.abort();
        // An aborted task has nothing to say but that.
        let _ = (&mut self.server).await;
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(
    Extract(shared): Extract<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let put = shared.lock().pages.get(uri.path()).cloned();
    let page = put.unwrap_or_else(|| own(uri.path()));
    shared.log.event(format!("site ← {method} {uri}  {}", page.status().as_u16()));
    let (path, query) = (uri.path().to_owned(), uri.query().map(str::to_owned));
    let status = page.status().as_u16();
    shared.lock().hits.push(Hit { method, path, query, headers, status });
    page.into_response()
}
