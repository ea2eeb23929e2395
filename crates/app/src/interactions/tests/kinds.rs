//! Signed payloads of every kind: what is no click on something of ours leaves
//! nothing behind.

use serde_json::{Value, json};

use super::{ALL, Seen, changed, click};
use crate::testing::{Click, World};

/// It is answered with 200 and nothing more, and nothing was looked up.
async fn leaves_nothing(world: &World, click: &Click, what: &str) {
    let answer = world.clicks(click).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{what}");
    assert_eq!(world.seam.calls(), ["secrets.verifier"], "{what}");
    assert!(world.jobs.all().is_empty(), "{what}");
}

#[tokio::test(start_paused = true)]
async fn what_nothing_handles_is_taken_and_left_alone() {
    for kind in [
        "view_closed",
        "shortcut",
        "message_action",
        "block_suggestion",
        "interactive_message",
        "dialog_submission",
        "something_new",
        "",
    ] {
        let world = World::new();
        let click = click(&world, Seen::ByAll, "run.0", "stop web-1");
        leaves_nothing(&world, &changed(click, "/type", json!(kind)), kind).await;
    }
    let world = World::new();
    let answer = world.interacts(&json!({})).await;
    assert_eq!((answer.status, world.jobs.all().len()), (200, 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_payload_is_refused() {
    for body in [
        &b""[..],
        b"payload=",
        b"payload=7",
        b"payload=%5B%5D",
        b"payload=%7B",
        b"payload=%FF",
        b"payload=%7B%7D&payload=%7B%7D",
        b"other=%7B%7D",
        br#"{"type":"block_actions"}"#,
        b"\xff\xfe",
        b"payload=%7B%22type%22%3A%22block_actions%22%7D",
    ] {
        let world = World::new();
        let answer = world.post_interaction(body).await;
        assert_eq!((answer.status, answer.body.as_str()), (400, ""), "{}", body.escape_ascii());
        assert_eq!(world.seam.calls(), ["secrets.verifier"]);
    }
}

#[tokio::test(start_paused = true)]
async fn ids_that_are_not_ours_mean_nothing() {
    for seen in ALL {
        for id in [
            "", "RUN.0", "running", "run-0", "pages.2", "page", "page.", "page.x", "page.0", "page.-1",
            "page.1e3", "confirm", ".run",
        ] {
            let world = World::new();
            leaves_nothing(&world, &click(&world, seen, id, "stop web-1"), id).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_click_of_which_something_is_missing_means_nothing() {
    let long = "X".repeat(256);
    let cases: [(&str, Value); 11] = [
        ("/actions/0/value", Value::Null),
        ("/actions/0/value", json!("")),
        ("/actions/0/value", json!(7)),
        ("/actions/0/action_id", json!(long)),
        ("/actions", json!([])),
        ("/actions", json!("x")),
        ("/container/type", json!("view")),
        ("/container", json!({"type": "view", "view_id": "V1"})),
        ("/response_url", Value::Null),
        ("/response_url", json!("u".repeat(2_049))),
        ("/response_url", json!("")),
    ];
    for (pointer, value) in cases {
        let world = World::new();
        let click = changed(click(&world, Seen::InPrivate, "run.0", "find"), pointer, value);
        leaves_nothing(&world, &click, pointer).await;
    }
}

#[tokio::test(start_paused = true)]
async fn ids_that_are_too_long_are_none() {
    let long = json!("X".repeat(256));
    for (pointers, status) in [
        (&["/user/id"][..], 400),
        (&["/container/channel_id", "/channel/id"], 200),
        (&["/container/message_ts"], 200),
    ] {
        let world = World::new();
        let mut click = click(&world, Seen::ByAll, "run.0", "find");
        for pointer in pointers {
            click = changed(click, pointer, long.clone());
        }
        assert_eq!(world.clicks(&click).await.unwrap().status, status, "{pointers:?}");
        assert!(world.jobs.all().is_empty(), "{pointers:?}");
    }
}
