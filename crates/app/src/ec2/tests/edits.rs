//! Edits of messages: Slack sends the mention anew, with the same `ts`.

use serde_json::json;

use crate::testing::{ANN, Asked, World};

const NOT_FOLLOWED: &str =
    "I don't follow edits of messages that I have read: if you still want this, send it as a new message.";

/// `asked`, done, and then its edits, one second after the other.
async fn edited(world: &World, asked: &Asked, texts: &[&str]) {
    world.ask(asked).await;
    for (number, text) in texts.iter().enumerate() {
        world.clock.later(1_000).await;
        // Slack may deliver an edit twice, too.
        for _ in 0..2 {
            let edit = asked.edit_event(text, &format!("176457600{number}.000000"));
            assert_eq!(world.deliver(&edit).await.status, 200);
        }
        world.settle().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_edit_of_what_was_not_understood_is_read_once() {
    for (first, texts, done) in [
        ("stpo web-1", &["stop web-1"][..], &["stop web-1"][..]),
        ("stpo web-1", &["sotp web-1", "stop web-1"], &["stop web-1"]),
        ("", &["start web-3"], &["start web-3"]),
        ("stpo web-1", &["find web-1", "stop web-1"], &["stop web-1"]),
    ] {
        for asked in [Asked::mention(first), Asked::direct(first)] {
            let world = World::new();
            edited(&world, &asked, texts).await;
            assert_eq!(world.fleet.all_done(), done, "{first}, {texts:?}");
            assert!(world.answers().iter().all(|answer| !answer.contains("edits")), "{:?}", world.answers());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_edit_of_anything_else_gets_one_private_sentence_and_runs_nothing() {
    for (first, edit, done) in [
        ("start web-3", "stop web-1", &["start web-3"][..]),
        ("find web-3", "start web-3", &[]),
        ("start web-9", "start web-3", &[]),
        ("start web-3", "stpo web-1", &["start web-3"]),
    ] {
        let world = World::new();
        edited(&world, &Asked::mention(first), &[edit]).await;
        assert_eq!(world.fleet.all_done(), done, "{first}: {edit}");
        let answers = world.answers();
        let sentences = answers.iter().filter(|answer| **answer == format!("only {ANN}: {NOT_FOLLOWED}"));
        assert_eq!(sentences.count(), 1, "{first}: {edit}: {answers:?}");
        let world = World::new();
        edited(&world, &Asked::direct(first), &[edit]).await;
        assert_eq!(world.fleet.all_done(), done, "{first}: {edit}");
        assert_eq!(world.answers().last(), Some(&format!("direct: {NOT_FOLLOWED}")), "{first}: {edit}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_several_edits_only_one_change_is_done() {
    // One after the other, and both at once.
    let world = World::new();
    edited(&world, &Asked::mention("strat web-3"), &["start web-3", "reboot web-1"]).await;
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
    assert_eq!(world.answers().last(), Some(&format!("only {ANN}: {NOT_FOLLOWED}")));

    let world = World::new();
    let asked = Asked::mention("strat web-3");
    world.ask(&asked).await;
    world.deliver(&asked.edit_event("start web-3", "1764576001.000000")).await;
    world.deliver(&asked.edit_event("reboot web-1", "1764576002.000000")).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
}

#[tokio::test(start_paused = true)]
async fn an_edit_of_an_old_message_runs_nothing_whether_or_not_it_is_still_on_record() {
    for on_record in [true, false] {
        for text in ["start web-3", "find web-3"] {
            let world = World::new();
            let asked = Asked::mention("strat web-3");
            if on_record {
                world.ask(&asked).await;
            }
            world.clock.later(40 * 24 * 3_600_000).await;
            world.deliver(&asked.edit_event(text, "1768032000.000000")).await;
            world.settle().await;
            assert!(world.fleet.all_done().is_empty(), "{text}");
            assert_eq!(world.answers().last(), Some(&format!("only {ANN}: {NOT_FOLLOWED}")), "{text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_mention_that_only_the_edit_brings_is_read_for_the_first_time() {
    let world = World::new();
    let asked = Asked::mention("");
    world.deliver(&asked.edit_event("start web-3", "1764576001.000000")).await;
    // The same edit again, the message as it was at first, and another edit.
    world.deliver(&asked.edit_event("start web-3", "1764576001.000000")).await;
    world.deliver(&asked.event()).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
    assert_eq!(world.answers().len(), 1, "{:?}", world.answers());
    world.deliver(&asked.edit_event("reboot web-1", "1764576003.000000")).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
}

#[tokio::test(start_paused = true)]
async fn what_changes_no_text_and_what_others_change_is_no_edit() {
    let asked = Asked::direct("stpo web-1");
    let with = |changes: serde_json::Value| {
        let mut after = asked.event();
        after.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        asked.change_event(&after, "1764576001.000000")
    };
    let edited = json!({"user": ANN, "ts": "1764576001.000000"});
    for event in [
        // The preview of a link, with and without an earlier edit.
        with(json!({"attachments": [{"id": 1}]})),
        with(json!({"attachments": [{"id": 1}], "edited": edited})),
        // The bot's own message, and one that is gone.
        with(json!({"text": "stop web-1", "edited": edited, "bot_id": "B0BELLHOP"})),
        with(json!({"text": "stop web-1", "edited": edited, "user": "U0BELLHOP"})),
        with(json!({"text": "This message was deleted.", "edited": edited, "subtype": "tombstone"})),
        with(json!({"text": "stop web-1", "edited": {"user": "U0OTHER", "ts": "1764576001.000000"}})),
        with(json!({"text": "stop web-1"})),
        // Slack sends a mention anew that is as it was.
        Asked::mention("stpo web-1").edit_event("stpo web-1", "1764576001.000000"),
    ] {
        let world = World::new();
        world.ask(&asked).await;
        world.ask(&Asked::mention("stpo web-1")).await;
        let (jobs, answers) = (world.jobs.all().len(), world.answers());
        assert_eq!(world.deliver(&event).await.status, 200, "{event}");
        world.settle().await;
        assert_eq!((world.jobs.all().len(), world.answers()), (jobs, answers), "{event}");
    }
}
