//! Ports that fail or hang: Slack is to deliver again, and is answered in time.

use crate::ports::Clock as _;
use crate::testing::{Asked, Trouble, World};

/// Slack waits three seconds.
const SLACK_WAITS_MS: u64 = 3_000;

const PORTS: [&str; 4] = ["secrets.verifier", "teams.find", "jobs.create", "wake"];

#[tokio::test(start_paused = true)]
async fn a_port_that_fails_makes_for_another_delivery_that_is_done_once() {
    for port in PORTS {
        for trouble in [Trouble::FailBefore, Trouble::FailAfter] {
            let world = World::new();
            world.seam.next(port, trouble);
            let event = Asked::mention("stop web-1").event();
            assert_eq!(world.deliver(&event).await.status, 500, "{port}");
            assert_eq!(world.deliver(&event).await.status, 200, "{port}");
            assert_eq!(world.jobs.all().len(), 1, "{port}");
            assert!(!world.wake.take().is_empty(), "{port}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_port_that_hangs_is_given_up_in_time() {
    for port in PORTS {
        for trouble in [Trouble::Hang, Trouble::HangAfter] {
            let world = World::new();
            world.seam.next(port, trouble);
            let begun = world.clock.now();
            let answer = world.deliver(&Asked::mention("stop web-1").event()).await;
            assert_eq!((answer.status, answer.body.as_str()), (500, ""), "{port}");
            assert!(world.clock.now().since(begun) < SLACK_WAITS_MS - 500, "{port}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_secrets_nobody_is_let_in_and_nothing_is_touched() {
    let world = World::new();
    world.seam.always("secrets.verifier", Trouble::FailBefore);
    assert_eq!(world.deliver(&Asked::mention("stop web-1").event()).await.status, 500);
    assert_eq!(world.seam.calls(), ["secrets.verifier"]);
}
