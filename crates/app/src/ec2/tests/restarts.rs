//! A restart on a new host: one click more, a stop, and a start after it.

use domain::ids::JobId;
use domain::instance::InstanceState;
use domain::job::{Ask, Job, Request, Status};

use super::cards::buttons;
use super::check;
use crate::ports::Clock as _;
use crate::testing::{Asked, Said, Trouble, Typed, World};

const MINUTE_MS: u64 = 60_000;

const STOPPED: &str = "thread: Done: `web-1` has *stopped* (5 s).\nNow I start it again.";
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
        "thread: Done: `web-1` and `db-1` have *stopped* (5 s).\nI start each again as soon as it has stopped.",
        RUNNING,
        "thread: Done: `db-1` is *running* (5 s).",
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
async fn each_instance_starts_as_soon_as_it_has_stopped() {
    let world = World::new();
    world.fleet.takes("db-1", 60 * MINUTE_MS);
    world.hear(&Asked::mention("restart web-1 db-1 --new-host")).await;
    world.go_on().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1", "stop db-1"]);
    assert_eq!(world.fleet.state("web-1"), InstanceState::Running);
    assert_eq!(world.answers()[1], RUNNING);
    for _ in 0..61 {
        world.minute().await;
    }
    assert_eq!(world.fleet.done("db-1"), ["stop", "start"], "within a minute after it has stopped");
    world.settle().await;
    let stopped = "thread: Done: `web-1` and `db-1` have *stopped* (60 min).\n\
        I start each again as soon as it has stopped.";
    assert_eq!(without_numbers(&world.answers()[0]), without_numbers(stopped));
    assert_eq!(world.fleet.all_done().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_stops_for_seven_hours_is_reported_with_a_button_to_start_it() {
    let world = World::new();
    world.fleet.takes("web-1", 7 * 60 * MINUTE_MS);
    let id = world.ask(&Asked::mention("restart web-1 db-1 --new-host")).await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "stop db-1", "start db-1"]);
    let said = world.slack.said().remove(0);
    let expected = "1 of 2 done.\nDone: `db-1` has *stopped* (5 s).\nNow I start it again.\n\
        `web-1` is still *stopping* after 6 h; I don't look any further. It was not started again.";
    assert_eq!(said.text, expected);
    assert_eq!(labels(&said), ["check web-1", "start web-1"]);
    assert_eq!(status_of_plan(&world, &id), Status::Unfinished);
}

/// The number of the call of `text` that asks EC2 for the change in `region`.
async fn change_in(region: &str, text: &str) -> usize {
    let undisturbed = World::new();
    undisturbed.ask(&Asked::mention(text)).await;
    let name = format!("ec2.change {region}");
    1 + undisturbed.seam.calls().iter().position(|call| *call == name).unwrap()
}

const BOTH: &str = "restart web-1 db-1 --new-host";
const UNSEEN: &str = "I can't see `db-1` (last seen *stopping*) at the moment, and keep looking. \
    us-east-1: AWS could not be reached or asked to slow down.";

/// A restart of web-1 and of db-1, whose region cannot be looked at once both are stopping.
async fn half_out_of_reach() -> World {
    let change = change_in("us-east-1", BOTH).await;
    let world = World::new();
    world.seam.trouble(change, "ec2.describe us-east-1", Trouble::Busy, usize::MAX);
    world.hear(&Asked::mention(BOTH)).await;
    world.go_on().await;
    world
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_region_does_not_keep_the_others_stopped() {
    let world = half_out_of_reach().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1", "stop db-1"]);
    let expected = format!("thread: Done: `web-1` has *stopped* (5 s).\nNow I start it again.\n{UNSEEN}");
    assert_eq!(world.answers()[..2], [expected, RUNNING.to_owned()]);
    for _ in 0..30 {
        world.minute().await;
    }
    let waiting = world.jobs.all().into_iter().find(|job| job.machine.status == Status::Waiting).unwrap();
    assert_eq!((waiting.machine.takes, waiting.machine.drives), (0, 0), "no attempt is used up");
    world.seam.calm();
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1", "stop db-1", "start db-1"]);
    assert!(world.jobs.all().iter().all(|job| job.machine.told));
}

#[tokio::test(start_paused = true)]
async fn what_stays_out_of_reach_is_reported_after_six_hours() {
    let world = half_out_of_reach().await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1", "stop db-1"]);
    let said = world.slack.said().remove(0);
    let expected = "1 of 2 done.\nDone: `web-1` has *stopped* (5 s).\nNow I start it again.\n\
        I lost sight of `db-1` (last seen *stopping*) while stopping it. It was not started again. \
        us-east-1: AWS could not be reached or asked to slow down.";
    assert_eq!(said.text, expected);
    assert_eq!(labels(&said), ["check db-1", "start db-1"]);
    assert!(world.jobs.all().iter().any(|job| job.machine.status == Status::Unknown));
    assert!(world.jobs.all().iter().all(|job| job.machine.status != Status::Parked));
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_unlinked_meanwhile_does_not_keep_the_others_stopped() {
    let text = "restart web-1 shop-1 --new-host";
    let linked = || {
        let world = World::new();
        world.link("acme", "444455556666", &["us-east-1"]);
        let id = world.fleet.add('b', "us-east-1", InstanceState::Running, &["Name=shop-1"]);
        world.fleet.belongs_to(&id, "acme");
        world
    };
    let world = linked();
    world.fleet.takes("shop-1", 5 * MINUTE_MS);
    world.hear(&Asked::mention(text)).await;
    world.go_on().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1", "stop shop-1"]);
    world.accounts.kept.lock().unwrap().clear();
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1", "stop shop-1"]);
    let said = world.slack.said().remove(0);
    let lost = "I lost sight of `shop-1` (acme) (last seen *stopping*) while stopping it. \
        It was not started again. The account *acme* is not linked any more.";
    assert!(said.text.ends_with(lost), "{}", said.text);
}

#[tokio::test(start_paused = true)]
async fn a_crash_between_the_calls_does_not_keep_the_others_stopped() {
    let change = change_in("us-east-1", BOTH).await;
    for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
        let world = World::new();
        world.seam.trouble(change, "", trouble.clone(), 1);
        world.seam.trouble(change + 1, "ec2.describe us-east-1", Trouble::Busy, usize::MAX);
        world.hear(&Asked::mention(BOTH)).await;
        world.go_on().await;
        for _ in 0..5 {
            world.minute().await;
        }
        assert_eq!(world.fleet.done("web-1"), ["stop", "start"], "{trouble:?}");
        let card = world.answers().remove(0);
        assert!(card.contains("I can't see `db-1` (AWS's answer was lost) at the moment"), "{card}");
        world.seam.calm();
        world.settle().await;
        // Whether the call was made is not known before it can be looked up, and it is not repeated.
        let expected: &[&str] = if trouble == Trouble::CrashAfter { &["stop", "start"] } else { &[] };
        assert_eq!(world.fleet.done("db-1"), expected, "{trouble:?}");
        assert!(world.jobs.all().iter().all(|job| job.machine.told), "{trouble:?}");
    }
}

/// A restart of web-1 that has stopped it, and whose start meets `trouble` at calls of `prefix`.
async fn start_in_trouble(prefix: &str, trouble: Trouble) -> World {
    let undisturbed = World::new();
    undisturbed.ask(&Asked::mention("restart web-1 --new-host")).await;
    let start = undisturbed.seam.calls().iter().rposition(|call| call.starts_with("jobs.create")).unwrap();
    let world = World::new();
    world.seam.trouble(start + 2, prefix, trouble, usize::MAX);
    world.hear(&Asked::mention("restart web-1 --new-host")).await;
    world.go_on().await;
    world
}

#[tokio::test(start_paused = true)]
async fn a_start_waits_for_an_unreachable_region() {
    let world = start_in_trouble("ec2.describe", Trouble::Busy).await;
    for _ in 0..30 {
        world.minute().await;
    }
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
    let yet = "thread: I can't start `web-1` again yet, and keep trying. \
        eu-west-1: AWS could not be reached or asked to slow down.";
    assert_eq!(world.answers(), [STOPPED, yet]);
    world.seam.calm();
    world.minute().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1"]);
    world.settle().await;
    assert_eq!(world.answers(), [STOPPED, RUNNING]);
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_started_is_reported_after_six_hours() {
    let world = start_in_trouble("ec2.describe", Trouble::Busy).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
    let said = world.slack.said().pop().unwrap();
    let left = "I could not start `web-1` again within 6 h, and it was left *stopped*. \
        eu-west-1: AWS could not be reached or asked to slow down.";
    assert_eq!(said.text, left);
    assert_eq!(labels(&said), ["start web-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_start_does_not_wait_for_slack() {
    for trouble in [Trouble::page(503), Trouble::code("channel_not_found")] {
        let world = start_in_trouble("slack.", trouble).await;
        world.work_off().await;
        assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1"]);
        world.seam.calm();
        world.settle().await;
    }
}

#[tokio::test(start_paused = true)]
async fn several_private_restarts_are_told_one_by_one() {
    let world = World::new();
    world.types(&Typed::new("/ec2", BOTH)).await;
    world.settle().await;
    let answers = world.answers();
    assert!(answers[0].starts_with("only U0ANN: Done: `web-1` and `db-1` have *stopped* ("), "{answers:?}");
    for name in ["web-1", "db-1"] {
        let running = format!("Done: `{name}` is *running* (5 s).");
        assert!(answers[1..].iter().any(|answer| answer.ends_with(&running)), "{answers:?}");
    }
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1", "stop db-1", "start db-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_an_older_version_has_stored_is_done() {
    let world = World::new();
    let stop = world.ask(&Asked::mention("stop web-1")).await;
    let stop = world.jobs.peek(&stop).unwrap();
    let ask = Ask::command("start i-11111111 in eu-west-1");
    let request = Request { ask, ..stop.request.clone() };
    let id = JobId::new(format!("{}#start", stop.id));
    let start = Job::new(id, stop.team.clone(), request, world.writer(), world.clock.now());
    world.jobs.put(&start);
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1"]);
}

/// How the job that has a plan and asked for the restart ended.
fn status_of_plan(world: &World, id: &JobId) -> Status {
    world.jobs.peek(id).unwrap().machine.status
}

/// What the buttons below `said` say.
fn labels(said: &Said) -> Vec<String> {
    let elements = said.blocks.iter().filter_map(|block| block["elements"].as_array()).flatten();
    elements.map(|element| element["text"]["text"].as_str().unwrap().to_owned()).collect()
}

fn without_numbers(text: &str) -> String {
    text.chars().filter(|ch| !ch.is_ascii_digit()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_stops_and_starts_each_of_several_once() {
    let slow = || {
        let world = World::new();
        world.fleet.takes("db-1", 20_000);
        world
    };
    let undisturbed = slow();
    undisturbed.ask(&Asked::mention(BOTH)).await;
    let calls = undisturbed.seam.calls();
    for number in 1..=calls.len() {
        for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
            let context = format!("{trouble:?} at {number}, {}", calls[number - 1]);
            let world = slow();
            world.seam.trouble(number, "", trouble, 1);
            world.ask(&Asked::mention(BOTH)).await;
            let answers = world.answers();
            for name in ["web-1", "db-1"] {
                let done = world.fleet.done(name);
                let is_lost = answers.iter().any(|answer| answer.contains(&format!("ing `{name}`. It is ")));
                let is_right = match done.as_slice() {
                    ["stop", "start"] => true,
                    [] | ["stop"] => is_lost,
                    _ => false,
                };
                assert!(is_right, "{context}: {name}: {done:?}: {answers:#?}");
                let running = format!("Done: `{name}` is *running* (");
                let is_told = answers.iter().any(|answer| answer.contains(&running));
                assert!(is_told || is_lost, "{context}: {answers:#?}");
            }
            let jobs = world.jobs.all();
            assert!(jobs.iter().all(|job| job.machine.told), "{context}");
            assert!(jobs.iter().filter(|job| is_start(job)).count() <= 2, "{context}: started twice");
        }
    }
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
            for said in ["Done: `web-1` has *stopped* (", "Done: `web-1` is *running* ("] {
                let is_told = answers.iter().any(|answer| answer.contains(said));
                assert!(is_told || lost, "{context}: {answers:#?}");
            }
            let jobs = world.jobs.all();
            assert!(jobs.iter().all(|job| job.machine.told), "{context}");
            assert!(jobs.iter().filter(|job| is_start(job)).count() <= 1, "{context}: two jobs start it");
        }
    }
}
