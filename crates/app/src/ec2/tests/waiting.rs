//! Changes that take long, or go elsewhere.

use domain::instance::InstanceState::{Running, Stopped, Terminated};
use domain::job::Status;

use super::check;
use crate::testing::{Asked, World};

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
    let answer = "thread: AWS has accepted the stop: `web-1` is *stopping*. I don't look any further.";
    check(&world, &Asked::mention("stop web-1"), &[answer], &["stop web-1"]).await;
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
async fn a_run_without_time_begins_nothing() {
    let world = World::new();
    let id = world.hear(&Asked::mention("stop web-1")).await;
    let wake = world.wake.take().remove(0);
    let deadline = crate::ports::Clock::now(world.clock.as_ref()).plus(20_000);
    world.ec2().handle(&wake, deadline).await.unwrap();
    assert_eq!((world.seam.count("slack.chat"), world.seam.count("ec2.change")), (0, 0));
    assert_eq!(world.jobs.peek(&id).unwrap().machine.status, Status::Claimed);
    world.settle().await;
    assert_eq!(world.answers(), ["thread: Done: `web-1` is *stopped* (5 s)."]);
}
