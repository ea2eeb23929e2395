//! What was said in direct messages, page by page.

use devkit::slack::Say;
use serde_json::{Value, json};

use crate::error;
use crate::slack_common::World;

/// The texts of an answer's messages.
fn texts(answer: &Value) -> Vec<&str> {
    let messages = answer["messages"].as_array().into_iter().flatten();
    messages.map(|message| message["text"].as_str().unwrap_or("?")).collect()
}

#[tokio::test]
async fn a_persons_direct_messages_are_written_changed_and_read() {
    let (world, token) = World::installed().await;
    let bob = world.user("bob");
    let button = json!({"type": "button", "text": {"type": "plain_text", "text": "Open"}, "action_id": "open",
        "value": "daily 2026-11-21"});
    let blocks = json!([{"type": "actions", "block_id": "b", "elements": [button]}]);
    let asked = json!({"channel": bob, "text": "asked", "blocks": blocks});
    let posted = world.api(&token, "chat.postMessage", asked).await;
    let (direct, ts) = (posted["channel"].as_str().unwrap(), posted["ts"].as_str().unwrap());
    assert!(direct.starts_with('D'), "{posted}");
    let opened = world.api(&token, "conversations.open", json!({"users": bob})).await;
    assert_eq!(opened["channel"]["id"], posted["channel"], "it is the same for everything");
    let history = |query: Vec<(&'static str, String)>| {
        let (world, token, direct) = (&world, &token, direct.to_owned());
        async move {
            let mut all = vec![("channel", direct.as_str())];
            all.extend(query.iter().map(|(name, value)| (*name, value.as_str())));
            world.read(token, "conversations.history", &all).await
        }
    };
    let found = history(vec![]).await;
    let message = &found["messages"][0];
    assert_eq!((&message["ts"], &message["type"]), (&posted["ts"], &json!("message")));
    assert_eq!((&message["user"], &message["edited"]), (&json!(world.user("bellhop")), &Value::Null));
    assert!(message["bot_id"].as_str().unwrap().starts_with('B'));
    assert_eq!(message["blocks"][0]["elements"][0]["value"], json!("daily 2026-11-21"));

    let edit = json!({"channel": direct, "ts": ts, "text": "thanked", "blocks": []});
    assert_eq!(world.api(&token, "chat.update", edit).await["ok"], json!(true));
    let say = Say { user: "bob".into(), channel: "@bellhop".into(), text: "hi".into(), ..Say::default() };
    world.slack.say(&say).unwrap();
    let reply = json!({"channel": direct, "text": "in a thread", "thread_ts": ts});
    world.api(&token, "chat.postMessage", reply).await;
    let whisper = json!({"channel": direct, "text": "whispered", "user": bob});
    assert_eq!(world.api(&token, "chat.postEphemeral", whisper).await["ok"], json!(true));
    let found = history(vec![]).await;
    assert_eq!(texts(&found), ["hi", "thanked"], "newest first, without threads and whispers");
    assert_eq!((&found["messages"][1]["ts"], &found["has_more"]), (&posted["ts"], &json!(false)));
    assert!(found["messages"][1]["edited"].is_object());
    assert_eq!(texts(&history(vec![("oldest", ts.into())]).await), ["hi"]);
    assert_eq!(
        texts(&history(vec![("oldest", ts.into()), ("inclusive", "true".into())]).await),
        ["hi", "thanked"]
    );
    assert_eq!(texts(&history(vec![("latest", ts.into())]).await), Vec::<&str>::new());
    let seen = world.slack.conversation("bob", "@bellhop").unwrap();
    let plain: Vec<_> = seen.all().into_iter().map(|message| message.plain.as_str()).collect();
    assert_eq!(plain, ["thanked", "in a thread", "hi", "whispered"]);
}

#[tokio::test]
async fn a_history_comes_in_pages_of_fifteen() {
    let (world, token) = World::installed().await;
    let ann = world.user("ann");
    let mut direct = String::new();
    for number in 0..32 {
        let message = json!({"channel": ann, "text": number.to_string()});
        let posted = world.api(&token, "chat.postMessage", message).await;
        posted["channel"].as_str().unwrap().clone_into(&mut direct);
    }
    let mut all = Vec::new();
    let mut cursor = String::new();
    for expected in [15, 15, 2] {
        let query = [("channel", direct.as_str()), ("limit", "200"), ("cursor", &cursor)];
        let page = world.read(&token, "conversations.history", &query).await;
        assert_eq!(texts(&page).len(), expected);
        assert_eq!(page["has_more"], json!(expected == 15));
        all.extend(texts(&page).into_iter().map(str::to_owned));
        page["response_metadata"]["next_cursor"].as_str().unwrap_or_default().clone_into(&mut cursor);
    }
    assert_eq!((all.len(), cursor.as_str()), (32, ""));
    assert_eq!(all, (0..32).rev().map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_history_is_read_only_where_it_may_be() {
    let (world, token) = World::installed().await;
    let posted =
        world.api(&token, "chat.postMessage", json!({"channel": world.user("ann"), "text": "x"})).await;
    let direct = posted["channel"].as_str().unwrap();
    for (channel, more, code) in [
        (world.channel("ops"), ("limit", "1"), "missing_scope"),
        (world.channel("secret"), ("limit", "1"), "channel_not_found"),
        ("D9".to_owned(), ("limit", "1"), "channel_not_found"),
        (direct.to_owned(), ("oldest", "yesterday"), "invalid_ts_oldest"),
        (direct.to_owned(), ("latest", "1.0000001"), "invalid_ts_latest"),
        (direct.to_owned(), ("cursor", "x"), "invalid_cursor"),
        (direct.to_owned(), ("limit", "0"), "none"),
    ] {
        let query = [("channel", channel.as_str()), more];
        let answer = world.read(&token, "conversations.history", &query).await;
        assert_eq!(error(&answer), code, "{query:?}");
    }
    let refused = world.read(&token, "conversations.history", &[("channel", &world.channel("ops"))]).await;
    assert_eq!(refused["needed"], json!("channels:history"));
    let missing = world.read(&token, "conversations.history", &[]).await;
    assert_eq!(error(&missing), "invalid_arguments");
}
