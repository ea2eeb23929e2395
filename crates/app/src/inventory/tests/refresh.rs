//! The look at everything, every few minutes: in which order, and what it leaves.

use domain::ids::InstanceId;
use domain::instance::InstanceState::{Running, Terminated};
use domain::time::Millis;

use super::{ACME, asked, refresh, world};
use crate::ports::{Clock as _, Inventory as _, Look};
use crate::testing::{Trouble, linked};

#[tokio::test(start_paused = true)]
async fn every_account_that_is_used_is_looked_at_once() {
    let world = world();
    refresh(&world, 120_000).await;
    let mut places = asked(&world, 0);
    places.sort();
    assert_eq!(
        places,
        ["acme eu-west-1", "acme us-east-1", "eu-west-1", "prod eu-west-1", "us-east-1"],
        "not what is not verified, nor of teams that have left, and home once for all"
    );
    let known = world.inventory.lines();
    assert_eq!(known.len(), 11, "{known:?}");
    for line in [
        "home 123456789012 eu-west-1 i-11111111 web-1",
        "T0ACME 222222222222 eu-west-1 i-bbbbbbbb app-1",
        "T0OTHER 444444444444 eu-west-1 i-cccccccc app-2",
    ] {
        assert!(known.iter().any(|known| known == line), "{line} is missing in {known:?}");
    }
    assert_eq!(world.inventory.kept.lock().unwrap().corners.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn what_vanished_leaves_and_what_is_new_comes() {
    let world = world();
    refresh(&world, 120_000).await;
    world.fleet.forget("web-1");
    world.fleet.meddle("web-2", Terminated);
    world.fleet.rename(&InstanceId::parse("i-44444444").unwrap(), "db-7");
    world.fleet.add('e', "us-east-1", Running, &["Name=web-8"]);
    world.clock.later(600_000).await;
    refresh(&world, 120_000).await;
    let known = world.inventory.lines().join("\n");
    for (name, is_known) in
        [("web-1", false), ("web-2", false), ("db-1", false), ("db-7", true), ("web-8", true)]
    {
        assert_eq!(known.contains(&format!(" {name}")), is_known, "{name} in {known}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_place_that_cannot_be_seen_keeps_what_was_known_and_nobody_else_from_being_seen() {
    for trouble in [Trouble::NotAllowed, Trouble::Busy, Trouble::Refused("OptInRequired"), Trouble::Hang] {
        let world = world();
        refresh(&world, 120_000).await;
        let before = world.inventory.kept.lock().unwrap().corners.clone();
        world.clock.later(600_000).await;
        world.seam.always("ec2.describe acme", trouble.clone());
        refresh(&world, 120_000).await;
        let kept = world.inventory.kept.lock().unwrap();
        for (corner, at) in &kept.corners {
            let is_blind = corner.account.as_str() == ACME;
            assert_eq!(*at == before[corner], is_blind, "{trouble:?}: {corner:?}");
        }
        drop(kept);
        assert!(world.inventory.lines().iter().any(|line| line.ends_with(" app-1")), "{trouble:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_table_that_fails_for_one_place_fails_for_that_one() {
    let world = world();
    world.seam.next("inventory.keep", Trouble::FailBefore);
    refresh(&world, 120_000).await;
    assert_eq!(world.inventory.kept.lock().unwrap().corners.len(), 4);
    world.seam.next("accounts.everywhere", Trouble::FailBefore);
    let deadline = world.clock.now().plus(120_000);
    assert!(world.stocktaker().handle_refresh(deadline).await.is_err(), "nothing is known of any place");
}

#[tokio::test(start_paused = true)]
async fn what_was_not_reached_in_time_comes_first_the_next_time() {
    let world = world();
    refresh(&world, 120_000).await;
    world.clock.later(600_000).await;
    // Less than what is kept for the end: there is no time for anything.
    let from = world.seam.calls().len();
    refresh(&world, 4_000).await;
    assert_eq!(asked(&world, from), [""; 0]);
    // Each place was looked at at another time, the first one last.
    let now = world.clock.now();
    let corners: Vec<_> = world.inventory.kept.lock().unwrap().corners.keys().cloned().collect();
    for (age, corner) in (1..).zip(&corners) {
        let at = Millis(now.0 - 1_000 * age);
        world.inventory.kept.lock().unwrap().corners.insert(corner.clone(), at);
    }
    let from = world.seam.calls().len();
    refresh(&world, 120_000).await;
    let mut oldest_first: Vec<String> = corners
        .iter()
        .map(|corner| match corner.account.as_str() {
            ACME => format!("acme {}", corner.region),
            "444444444444" => format!("prod {}", corner.region),
            _ => corner.region.to_string(),
        })
        .collect();
    oldest_first.reverse();
    assert_eq!(asked(&world, from), oldest_first);
    // What was never seen is older than all.
    let new = linked("new", "777777777777", &["eu-west-1"], Some(now));
    world.put_account("T0OTHER", new);
    let from = world.seam.calls().len();
    refresh(&world, 120_000).await;
    assert_eq!(asked(&world, from)[0], "new eu-west-1");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_ends_before_its_deadline() {
    let world = world();
    for number in 0..100 {
        world.link(&format!("a{number}"), &format!("{number:012}"), &["eu-west-1"]);
    }
    world.seam.always("ec2.describe", Trouble::Hang);
    let begun = world.clock.now();
    refresh(&world, 30_000).await;
    assert!(world.clock.now().since(begun) <= 26_000, "{}", world.clock.now().since(begun));
    assert!(world.inventory.lines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_old_look_does_not_bring_back_what_has_another_name_since() {
    let world = world();
    refresh(&world, 120_000).await;
    let corner = world.inventory.kept.lock().unwrap().corners.keys().next().unwrap().clone();
    let before = world.inventory.lines();
    let old = Look {
        there: vec![(InstanceId::parse("i-11111111").unwrap(), Some("older".to_owned()))],
        gone: Vec::new(),
        complete: true,
        at: Millis(world.clock.now().0 - 60_000),
    };
    world.inventory.keep(&corner, &old).await.unwrap();
    assert_eq!(world.inventory.lines(), before);
}
