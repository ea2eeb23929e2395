//! Changes that take long, or go elsewhere.

use domain::instance::InstanceState::{Running, Stopped, Terminated};
use domain::job::Status;

use super::cards::buttons;
use super::check;
use crate::ports::Clock as _;
use crate::testing::{Asked, Recorder, Trouble, World};

const MINUTE_MS: u64 = 60_000;

#[tokio::test(start_paused = true)]
async fn a_long_wait_goes_on_in_later_runs() {
    let world = World::new();
    world.fleet.takes("web-1", 5 * MINUTE_MS);
    world.ask(&Asked::mention("stop web-1")).await;
    let told = world.answers().remove(0);
    let minutes = told.strip_prefix("thread: Done: `web-1` is *stopped* (").unwrap();
    // The runs are a minute or two apart.
    assert!(["5 min).", "6 min).", "7 min)."].contains(&minutes), "{told}");
    assert!(world.seam.count("tokens.active") > 2, "it was all done in one run");
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_very_long_wait_is_said_to_be_one() {
    let world = World::new();
    world.fleet.takes("web-1", 45 * MINUTE_MS);
    world.ask(&Asked::mention("stop web-1 web-2")).await;
    let said = world.slack.said();
    assert_eq!(said.len(), 1);
    let still = "Done: `web-2` is *stopped* (4 s).\n\
         `web-1` is still *stopping* after 11 min. I'll look again in 20 min.";
    assert!(said[0].before.iter().any(|text| same_but_for_numbers(text, still)), "{:#?}", said[0].before);
    assert!(said[0].text.starts_with("Done: `web-1` and `web-2` are *stopped* ("), "{}", said[0].text);
}

fn same_but_for_numbers(one: &str, two: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|ch| !ch.is_ascii_digit()).collect::<String>();
    letters(one) == letters(two)
}

#[tokio::test(start_paused = true)]
async fn after_six_hours_nobody_looks_any_more() {
    let world = World::new();
    world.fleet.takes("web-1", 12 * 60 * MINUTE_MS);
    let answer = "thread: `web-1` is still *stopping* after 6 h; I don't look any further.";
    check(&world, &Asked::mention("stop web-1"), &[answer], &["stop web-1"]).await;
    assert_eq!(buttons(&world), ["check web-1"]);
    assert_eq!(world.jobs.all()[0].machine.status, Status::Unfinished);
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_goes_elsewhere_is_told_as_it_is() {
    for (text, to, answer) in [
        (
            "stop web-1",
            Some(Terminated),
            "`web-1` is *terminated* now, not stopped: something else has changed it.",
        ),
        (
            "stop web-1",
            Some(Running),
            "`web-1` is *running* now, not stopped: something else has changed it.",
        ),
        (
            "start web-3",
            Some(Stopped),
            "`web-3` is *stopped* now, not running: something else has changed it.",
        ),
        ("stop web-1", None, "`web-1` is nowhere to be seen any more."),
    ] {
        let name = text.split_once(' ').unwrap().1;
        let world = World::new();
        world.fleet.takes(name, 90 * MINUTE_MS);
        world.hear(&Asked::mention(text)).await;
        world.go_on().await;
        match to {
            Some(state) => world.fleet.meddle(name, state),
            None => world.fleet.forget(name),
        }
        world.settle().await;
        assert_eq!(world.answers(), [format!("thread: {answer}")], "{text}");
        assert_eq!(world.jobs.all()[0].machine.status, Status::Failed, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_terminated_instance_that_ec2_forgot_is_terminated() {
    let world = World::new();
    world.fleet.takes("web-1", 90 * MINUTE_MS);
    world.hear(&Asked::mention("terminate web-1")).await;
    world.go_on().await;
    world.fleet.forget("web-1");
    world.settle().await;
    assert!(
        world.answers()[0].starts_with("thread: Done: `web-1` is *terminated* ("),
        "{:?}",
        world.answers()
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_without_time_begins_nothing_and_uses_up_no_attempt() {
    let (recorder, _guard) = Recorder::start();
    let world = World::new();
    let id = world.hear(&Asked::mention("stop web-1")).await;
    let wake = world.wake.take().remove(0);
    let deadline = world.clock.now().plus(20_000);
    world.ec2().handle(&wake, deadline).await.unwrap();
    assert_eq!((world.seam.count("slack.chat"), world.seam.count("ec2.change")), (0, 0));
    let machine = world.jobs.peek(&id).unwrap().machine;
    assert_eq!((machine.status, machine.takes, machine.held_until), (Status::Claimed, 0, None));
    assert_eq!(machine.due, Some(world.clock.now()), "the next sweep goes on");
    assert!(!recorder.text().contains("ERROR"), "{}", recorder.text());
    world.settle().await;
    assert_eq!(world.answers(), ["thread: Done: `web-1` is *stopped* (5 s)."]);
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_region_is_reported_and_the_rest_goes_on() {
    let text = "stop web-1 db-1";
    let undisturbed = World::new();
    undisturbed.ask(&Asked::mention(text)).await;
    let change = undisturbed.seam.calls().iter().position(|call| call == "ec2.change us-east-1").unwrap();
    let world = World::new();
    world.seam.trouble(change, "ec2.describe us-east-1", Trouble::NotAllowed, usize::MAX);
    world.hear(&Asked::mention(text)).await;
    world.go_on().await;
    let so_far = "thread: Done: `web-1` is *stopped* (5 s).\n\
        I can't see `db-1` (last seen *stopping*) at the moment, and keep looking. \
        us-east-1: not allowed to describe as BellhopEc2 in 123456789012 (request req-1).";
    assert_eq!(world.answers(), [so_far]);
    world.settle().await;
    let said = world.answers().remove(0);
    let lost = "I lost sight of `db-1` (last seen *stopping*) while stopping it. us-east-1: not allowed to";
    assert!(said.contains(lost), "{said}");
    assert_eq!(buttons(&world), ["Undo", "check db-1"]);
}
