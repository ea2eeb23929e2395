//! Two workers and one job.

use std::ops::RangeInclusive;
use std::pin::pin;

use domain::ids::JobId;

use crate::testing::story::{sound, undisturbed};
use crate::testing::{Asked, Trouble, World};
use crate::wake::WakeUp;

/// Longer than any hold.
const LATER_MS: u64 = 200_000;

/// The calls of one story in each of its workers' runs, by their numbers: with
/// each, how many clicks come before it.
async fn places(text: &str) -> Vec<(usize, RangeInclusive<usize>)> {
    let calls = undisturbed(text).await;
    let wakes = calls.iter().enumerate().filter(|(_, name)| *name == "wake").map(|(at, _)| at + 1);
    let starts: Vec<usize> = wakes.collect();
    let ends = starts.iter().map(|start| {
        // A click begins with its signature.
        let next = calls[*start..].iter().position(|name| name == "secrets.verifier");
        next.map_or(calls.len(), |next| start + next)
    });
    // A call must follow in which the first worker holds the job.
    starts.iter().zip(ends).enumerate().map(|(clicks, (start, end))| (clicks, start + 3..=end)).collect()
}

/// A world in which a worker is about to be stopped at call `number`, after so
/// many clicks.
async fn prepared(text: &str, clicks: usize, number: usize) -> (World, WakeUp) {
    let world = World::new();
    world.seam.trouble(number, "", Trouble::Freeze, 1);
    world.hear(&Asked::mention(text)).await;
    for _ in 0..clicks {
        world.work_off().await;
        world.agree_once().await;
    }
    let wake = world.wake.take().remove(0);
    (world, wake)
}

/// The job of the message.
fn asked(world: &World) -> JobId {
    world.jobs.all().remove(0).id
}

#[tokio::test(start_paused = true)]
async fn a_second_worker_leaves_a_held_job_alone() {
    for text in ["stop web-1", "find", "reboot web-1", "terminate web-1"] {
        for (clicks, numbers) in places(text).await {
            for number in numbers {
                let (world, wake) = prepared(text, clicks, number).await;
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
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_wakes_up_after_its_hold_changes_nothing_twice() {
    for text in ["stop web-1", "reboot web-1", "terminate web-1"] {
        for (clicks, numbers) in places(text).await {
            for number in numbers {
                let (world, wake) = prepared(text, clicks, number).await;
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
                let job = world.jobs.peek(&asked(&world)).unwrap();
                assert!(job.machine.told, "{text}: {number}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_wake_up_twice_is_done_once() {
    let world = World::new();
    let id = world.hear(&Asked::mention("stop web-1")).await;
    let first = world.wake.take().remove(0);
    let (one, two) = tokio::join!(world.work(&first), world.work(&first));
    assert!(one.unwrap().is_ok() && two.unwrap().is_ok());
    world.work(&first).await.unwrap().unwrap();
    assert_eq!(world.answers().len(), 1, "{:?}", world.answers());
    world.agree_once().await;
    let wake = world.wake.take().remove(0);
    let (one, two) = tokio::join!(world.work(&wake), world.work(&wake));
    assert!(one.unwrap().is_ok() && two.unwrap().is_ok());
    world.work(&first).await.unwrap().unwrap();
    assert_eq!(world.answers(), ["thread: Done: `web-1` is *stopped* (5 s)."]);
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
    assert_eq!(world.jobs.peek(&id).unwrap().machine.status.name(), "done");
}
