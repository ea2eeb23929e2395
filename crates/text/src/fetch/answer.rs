//! What the head of an answer means: somewhere else, a page, or a reason why
//! there is none.

use app::ports::SummaryError;
use http::response::Parts;
use http::{HeaderMap, StatusCode, header};

use super::Kind;

/// The longest type that is repeated to a person.
const MAX_SHOWN_TYPE: usize = 60;

/// An answer that is worth going on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The page is there, as the site spells it.
    LeadsTo(String),
    /// The page is in the body.
    Page(Form),
}

/// The form that a body is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// What it is; none if the site does not say.
    pub(super) kind: Option<Kind>,
    /// The encoding of its text, in the site's word, if it has one.
    pub(super) charset: Option<String>,
    /// Whether it is packed.
    pub(super) gzip: bool,
}

/// Reads `head`.
pub(super) fn meaning(head: &Parts) -> Result<Meaning, SummaryError> {
    match head.status {
        status if status.is_success() => form(&head.headers).map(Meaning::Page),
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => location(head),
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(SummaryError::NotFound),
        StatusCode::UNAUTHORIZED
        | StatusCode::PAYMENT_REQUIRED
        | StatusCode::FORBIDDEN
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED
        | StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS => Err(SummaryError::Denied(head.status.as_u16())),
        status => Err(SummaryError::Status(status.as_u16())),
    }
}

fn location(head: &Parts) -> Result<Meaning, SummaryError> {
    let Some(location) = head.headers.get(header::LOCATION) else {
        return Err(SummaryError::Status(head.status.as_u16()));
    };
    // Not `to_str`, which knows ASCII only: sites put their paths here as they are.
    let location = std::str::from_utf8(location.as_bytes()).map_err(|_| SummaryError::Unreachable)?;
    Ok(Meaning::LeadsTo(location.to_owned()))
}

fn form(headers: &HeaderMap) -> Result<Form, SummaryError> {
    let said = text(headers, header::CONTENT_TYPE);
    let (essence, parameters) = said.split_once(';').unwrap_or((&said, ""));
    let kind = match essence.trim() {
        "" => None,
        "text/html" | "application/xhtml+xml" => Some(Kind::Html),
        "text/plain" => Some(Kind::Plain),
        other => return Err(not_text(other)),
    };
    let gzip = match text(headers, header::CONTENT_ENCODING).trim() {
        "" | "identity" => false,
        "gzip" | "x-gzip" => true,
        // It was told that only gzip is understood. To the person the bytes are
        // what a picture would be, so they are called the same.
        other => return Err(not_text(other)),
    };
    Ok(Form { kind, charset: charset(parameters), gzip })
}

fn charset(parameters: &str) -> Option<String> {
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        (name.trim() == "charset").then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    })
}

/// A header in lower case; empty if it is missing.
fn text(headers: &HeaderMap, name: header::HeaderName) -> String {
    let value = headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    value.unwrap_or_default().to_ascii_lowercase()
}

fn not_text(said: &str) -> SummaryError {
    let shown: String = said.chars().filter(char::is_ascii_graphic).take(MAX_SHOWN_TYPE).collect();
    SummaryError::NotText(Some(shown))
}

/// What a page is of which the site does not say it.
pub(super) fn sniff(bytes: &[u8]) -> Result<Kind, SummaryError> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if text.trim_ascii_start().starts_with(b"<") { Ok(Kind::Html) } else { Err(SummaryError::NotText(None)) }
}
