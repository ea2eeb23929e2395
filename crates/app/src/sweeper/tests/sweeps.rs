//! A sweep as a whole.

use domain::ids::JobId;
use domain::time::Millis;

use crate::ports::Clock as _;
use crate::testing::{Asked, Recorder, Trouble, World};

/// What names the messages of the three jobs.
const FIRST: &str = "1764575997.000100";
const SECOND: &str = "1764575998.000100";
const THIRD: &str = "1764575999.000100";

/// Three jobs that nobody has taken up, and that are due.
async fn three() -> World {
    let world = World::new();
    for (ts, text) in [(FIRST, "stop web-1"), (SECOND, "stop web-2"), (THIRD, "find")] {
        world.hear(&Asked::mention(text).at(ts)).await;
        world.clock.later(1_000).await;
    }
    world.wake.take();
    world.clock.later(60_000).await;
    world
}

fn woken(world: &World) -> Vec<String> {
    world.wake.take().iter().map(|wake| wake.job.as_str().rsplit('#').next().unwrap().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn the_oldest_come_first() {
    let world = three().await;
    world.sweep().await.unwrap().unwrap();
    assert_eq!(woken(&world), [FIRST, SECOND, THIRD]);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_fails_does_not_keep_it_from_the_next() {
    for port in ["jobs.find", "jobs.advance", "wake"] {
        for trouble in [Trouble::FailBefore, Trouble::FailAfter] {
            let world = three().await;
            world.seam.next(port, trouble);
            world.sweep().await.unwrap().unwrap();
            assert_eq!(woken(&world).last().map(String::as_str), Some(THIRD), "{port}");
            // What failed is driven by a later sweep.
            world.minute().await;
            world.settle().await;
            assert_eq!(world.fleet.all_done(), ["stop web-1", "stop web-2"], "{port}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_fails_is_a_fault_of_the_sweep() {
    let world = three().await;
    world.seam.next("open.due", Trouble::FailBefore);
    assert!(world.sweep().await.unwrap().is_err());
    world.sweep().await.unwrap().unwrap();
    assert_eq!(woken(&world).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_without_time_leaves_the_rest_to_the_next() {
    let world = three().await;
    let calls = world.seam.calls().len();
    let deadline = Millis(world.clock.now().0 + 7_999);
    world.sweeper().handle(deadline).await.unwrap();
    assert_eq!(world.seam.calls().split_off(calls), ["open.due"]);
    assert!(world.wake.take().is_empty());
    world.sweep().await.unwrap().unwrap();
    assert_eq!(woken(&world).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_that_is_killed_anywhere_loses_nothing() {
    for number in 1..=10 {
        for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
            let world = three().await;
            world.seam.trouble(world.seam.calls().len() + number, "", trouble, 1);
            let _ = world.sweep().await;
            world.work_off().await;
            world.settle().await;
            assert_eq!(world.fleet.all_done(), ["stop web-1", "stop web-2"], "{number}");
            assert!(world.jobs.all().iter().all(|job| job.machine.told), "{number}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn records_that_cannot_be_read_hide_no_others() {
    let world = three().await;
    let (recorder, _guard) = Recorder::start();
    let due = Millis(world.clock.now().0 - 3_600_000);
    for number in 0..450 {
        world.jobs.put_unreadable(&JobId::new(format!("ec2#T0ACME#broken#{number:03}")), due);
    }
    world.sweep().await.unwrap().unwrap();
    assert_eq!(woken(&world), ["1764575997.000100", "1764575998.000100", "1764575999.000100"]);
    let later = world.clock.now().plus(3_600_000);
    assert!(world.jobs.unreadable().iter().all(|due| *due == later), "they are set aside");
    assert_eq!(recorder.text().matches("Set aside 450 jobs").count(), 1);
    // They are not looked at again until then, and heard of again from then on.
    let before = world.seam.count("open.set_aside");
    world.minute().await;
    assert_eq!(world.seam.count("open.set_aside"), before);
    world.clock.later(3_600_000).await;
    world.sweep().await.unwrap().unwrap();
    assert_eq!(world.seam.count("open.set_aside"), 2 * before);
}

#[tokio::test(start_paused = true)]
async fn a_table_that_fails_sets_nothing_aside() {
    let world = three().await;
    world.seam.always("jobs.find", Trouble::FailBefore);
    world.sweep().await.unwrap().unwrap();
    assert!(woken(&world).is_empty());
    world.seam.calm();
    world.sweep().await.unwrap().unwrap();
    assert_eq!(woken(&world).len(), 3);
}
