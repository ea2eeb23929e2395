//! Messages: how they are refused, by whom they are changed, and for whom they are.

use devkit::slack::Say;
use serde_json::json;

use crate::error;
use crate::slack_common::World;

#[tokio::test]
async fn a_post_is_refused_as_slack_refuses_it() {
    let (world, token) = World::installed().await;
    let (ops, sam) = (world.channel("ops"), world.user("sam"));
    let long = "x".repeat(4_001);
    let empty_section = json!([{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]);
    for (method, arguments, expected) in [
        ("chat.postMessage", json!({"text": "hi"}), "invalid_arguments"),
        ("chat.postMessage", json!({"channel": "C9", "text": "hi"}), "channel_not_found"),
        ("chat.postMessage", json!({"channel": world.channel("secret"), "text": "hi"}), "channel_not_found"),
        ("chat.postMessage", json!({"channel": world.channel("random"), "text": "hi"}), "not_in_channel"),
        ("chat.postMessage", json!({"channel": world.channel("attic"), "text": "hi"}), "is_archived"),
        ("chat.postMessage", json!({"channel": ops}), "no_text"),
        ("chat.postMessage", json!({"channel": ops, "text": "", "blocks": []}), "no_text"),
        (
            "chat.postMessage",
            json!({"channel": ops, "text": "hi", "thread_ts": "1.1"}),
            "cannot_reply_to_message",
        ),
        ("chat.postMessage", json!({"channel": ops, "text": "hi", "blocks": "{"}), "invalid_blocks_format"),
        (
            "chat.postMessage",
            json!({"channel": ops, "text": "hi", "blocks": empty_section}),
            "invalid_blocks",
        ),
        ("chat.postEphemeral", json!({"channel": ops, "text": "hi"}), "invalid_arguments"),
        ("chat.postEphemeral", json!({"channel": ops, "user": sam, "text": "hi"}), "user_not_in_channel"),
        ("chat.update", json!({"channel": ops, "ts": "1.1", "text": "hi"}), "message_not_found"),
        ("conversations.open", json!({"users": "U9"}), "user_not_found"),
        ("conversations.open", json!({}), "users_list_not_supplied"),
        ("users.info", json!({"user": sam}), "invalid_arguments"),
    ] {
        let answer = world.api(&token, method, arguments.clone()).await;
        assert_eq!(error(&answer), expected, "{method} {arguments}");
    }
    let posted = world.api(&token, "chat.postMessage", json!({"channel": ops, "text": "hi"})).await;
    let update = json!({"channel": ops, "ts": posted["ts"], "text": long});
    assert_eq!(error(&world.api(&token, "chat.update", update).await), "msg_too_long");
}

#[tokio::test]
async fn bad_blocks_are_explained() {
    let (world, token) = World::installed().await;
    let blocks = json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(3_001)}}]);
    let answer = world
        .api(
            &token,
            "chat.postMessage",
            json!({"channel": world.channel("ops"), "text": "x", "blocks": blocks}),
        )
        .await;
    assert_eq!(error(&answer), "invalid_blocks");
    assert!(!answer["response_metadata"]["messages"].as_array().unwrap().is_empty(), "{answer}");
}

#[tokio::test]
async fn a_message_is_changed_only_by_its_author() {
    let (world, token) = World::installed().await;
    let (ops, button) = (
        world.channel("ops"),
        json!([{"type": "actions", "elements": [
        {"type": "button", "text": {"type": "plain_text", "text": "Stop"}, "action_id": "stop", "value": "1"}]}]),
    );
    let theirs = world
        .slack
        .say(&Say { user: "ann".into(), channel: "ops".into(), text: "hi".into(), ..Say::default() })
        .unwrap();
    let refused =
        world.api(&token, "chat.update", json!({"channel": ops, "ts": theirs.ts, "text": "ho"})).await;
    assert_eq!(error(&refused), "cant_update_message");
    let ours = json!({"channel": ops, "text": "On it", "thread_ts": theirs.ts, "blocks": button});
    let ours = world.api(&token, "chat.postMessage", ours).await;
    assert_eq!(ours["message"]["thread_ts"], json!(theirs.ts));
    let kept =
        world.api(&token, "chat.update", json!({"channel": ops, "ts": ours["ts"], "text": "Done"})).await;
    assert_eq!(kept["text"], json!("Done"));
    assert!(
        kept["message"]["blocks"].to_string().contains("Stop"),
        "blocks stay unless new ones come: {kept}"
    );
    world
        .api(&token, "chat.update", json!({"channel": ops, "ts": ours["ts"], "text": "Done", "blocks": []}))
        .await;
    let seen = world.slack.conversation("bob", "#ops").unwrap();
    let reply = &seen.messages[0].replies[0];
    assert_eq!((reply.plain.as_str(), reply.edited, reply.buttons.len()), ("Done", true, 0));
}

#[tokio::test]
async fn a_whisper_is_for_one_and_never_opens_a_thread() {
    let (world, token) = World::installed().await;
    let (ops, ann) = (world.channel("ops"), world.user("ann"));
    let asked = world.slack.say(&Say {
        user: "ann".into(),
        channel: "ops".into(),
        text: "@bellhop x".into(),
        ..Say::default()
    });
    let whisper = |text: &str, thread: Option<&str>| {
        world.api(
            &token,
            "chat.postEphemeral",
            json!({"channel": ops, "user": ann, "text": text, "thread_ts": thread}),
        )
    };
    let ts = asked.unwrap().ts.to_string();
    assert_eq!(whisper("lost", Some(&ts)).await["ok"], json!(true));
    assert!(world.slack.unanswered()[0].contains("into a thread without replies is not shown"));
    let answer = whisper("no", None).await;
    assert!(answer["message_ts"].is_string() && world.slack.unanswered().is_empty());
    let count = |user: &str| world.slack.conversation(user, "#ops").unwrap().all().len();
    assert_eq!((count("ann"), count("bob")), (2, 1));
    let update = json!({"channel": ops, "ts": answer["message_ts"], "text": "x"});
    assert_eq!(error(&world.api(&token, "chat.update", update).await), "message_not_found");
}
