//! What reaches the app of what people say, and how persistently.
#![allow(clippy::unwrap_used, reason = "a panic here is a failed test")]

mod slack_common;

use devkit::slack::{Say, Slack};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use slack_common::{Got, Reply, World};

fn say(slack: &Slack, channel: &str, text: &str) -> devkit::slack::Said {
    slack
        .say(&Say { user: "ann".into(), channel: channel.into(), text: text.into(), ..Say::default() })
        .unwrap()
}

fn is_signed(got: &Got, secret: &str) -> bool {
    let timestamp = got.header("x-slack-request-timestamp").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{timestamp}:{}", got.body).as_bytes());
    got.header("x-slack-signature") == Some(&format!("v0={}", hex::encode(mac.finalize().into_bytes())))
}

#[tokio::test]
async fn a_mention_reaches_the_app_signed() {
    let (world, _) = World::installed().await;
    let said = say(&world.slack, "#ops", "@bellhop stop web-1.acme.com & more");
    world.slack.idle().await;
    let [got] = &world.got()[..] else { panic!("{:?}", world.got()) };
    let (bot, envelope) = (world.user("bellhop"), got.json());
    assert!(is_signed(got, &world.slack.app().signing_secret));
    assert_eq!((got.path.as_str(), got.header("content-type")), ("/slack/events", Some("application/json")));
    assert_eq!(got.header("x-slack-retry-num"), None);
    let event = &envelope["event"];
    assert_eq!(
        event["text"],
        json!(format!("<@{bot}> stop <http://web-1.acme.com|web-1.acme.com> &amp; more"))
    );
    assert_eq!((&event["type"], &event["ts"]), (&json!("app_mention"), &json!(said.ts)));
    assert_eq!(event["channel_type"], Value::Null);
    assert_eq!(envelope["authorizations"][0]["user_id"], json!(bot));
    assert_eq!(
        (&envelope["team_id"], &envelope["is_ext_shared_channel"]),
        (&json!("T0ACME0001"), &json!(false))
    );
    assert!(said.delivered);
}

#[tokio::test]
async fn only_what_concerns_the_bot_reaches_the_app() {
    let (world, token) = World::installed().await;
    for (channel, text, kind) in [
        ("#ops", "hello all", None),
        ("#random", "@bellhop help", None),
        ("#general", "so @bellhop, help", Some("app_mention")),
        ("@bellhop", "help", Some("message")),
        ("@bellhop", "@bellhop help", Some("message")),
    ] {
        let before = world.got().len();
        let said = say(&world.slack, channel, text);
        world.slack.idle().await;
        let got = world.got();
        let kinds: Vec<_> = got[before..].iter().map(|got| got.json()["event"]["type"].clone()).collect();
        assert_eq!(kinds, kind.map(|kind| json!(kind)).into_iter().collect::<Vec<_>>(), "{channel} {text}");
        assert_eq!(said.delivered, kind.is_some());
    }
    // The app hears itself in direct messages: a loop, if it does not look out.
    let before = world.got().len();
    world.api(&token, "chat.postMessage", json!({"channel": world.user("ann"), "text": "hi"})).await;
    world.slack.idle().await;
    let heard = world.got()[before].json();
    assert_eq!(
        (&heard["event"]["channel_type"], &heard["event"]["user"]),
        (&json!("im"), &json!(world.user("bellhop")))
    );
    assert!(heard["event"]["bot_id"].is_string());
}

#[tokio::test]
async fn a_stranger_comes_with_their_own_team() {
    let (world, _) = World::installed().await;
    let said = Say {
        user: "sam".into(),
        channel: "#partners".into(),
        text: "@bellhop stop x".into(),
        ..Say::default()
    };
    world.slack.say(&said).unwrap();
    world.slack.idle().await;
    let envelope = world.got()[0].json();
    assert_eq!(
        (&envelope["team_id"], &envelope["event"]["team"]),
        (&json!("T0OTHER001"), &json!("T0OTHER001"))
    );
    assert_eq!(
        (&envelope["context_team_id"], &envelope["is_ext_shared_channel"]),
        (&json!("T0ACME0001"), &json!(true))
    );
    assert_eq!(envelope["authorizations"][0]["team_id"], json!("T0ACME0001"));
}

#[tokio::test]
async fn a_failed_delivery_is_tried_three_times_more() {
    let (world, _) = World::installed().await;
    world.replies([Reply::status(500), Reply::late(), Reply::status(404), Reply::status(503)]);
    say(&world.slack, "#ops", "@bellhop help");
    world.slack.idle().await;
    let got = world.got();
    let retries: Vec<_> =
        got.iter().map(|got| (got.header("x-slack-retry-num"), got.header("x-slack-retry-reason"))).collect();
    assert_eq!(
        retries,
        [
            (None, None),
            (Some("1"), Some("http_error")),
            (Some("2"), Some("http_timeout")),
            (Some("3"), Some("http_error"))
        ]
    );
    assert!(got.iter().all(|one| one.json()["event_id"] == got[0].json()["event_id"]));
    assert!(got.iter().all(|one| is_signed(one, &world.slack.app().signing_secret)));
    assert_eq!(world.slack.failures().len(), 1);
    assert_eq!(world.slack.unanswered(), ["ann in ops got no answer to “@bellhop help”"]);
}

#[tokio::test]
async fn an_app_may_ask_for_no_retry() {
    let (world, _) = World::installed().await;
    world.replies([Reply { headers: vec![("x-slack-no-retry", "1")], ..Reply::status(500) }]);
    say(&world.slack, "#ops", "@bellhop help");
    world.slack.idle().await;
    assert_eq!((world.got().len(), world.slack.failures().len()), (1, 1));
}

#[tokio::test]
async fn mishaps_happen_on_demand() {
    let (world, _) = World::installed().await;
    let base =
        Say { user: "ann".into(), channel: "ops".into(), text: "@bellhop help".into(), ..Say::default() };
    let cases = [
        (Say { copies: Some(3), ..base.clone() }, 3, 1),
        (Say { event_ids: Some(2), ..base.clone() }, 2, 2),
        (Say { drop_first: true, ..base.clone() }, 1, 1),
        (Say { lose_answer: true, ..base }, 2, 1),
    ];
    for (said, requests, event_ids) in cases {
        let before = world.got().len();
        world.slack.say(&said).unwrap();
        world.slack.idle().await;
        let got = world.got().split_off(before);
        let mut ids: Vec<_> = got.iter().map(|got| got.json()["event_id"].to_string()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((got.len(), ids.len()), (requests, event_ids), "{said:?}");
        if said.drop_first {
            assert_eq!(got[0].header("x-slack-retry-num"), Some("1"));
            assert_eq!(got[0].header("x-slack-retry-reason"), Some("connection_failed"));
        }
    }
}

#[tokio::test]
async fn an_edit_of_a_direct_message_comes_as_a_change_with_the_text_before_and_after() {
    let (world, _) = World::installed().await;
    let said = say(&world.slack, "@bellhop", "stop web-1");
    world.slack.idle().await;
    let before = world.got().len();
    world.slack.edit("ann", "@bellhop", said.ts.as_str(), "stop web-2").unwrap();
    world.slack.idle().await;
    let got = world.got().split_off(before);
    assert_eq!(got.len(), 1);
    let event = &got[0].json()["event"];
    assert_eq!((&event["subtype"], &event["hidden"]), (&json!("message_changed"), &json!(true)));
    assert_eq!(event["message"]["text"], json!("stop web-2"));
    assert_eq!(event["message"]["ts"], json!(said.ts));
    assert_eq!(event["message"]["edited"]["user"], event["message"]["user"]);
    assert_eq!(event["previous_message"]["text"], json!("stop web-1"));
    assert_eq!(event["previous_message"].get("edited"), None);
    assert!(world.slack.conversation("ann", "@bellhop").unwrap().messages[0].edited);
}

#[tokio::test]
async fn each_edit_of_a_mention_comes_as_a_new_event_for_the_same_message() {
    let (world, _) = World::installed().await;
    let said = say(&world.slack, "#ops", "@bellhop help");
    for text in ["@bellhop find", "@bellhop check web-1", "never mind"] {
        world.slack.edit("ann", "#ops", said.ts.as_str(), text).unwrap();
        world.slack.idle().await;
    }
    // The last text mentions nobody.
    let got: Vec<_> = world.got().iter().map(Got::json).filter(|body| body["event"].is_object()).collect();
    assert_eq!(got.len(), 3);
    let edits = [&got[1], &got[2]];
    for body in edits {
        assert_eq!(body["event"]["type"], json!("app_mention"));
        assert_eq!(body["event"]["ts"], json!(said.ts));
        assert_eq!(body["event"]["edited"]["user"], body["event"]["user"]);
        assert_ne!(body["event_id"], got[0]["event_id"]);
    }
    assert_ne!(edits[0]["event"]["edited"]["ts"], edits[1]["event"]["edited"]["ts"]);
    assert_eq!(got[0]["event"].get("edited"), None);
}

#[tokio::test]
async fn a_message_may_be_delivered_hours_after_it_was_typed() {
    let (world, _) = World::installed().await;
    let first = say(&world.slack, "#ops", "hello");
    let late = Say {
        user: "ann".into(),
        channel: "ops".into(),
        text: "@bellhop help".into(),
        late_s: 10_800,
        ..Say::default()
    };
    let said = world.slack.say(&late).unwrap();
    world.slack.idle().await;
    let seconds = |ts: &str| ts.split('.').next().unwrap().parse::<u64>().unwrap();
    let typed = seconds(said.ts.as_str());
    assert!(typed + 10_800 >= seconds(first.ts.as_str()) && said.ts < first.ts);
    let body = world.got().last().unwrap().json();
    assert_eq!((&body["event"]["ts"], &body["event_time"]), (&json!(said.ts), &json!(typed)));
    let messages = world.slack.conversation("ann", "#ops").unwrap().messages;
    assert_eq!(messages[0].ts, said.ts.as_str(), "it stands where it was typed");
}

#[tokio::test]
async fn the_app_must_echo_the_challenge() {
    let world = World::start().await;
    assert!(world.slack.verify_url().await.is_err(), "an empty answer is no echo");
    world.replies([Reply::body("{\"challenge\":\"wrong\"}")]);
    assert!(world.slack.verify_url().await.is_err());
    let sent = world.got()[0].json();
    assert_eq!(sent["type"], json!("url_verification"));
    assert!(is_signed(&world.got()[0], &world.slack.app().signing_secret));
}
