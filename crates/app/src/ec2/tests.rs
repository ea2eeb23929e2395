//! The worker, from a message to what is seen of it.

mod accounts;
mod announcements;
mod answers;
mod approvals;
mod book;
mod cards;
mod changes;
mod clicks;
mod crash;
mod edits;
mod failing;
mod fanout;
mod inventory;
mod language;
mod late;
mod linking;
mod many;
mod memory;
mod notices;
mod origins;
mod pages;
mod people;
mod proofs;
mod races;
mod rechecks;
mod restarts;
mod reviewers;
mod rivals;
mod scopes;
mod settings;
mod slash;
mod threads;
mod verdicts;
mod waiting;
mod warnings;

use crate::testing::{Asked, World};

/// Asks `text` in `world`, and compares what is seen of it and what was done.
async fn check(world: &World, asked: &Asked, answers: &[&str], done: &[&str]) {
    world.ask(asked).await;
    assert_eq!(world.answers(), answers, "{}", asked.text);
    assert_eq!(world.fleet.all_done(), done, "{}", asked.text);
}
