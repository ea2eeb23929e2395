//! The sweeper.

mod driving;
mod ending;
mod sweeps;
mod texts;

use domain::ids::{JobId, Owner};
use domain::job::{Job, Move};

use crate::ports::Clock as _;
use crate::testing::{Asked, Trouble, World};

/// A job that a worker's death left at the call named `stage`, with its hold over.
async fn left_at(world: &World, text: &str, stage: &str) -> JobId {
    world.seam.next(stage, Trouble::CrashAfter);
    let id = world.hear(&Asked::mention(text)).await;
    world.go_on().await;
    world.clock.later(200_000).await;
    id
}

/// Makes a move on the record, without a call.
fn moved(world: &World, job: &Job, change: &Move) -> Job {
    let after = job.after(change, world.clock.now()).unwrap();
    world.jobs.put(&after);
    after
}

fn owner(name: &str) -> Owner {
    Owner::new(name)
}

/// Lets minutes pass, with sweeps and without any worker, until the job is
/// closed; says how often a worker was woken.
async fn sweeps_alone(world: &World, id: &JobId) -> usize {
    let mut woken = 0;
    for _ in 0..24 * 60 {
        if world.jobs.peek(id).unwrap().machine.is_closed() {
            return woken;
        }
        world.clock.later(60_000).await;
        world.sweep().await.unwrap().unwrap();
        woken += world.wake.take().len();
    }
    panic!("never closed: {:#?}", world.jobs.peek(id));
}
