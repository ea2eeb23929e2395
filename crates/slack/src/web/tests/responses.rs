//! Answers through a `response_url`, against every answer to them.

use std::time::Duration;

use domain::ids::ResponseUrl;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::script::{Script, Step};
use crate::blocks::{Block, Message};
use crate::web::{ApiError, Followup, Limits, MAX_ANSWER_BYTES};

/// More attempts than answers are given.
const LIMITS: Limits = Limits {
    attempts: 4,
    connect: Duration::from_millis(300),
    attempt: Duration::from_secs(2),
    total: Duration::from_secs(6),
    back_off: Duration::from_millis(100),
};

const URL: &str = "https://hooks.slack.com/commands/T1/2/very-secret";

fn message() -> Message {
    Message::text("hello")
}

/// Those that must not be shown twice.
fn posts() -> [Followup; 2] {
    [Followup::Private(message()), Followup::Channel(message())]
}

/// Those that are the same twice.
fn changes() -> [Followup; 2] {
    [Followup::PrivateInstead(message()), Followup::Delete]
}

fn all() -> impl Iterator<Item = Followup> {
    posts().into_iter().chain(changes())
}

fn ok() -> Step {
    Step::Answer(200, vec![("content-type", "text/html")], "ok".to_owned())
}

fn word(status: u16, body: &str) -> Step {
    Step::Answer(status, vec![], body.to_owned())
}

/// Plays `steps` and says how often and how long it tried.
async fn played(followup: &Followup, steps: Vec<Step>) -> (Result<(), ApiError>, usize, Duration) {
    let (script, client) = Script::play(steps, LIMITS);
    let begin = Instant::now();
    let result = client.respond(&ResponseUrl::new(URL), followup).await;
    (result, script.count(), begin.elapsed())
}

/// How one answer reads, which must not depend on what was sent.
async fn final_answer(step: impl Fn() -> Step) -> Result<(), ApiError> {
    let mut results = Vec::new();
    for followup in all() {
        let (result, count, _) = played(&followup, vec![step()]).await;
        assert_eq!(count, 1);
        results.push(result);
    }
    results.dedup();
    assert_eq!(results.len(), 1, "{results:?}");
    results.remove(0)
}

fn refused(code: &str) -> Result<(), ApiError> {
    Err(ApiError::Refused { code: code.to_owned(), details: vec![] })
}

#[tokio::test(start_paused = true)]
async fn followups_say_what_becomes_of_the_original() {
    let blocks = || Message::new("hello", [Block::divider()]).unwrap();
    let divider = || json!([{"type": "divider"}]);
    for (followup, body) in [
        (
            Followup::Private(message()),
            json!({"response_type": "ephemeral", "replace_original": false, "text": "hello"}),
        ),
        (
            Followup::Private(blocks()),
            json!({"response_type": "ephemeral", "replace_original": false, "text": "hello", "blocks": divider()}),
        ),
        (
            Followup::PrivateInstead(message()),
            json!({"response_type": "ephemeral", "replace_original": true, "text": "hello", "blocks": []}),
        ),
        (
            Followup::PrivateInstead(blocks()),
            json!({"response_type": "ephemeral", "replace_original": true, "text": "hello", "blocks": divider()}),
        ),
        (
            Followup::Channel(blocks()),
            json!({"response_type": "in_channel", "replace_original": false, "delete_original": false,
                "text": "hello", "blocks": divider(), "unfurl_links": false, "unfurl_media": false}),
        ),
        (Followup::Delete, json!({"delete_original": true})),
    ] {
        let (script, client) = Script::play([ok()], LIMITS);
        assert_eq!(client.respond(&ResponseUrl::new(URL), &followup).await, Ok(()));
        assert_eq!(serde_json::from_str::<Value>(&script.body(0)).unwrap(), body);
        let request = &script.requests()[0];
        assert_eq!((request.method().as_str(), request.uri().to_string().as_str()), ("POST", URL));
        assert_eq!(request.headers()["content-type"], "application/json; charset=utf-8");
        assert_eq!(request.headers().len(), 1, "no token: {:?}", request.headers());
    }
}

#[tokio::test(start_paused = true)]
async fn slack_says_ok_in_several_ways() {
    for step in
        [ok, || word(200, "ok\n"), || word(200, r#"{"ok":true}"#), || word(201, r#"{"ok":true,"more":1}"#)]
    {
        assert_eq!(final_answer(step).await, Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_url_that_is_used_up_is_a_refusal() {
    for code in ["used_url", "expired_url", "no_service", "no_text", "invalid_payload", "ok"] {
        for status in [400, 403, 404, 410] {
            assert_eq!(final_answer(|| word(status, code)).await, refused(code));
            assert_eq!(final_answer(|| word(status, &format!("{code}\r\n"))).await, refused(code));
            let body = json!({"ok": false, "error": code}).to_string();
            assert_eq!(final_answer(|| word(status, &body)).await, refused(code));
        }
        assert_eq!(final_answer(|| Step::error(code)).await, refused(code));
    }
    for step in [|| word(404, "channel_not_found"), || Step::error("channel_not_found")] {
        assert_eq!(final_answer(step).await, Err(ApiError::NoAccess("channel_not_found".to_owned())));
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_is_a_refusal_without_words() {
    let long = "x".repeat(201);
    for body in ["", "<html>Not Found</html>", "Not Found", "not found", "\u{e9}", "[]", "\"x\"", &long] {
        for status in [400, 403, 404, 410] {
            assert_eq!(final_answer(|| word(status, body)).await, refused(&format!("HTTP {status}")));
        }
    }
    assert_eq!(final_answer(|| Step::Answer(404, vec![], String::from("{}"))).await, refused("HTTP 404"));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_followed_elsewhere() {
    for status in [301, 302, 303, 307, 308] {
        let step = || Step::Answer(status, vec![("location", "https://evil.com/")], "ok".to_owned());
        assert_eq!(final_answer(step).await, refused(&format!("HTTP {status}")));
    }
}

/// Answers after which nobody knows whether it was done.
fn unclear() -> Vec<Step> {
    let oversized = "x".repeat(MAX_ANSWER_BYTES + 1);
    vec![
        word(500, "ok"),
        word(500, "internal_error"),
        word(502, "<html>Bad Gateway</html>"),
        word(503, r#"{"ok":true}"#),
        word(504, ""),
        word(200, ""),
        word(200, "OK"),
        word(200, "\"ok\""),
        word(200, "okay"),
        word(200, "used_url"),
        word(200, "<html>Hello</html>"),
        word(200, r#"{"ok":"true"}"#),
        word(200, r#"{"ok":false}"#),
        word(200, &oversized),
        Step::error("internal_error"),
        Step::error("fatal_error"),
        Step::Broken,
        Step::Silence,
    ]
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_shown_is_not_shown_again() {
    for followup in posts() {
        for step in unclear() {
            let (result, count, _) = played(&followup, vec![step]).await;
            assert!(matches!(result, Err(ApiError::Unclear(_))), "{result:?}");
            assert_eq!(count, 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_the_same_twice_is_tried_twice_and_no_more() {
    for followup in changes() {
        for (first, second) in unclear().into_iter().zip(unclear()) {
            let (result, count, _) = played(&followup, vec![first, second]).await;
            assert!(matches!(result, Err(ApiError::Retryable(_))), "{result:?}");
            assert_eq!(count, 2);
        }
        for step in unclear() {
            let (result, count, _) = played(&followup, vec![step, ok()]).await;
            assert_eq!((result, count), (Ok(()), 2));
        }
        // The first may have been done, and the answer to it lost.
        let (result, count, _) = played(&followup, vec![Step::Broken, word(404, "used_url")]).await;
        assert_eq!((result, count), (refused("used_url"), 2));
    }
}

#[tokio::test(start_paused = true)]
async fn what_surely_was_not_shown_is_tried_twice() {
    for followup in all() {
        let (result, count, elapsed) = played(&followup, vec![Step::NoConnection, ok()]).await;
        assert_eq!((result, count, elapsed), (Ok(()), 2, LIMITS.back_off));
        let (result, count, _) = played(&followup, vec![Step::NoConnection, Step::NoConnection]).await;
        assert!(matches!(result, Err(ApiError::Retryable(_))), "{result:?}");
        assert_eq!(count, 2);
    }
}

#[tokio::test(start_paused = true)]
async fn slacks_pause_is_kept_if_there_is_time() {
    for followup in all() {
        let (result, count, elapsed) = played(&followup, vec![Step::wait("3"), ok()]).await;
        assert_eq!((result, count, elapsed), (Ok(()), 2, Duration::from_secs(3)));
        let limited = |seconds| {
            let retry_after = Some(Duration::from_secs(seconds));
            Err(ApiError::RateLimited { retry_after })
        };
        let (result, count, _) = played(&followup, vec![Step::wait("30")]).await;
        assert_eq!((result, count), (limited(30), 1));
        let (result, count, _) = played(&followup, vec![Step::wait("1"), Step::wait("2")]).await;
        assert_eq!((result, count), (limited(2), 2));
        let (result, ..) = played(&followup, vec![word(429, "rate limited"), word(429, "")]).await;
        assert_eq!(result, Err(ApiError::RateLimited { retry_after: None }));
    }
}

#[tokio::test(start_paused = true)]
async fn one_attempt_stays_one() {
    let limits = Limits { attempts: 1, ..LIMITS };
    let (script, client) = Script::play([Step::NoConnection], limits);
    assert!(client.respond(&ResponseUrl::new(URL), &Followup::Delete).await.is_err());
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_to_strangers() {
    for url in ["https://evil.com/very-secret", "http://hooks.slack.com/very-secret", "", "very-secret"] {
        for followup in all() {
            let (script, client) = Script::play([], LIMITS);
            let result = client.respond(&ResponseUrl::new(url), &followup).await;
            assert_eq!(result, refused("response_url_not_slacks"));
            assert_eq!(script.count(), 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_shows_where_answers_are_taken() {
    for step in
        [word(404, "used_url"), word(302, ""), Step::wait("99"), Step::Broken, Step::Silence, word(500, "")]
    {
        let (_, client) = Script::play([step], LIMITS);
        let url = ResponseUrl::new(URL);
        let error = client.respond(&url, &Followup::Private(message())).await.unwrap_err();
        let shown = format!("{error} {error:?} {client:?} {url:?}");
        assert!(!shown.contains("very-secret") && !shown.contains("commands"), "{shown}");
    }
}
