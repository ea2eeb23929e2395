//! Ports that fail or hang: Slack does not deliver again, so the person is told
//! in time, or it is done all the same.

use super::{NOT_TAKEN, shown};
use crate::ports::Clock as _;
use crate::testing::{Trouble, Typed, World};

/// Slack waits three seconds; the rest is for the network.
const IN_TIME_MS: u64 = 2_300;

#[tokio::test(start_paused = true)]
async fn a_port_that_fails_before_the_job_is_on_record_is_told_at_once() {
    for port in ["secrets.verifier", "teams.find", "jobs.create"] {
        for (trouble, jobs) in [
            (Trouble::FailBefore, 0),
            (Trouble::FailAfter, usize::from(port == "jobs.create")),
            (Trouble::Hang, 0),
            (Trouble::HangAfter, usize::from(port == "jobs.create")),
        ] {
            let world = World::new();
            world.seam.next(port, trouble.clone());
            let begun = world.clock.now();
            let answer = world.types(&Typed::new("/reverse", "abc")).await.unwrap();
            assert_eq!(shown(&answer), NOT_TAKEN, "{port}: {trouble:?}");
            assert!(world.clock.now().since(begun) <= IN_TIME_MS, "{port}: {trouble:?}");
            assert_eq!(world.jobs.all().len(), jobs, "{port}: {trouble:?}");
            // What is on record all the same is done: "If nothing follows".
            world.settle().await;
            assert_eq!(world.answers(), vec!["only U0ANN: cba"; jobs], "{port}: {trouble:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_on_record_is_acknowledged_although_nobody_is_woken_and_the_sweeper_sees_to_it() {
    for trouble in [Trouble::FailBefore, Trouble::FailAfter] {
        let world = World::new();
        world.seam.next("wake", trouble);
        let answer = world.types(&Typed::new("/reverse", "abc")).await.unwrap();
        assert_eq!(shown(&answer), "Reversing…");
        world.settle().await;
        assert_eq!(world.answers(), ["only U0ANN: cba"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wake_up_that_hangs_is_given_up_in_time() {
    let world = World::new();
    world.seam.next("wake", Trouble::Hang);
    let begun = world.clock.now();
    let answer = world.types(&Typed::new("/reverse", "abc")).await.unwrap();
    assert_eq!(shown(&answer), NOT_TAKEN);
    assert_eq!(world.clock.now().since(begun), IN_TIME_MS);
    world.settle().await;
    assert_eq!(world.answers(), ["only U0ANN: cba"]);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_dies_leaves_a_job_or_nothing() {
    for number in 1..=4 {
        for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
            let world = World::new();
            world.seam.trouble(number, "", trouble.clone(), 1);
            assert_eq!(world.types(&Typed::new("/reverse", "abc")).await, None);
            let jobs = world.jobs.all().len();
            world.settle().await;
            assert_eq!(world.answers(), vec!["only U0ANN: cba"; jobs], "{number}: {trouble:?}");
        }
    }
}
