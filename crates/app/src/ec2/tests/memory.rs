//! What a look leaves in the inventory, and what of that is believed.

use domain::ids::InstanceId;
use domain::instance::InstanceState::{Stopped, Terminated};

use super::inventory::{ACME, EVERYWHERE, asked, seen, then, world};
use crate::ports::{Clock as _, Inventory as _, Look, Shelf};
use crate::testing::{Asked, Trouble, linked};

#[tokio::test(start_paused = true)]
async fn without_the_inventory_everything_is_as_it_was() {
    for trouble in [Trouble::FailBefore, Trouble::Hang] {
        for text in ["find web-1", "stop web-1 --dry-run", "start web-3", "check web-1"] {
            let plain = world();
            let (_, expected) = asked(&plain, text).await;
            let world = world();
            world.seam.always("inventory.", trouble.clone());
            let (places, answer) = asked(&world, text).await;
            assert_eq!((places.as_slice(), answer), (&EVERYWHERE.map(str::to_owned)[..], expected), "{text}");
            assert!(world.jobs.all().iter().all(|job| job.machine.told), "{text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_the_inventory_to_be_written() {
    let world = world();
    world.hear(&Asked::mention("find web-1")).await;
    let wake = world.wake.take().remove(0);
    world.seam.next("inventory.keep", Trouble::Freeze);
    let (worker, deadline) = (world.ec2(), world.clock.now().plus(120_000));
    let mut run = std::pin::pin!(worker.handle(&wake, deadline));
    tokio::select! {
        biased;
        () = world.seam.frozen() => {}
        _ = &mut run => panic!("nothing was written"),
    }
    assert!(world.answers()[0].starts_with("thread: *1 instance*"));
    assert!(world.jobs.all()[0].machine.is_closed());
    world.seam.thaw();
    run.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_look_leaves_what_it_saw() {
    let all = seen().await.inventory.lines();
    assert_eq!(all.len(), 11, "the living ones: {all:?}");
    assert!(all.contains(&"home 123456789012 eu-west-1 i-11111111 web-1".to_owned()), "{all:?}");
    assert!(all.contains(&"T0ACME 222222222222 us-east-1 i-cccccccc twin".to_owned()), "{all:?}");
    assert!(all.iter().all(|line| !line.ends_with("old-1")), "a terminated one: {all:?}");
    for (text, count) in [
        ("find stopped", 1),
        ("find tag:Env=prod", 11),
        ("find for acme", 2),
        ("check i-11111111", 1),
        ("check web-1", 11),
        ("stop web-9", 11),
        ("find terminated", 0),
    ] {
        let world = world();
        world.ask(&Asked::mention(text)).await;
        assert_eq!(world.inventory.lines().len(), count, "{text}: {:?}", world.inventory.lines());
    }
}

#[tokio::test(start_paused = true)]
async fn what_vanished_is_forgotten_by_a_whole_look_only() {
    for (text, is_known) in [
        ("find", false),
        ("check web-2", false),
        ("find in eu-west-1", false),
        ("find in us-east-1", true),
        ("find for acme", true),
        ("find tag:Env=dev", false),
        ("find running", true),
        // What is seen to be terminated is gone as well.
    ] {
        let world = seen().await;
        world.fleet.forget("web-1");
        world.ask(&then(text, 1)).await;
        let known = world.inventory.lines().iter().any(|line| line.ends_with(" web-1"));
        assert_eq!(known, is_known, "{text}");
    }
    let world = seen().await;
    world.fleet.meddle("web-1", Terminated);
    world.ask(&then("find terminated", 1)).await;
    assert!(!world.inventory.lines().iter().any(|line| line.ends_with(" web-1")));
}

#[tokio::test(start_paused = true)]
async fn a_look_does_not_undo_what_was_seen_after_it() {
    let world = world();
    world.seam.next("ec2.describe us-east-1", Trouble::Freeze);
    world.hear(&Asked::mention("find")).await;
    let wake = world.wake.take().remove(0);
    let (worker, deadline) = (world.ec2(), world.clock.now().plus(120_000));
    let mut run = std::pin::pin!(worker.handle(&wake, deadline));
    tokio::select! {
        biased;
        () = world.seam.frozen() => {}
        _ = &mut run => panic!("nothing was looked at"),
    }
    world.clock.later(1_000).await;
    let place = crate::ports::Place {
        account: std::sync::Arc::new(crate::testing::home()),
        region: domain::ids::Region::new("eu-west-1"),
    };
    let corner = crate::inventory::corner(&domain::ids::TeamId::new("T0ACME"), &place);
    assert_eq!(corner.shelf, Shelf::Home);
    let there = vec![
        (InstanceId::parse("i-0000000d").unwrap(), Some("new-2".to_owned())),
        (InstanceId::parse("i-11111111").unwrap(), Some("renamed".to_owned())),
    ];
    let later = Look { there, gone: Vec::new(), complete: false, at: world.clock.now() };
    world.inventory.keep(&corner, &later).await.unwrap();
    world.seam.thaw();
    run.await.unwrap();
    let known = world.inventory.lines();
    assert!(known.iter().any(|line| line.ends_with("i-0000000d new-2")), "{known:?}");
    assert!(known.iter().any(|line| line.ends_with("i-11111111 renamed")), "{known:?}");
}

#[tokio::test(start_paused = true)]
async fn what_another_team_has_seen_is_not_known() {
    let world = world();
    world.put_account("T0OTHER", linked("acme", "333333333333", &["eu-west-1"], Some(world.clock.now())));
    let other = crate::ports::Corner {
        shelf: Shelf::Team(domain::ids::TeamId::new("T0OTHER")),
        account: domain::ids::AccountId::new(ACME),
        region: domain::ids::Region::new("eu-west-1"),
    };
    let there = vec![(InstanceId::parse("i-11111111").unwrap(), Some("app-1".to_owned()))];
    let look = Look { there, gone: Vec::new(), complete: true, at: world.clock.now() };
    world.inventory.keep(&other, &look).await.unwrap();
    let (places, _) = asked(&world, "stop app-1 --dry-run").await;
    assert_eq!(places, EVERYWHERE);
    let stopped = world.fleet.state("app-1");
    assert_ne!(stopped, Stopped);
}
