//! Every card keeps who asked for a change, why, and who approved it, from its first
//! words to its result.

use serde_json::Value;

use crate::testing::{ANN, Asked, BOSS, Said, Trouble, Typed, World};

/// The newest message, but for those that ask one person to approve.
fn last(world: &World) -> Said {
    world.slack.said().into_iter().rfind(|said| !said.is_review_request()).unwrap()
}

fn origin(world: &World) -> String {
    last(world).origin().unwrap_or_else(|| panic!("it does not say who asked: {:#?}", last(world)))
}

#[tokio::test(start_paused = true)]
async fn a_result_keeps_who_asked_why_and_who_approved() {
    let world = World::new();
    world.nobody_agrees();
    world.plan(&Asked::mention("terminate web-1")).await;
    assert_eq!(origin(&world), "Asked for by <@U0ANN>.");
    world.justifies(&world.fresh("Terminate…"), "web-1", "migrated <!here>").await;
    world.work_off().await;
    world.clicks(&world.fresh("Approve").by(BOSS)).await;
    world.settle().await;
    assert_eq!(world.answers(), ["thread: Done: web-1 is *terminated* (5 s)."]);
    assert_eq!(
        origin(&world),
        "Asked for by <@U0ANN> (“migrated &lt;!here&gt;”), approved by <@U0BOSS> at 08:00 UTC."
    );
}

#[tokio::test(start_paused = true)]
async fn a_reason_given_with_the_command_is_on_the_card_the_result_and_the_audit() {
    let with_reason = "Asked for by <@U0ANN> (“it's idle”).";
    for (text, label) in
        [("stop web-1 because it's idle", Some("Stop web-1")), ("start web-3 because it's idle", None)]
    {
        let world = World::new();
        world.nobody_agrees();
        world.plan(&Asked::mention(text)).await;
        if let Some(label) = label {
            assert_eq!(origin(&world), with_reason, "{text}");
            world.clicks(&world.fresh(label)).await;
        }
        world.settle().await;
        assert!(last(&world).text.starts_with("Done: "), "{text}: {:#?}", last(&world));
        assert_eq!(origin(&world), with_reason, "{text}");
        let reasons: Vec<_> = world.audit.entries().into_iter().map(|entry| entry.reason).collect();
        assert_eq!(reasons, [Some("it's idle".to_owned()), Some("it's idle".to_owned())], "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reason_given_with_the_command_is_in_the_modal() {
    let world = World::new();
    world.nobody_agrees();
    world.plan(&Asked::mention("terminate web-1 because it is &lt;old&gt;")).await;
    world.clicks(&world.fresh("Terminate…")).await;
    let modal = world.slack.modal(ANN).unwrap();
    let blocks = modal.view["blocks"].as_array().unwrap();
    let given: Vec<&Value> = blocks
        .iter()
        .map(|block| &block["element"]["initial_value"])
        .filter(|value| !value.is_null())
        .collect();
    assert_eq!(given, ["it is <old>"]);
    // What is submitted counts.
    world.submits(&modal.filled(&[("Name", "web-1"), ("Reason", "migrated")])).await;
    world.work_off().await;
    assert_eq!(origin(&world), "Asked for by <@U0ANN> (“migrated”).");
}

#[tokio::test(start_paused = true)]
async fn a_card_names_who_clicked_the_button_that_it_comes_from() {
    for (text, label, begins) in [
        ("start web-3", "Undo", "Stop web-3?"),
        ("stop web-1", "Undo", "Done: web-1 is *running*"),
        ("kill web-1", "Force stop web-1", "Stop web-1?"),
        ("restart web-1", "Stop and start web-1", "Stop and start web-1?"),
    ] {
        let world = World::new();
        world.plan(&Asked::mention(text)).await;
        if label == "Undo" {
            world.settle().await;
        }
        world.nobody_agrees();
        world.clicks(&world.fresh(label).by(BOSS)).await;
        world.work_off().await;
        assert!(last(&world).text.starts_with(begins), "{text}: {:#?}", last(&world));
        assert_eq!(origin(&world), "Asked for by <@U0BOSS>.", "{text}");
    }
    let world = World::new();
    world.fleet.refuses("web-1", "InsufficientInstanceCapacity");
    world.ask(&Asked::mention("stop web-1")).await;
    world.nobody_agrees();
    world.clicks(&world.fresh("Retry web-1").by(BOSS)).await;
    world.work_off().await;
    assert_eq!(origin(&world), "Asked for by <@U0BOSS>.");
}

#[tokio::test(start_paused = true)]
async fn a_result_that_is_partial_failed_or_unknown_keeps_who_asked() {
    for (trouble, text) in [
        (Trouble::Refused("InternalError"), "stop web-1 because of costs"),
        (Trouble::NotAllowed, "stop web-1 web-2 db-1 because of costs"),
        (Trouble::FailBefore, "reboot web-1 because of costs"),
    ] {
        let world = World::new();
        world.seam.next("ec2.change eu-west-1", trouble);
        world.ask(&Asked::mention(text)).await;
        assert_eq!(origin(&world), "Asked for by <@U0ANN> (“of costs”).", "{text}: {:#?}", last(&world));
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_comes_to_nothing_keeps_who_asked() {
    for label in ["Cancel", "Deny"] {
        let world = World::new();
        world.nobody_agrees();
        world.plan(&Asked::mention("terminate web-1")).await;
        world.justifies(&world.fresh("Terminate…"), "web-1", "old").await;
        world.work_off().await;
        let user = if label == "Deny" { BOSS } else { ANN };
        world.clicks(&world.fresh(label).by(user)).await;
        world.settle().await;
        let card = world.slack.said().remove(0);
        assert_eq!(card.origin().as_deref(), Some("Asked for by <@U0ANN> (“old”)."), "{label}: {card:#?}");
    }
    let world = World::new();
    world.nobody_agrees();
    world.ask(&Asked::mention("stop web-1 because of costs")).await;
    assert!(last(&world).text.contains("has expired"), "{:#?}", last(&world));
    assert_eq!(origin(&world), "Asked for by <@U0ANN> (“of costs”).");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_changes_nothing_names_no_one() {
    let world = World::new();
    for text in ["find web-1", "stop web-1 --dry-run", "stop web-3"] {
        world.run(&Typed::new("/ec2", text)).await;
        assert_eq!(last(&world).origin(), None, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_reason_fits_on_the_card() {
    let world = World::new();
    world.ask(&Asked::mention(&format!("stop web-1 because {}", "&amp;&lt;".repeat(450)))).await;
    let origin = origin(&world);
    assert!(origin.ends_with("…”)."), "{origin}");
    assert!(last(&world).text.starts_with("Done: "));
}
