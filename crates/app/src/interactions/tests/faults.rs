//! Ports that fail or hang: Slack does not deliver a click again, so the person
//! is told in time, through the click's own `response_url`.

use super::{NOT_TAKEN, Seen, click};
use crate::ports::Clock as _;
use crate::testing::{Trouble, World};

/// What Slack waits, less what the network takes.
const IN_TIME_MS: u64 = 2_700;

#[tokio::test(start_paused = true)]
async fn a_port_that_fails_before_the_job_is_on_record_is_told_at_once() {
    for port in ["teams.find", "jobs.create"] {
        for trouble in [Trouble::FailBefore, Trouble::FailAfter, Trouble::Hang, Trouble::HangAfter] {
            let world = World::new();
            let click = click(&world, Seen::InPrivate, "run.0", "find");
            world.seam.next(port, trouble.clone());
            let begun = world.clock.now();
            let answer = world.clicks(&click).await.unwrap();
            assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{port}: {trouble:?}");
            assert!(world.clock.now().since(begun) <= IN_TIME_MS, "{port}: {trouble:?}");
            // The question stays, to be clicked again.
            assert_eq!(world.answers(), ["only U0ANN: Which one?", NOT_TAKEN], "{port}: {trouble:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_be_told_nowhere_is_an_error_that_slack_shows() {
    for trouble in [
        Trouble::FailBefore,
        Trouble::FailAfter,
        Trouble::Busy,
        Trouble::Hang,
        Trouble::page(500),
        Trouble::too_many("1"),
        Trouble::word(404, "used_url"),
    ] {
        for port in ["teams.find", "jobs.create"] {
            let world = World::new();
            let click = click(&world, Seen::ByAll, "run.0", "find");
            world.seam.next(port, Trouble::Hang);
            world.seam.always("slack.response_url", trouble.clone());
            let begun = world.clock.now();
            let answer = world.clicks(&click).await.unwrap();
            assert_eq!((answer.status, answer.body.as_str()), (500, ""), "{trouble:?}");
            assert!(world.clock.now().since(begun) <= IN_TIME_MS, "{trouble:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_response_url_slack_shows_the_error() {
    let world = World::new();
    let mut click = click(&world, Seen::ByAll, "run.0", "find");
    click.payload.as_object_mut().unwrap().remove("response_url");
    world.seam.next("jobs.create", Trouble::FailBefore);
    assert_eq!(world.clicks(&click).await.unwrap().status, 500);
}

#[tokio::test(start_paused = true)]
async fn a_response_url_that_is_not_slacks_is_not_called() {
    let world = World::new();
    let mut click = click(&world, Seen::ByAll, "run.0", "find");
    click.payload["response_url"] = serde_json::json!("https://evil.example/x");
    world.seam.next("jobs.create", Trouble::FailBefore);
    assert_eq!(world.clicks(&click).await.unwrap().status, 500);
    assert_eq!(world.seam.count("slack."), 0);
}

#[tokio::test(start_paused = true)]
async fn without_secrets_nobody_is_let_in_and_nothing_is_touched() {
    for trouble in [Trouble::FailBefore, Trouble::Hang] {
        let world = World::new();
        let click = click(&world, Seen::ByAll, "run.0", "find");
        world.seam.next("secrets.verifier", trouble);
        assert_eq!(world.clicks(&click).await.unwrap().status, 500);
        assert_eq!(world.seam.calls(), ["secrets.verifier"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_on_record_is_done_although_nobody_is_woken() {
    for trouble in [Trouble::FailBefore, Trouble::FailAfter] {
        let world = World::new();
        let click = click(&world, Seen::ByAnn, "run.0", "stop web-1");
        world.seam.next("wake", trouble);
        assert_eq!(world.clicks(&click).await.unwrap().status, 200);
        world.settle().await;
        assert_eq!(world.answers(), ["thread: Done: `web-1` is *stopped* (5 s)."]);
    }
}
