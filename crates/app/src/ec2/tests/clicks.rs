//! What people click below an answer, and what comes of it.

use domain::job::Status;

use crate::testing::story::{is_of_a_click, sound};
use crate::testing::{Asked, Trouble, World};

const DONE: &str = "thread: Done: `web-1` is *stopped* (5 s).";

/// Asks `text`, clicks what is labelled `label`, and compares what is seen and
/// what was done then.
async fn check(world: &World, text: &str, label: &str, answers: &[&str], done: &[&str]) {
    world.ask(&Asked::mention(text)).await;
    world.press(label).await;
    assert_eq!(world.answers(), answers, "{text}: {label}");
    assert_eq!(world.fleet.all_done(), done, "{text}: {label}");
}

#[tokio::test(start_paused = true)]
async fn a_click_on_what_was_offered_takes_the_offer_away_and_does_it() {
    for (text, label, answer, done) in [
        ("stpo web-1", "stop web-1", DONE, &["stop web-1"][..]),
        ("stop web-9", "web-1", DONE, &["stop web-1"]),
        (
            "stop web-9 --dry-run",
            "web-1",
            "thread: Dry run: AWS would stop `web-1`. Nothing was changed.",
            &[],
        ),
        (
            "stop web-9 in eu-west-1 --no-wait",
            "web-2",
            "thread: AWS has accepted the stop: `web-2` is *stopping*. I don't look any further.",
            &["stop web-2"],
        ),
        (
            "stop twin",
            "i-aaaaaaaa · running · us-east-1a · twin",
            "thread: Done: `twin` is *stopped* (5 s).",
            &["stop twin"],
        ),
        ("restart web-3", "start web-3", "thread: Done: `web-3` is *running* (5 s).", &["start web-3"]),
        ("s3 list", "Help", "only U0ANN: I look after EC2 instances.", &[]),
    ] {
        let world = World::new();
        world.ask(&Asked::mention(text)).await;
        let offered = world.slack.said();
        assert!(
            offered.len() == 1 && offered[0].only.is_some() && world.fleet.all_done().is_empty(),
            "{text}"
        );
        world.press(label).await;
        let answers = world.answers();
        assert!(answers.len() == 1 && answers[0].starts_with(answer), "{text}: {answers:?}");
        assert_eq!(world.fleet.all_done(), done, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_twins_the_chosen_one_is_stopped() {
    let world = World::new();
    world.ask(&Asked::mention("stop twin")).await;
    world.press("i-aaaaaaaa · running · us-east-1a · twin").await;
    assert_eq!((world.seam.count("ec2.change us-east-1"), world.seam.count("ec2.change eu-west-1")), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn an_offer_that_stays_is_no_reason_not_to_do_as_asked() {
    for trouble in [Trouble::word(404, "expired_url"), Trouble::page(500), Trouble::Busy, Trouble::Hang] {
        let world = World::new();
        world.ask(&Asked::mention("stop web-9")).await;
        world.seam.always("slack.response_url", trouble);
        world.press("web-1").await;
        let answers = world.answers();
        assert_eq!((answers.len(), answers.last().map(String::as_str)), (2, Some(DONE)), "{answers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_way_back_is_one_click_away() {
    let undone = ["thread: Done: `web-1` is *stopped* (5 s).", "thread: Done: `web-1` is *running* (5 s)."];
    check(&World::new(), "stop web-1", "Undo", &undone, &["stop web-1", "start web-1"]).await;
    let undone = ["thread: Done: `web-3` is *running* (5 s).", "thread: Done: `web-3` is *stopped* (5 s)."];
    check(&World::new(), "start web-3", "Undo", &undone, &["start web-3", "stop web-3"]).await;
}

#[tokio::test(start_paused = true)]
async fn the_way_back_needs_no_other_region() {
    let world = World::new();
    world.ask(&Asked::mention("stop web-1")).await;
    world.seam.always("ec2.describe us-east-1", Trouble::Busy);
    world.press("Undo").await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_second_click_on_the_way_back_finds_nothing_to_do() {
    let world = World::new();
    world.ask(&Asked::mention("stop web-1")).await;
    let undo = world.button("Undo");
    for moment in ["1764577000.000100", "1764577060.000100"] {
        world.clicks(&undo.clone().at(moment)).await;
        world.settle().await;
    }
    assert_eq!(world.answers()[2], "thread: `web-1` is already running. Nothing to do.");
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_or_lost_is_tried_again_at_a_click_only() {
    for (trouble, label) in [
        (Trouble::Refused("InsufficientInstanceCapacity"), "Retry web-1"),
        (Trouble::Busy, "Retry web-1"),
        (Trouble::FailBefore, "Stop web-1"),
    ] {
        let world = World::new();
        world.seam.next("ec2.change", trouble);
        world.ask(&Asked::mention("stop web-1")).await;
        assert!(world.fleet.all_done().is_empty());
        world.press(label).await;
        assert_eq!((world.answers().len(), world.answers()[1].as_str()), (2, DONE), "{label}");
        assert_eq!(world.fleet.all_done(), ["stop web-1"], "{label}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_clicks_needs_the_right_to() {
    let world = World::new();
    world.ask(&Asked::mention("stop web-1")).await;
    world.clicks(&world.button("Undo").by("U0GUEST")).await;
    world.settle().await;
    assert_eq!(world.answers()[1], "only U0GUEST: Only members of this workspace can use me for that.");
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_can_be_clicked_while_a_change_is_under_way() {
    let world = World::new();
    world.fleet.takes("web-1", 45 * 60_000);
    world.hear(&Asked::mention("stop web-1")).await;
    world.go_on().await;
    let can_be_clicked = || world.slack.said()[0].blocks.iter().any(|block| block["type"] == "actions");
    assert!(!can_be_clicked());
    for _ in 0..15 {
        world.minute().await;
        assert!(!can_be_clicked(), "{:?}", world.slack.said());
    }
    world.settle().await;
    assert!(can_be_clicked());
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_after_a_click_changes_nothing_twice() {
    for text in ["stop web-9", "reboot web-9"] {
        for number in 1.. {
            let mut is_over = false;
            for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
                let world = World::new();
                world.ask(&Asked::mention(text)).await;
                world.clicks(&world.button("web-1")).await;
                let from = world.seam.calls().len() + number;
                let context = format!("{text}: {trouble:?} {number}");
                world.seam.trouble(from, "", trouble, 1);
                world.settle().await;
                assert!(
                    world.slack.said().iter().all(|said| said.only.is_none() || is_of_a_click(said)),
                    "{context}: the offer stays"
                );
                let doubt = sound(&world, &context);
                assert!(doubt.cards + doubt.copies <= 1, "{context}: {doubt:?}");
                assert_eq!(world.fleet.done("web-1").len(), expected(&world), "{context}");
                is_over = world.seam.calls().len() < from;
            }
            if is_over {
                break;
            }
        }
    }
}

/// How often something was done, going by what was said of it.
fn expected(world: &World) -> usize {
    let jobs = world.jobs.all();
    let clicked = jobs.iter().find(|job| job.id.as_str().contains("#click#") && job.plan.is_some());
    let Some(clicked) = clicked else { return 0 };
    match clicked.machine.status {
        Status::Done => 1,
        _ => world.fleet.done("web-1").len(),
    }
}
