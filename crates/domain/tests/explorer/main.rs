//! Walks the job machine through everything that can happen to one command:
//! three deliveries, two workers, the sweeper, people who click the buttons of
//! any card they ever saw, a crash at every step, writes and calls whose
//! replies are lost, invocations that end too early, and an instance that cannot be
//! looked at or does not arrive.
//!
//! These must hold in every state that can be reached. EC2 was called at most
//! once, and only if everybody who has to had agreed to the very plan on record.
//! Of each plan one word counts, said by somebody who saw that plan, before it
//! lapsed; what was denied or has lapsed is never done. And if from here on
//! nothing more goes wrong, the job is closed after the person was told one
//! thing, which is true.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

mod model;
mod moves;

use std::collections::{BTreeSet, HashSet, VecDeque};

use model::{Budget, World};

/// Runs through every state that can be reached from `start`, and checks each.
/// What people were told goes to `told`.
fn explore(start: World, told: &mut BTreeSet<&'static str>) -> usize {
    let mut seen = HashSet::new();
    let mut good = HashSet::new();
    let mut queue = VecDeque::from([start.clone()]);
    seen.insert(start);
    while let Some(world) = queue.pop_front() {
        world.check();
        told.extend(&world.told);
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
    let (mut states, mut told) = (0, BTreeSet::new());
    for budget in [
        Budget { deliveries: 3, crashes: 2, lost: 1, ticks: 3, faults: 0, clicks: 0 },
        Budget { deliveries: 3, crashes: 1, lost: 1, ticks: 2, faults: 1, clicks: 0 },
        Budget { deliveries: 2, crashes: 3, lost: 0, ticks: 4, faults: 0, clicks: 0 },
        Budget { deliveries: 1, crashes: 1, lost: 2, ticks: 3, faults: 2, clicks: 0 },
    ] {
        let reached = explore(World::new(budget), &mut told);
        println!("{reached} states with {budget:?}");
        states += reached;
    }
    let budget = Budget { deliveries: 2, crashes: 2, lost: 1, ticks: 4, faults: 1, clicks: 0 };
    states += explore(World::nearly_worn_out(budget), &mut told);
    states += explore(World::nearly_given_up(budget), &mut told);
    println!("{states} states in all");
    assert_eq!(
        told.into_iter().collect::<Vec<_>>(),
        ["done", "nothing to do", "parked", "unfinished", "unknown"]
    );
    assert!(states > 100_000, "the model has shrunk to {states} states");
}

#[test]
fn nothing_is_done_without_everybody_s_word_for_it() {
    let (mut states, mut told) = (0, BTreeSet::new());
    for (rounds, budget) in [
        (1, Budget { deliveries: 2, crashes: 2, lost: 0, ticks: 3, faults: 0, clicks: 2 }),
        (1, Budget { deliveries: 1, crashes: 1, lost: 1, ticks: 3, faults: 0, clicks: 3 }),
        (1, Budget { deliveries: 1, crashes: 1, lost: 0, ticks: 3, faults: 1, clicks: 2 }),
        (2, Budget { deliveries: 1, crashes: 2, lost: 0, ticks: 3, faults: 0, clicks: 3 }),
        (2, Budget { deliveries: 1, crashes: 0, lost: 1, ticks: 3, faults: 1, clicks: 3 }),
    ] {
        let reached = explore(World::asking(rounds, budget), &mut told);
        println!("{reached} states with {rounds} rounds and {budget:?}");
        states += reached;
    }
    println!("{states} states in all");
    let endings = ["denied", "done", "expired", "nothing to do", "unfinished", "unknown"];
    assert_eq!(told.into_iter().collect::<Vec<_>>(), endings);
    assert!(states > 500_000, "the model has shrunk to {states} states");
}
