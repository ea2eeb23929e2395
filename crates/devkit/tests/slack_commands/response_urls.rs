//! What comes back later, through a `response_url`: how often, for how long, for whom.

use std::time::Duration;

use devkit::slack::{Fault, FaultKind, Say};
use serde_json::{Value, json};

use crate::by;
use crate::slack_common::World;

/// A minute less than a `response_url` lives.
const ALMOST_ITS_LIFE: Duration = Duration::from_mins(29);

#[tokio::test]
async fn a_response_url_says_why_it_does_not_work() {
    let (world, _) = World::installed().await;
    world.command("#random", "/ec2", "find").await;
    let url = world.url();
    let error = |error: &str| json!({"ok": false, "error": error}).to_string();
    let malformed = world.http.post(&url).body("{\"text\":").send().await.unwrap();
    assert_eq!(malformed.status(), 400);
    assert_eq!(malformed.text().await.unwrap(), error("invalid_payload"));
    let unknown = world.respond(&format!("{url}0"), &json!({"text": "x"})).await;
    assert_eq!(unknown, (404, error("no_service")));
    for n in 1..=5 {
        assert_eq!(world.respond(&url, &json!({"text": n.to_string()})).await.0, 200, "use {n}");
    }
    assert_eq!(world.respond(&url, &json!({"text": "6"})).await, (404, error("used_url")));
    assert_eq!(world.seen_by("ann", "random").len(), 6, "the sixth use shows nothing");
}

#[tokio::test]
async fn a_response_url_expires_after_half_an_hour() {
    let (world, _) = World::installed().await;
    world.command("#random", "/ec2", "find").await;
    let old = world.url();
    world.slack.age_response_urls(ALMOST_ITS_LIFE);
    world.command("#random", "/ec2", "list").await;
    let young = world.url();
    assert_eq!(world.respond(&old, &json!({"text": "just in time"})).await.0, 200);
    let (status, answer) = world.sim("age", json!({"seconds": 61})).await;
    assert!(status.is_success() && answer["ok"] == json!(true));
    let expired = json!({"ok": false, "error": "expired_url"}).to_string();
    assert_eq!(world.respond(&old, &json!({"text": "too late"})).await, (404, expired));
    assert_eq!(world.respond(&young, &json!({"text": "still young"})).await.0, 200);
    world.command("#random", "/ec2", "new").await;
    assert_eq!(world.respond(&world.url(), &json!({"text": "new"})).await.0, 200);
}

#[tokio::test]
async fn a_private_answer_never_becomes_everybodys() {
    let (world, _) = World::installed().await;
    world.command("#random", "/summarize", "x").await;
    let url = world.url();
    let said = world.slack.say(&Say {
        user: "bob".into(),
        channel: "random".into(),
        text: "hello".into(),
        ..Say::default()
    });
    let thread = said.unwrap().ts.to_string();
    for said in [
        json!({"text": "draft"}),
        json!({"text": "final", "replace_original": "true", "response_type": "in_channel"}),
        json!({"text": "in the thread", "response_type": "in_channel", "thread_ts": thread}),
        json!({"text": "alone", "thread_ts": thread}),
    ] {
        assert_eq!(world.respond(&url, &said).await, (200, "ok".into()), "{said}");
    }
    let all = [by("bob", "hello"), by("bellhop", "in the thread")];
    assert_eq!(world.seen_by("bob", "random"), all);
    assert_eq!(world.slack.conversation("bob", "random").unwrap().messages[0].replies.len(), 1);
    assert_eq!(world.respond(&url, &json!({"delete_original": true})).await.0, 200);
    let left = [
        by("ann", "/summarize x"),
        by("bob", "hello"),
        by("bellhop", "in the thread"),
        by("bellhop", "alone"),
    ];
    assert_eq!(world.seen_by("ann", "random"), left);
}

#[tokio::test]
async fn faults_of_a_response_url_come_as_ordered() {
    let (world, _) = World::installed().await;
    world.command("#random", "/ec2", "find").await;
    let url = world.url();
    let fault = |kind: Value| {
        let mut fault = json!({"method": "response_url"});
        fault.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        world.slack.fault(serde_json::from_value::<Fault>(fault).unwrap());
    };
    let count = || world.seen_by("ann", "random").len() - 1;
    let use_it = || async {
        let sent = world.http.post(&url).json(&json!({"text": "hi"})).send().await.ok()?;
        Some((sent.status().as_u16(), sent.text().await.ok()?))
    };
    for (kind, answer, shown) in [
        (json!({"kind": "http", "status": 404, "text": "used_url"}), Some((404, "used_url".to_owned())), 0),
        (json!({"kind": "server_error"}), Some((500, "Internal Server Error".to_owned())), 0),
        (json!({"kind": "cut_before"}), None, 0),
        (json!({"kind": "cut"}), None, 1),
        (json!({"kind": "late", "millis": 20}), Some((200, "ok".to_owned())), 2),
    ] {
        fault(kind.clone());
        assert_eq!((use_it().await, count()), (answer, shown), "{kind}");
    }
    for _ in 0..3 {
        assert_eq!(use_it().await.unwrap().0, 200, "what had no effect was no use");
    }
    assert_eq!(use_it().await.unwrap().0, 404);
    let calls = world.slack.calls();
    let faults: Vec<_> = calls.iter().skip(1).map(|call| call["fault"].clone()).collect();
    assert_eq!(faults[..3], [json!("http 404 used_url"), json!("server_error"), json!("cut_before")]);
    let methods = world.slack.deliveries();
    assert_eq!(methods[0]["hook"], calls[1]["hook"], "what was sent and what came back belong together");
    let all = serde_json::to_string(&(calls, methods)).unwrap();
    assert!(!all.contains(url.rsplit_once('/').unwrap().1), "the address is a secret");
    world.slack.fault(Fault { method: "auth.test".into(), times: 1, kind: FaultKind::CutBefore });
    assert!(world.http.post(format!("{}/auth.test", world.slack.api_url())).send().await.is_err());
}
