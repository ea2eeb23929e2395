//! `#2` and `this`: what the thread was last about.

use super::check;
use crate::testing::{Asked, Trouble, World};

const THREAD: &str = "1764575999.000100";

/// Another message in the thread that the first message began.
fn then(text: &str) -> Asked {
    Asked::mention(text).at("1764576100.000200").in_thread(THREAD)
}

#[tokio::test(start_paused = true)]
async fn a_row_is_that_of_the_last_list_in_the_thread() {
    for (text, done) in [("stop #2", &["stop web-2"][..]), ("start #3", &["start web-3"]), ("stop #4", &[])] {
        let world = World::new();
        world.ask(&Asked::mention("find web-*")).await;
        world.ask(&then(text)).await;
        assert_eq!(world.fleet.all_done(), done, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn this_is_the_one_instance_that_the_thread_is_about() {
    let world = World::new();
    world.ask(&Asked::mention("stop web-1")).await;
    world.ask(&then("start this")).await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_card_is_what_this_means_after_it() {
    let world = World::new();
    world.ask(&Asked::mention("find web-*")).await;
    world.ask(&then("stop #2")).await;
    world.ask(&then("start this").at("1764576200.000200")).await;
    assert_eq!(world.fleet.all_done(), ["stop web-2", "start web-2"]);
}

#[tokio::test(start_paused = true)]
async fn looking_at_a_row_leaves_the_list_as_it_is() {
    let world = World::new();
    world.ask(&Asked::mention("find web-*")).await;
    world.ask(&then("check #2")).await;
    world.ask(&then("start #3").at("1764576200.000200")).await;
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
}

#[tokio::test(start_paused = true)]
async fn a_row_means_the_same_to_the_run_after_a_crash() {
    for (text, others) in [("stop #2", 0), ("stop #2 #1", 1), ("check #2", 0)] {
        for number in 1.. {
            let world = World::new();
            world.ask(&Asked::mention("find web-*")).await;
            let from = world.seam.calls().len() + number;
            world.seam.trouble(from, "", Trouble::CrashAfter, 1);
            world.ask(&then(text)).await;
            let answers = world.answers();
            assert!(
                !answers.iter().any(|answer| answer.contains("No instance")),
                "{text}: {number}: {answers:?}"
            );
            assert!(world.fleet.done("web-1").len() <= others, "{text}: {number}");
            assert!(world.fleet.done("web-3").is_empty(), "{text}: {number}");
            if world.seam.calls().len() < from {
                break;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn this_is_not_one_of_several() {
    let world = World::new();
    world.ask(&Asked::mention("find web-*")).await;
    world.ask(&then("stop this")).await;
    let refused = "only U0ANN: No instance matches “this” in eu-west-1, us-east-1.";
    assert_eq!(world.answers().last().map(String::as_str), Some(refused));
    assert!(world.fleet.all_done().is_empty());
}

#[tokio::test(start_paused = true)]
async fn without_a_list_there_are_no_rows() {
    for (text, word) in [("stop #2", "#2"), ("stop this", "this")] {
        let answer = format!("only U0ANN: No instance matches “{word}” in eu-west-1, us-east-1.");
        check(&World::new(), &Asked::mention(text), &[&answer], &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn rows_are_forgotten_after_a_week() {
    let world = World::new();
    world.ask(&Asked::mention("find web-*")).await;
    world.clock.later(7 * 24 * 3_600_000 + 1_000).await;
    world.ask(&then("stop #2")).await;
    assert!(world.fleet.all_done().is_empty());
}
