//! Channels, their members and messages; pictures; and modals that change.

use domain::ids::{BotId, ChannelId, MessageTs, UserId, ViewId};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::script::{Script, Step};
use crate::blocks::Modal;
use crate::web::{ApiError, Client, Conversation, Found, Limits};

fn token() -> SecretString {
    "xoxb-very-secret".into()
}

fn channel() -> ChannelId {
    ChannelId::new("C1&x")
}

fn play(answers: &[Value]) -> (std::sync::Arc<Script>, Client) {
    Script::play(answers.iter().map(Step::json), Limits::WORKER)
}

/// The method and the form of the request.
fn asked(script: &Script, number: usize) -> (String, String) {
    let request = &script.requests()[number];
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
    let method = request.uri().path().trim_start_matches("/api/").to_owned();
    (method, script.body(number))
}

#[tokio::test(start_paused = true)]
async fn members_come_in_pages() {
    let (script, client) = play(&[
        json!({"ok": true, "members": ["U1", "W2", 7, "", "x".repeat(256)],
            "response_metadata": {"next_cursor": "dXNlcjpV=="}}),
        json!({"ok": true, "members": ["U3"], "response_metadata": {"next_cursor": ""}}),
        json!({"ok": true, "members": []}),
    ]);
    let page = |cursor: Option<&'static str>| {
        let client = client.clone();
        async move { client.conversation_members(&token(), &channel(), cursor).await }
    };
    let users = |ids: &[&str]| ids.iter().map(|id| UserId::new(*id)).collect::<Vec<_>>();
    assert_eq!(page(None).await, Ok((users(&["U1", "W2"]), Some("dXNlcjpV==".to_owned()))));
    assert_eq!(page(Some("dXNlcjpV==")).await, Ok((users(&["U3"]), None)));
    assert_eq!(page(Some("x")).await, Ok((vec![], None)));
    let method = "conversations.members".to_owned();
    assert_eq!(asked(&script, 0), (method.clone(), "channel=C1%26x&limit=200".to_owned()));
    assert_eq!(asked(&script, 1), (method, "channel=C1%26x&limit=200&cursor=dXNlcjpV%3D%3D".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_read_leniently() {
    let (script, client) = play(&[
        json!({"ok": true, "channel": {"id": "C1", "name": "team", "is_member": true, "is_archived": "false",
            "is_private": null, "is_im": false, "is_ext_shared": true, "is_pending_ext_shared": false}}),
        json!({"ok": true, "channel": {}}),
    ]);
    let expected = Conversation {
        id: Some(ChannelId::new("C1")),
        name: Some("team".to_owned()),
        is_member: Some(true),
        is_archived: Some(false),
        is_private: None,
        is_im: Some(false),
        is_ext_shared: Some(true),
        is_pending_ext_shared: Some(false),
    };
    assert_eq!(client.conversation_info(&token(), &channel()).await, Ok(expected));
    assert_eq!(client.conversation_info(&token(), &channel()).await, Ok(Conversation::default()));
    assert_eq!(asked(&script, 0), ("conversations.info".to_owned(), "channel=C1%26x".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn direct_messages_are_opened() {
    let (script, client) = play(&[json!({"ok": true, "no_op": true, "channel": {"id": "D1"}})]);
    let opened = client.open_conversation(&token(), &UserId::new("U1")).await;
    assert_eq!(opened, Ok(ChannelId::new("D1")));
    assert_eq!(script.requests()[0].uri(), "https://slack.com/api/conversations.open");
    assert_eq!(serde_json::from_str::<Value>(&script.body(0)).unwrap(), json!({"users": "U1"}));
}

#[tokio::test(start_paused = true)]
async fn messages_are_found() {
    let blocks = json!([{"type": "actions", "elements": []}]);
    let (script, client) = play(&[json!({"ok": true, "has_more": false, "messages": [
        {"type": "message", "user": "U9", "bot_id": "B9", "ts": "5.6", "text": "asked", "blocks": blocks},
        {"type": "message", "user": "U1", "ts": "1.2"},
        {"type": "message", "user": "U1"},
        "message",
    ]})]);
    let found = client.history(&token(), &channel(), &MessageTs::new("1.0")).await;
    let (asked_by, user) = (Some(UserId::new("U9")), Some(UserId::new("U1")));
    let ours = Found {
        ts: MessageTs::new("5.6"),
        user: asked_by,
        bot: Some(BotId::new("B9")),
        text: "asked".to_owned(),
        blocks,
    };
    let theirs =
        Found { ts: MessageTs::new("1.2"), user, bot: None, text: String::new(), blocks: Value::Null };
    assert_eq!(found, Ok(vec![ours, theirs]));
    let form = "channel=C1%26x&oldest=1.0&inclusive=true&limit=15";
    assert_eq!(asked(&script, 0), ("conversations.history".to_owned(), form.to_owned()));
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_what_was_asked_for_is_none() {
    // Nobody is left out, and nothing is sent twice, because an answer was strange.
    for strange in
        [json!({"ok": true}), json!({"ok": true, "members": "U1", "messages": {}, "channel": "C1"})]
    {
        let calls = play(&vec![strange.clone(); 4]).1;
        let retryable = |error: Option<ApiError>| {
            assert!(matches!(error, Some(ApiError::Retryable(_))), "{strange} {error:?}");
        };
        retryable(calls.conversation_members(&token(), &channel(), None).await.err());
        retryable(calls.conversation_info(&token(), &channel()).await.err());
        retryable(calls.open_conversation(&token(), &UserId::new("U1")).await.err());
        retryable(calls.history(&token(), &channel(), &MessageTs::new("1.0")).await.err());
    }
}

#[tokio::test(start_paused = true)]
async fn looking_is_repeated_and_refusals_are_told_apart() {
    let steps = [Step::Broken, Step::status(502), Step::json(&json!({"ok": true, "messages": []}))];
    let (script, client) = Script::play(steps, Limits::WORKER);
    assert_eq!(client.history(&token(), &channel(), &MessageTs::new("1.0")).await, Ok(vec![]));
    assert_eq!(script.count(), 3);
    for code in ["channel_not_found", "not_in_channel", "user_disabled", "user_not_found"] {
        let (_, client) = Script::play([Step::error(code)], Limits::WORKER);
        let error = client.open_conversation(&token(), &UserId::new("U1")).await;
        assert_eq!(error, Err(ApiError::NoAccess(code.to_owned())));
    }
}

#[tokio::test(start_paused = true)]
async fn a_modal_is_changed_as_often_as_it_takes() {
    let modal = Modal::waiting("Report", "One moment…");
    let steps = [Step::Broken, Step::json(&json!({"ok": true, "view": {}})), Step::error("not_found")];
    let (script, client) = Script::play(steps, Limits::GATEWAY);
    assert_eq!(client.update_view(&token(), &ViewId::new("V1"), &modal).await, Ok(()));
    assert_eq!(script.count(), 2);
    let request = &script.requests()[1];
    assert_eq!(request.uri(), "https://slack.com/api/views.update");
    assert_eq!(request.headers()["content-type"], "application/json; charset=utf-8");
    assert_eq!(
        serde_json::from_str::<Value>(&script.body(1)).unwrap(),
        json!({"view_id": "V1", "view": modal})
    );
    let closed = client.update_view(&token(), &ViewId::new("V1"), &modal).await;
    assert_eq!(closed, Err(ApiError::NoAccess("not_found".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_picture_comes_over_https_or_not_at_all() {
    let https = "https://avatars.slack-edge.com/a_72.png";
    for (profile, expected) in [
        (json!({"image_72": https, "image_48": "https://example.com/48"}), Some(https)),
        (json!({"image_72": "http://example.com/a.png"}), None),
        (json!({"image_72": "javascript:alert(1)"}), None),
        (json!({"image_72": 7}), None),
        (json!([]), None),
    ] {
        let (_, client) = play(&[json!({"ok": true, "user": {"id": "U1", "profile": profile}})]);
        let user = client.user_info(&token(), &UserId::new("U1")).await.unwrap();
        assert_eq!(user.picture.as_deref(), expected, "{profile}");
    }
}
