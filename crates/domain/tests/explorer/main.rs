//! Walks the job machine through everything that can happen to one command:
//! three deliveries, two workers, the sweeper, a crash at every step, and
//! writes and calls whose replies are lost.
//!
//! Two things must hold in every state that can be reached: EC2 was called at
//! most once, and if from here on nothing more goes wrong, the job is closed
//! after the person was told one thing, which is true.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

mod model;
mod moves;

use std::collections::{HashSet, VecDeque};

use model::{Budget, World};

/// Runs through every state that can be reached from `start`, and checks each.
fn explore(start: World) -> usize {
    let mut seen = HashSet::new();
    let mut good = HashSet::new();
    let mut queue = VecDeque::from([start.clone()]);
    seen.insert(start);
    while let Some(world) = queue.pop_front() {
        world.check();
        world.recovers(&mut good);
        for next in moves::all(&world).into_iter().map(World::normal) {
            if seen.insert(next.clone()) {
                queue.push_back(next);
            }
        }
    }
    seen.len()
}

#[test]
fn one_command_is_done_at_most_once_and_never_ends_in_silence() {
    let mut states = 0;
    for budget in [
        Budget { deliveries: 3, crashes: 2, lost: 1, ticks: 3, faults: 0 },
        Budget { deliveries: 3, crashes: 1, lost: 1, ticks: 2, faults: 1 },
        Budget { deliveries: 2, crashes: 3, lost: 0, ticks: 4, faults: 0 },
        Budget { deliveries: 1, crashes: 1, lost: 2, ticks: 3, faults: 2 },
    ] {
        let reached = explore(World::new(budget));
        println!("{reached} states with {budget:?}");
        states += reached;
    }
    let budget = Budget { deliveries: 2, crashes: 2, lost: 1, ticks: 4, faults: 1 };
    states += explore(World::nearly_worn_out(budget));
    states += explore(World::nearly_given_up(budget));
    println!("{states} states in all");
    assert!(states > 100_000, "the model has shrunk to {states} states");
}
