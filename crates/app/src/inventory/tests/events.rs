//! The events of EC2: a change of state is looked at, and kept for whom it concerns.

use domain::account::Account;
use domain::ids::Region;
use domain::instance::InstanceState::{Running, Terminated};

use super::{ACME, asked, change, refresh, world};
use crate::inventory::StateChange;
use crate::ports::Clock as _;
use crate::testing::{Trouble, World, linked};

async fn tell(world: &World, change: &StateChange) {
    world.stocktaker().handle_event(change).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_change_of_state_is_looked_at_and_kept() {
    let home = "123456789012";
    for (told, known) in [
        (change(home, "eu-west-1", "i-11111111"), &["home 123456789012 eu-west-1 i-11111111 web-1"][..]),
        (change(ACME, "eu-west-1", "i-bbbbbbbb"), &["T0ACME 222222222222 eu-west-1 i-bbbbbbbb app-1"]),
        (
            change("444444444444", "eu-west-1", "i-cccccccc"),
            &["T0OTHER 444444444444 eu-west-1 i-cccccccc app-2"],
        ),
        // A terminated instance, one that is not there, and one that is elsewhere.
        (change(home, "eu-west-1", "i-66666666"), &[]),
        (change(home, "eu-west-1", "i-0000000f"), &[]),
        (change(home, "us-east-1", "i-11111111"), &[]),
    ] {
        let world = world();
        tell(&world, &told).await;
        assert_eq!(world.inventory.lines(), known, "{told:?}");
        assert!(world.inventory.kept.lock().unwrap().corners.is_empty(), "one instance is not a whole place");
        assert_eq!(asked(&world, 0).len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn changes_that_nobody_cares_about_are_ignored() {
    for told in [
        change("999999999999", "eu-west-1", "i-11111111"),
        change("333333333333", "eu-west-1", "i-11111111"),
        change("555555555555", "eu-west-1", "i-dddddddd"),
        change("666666666666", "eu-west-1", "i-dddddddd"),
        change(ACME, "ap-south-1", "i-bbbbbbbb"),
        change("123456789012", "ap-south-1", "i-11111111"),
    ] {
        let world = world();
        tell(&world, &told).await;
        assert!(world.inventory.lines().is_empty(), "{told:?}");
        assert!(asked(&world, 0).is_empty(), "{told:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_two_teams_have_linked_is_known_to_both() {
    let world = world();
    let shared = linked("shared", ACME, &["eu-west-1"], Some(world.clock.now()));
    world.put_account("T0OTHER", Account { regions: vec![Region::new("eu-west-1")], ..shared });
    world.add_in("shared", 'e', "eu-west-1", Running, &["Name=both"]);
    tell(&world, &change(ACME, "eu-west-1", "i-eeeeeeee")).await;
    // To the pretend EC2 an alias is an account, so only the one that has it sees it.
    assert_eq!(world.inventory.lines(), ["T0OTHER 222222222222 eu-west-1 i-eeeeeeee both"]);
    assert_eq!(asked(&world, 0), ["acme eu-west-1", "shared eu-west-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_terminated_instance_is_forgotten_by_its_event() {
    let world = world();
    refresh(&world, 120_000).await;
    world.fleet.meddle("web-1", Terminated);
    world.fleet.forget("web-2");
    for id in ["i-11111111", "i-22222222"] {
        tell(&world, &change("123456789012", "eu-west-1", id)).await;
    }
    let known = world.inventory.lines();
    assert!(!known.iter().any(|line| line.ends_with(" web-1") || line.ends_with(" web-2")), "{known:?}");
    assert!(known.iter().any(|line| line.ends_with(" web-3")), "{known:?}");
}

#[tokio::test(start_paused = true)]
async fn an_event_is_tried_again_only_if_that_may_help() {
    for (trouble, again) in
        [(Trouble::Busy, true), (Trouble::NotAllowed, false), (Trouble::Refused("OptInRequired"), false)]
    {
        let world = world();
        world.seam.next("ec2.describe", trouble.clone());
        let told = change(ACME, "eu-west-1", "i-bbbbbbbb");
        assert_eq!(world.stocktaker().handle_event(&told).await.is_err(), again, "{trouble:?}");
    }
}
