//! What comes back at once: when it is shown, and when it is no answer.

use std::time::Duration;

use devkit::slack::{Deed, Fault, FaultKind, Way};
use serde_json::{Value, json};

use crate::slack_common::{Reply, World};
use crate::{by, message};

#[tokio::test]
async fn an_immediate_answer_is_shown_as_it_asks() {
    let (world, _) = World::installed().await;
    let json = json!({"text": "as {json}"}).to_string();
    let blocks = json!([{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]);
    world.replies([
        message(&json!({"text": "just you"})),
        message(&json!({"text": "all of you", "response_type": "in_channel"})),
        message(&json!({"response_type": "in_channel"})),
        Reply::body(json.clone()),
        message(&json!({"blocks": blocks})),
        Reply { headers: vec![("content-type", "application/json")], ..Reply::body("{") },
    ]);
    for text in ["1", "2", "3", "4"] {
        assert_eq!(world.command("#random", "/ec2", text).await.error, None, "{text}");
    }
    for text in ["5", "6"] {
        let taken = world.command("#random", "/ec2", text).await;
        assert_eq!(taken.error.as_deref(), Some("invalid_command_response"), "{text}");
    }
    let failed = "/ec2 failed with the error “invalid_command_response”";
    assert_eq!(
        world.seen_by("ann", "#random"),
        [
            by("ann", "/ec2 1"),
            by("bellhop", "just you"),
            by("ann", "/ec2 2"),
            by("bellhop", "all of you"),
            by("ann", "/ec2 3"),
            by("ann", "/ec2 4"),
            by("bellhop", &json),
            by("ann", "/ec2 5"),
            by("slackbot", failed),
            by("ann", "/ec2 6"),
            by("slackbot", failed),
        ]
    );
    let others = [by("ann", "/ec2 2"), by("bellhop", "all of you"), by("ann", "/ec2 3")];
    assert_eq!(world.seen_by("bob", "#random"), others, "the typed line stands with what everybody sees");
    assert_eq!(world.slack.failures().len(), 2);
}

#[tokio::test]
async fn an_acknowledgement_is_no_answer() {
    let (world, token) = World::installed().await;
    let ack = || message(&json!({"text": "Working on it…"}));
    let section = json!([{"type": "section", "text": {"type": "mrkdwn", "text": "_Working on it…_"}}]);
    let blocks = message(&json!({"text": "Working", "blocks": section}));
    world.replies([ack(), blocks, message(&json!({"text": "cba"})), Reply::status(200), ack(), ack()]);
    for text in ["1", "2", "3", "4", "5", "6"] {
        world.command("#ops", "/reverse", text).await;
    }
    let hint = "; all that came is “Working on it…”";
    let left = |text: &str, hint: &str| format!("ann in ops got no answer to “/reverse {text}”{hint}");
    let waiting = [
        left("1", hint),
        left("2", "; all that came is “_Working on it…_”"),
        left("4", ""),
        left("5", hint),
        left("6", hint),
    ];
    assert_eq!(world.slack.unanswered(), waiting, "an answer that is one needs no other");
    let got = world.got();
    let url = |n: usize| got[n].form("response_url").unwrap();
    world.respond(&url(0), &json!({"text": "1"})).await;
    world.respond(&url(1), &json!({"blocks": []})).await;
    world.slack.fault(Fault { method: "response_url".into(), times: 1, kind: FaultKind::Cut });
    assert!(world.http.post(url(3)).json(&json!({"text": "4"})).send().await.is_err());
    assert_eq!(world.slack.unanswered(), [waiting[1].clone(), waiting[3].clone(), waiting[4].clone()]);
    let ann = world.user("ann");
    let ops = world.channel("ops");
    world.api(&token, "chat.postMessage", json!({"channel": ops, "text": "elsewhere"})).await;
    assert_eq!(world.slack.unanswered().len(), 3, "what is said to all is no answer to a command");
    world.api(&token, "chat.postMessage", json!({"channel": ann, "text": "your answer"})).await;
    assert!(world.slack.unanswered().is_empty(), "a direct message is");
    let ways: Vec<_> =
        world.slack.waits().into_iter().map(|wait| wait.answered.map(|(_, way)| way).unwrap()).collect();
    let direct = Way::Direct;
    assert_eq!(
        ways,
        [Way::ResponseUrl, direct.clone(), Way::Immediate, Way::ResponseUrl, direct.clone(), direct]
    );
}

#[tokio::test]
async fn how_long_each_waited_is_known() {
    let (world, _) = World::installed().await;
    let wait = Duration::from_millis(20);
    world.replies([Reply { delay: wait, ..Reply::status(200) }, Reply::late()]);
    world.command("#ops", "/reverse", "abc").await;
    world.respond(&world.url(), &json!({"text": "cba"})).await;
    world.command("#ops", "/ec2", "").await;
    let waits = world.slack.waits();
    let [first, second] = &waits[..] else { panic!("{waits:?}") };
    let (answered, way) = first.answered.clone().unwrap();
    assert_eq!(
        (first.deed, first.what.as_str(), first.user.as_str()),
        (Deed::Command, "/reverse abc", "ann")
    );
    assert!(first.acknowledged.unwrap() >= wait && answered >= wait, "{first:?}");
    assert_eq!((way, &first.error), (Way::ResponseUrl, &None));
    assert_eq!((second.acknowledged, second.error.as_deref()), (None, Some("operation_timeout")));
    assert!(world.slack.unanswered().is_empty(), "Slack said that it failed");
    let told = devkit::slack::render::waits(&waits);
    assert!(told.starts_with("\nSlack waited:\n  /reverse abc   acknowledged in "), "{told}");
    assert!(told.contains(" ms through the response_url\n"), "{told}");
    assert!(told.ends_with("  /ec2           not acknowledged: Slack shows “operation_timeout”\n"), "{told}");
    let json = world.look("waits").await;
    assert_eq!(json["waits"][0]["way"], json!("through the response_url"));
    assert_eq!(json["waits"][1]["answered_ms"], Value::Null);
}

#[tokio::test]
async fn in_direct_messages_the_app_hears_what_it_responds() {
    let (world, _) = World::installed().await;
    world.command("@bellhop", "/ec2", "find").await;
    let url = world.url();
    world.respond(&url, &json!({"text": "to you"})).await;
    world.respond(&url, &json!({"text": "to all", "response_type": "in_channel"})).await;
    world.slack.idle().await;
    let got = world.got();
    let [_, event] = &got[..] else { panic!("{got:?}") };
    let event = &event.json()["event"];
    assert_eq!((&event["subtype"], &event["text"]), (&json!("bot_message"), &json!("to all")));
    assert!(event["bot_id"].is_string() && event["user"].is_null());
}
