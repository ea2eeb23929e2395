//! Which jobs it wakes a worker for, and when.

use domain::job::{Move, Status};

use super::{left_at, moved, owner};
use crate::ports::Clock as _;
use crate::testing::{Asked, Trouble, World};

#[tokio::test(start_paused = true)]
async fn a_job_that_nobody_took_is_driven_with_growing_pauses() {
    let world = World::new();
    let id = world.hear(&Asked::mention("stop web-1")).await;
    world.wake.take();
    let begun = world.clock.now();
    let mut driven = Vec::new();
    while world.jobs.peek(&id).unwrap().machine.status == Status::Pending {
        world.clock.later(5_000).await;
        world.sweep().await.unwrap().unwrap();
        driven.extend(world.wake.take().iter().map(|_| world.clock.now().since(begun) / 1_000));
    }
    // 45 s each time, and then 0, 10, 20 and 40 s more.
    assert_eq!(driven, [45, 90, 145, 210, 295]);
}

#[tokio::test(start_paused = true)]
async fn a_held_job_and_one_that_is_not_due_are_left_alone() {
    let world = World::new();
    let id = world.hear(&Asked::mention("stop web-1")).await;
    world.wake.take();
    let pending = world.jobs.peek(&id).unwrap();
    world.sweep().await.unwrap().unwrap();
    assert_eq!(world.jobs.peek(&id), Some(pending.clone()), "it was not due");

    let now = world.clock.now();
    let take = Move::Take { owner: owner("worker"), until: now.plus(150_000) };
    let held = moved(&world, &pending, &take);
    for _ in 0..2 {
        world.clock.later(70_000).await;
        world.sweep().await.unwrap().unwrap();
        assert_eq!(world.jobs.peek(&id), Some(held.clone()));
    }
    world.clock.later(70_000).await;
    world.sweep().await.unwrap().unwrap();
    assert_eq!(world.wake.take().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_record_counts_and_not_the_list() {
    let world = World::new();
    let id = left_at(&world, "stop web-1", "jobs.advance waiting").await;
    // Between the list and the record a worker takes the job up.
    world.seam.next("open.due", Trouble::Freeze);
    let sweep = async {
        world.sweep().await.unwrap().unwrap();
    };
    let meanwhile = async {
        world.seam.frozen().await;
        let until = world.clock.now().plus(150_000);
        let take = Move::Take { owner: owner("worker"), until };
        moved(&world, &world.jobs.peek(&id).unwrap(), &take);
        world.seam.thaw();
    };
    tokio::join!(sweep, meanwhile);
    assert!(world.wake.take().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_drive_that_loses_the_race_wakes_nobody() {
    let world = World::new();
    let id = left_at(&world, "stop web-1", "jobs.advance waiting").await;
    world.seam.next("jobs.advance", Trouble::Freeze);
    let sweep = async {
        world.sweep().await.unwrap().unwrap();
    };
    let meanwhile = async {
        world.seam.frozen().await;
        let until = world.clock.now().plus(150_000);
        let take = Move::Take { owner: owner("worker"), until };
        moved(&world, &world.jobs.peek(&id).unwrap(), &take);
        world.seam.thaw();
    };
    tokio::join!(sweep, meanwhile);
    assert!(world.wake.take().is_empty());
    assert_eq!(world.jobs.peek(&id).unwrap().machine.writer, owner("worker"));
}

#[tokio::test(start_paused = true)]
async fn whatever_a_worker_left_undone_is_driven_again() {
    for (text, stage, woken) in [
        ("stop web-1", "jobs.find", 1),
        ("stop web-1", "jobs.advance claimed", 1),
        // The click's own job is not at its end either.
        ("stop web-1", "jobs.advance approved", 2),
        ("stop web-1", "jobs.advance executing", 1),
        ("stop web-1", "jobs.advance waiting", 1),
        ("start web-3", "jobs.advance done", 1),
    ] {
        let world = World::new();
        left_at(&world, text, stage).await;
        world.sweep().await.unwrap().unwrap();
        assert_eq!(world.wake.take().len(), woken, "{stage}");
    }
}
