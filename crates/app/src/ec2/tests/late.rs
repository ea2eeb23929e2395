//! What was asked for more than ten minutes ago, and is only taken now.

use domain::ids::JobId;
use domain::job::{Ask, Job, Request};

use crate::ports::Clock as _;
use crate::testing::{Asked, BOSS, TEAM, Trouble, Typed, World};
use crate::wake::WakeUp;

/// Just beyond what is taken for fresh: the messages of the tests are a second old.
const LATE_MS: u64 = 10 * 60_000;
const HOUR_MS: u64 = 3_600_000;

/// What is asked of Ann about `words`, which she wrote just before eight.
fn question(words: &str) -> String {
    format!("You asked for *{words}* at 07:59 UTC and I only got it now. Still want it?")
}

#[tokio::test(start_paused = true)]
async fn a_change_that_slack_delivers_late_is_asked_about_and_runs_by_a_fresh_click() {
    for (text, written, done) in [
        ("start web-3", "start web-3", &["start web-3"][..]),
        ("please start web-3!", "start web-3", &["start web-3"]),
        // The click is fresh; what needs a card still gets one.
        ("stop web-1", "stop web-1", &["stop web-1"]),
        ("reboot web-1 because \"it hangs\"", "reboot web-1 because \"it hangs\"", &["reboot web-1"]),
    ] {
        let world = World::new();
        world.clock.later(3 * HOUR_MS).await;
        world.ask(&Asked::mention(text)).await;
        assert_eq!(world.answers(), [format!("thread: {}", question(written))], "{text}");
        assert!(world.fleet.all_done().is_empty() && world.seam.count("ec2.") == 0, "{text}");
        world.press(written).await;
        assert_eq!(world.fleet.all_done(), done, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn ten_minutes_are_not_late() {
    let world = World::new();
    world.clock.later(LATE_MS - 2_000).await;
    world.ask(&Asked::mention("start web-3")).await;
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_may_be_late() {
    for (text, answer) in [
        ("find web-3", "thread: *1 instance*"),
        ("check web-1", "thread: `web-1` is *running*"),
        ("accounts", "only U0ANN: *1 account*"),
        ("stop web-1 --dry-run", "thread: Dry run: AWS would stop `web-1`."),
        ("help", "only U0ANN: I look after"),
        ("stpo web-1", "only U0ANN: I don't know “stpo”."),
    ] {
        let world = World::new();
        world.clock.later(3 * HOUR_MS).await;
        world.ask(&Asked::mention(text)).await;
        let answers = world.answers();
        assert!(answers.len() == 1 && answers[0].starts_with(answer), "{text}: {answers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn accounts_are_not_changed_late_either() {
    for text in ["account add acme 444455556666", "account approvers home admins", "account remove acme"] {
        let world = World::new();
        world.clock.later(3 * HOUR_MS).await;
        world.ask(&Asked::mention(text).by(BOSS)).await;
        let said = question(text).replace("Still want it?", "Say it again if you still want it.");
        assert_eq!(world.answers(), [format!("thread: {said}")], "{text}");
        assert_eq!(world.seam.count("accounts.store"), 0, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_row_of_a_list_may_be_another_one_by_now_so_it_gets_no_button() {
    let world = World::new();
    world.clock.later(3 * HOUR_MS).await;
    world.ask(&Asked::mention("start #1")).await;
    let said = world.slack.said();
    assert_eq!(said.len(), 1);
    assert!(said[0].text.ends_with("Say it again if you still want it."), "{said:?}");
    assert!(said[0].blocks.iter().all(|block| block["type"] != "actions"), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn after_half_a_day_the_question_says_the_day() {
    let world = World::new();
    world.clock.later(14 * HOUR_MS).await;
    world.ask(&Asked::mention("start web-3")).await;
    let when = "2025-12-01 at 07:59 UTC";
    assert_eq!(
        world.answers(),
        [format!("thread: You asked for *start web-3* {when} and I only got it now. Still want it?")]
    );
}

#[tokio::test(start_paused = true)]
async fn a_job_that_nobody_took_for_ten_minutes_is_asked_about() {
    let world = World::new();
    world.seam.always("wake", Trouble::Busy);
    world.hear(&Asked::mention("start web-3")).await;
    world.types(&Typed::new("/ec2", "start web-3")).await;
    world.clock.later(LATE_MS).await;
    world.seam.calm();
    world.settle().await;
    assert!(world.fleet.all_done().is_empty());
    let answers = world.answers();
    assert_eq!(answers.len(), 2, "{answers:?}");
    assert!(answers.iter().all(|answer| answer.contains("I only got it now. Still want it?")), "{answers:?}");
    world.press("start web-3").await;
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
}

#[tokio::test(start_paused = true)]
async fn a_click_that_waited_too_long_is_asked_about() {
    let world = World::new();
    world.ask(&Asked::mention("restart web-3")).await;
    world.seam.always("wake", Trouble::Busy);
    let click = world.button("start web-3");
    world.clicks(&click).await;
    world.clock.later(LATE_MS + 1).await;
    world.seam.calm();
    world.settle().await;
    assert!(world.fleet.all_done().is_empty(), "{:?}", world.answers());
    assert!(world.answers().iter().any(|answer| answer.ends_with("Still want it?")), "{:?}", world.answers());
}

#[tokio::test(start_paused = true)]
async fn the_second_half_of_a_restart_is_never_late() {
    let world = World::new();
    let id = world.hear(&Asked::mention("start web-3")).await;
    world.wake.take();
    let first = world.jobs.peek(&id).unwrap();
    let request = Request { ask: Ask::command("start web-3"), ..first.request };
    let id = JobId::new(format!("ec2#{TEAM}#C0OPS#1.1#start"));
    let job = Job::new(id, first.team, request, world.writer(), world.clock.now());
    world.jobs.put(&job);
    world.clock.later(HOUR_MS).await;
    world.work(&WakeUp::new(job.team, job.id)).await.unwrap().unwrap();
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
}

#[tokio::test(start_paused = true)]
async fn the_question_reaches_whoever_has_no_response_url_any_more_with_its_button() {
    let world = World::new();
    world.seam.always("wake", Trouble::Busy);
    let typed = Typed::new("/ec2", "start web-3");
    world.types(&typed).await;
    world.slack.use_up(typed.field("response_url"));
    world.clock.later(LATE_MS).await;
    world.seam.calm();
    world.settle().await;
    let answers = world.answers();
    assert!(
        answers.len() == 1 && answers[0].starts_with("direct: You asked for *start web-3*"),
        "{answers:?}"
    );
    world.press("start web-3").await;
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
}
