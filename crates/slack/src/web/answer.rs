//! What an answer means. The one place that knows Slack's error codes.

use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, Response, StatusCode};
use serde_json::{Map, Value};

use super::ApiError;
use super::transport::MAX_ANSWER_BYTES;

/// The token does not let us in.
///
/// <https://docs.slack.dev/reference/methods/users.info#errors>
const AUTH: [&str; 13] = [
    "account_inactive",
    "token_revoked",
    "invalid_auth",
    "not_authed",
    "token_expired",
    "org_login_required",
    "team_added_to_org",
    "ekm_access_denied",
    "access_denied",
    "accesslimited",
    "enterprise_is_restricted",
    "not_allowed_token_type",
    "two_factor_setup_required",
];

/// Something is not there, or not open to us. `restricted_action…` as well.
const NO_ACCESS: [&str; 21] = [
    "cannot_dm_bot",
    "cant_update_message",
    "channel_is_limited_access",
    "channel_not_found",
    "edit_window_closed",
    "is_archived",
    "is_inactive",
    "message_not_found",
    "messages_tab_disabled",
    "method_not_supported_for_channel_type",
    "no_permission",
    "no_such_subteam",
    "not_found",
    "not_in_channel",
    "team_access_not_granted",
    "team_not_found",
    "thread_locked",
    "user_disabled",
    "user_not_found",
    "user_not_in_channel",
    "user_not_visible",
];

/// Slack failed, and says that some of the call may have been done.
const FAILED: [&str; 3] = ["internal_error", "fatal_error", "service_unavailable"];

/// The body reached Slack cut off, so nothing was done.
const NOT_READ: &str = "request_timeout";

/// What a `response_url` answers when all is well.
const DONE: &str = "ok";

/// Error codes and details are Slack's words, but come from outside: long ones
/// are cut.
const MAX_WORDS: usize = 200;

/// How a try ended.
#[derive(Debug)]
pub(super) enum Outcome {
    /// `ok: true`.
    Done(HeaderMap, Map<String, Value>),
    /// Slack did not do it because of too many calls.
    TooMany(Option<Duration>),
    /// It was surely not done, and may work later.
    NotDone(String),
    /// It may have been done.
    Unknown(String),
    /// The answer is final.
    Failed(ApiError),
}

/// Reads an answer of a Web API method.
pub(super) fn read(response: Response<Bytes>) -> Outcome {
    read_with(response, |code, _| unreadable(code))
}

/// Reads an answer of a `response_url`. It may be a bare word: `ok`, or an
/// error's code with a status that says so (404 and `used_url`).
pub(super) fn read_response(response: Response<Bytes>) -> Outcome {
    read_with(response, |code, body| match std::str::from_utf8(body).map(str::trim) {
        Ok(DONE) if code.is_success() => Outcome::Done(HeaderMap::new(), Map::new()),
        Ok(word) if code.is_client_error() && is_code(word) => {
            failed(word.to_owned(), &Map::new(), &HeaderMap::new())
        }
        _ => unreadable(code),
    })
}

/// Reads `response`, and what is no JSON object by `words`. Errors of
/// `serde_json` are not passed on: they quote the text, in which there may be a
/// token.
fn read_with(response: Response<Bytes>, words: impl FnOnce(StatusCode, &[u8]) -> Outcome) -> Outcome {
    let (head, body) = response.into_parts();
    if head.status == StatusCode::TOO_MANY_REQUESTS {
        return Outcome::TooMany(retry_after(&head.headers));
    }
    if head.status.is_server_error() {
        return Outcome::Unknown(status(head.status));
    }
    if body.len() > MAX_ANSWER_BYTES {
        return Outcome::Unknown("an answer that is too large".to_owned());
    }
    let Ok(Value::Object(object)) = serde_json::from_slice(&body) else {
        return words(head.status, &body);
    };
    if object.get("ok") == Some(&Value::Bool(true)) && head.status.is_success() {
        return Outcome::Done(head.headers, object);
    }
    match text(&object, "error") {
        Some(code) => failed(code, &object, &head.headers),
        None => unreadable(head.status),
    }
}

/// Whether `word` is written like Slack's error codes.
fn is_code(word: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !word.is_empty() && word.len() <= MAX_WORDS && word.bytes().all(letters)
}

/// Something other than Slack's API answered, or half of it did.
fn unreadable(code: StatusCode) -> Outcome {
    if code.is_client_error() || code.is_redirection() {
        Outcome::Failed(ApiError::Refused { code: status(code), details: Vec::new() })
    } else {
        Outcome::Unknown("an answer that is not Slack's".to_owned())
    }
}

fn failed(code: String, object: &Map<String, Value>, headers: &HeaderMap) -> Outcome {
    match code.as_str() {
        "ratelimited" | "rate_limited" => Outcome::TooMany(retry_after(headers)),
        NOT_READ => Outcome::NotDone(code),
        "missing_scope" => Outcome::Failed(ApiError::MissingScope {
            needed: text(object, "needed"),
            provided: text(object, "provided"),
        }),
        known if FAILED.contains(&known) => Outcome::Unknown(code),
        known if AUTH.contains(&known) => Outcome::Failed(ApiError::Auth(code)),
        known if NO_ACCESS.contains(&known) || known.starts_with("restricted_action") => {
            Outcome::Failed(ApiError::NoAccess(code))
        }
        _ => Outcome::Failed(ApiError::Refused { code, details: details(object) }),
    }
}

/// `response_metadata.messages`, which say what is wrong with the arguments.
fn details(object: &Map<String, Value>) -> Vec<String> {
    let messages = object.get("response_metadata").and_then(|metadata| metadata.get("messages"));
    let messages = messages.and_then(Value::as_array).into_iter().flatten();
    messages.filter_map(Value::as_str).take(10).map(short).collect()
}

/// Whole seconds; the HTTP date that the header may also hold, Slack does not
/// send.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key)?.as_str().filter(|text| !text.is_empty()).map(short)
}

fn short(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(MAX_WORDS).collect()
}

fn status(code: StatusCode) -> String {
    format!("HTTP {}", code.as_u16())
}
