//! A restart on a new host: one click more, a stop, and a start after it.

use domain::instance::InstanceState;
use domain::job::{Ask, Job};

use super::cards::buttons;
use super::check;
use crate::testing::{Asked, Trouble, Typed, World};

const STOPPED: &str = "thread: Done: `web-1` is *stopped* (5 s).\nNow I start it again.";
const RUNNING: &str = "thread: Done: `web-1` is *running* (5 s).";

#[tokio::test(start_paused = true)]
async fn the_card_of_a_restart_has_both_ways() {
    let world = World::new();
    world.plan(&Asked::mention("restart web-1 because it leaks")).await;
    assert_eq!(buttons(&world), ["Reboot web-1", "Stop and start web-1", "Dry run", "Cancel"]);
    world.nobody_agrees();
    world.clicks(&world.fresh("Stop and start web-1")).await;
    world.work_off().await;
    // Nothing is agreed to yet: what is lost is said first.
    assert_eq!(world.fleet.all_done(), [""; 0]);
    assert_eq!(buttons(&world), ["Stop and start web-1", "Dry run", "Cancel"]);
    let card = world.answers().pop().unwrap();
    assert!(card.starts_with("thread: Stop and start `web-1`? Plan "), "{card}");
    assert!(card.ends_with("in eu-west-1: *running* → stopped → running (new host)"), "{card}");
    world.clicks(&world.fresh("Stop and start web-1")).await;
    world.work_off().await;
    assert_eq!(world.answers()[1..], [STOPPED, RUNNING]);
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1"]);
    // What follows a stop is no way back.
    assert_eq!(buttons(&world), ["Undo"]);
    assert!(world.slack.said()[1].blocks.iter().all(|block| block["type"] != "actions"));
}

#[tokio::test(start_paused = true)]
async fn it_can_be_typed() {
    let both = ["stop web-1", "start web-1"];
    check(&World::new(), &Asked::mention("restart web-1 --new-host"), &[STOPPED, RUNNING], &both).await;
    let several = [
        "thread: Done: `web-1` and `db-1` are *stopped* (5 s).\nNow I start them again.",
        "thread: Done: `web-1` and `db-1` are *running* (5 s).",
    ];
    let world = World::new();
    world.ask(&Asked::mention("restart web-1 db-1 --new-host")).await;
    assert_eq!(world.answers(), several);
    let dry = ["thread: Dry run: AWS would stop `web-1`. Nothing was changed."];
    check(&World::new(), &Asked::mention("restart web-1 --new-host --dry-run"), &dry, &[]).await;
    let stopped = ["only U0ANN: `web-3` is *stopped*. Say `start web-3` to bring it up."];
    check(&World::new(), &Asked::mention("restart web-3 --new-host"), &stopped, &[]).await;
    let world = World::new();
    world.types(&Typed::new("/ec2", "restart web-1 --new-host")).await;
    world.settle().await;
    assert_eq!(world.answers(), ["only U0ANN: Done: `web-1` is *running* (5 s)."]);
    assert_eq!(world.fleet.all_done(), both);
}

#[tokio::test(start_paused = true)]
async fn the_reason_goes_along() {
    let world = World::new();
    world.ask(&Asked::mention("restart web-1 --new-host because it's \"slow\"")).await;
    let reasons = world.jobs.all().into_iter().filter(|job| job.plan.is_some());
    let reasons: Vec<Option<String>> = reasons.map(|job| job.consent.reason).collect();
    assert_eq!(reasons, vec![Some("it's \"slow\"".to_owned()); 2]);
}

#[tokio::test(start_paused = true)]
async fn what_did_not_stop_is_not_started() {
    let world = World::new();
    world.fleet.refuses("db-1", "IncorrectInstanceState");
    world.ask(&Asked::mention("restart web-1 db-1 --new-host")).await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1"]);
    let answers = world.answers();
    assert!(
        answers[0].contains("1 of 2 done.") && answers[0].contains("Now I start it again."),
        "{answers:?}"
    );
    let world = World::new();
    world.fleet.refuses("web-1", "IncorrectInstanceState");
    world.ask(&Asked::mention("restart web-1 --new-host")).await;
    assert_eq!((world.jobs.all().len(), world.fleet.all_done().len()), (2, 0), "the request and the click");
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_stops_slowly_is_started_by_a_later_run() {
    let world = World::new();
    world.fleet.takes("web-1", 7 * 60_000);
    world.ask(&Asked::mention("restart web-1 --new-host")).await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1"]);
    assert_eq!(world.fleet.state("web-1"), InstanceState::Running);
}

fn is_start(job: &Job) -> bool {
    matches!(&job.request.ask, Ask::Command { text, .. } if text.starts_with("start "))
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_stops_once_and_starts_once() {
    let text = "restart web-1 --new-host";
    let undisturbed = World::new();
    undisturbed.ask(&Asked::mention(text)).await;
    let calls = undisturbed.seam.calls();
    for number in 1..=calls.len() {
        for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
            let context = format!("{trouble:?} at {number}, {}", calls[number - 1]);
            let world = World::new();
            world.seam.trouble(number, "", trouble, 1);
            world.ask(&Asked::mention(text)).await;
            let done = world.fleet.all_done();
            let answers = world.answers();
            let lost = answers.iter().any(|answer| answer.contains("I lost contact"));
            // A call of which nobody knows whether it was made is not made again.
            let expected: &[&[&str]] = if lost {
                &[&[], &["stop web-1"], &["stop web-1", "start web-1"]]
            } else {
                &[&["stop web-1", "start web-1"]]
            };
            assert!(expected.iter().any(|expected| done == *expected), "{context}: {done:?}");
            for said in ["Done: `web-1` is *stopped* (", "Done: `web-1` is *running* ("] {
                let is_told = answers.iter().any(|answer| answer.contains(said));
                assert!(is_told || lost, "{context}: {answers:#?}");
            }
            let jobs = world.jobs.all();
            assert!(jobs.iter().all(|job| job.machine.told), "{context}");
            assert!(jobs.iter().filter(|job| is_start(job)).count() <= 1, "{context}: two jobs start it");
        }
    }
}
