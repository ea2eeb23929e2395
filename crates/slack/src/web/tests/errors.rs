use serde_json::json;

use super::script::{Script, Step};
use crate::web::{ApiError, Body, Call, Caller, Limits, Repeat};

const ONCE: Limits = Limits { attempts: 1, ..Limits::GATEWAY };

/// How one answer reads, for a call that may and one that may not be repeated.
async fn outcomes(step: impl Fn() -> Step) -> [Option<ApiError>; 2] {
    let mut outcomes = [None, None];
    for (outcome, repeat) in outcomes.iter_mut().zip([Repeat::Harmless, Repeat::Never]) {
        let (_, client) = Script::play([step()], ONCE);
        let caller = Caller::Token(&"xoxb-1".into());
        let call = Call { method: "chat.test", caller, body: Body::Json(json!({})), repeat };
        *outcome = client.call(&call).await.err();
    }
    outcomes
}

async fn outcome(step: impl Fn() -> Step) -> ApiError {
    let [harmless, never] = outcomes(step).await;
    assert_eq!(harmless, never, "repeating makes no difference");
    harmless.expect("an error")
}

#[tokio::test(start_paused = true)]
async fn dead_tokens_are_told_from_barred_ones() {
    for (code, dead) in [
        ("account_inactive", true),
        ("token_revoked", true),
        ("invalid_auth", true),
        ("token_expired", true),
        ("not_authed", false),
        ("org_login_required", false),
        ("team_added_to_org", false),
        ("ekm_access_denied", false),
        ("access_denied", false),
    ] {
        let error = outcome(|| Step::error(code)).await;
        assert_eq!(error, ApiError::Auth(code.to_owned()));
        assert_eq!(error.is_token_dead(), dead, "{code}");
        assert!(!matches!(error, ApiError::RateLimited { .. } | ApiError::Retryable(_)));
    }
}

#[tokio::test(start_paused = true)]
async fn places_that_are_closed_to_us_are_no_access() {
    for code in [
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "user_not_in_channel",
        "user_not_found",
        "messages_tab_disabled",
        "message_not_found",
        "cant_update_message",
        "team_access_not_granted",
        "restricted_action",
        "restricted_action_read_only_channel",
    ] {
        assert_eq!(outcome(|| Step::error(code)).await, ApiError::NoAccess(code.to_owned()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_scope_is_named() {
    let body =
        json!({"ok": false, "error": "missing_scope", "needed": "users:read", "provided": "chat:write"});
    let error = outcome(|| Step::json(&body)).await;
    let (needed, provided) = (Some("users:read".to_owned()), Some("chat:write".to_owned()));
    assert_eq!(error, ApiError::MissingScope { needed, provided });
    assert_eq!(error.to_string(), "the app lacks a scope (needed: users:read, granted: chat:write)");
    let error = outcome(|| Step::error("missing_scope")).await;
    assert_eq!(error, ApiError::MissingScope { needed: None, provided: None });
}

#[tokio::test(start_paused = true)]
async fn other_errors_are_refusals_with_their_reasons() {
    let body = json!({"ok": false, "error": "invalid_blocks",
        "response_metadata": {"messages": ["[ERROR] must be an object [json-pointer:/blocks/0]", 5]}});
    let error = outcome(|| Step::json(&body)).await;
    let details = vec!["[ERROR] must be an object [json-pointer:/blocks/0]".to_owned()];
    assert_eq!(error, ApiError::Refused { code: "invalid_blocks".to_owned(), details });
    for code in ["msg_too_long", "no_text", "message_limit_exceeded", "invalid_code", "made_up"] {
        let refused = ApiError::Refused { code: code.to_owned(), details: vec![] };
        assert_eq!(outcome(|| Step::error(code)).await, refused);
    }
    let long = "x".repeat(5_000);
    let ApiError::Refused { code, .. } = outcome(|| Step::error(&long)).await else { panic!("no refusal") };
    assert_eq!(code.len(), 200);
}

#[tokio::test(start_paused = true)]
async fn what_may_have_run_is_unclear_if_it_must_not_run_twice() {
    let oversized = || "x".repeat(super::super::MAX_ANSWER_BYTES + 1);
    let strange: Vec<Box<dyn Fn() -> Step>> = vec![
        Box::new(|| Step::error("internal_error")),
        Box::new(|| Step::error("fatal_error")),
        Box::new(|| Step::error("service_unavailable")),
        Box::new(|| Step::status(500)),
        Box::new(|| Step::status(502)),
        Box::new(|| Step::Answer(503, vec![], r#"{"ok":false,"error":"service_unavailable"}"#.to_owned())),
        Box::new(|| Step::status(200)),
        Box::new(|| Step::Answer(200, vec![], String::new())),
        Box::new(|| Step::Answer(200, vec![], r#"{"ok":tr"#.to_owned())),
        Box::new(|| Step::Answer(200, vec![], "[]".to_owned())),
        Box::new(|| Step::json(&json!({"ok": false}))),
        Box::new(|| Step::json(&json!({"ok": "true"}))),
        Box::new(move || Step::Answer(200, vec![], oversized())),
        Box::new(|| Step::Broken),
        Box::new(|| Step::Silence),
    ];
    for step in strange {
        let [harmless, never] = outcomes(step).await;
        assert!(matches!(harmless, Some(ApiError::Retryable(_))), "{harmless:?}");
        assert!(matches!(never, Some(ApiError::Unclear(_))), "{never:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_surely_did_not_run_may_be_repeated() {
    for error in [outcome(|| Step::NoConnection).await, outcome(|| Step::error("request_timeout")).await] {
        assert!(matches!(error, ApiError::Retryable(_)), "{error:?}");
        assert!(matches!(error, ApiError::RateLimited { .. } | ApiError::Retryable(_)));
    }
    for step in [|| Step::wait("30"), || Step::error("ratelimited"), || Step::error("rate_limited")] {
        assert!(matches!(outcome(step).await, ApiError::RateLimited { .. }));
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_in_the_way_is_a_refusal() {
    for status in [302, 403, 404] {
        let refused = ApiError::Refused { code: format!("HTTP {status}"), details: vec![] };
        assert_eq!(outcome(|| Step::status(status)).await, refused);
    }
    let step = || Step::Answer(403, vec![], r#"{"ok":false,"error":"invalid_auth"}"#.to_owned());
    assert_eq!(outcome(step).await, ApiError::Auth("invalid_auth".to_owned()));
}
