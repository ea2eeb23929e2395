//! Two workers and one job.

use std::pin::pin;

use crate::testing::story::{Mishap, sound, undisturbed};
use crate::testing::{Asked, Trouble, World};
use crate::wake::WakeUp;

/// Longer than any hold.
const LATER_MS: u64 = 200_000;

/// The calls of one story after its gateway, by their numbers.
async fn places(text: &str) -> std::ops::RangeInclusive<usize> {
    let calls = undisturbed(text).await;
    let wake = 1 + calls.iter().position(|name| name == "wake").unwrap();
    // A call must follow in which the first worker holds the job.
    wake + 3..=calls.len()
}

fn freeze(from: usize) -> Mishap {
    Mishap { from, prefix: "", trouble: Trouble::Freeze, times: 1 }
}

/// A world in which a worker is about to be stopped at call `number`.
async fn prepared(text: &str, number: usize) -> (World, WakeUp) {
    let world = World::new();
    let Mishap { from, prefix, trouble, times } = freeze(number);
    world.seam.trouble(from, prefix, trouble, times);
    world.hear(&Asked::mention(text)).await;
    let wake = world.wake.take().remove(0);
    (world, wake)
}

#[tokio::test(start_paused = true)]
async fn a_second_worker_leaves_a_held_job_alone() {
    for text in ["stop web-1", "find", "reboot web-1"] {
        for number in places(text).await {
            let (world, wake) = prepared(text, number).await;
            let (one, two) = (world.ec2(), world.ec2());
            let deadline = crate::ports::Clock::now(world.clock.as_ref()).plus(120_000);
            let mut first = pin!(one.handle(&wake, deadline));
            tokio::select! {
                biased;
                () = world.seam.frozen() => {}
                _ = &mut first => panic!("{text}: call {number} was not reached"),
            }
            let before = world.seam.calls().len();
            two.handle(&wake, deadline).await.unwrap();
            let made = world.seam.calls().split_off(before);
            assert_eq!(made, ["jobs.find"], "{text}: {number}");
            world.seam.thaw();
            first.await.unwrap();
            world.settle().await;
            sound(&world, &format!("{text}: {number}"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_wakes_up_after_its_hold_changes_nothing_twice() {
    for text in ["stop web-1", "reboot web-1"] {
        for number in places(text).await {
            let (world, wake) = prepared(text, number).await;
            let worker = world.ec2();
            let deadline = crate::ports::Clock::now(world.clock.as_ref()).plus(120_000);
            let mut first = pin!(worker.handle(&wake, deadline));
            tokio::select! {
                biased;
                () = world.seam.frozen() => {}
                _ = &mut first => panic!("{text}: call {number} was not reached"),
            }
            world.clock.later(LATER_MS).await;
            world.settle().await;
            world.seam.thaw();
            let _ = first.await;
            world.settle().await;
            let done = world.fleet.done("web-1");
            assert!(done.len() <= 1, "{text}: {number}: {done:?}");
            assert!(world.jobs.all()[0].machine.told, "{text}: {number}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_wake_up_twice_is_done_once() {
    let world = World::new();
    world.hear(&Asked::mention("stop web-1")).await;
    let wake = world.wake.take().remove(0);
    let (one, two) = tokio::join!(world.work(&wake), world.work(&wake));
    assert!(one.unwrap().is_ok() && two.unwrap().is_ok());
    world.work(&wake).await.unwrap().unwrap();
    assert_eq!(world.answers(), ["thread: Done: web-1 is *stopped* (5 s)."]);
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
}
