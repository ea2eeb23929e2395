use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::script::{Script, Step};
use crate::web::{Answer, ApiError, Body, Call, Caller, Client, Limits, Repeat};

const LIMITS: Limits = Limits {
    attempts: 3,
    connect: Duration::from_millis(300),
    attempt: Duration::from_secs(2),
    total: Duration::from_secs(5),
    back_off: Duration::from_millis(100),
};

async fn call(client: &Client, repeat: Repeat) -> Result<Answer, ApiError> {
    let caller = Caller::Token(&"xoxb-1".into());
    client.call(&Call { method: "chat.test", caller, body: Body::Form(vec![]), repeat }).await
}

fn ok() -> Step {
    Step::json(&json!({"ok": true}))
}

/// Plays `steps` and says how often and how long it tried.
async fn played(steps: Vec<Step>, repeat: Repeat, limits: Limits) -> (Result<(), ApiError>, usize, Duration) {
    let (script, client) = Script::play(steps, limits);
    let begin = Instant::now();
    let result = call(&client, repeat).await.map(drop);
    (result, script.count(), begin.elapsed())
}

#[tokio::test(start_paused = true)]
async fn harmless_calls_are_repeated_with_growing_pauses() {
    for steps in [
        vec![Step::status(502), Step::Broken, ok()],
        vec![Step::NoConnection, Step::error("internal_error"), ok()],
        vec![Step::status(200), Step::error("request_timeout"), ok()],
    ] {
        let (result, count, elapsed) = played(steps, Repeat::Harmless, LIMITS).await;
        assert_eq!((result, count), (Ok(()), 3));
        assert_eq!(elapsed, Duration::from_millis(100 + 200));
    }
}

#[tokio::test(start_paused = true)]
async fn a_post_is_never_sent_twice_when_it_may_have_arrived() {
    for step in
        [Step::status(502), Step::Broken, Step::Silence, Step::error("fatal_error"), Step::status(200)]
    {
        let (result, count, _) = played(vec![step], Repeat::Never, LIMITS).await;
        assert!(matches!(result, Err(ApiError::Unclear(_))), "{result:?}");
        assert_eq!(count, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_post_that_surely_did_not_arrive_is_sent_again() {
    let steps = vec![Step::NoConnection, Step::wait("1"), ok()];
    let (result, count, elapsed) = played(steps, Repeat::Never, LIMITS).await;
    assert_eq!((result, count, elapsed), (Ok(()), 3, Duration::from_millis(1_100)));
}

#[tokio::test(start_paused = true)]
async fn attempts_are_counted() {
    let steps = vec![Step::NoConnection, Step::NoConnection, Step::NoConnection];
    let (result, count, _) = played(steps, Repeat::Harmless, LIMITS).await;
    assert!(matches!(result, Err(ApiError::Retryable(_))));
    assert_eq!(count, 3);
    let none = Limits { attempts: 0, ..LIMITS };
    assert_eq!(played(vec![Step::NoConnection], Repeat::Harmless, none).await.1, 1);
}

#[tokio::test(start_paused = true)]
async fn slacks_pause_is_kept_if_there_is_time() {
    let (result, count, elapsed) = played(vec![Step::wait("3"), ok()], Repeat::Never, LIMITS).await;
    assert_eq!((result, count, elapsed), (Ok(()), 2, Duration::from_secs(3)));

    for (header, retry_after) in [("5", 5), ("30", 30), ("18446744073709551615", u64::MAX)] {
        let (result, count, elapsed) = played(vec![Step::wait(header)], Repeat::Harmless, LIMITS).await;
        let retry_after = Some(Duration::from_secs(retry_after));
        assert_eq!(result, Err(ApiError::RateLimited { retry_after }));
        assert_eq!((count, elapsed), (1, Duration::ZERO));
    }
}

#[tokio::test(start_paused = true)]
async fn an_untold_pause_is_a_second() {
    for header in ["", "soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT"] {
        let (result, count, elapsed) = played(vec![Step::wait(header), ok()], Repeat::Never, LIMITS).await;
        assert_eq!((result, count, elapsed), (Ok(()), 2, Duration::from_secs(1)), "{header}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_attempt_does_not_use_up_all_the_time() {
    let steps = vec![Step::Silence, Step::Late(Duration::from_secs(1), Box::new(ok()))];
    let (result, count, elapsed) = played(steps, Repeat::Harmless, LIMITS).await;
    assert_eq!((result, count, elapsed), (Ok(()), 2, Duration::from_millis(2_000 + 100 + 1_000)));
}

#[tokio::test(start_paused = true)]
async fn the_total_holds() {
    let steps = vec![Step::Silence, Step::Silence, Step::Silence];
    let (result, count, elapsed) = played(steps, Repeat::Harmless, LIMITS).await;
    assert!(matches!(result, Err(ApiError::Retryable(_))));
    assert_eq!((count, elapsed), (3, LIMITS.total));
}

#[tokio::test(start_paused = true)]
async fn a_client_can_be_given_less_time_but_not_more() {
    let (script, client) = Script::play([Step::Silence, Step::wait("6")], LIMITS);
    let begin = Instant::now();
    let hurried = client.within(Duration::from_millis(500));
    assert!(call(&hurried, Repeat::Harmless).await.is_err());
    assert_eq!((script.count(), begin.elapsed()), (1, Duration::from_millis(500)));

    let patient = client.within(Duration::from_mins(1));
    assert!(call(&patient, Repeat::Harmless).await.is_err());
    assert_eq!((script.count(), begin.elapsed()), (2, Duration::from_millis(500)));
}
