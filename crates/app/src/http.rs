//! A request and an answer as API Gateway's HTTP API passes them, without its
//! JSON: what the entry points with a URL take and give.

use bytes::Bytes;

/// A request from a browser or from Slack.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `GET`, `POST` …
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as it came, without `?`; empty if there was none.
    pub query: String,
    /// Names (lower-case) and values, one pair per line that was sent.
    pub headers: Vec<(String, String)>,
    /// Cookies, each `name=value`.
    pub cookies: Vec<String>,
    /// The body's own bytes, base64 undone.
    pub body: Bytes,
    /// The host that API Gateway itself says it was reached under
    /// (`requestContext.domainName`), which no client can choose.
    pub domain_name: Option<String>,
}

impl Request {
    /// All values of the header `name` (lower-case).
    pub fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// `Set-Cookie` values.
    pub cookies: Vec<String>,
    /// The body.
    pub body: String,
}

impl Response {
    /// An answer with no body.
    pub fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }
}
