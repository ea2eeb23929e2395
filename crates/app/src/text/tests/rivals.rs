//! Two workers and one job.

use std::pin::pin;

use super::story::{STORIES, Story, sound};
use crate::ports::Clock as _;
use crate::testing::Trouble;
use crate::testing::story::Mishap;

/// What Lambda gives one run.
const RUN_MS: u64 = 30_000;

/// Longer than any hold.
const LATER_MS: u64 = 100_000;

fn freeze(from: usize) -> Mishap {
    Mishap { from, prefix: "", trouble: Trouble::Freeze, times: 1 }
}

/// The calls of one story in which a worker holds the job, by their numbers.
async fn places(story: Story) -> std::ops::RangeInclusive<usize> {
    let calls = story.calls().await;
    let wake = 1 + calls.iter().position(|name| name == "wake").unwrap();
    wake + 3..=calls.len()
}

#[tokio::test(start_paused = true)]
async fn a_second_worker_leaves_a_held_job_alone() {
    for story in STORIES {
        for number in places(story).await {
            let played = story.begin(&[freeze(number)]).await;
            let world = &played.world;
            let wake = world.wake.take().remove(0);
            let (one, two) = (world.text(), world.text());
            let deadline = world.clock.now().plus(RUN_MS);
            let mut first = pin!(one.handle(&wake, deadline));
            tokio::select! {
                biased;
                () = world.seam.frozen() => {}
                _ = &mut first => panic!("{story:?}: call {number} was not reached"),
            }
            let before = world.seam.calls().len();
            two.handle(&wake, deadline).await.unwrap();
            assert_eq!(world.seam.calls().split_off(before), ["jobs.find"], "{story:?}: {number}");
            world.seam.thaw();
            first.await.unwrap();
            world.settle().await;
            let seen = sound(&played, &format!("{story:?}: {number}"));
            assert!(seen.by_the_person() <= 1, "{story:?}: {number}: {seen:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_wakes_up_after_its_hold_shows_nothing_twice() {
    for story in STORIES {
        for number in places(story).await {
            let played = story.begin(&[freeze(number)]).await;
            let world = &played.world;
            let wake = world.wake.take().remove(0);
            let worker = world.text();
            let mut first = pin!(worker.handle(&wake, world.clock.now().plus(RUN_MS)));
            tokio::select! {
                biased;
                () = world.seam.frozen() => {}
                _ = &mut first => panic!("{story:?}: call {number} was not reached"),
            }
            world.clock.later(LATER_MS).await;
            world.settle().await;
            world.seam.thaw();
            let _ = first.await;
            world.settle().await;
            let seen = sound(&played, &format!("{story:?}: {number}"));
            assert!(seen.by_the_person() <= 1, "{story:?}: {number}: {seen:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_wake_up_several_times_is_done_once() {
    for story in STORIES {
        let played = story.begin(&[]).await;
        let world = &played.world;
        let wake = world.wake.take().remove(0);
        let (one, two) = tokio::join!(world.work(&wake), world.work(&wake));
        assert!(one.unwrap().is_ok() && two.unwrap().is_ok());
        let calls = world.seam.count("slack.");
        world.work(&wake).await.unwrap().unwrap();
        assert_eq!(world.seam.count("slack."), calls, "{story:?}");
        let seen = sound(&played, &format!("{story:?}"));
        assert!(seen.by_the_person() <= 1 && seen.public <= 1, "{story:?}: {seen:?}");
    }
}
