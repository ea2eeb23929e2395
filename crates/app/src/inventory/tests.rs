//! The stocktaker: what it looks at, in which order, and what it leaves.

use domain::account::Account;
use domain::ids::{AccountId, AppId, InstanceId, Region, TeamId, UserId};
use domain::instance::InstanceState::{Running, Terminated};
use domain::time::Millis;
use serde_json::{Value, json};

use super::{Input, StateChange};
use crate::ports::{Clock as _, Installation, Inventory as _, Look};
use crate::testing::{TOKEN, Trouble, World, linked};
use crate::wake::WakeUp;

const ACME: &str = "222222222222";

/// With two teams that have linked accounts, and one that has left.
fn world() -> World {
    let world = World::new();
    let verified = Some(world.clock.now());
    world.link("acme", ACME, &["eu-west-1", "us-east-1"]);
    world.put_account("T0ACME", linked("later", "333333333333", &["eu-west-1"], None));
    world.put_account("T0OTHER", linked("prod", "444444444444", &["eu-west-1"], verified));
    world.put_account("T0LEFT", linked("old", "555555555555", &["eu-west-1"], verified));
    world.put_account("T0NEVER", linked("odd", "666666666666", &["eu-west-1"], verified));
    for team in ["T0OTHER", "T0LEFT"] {
        world.teams.enrol_now(&installed(&world, team), TOKEN);
    }
    world.teams.uninstall_now(&TeamId::new("T0LEFT"), world.clock.now());
    world.add_in("acme", 'b', "eu-west-1", Running, &["Name=app-1"]);
    world.add_in("prod", 'c', "eu-west-1", Running, &["Name=app-2"]);
    world.add_in("old", 'd', "eu-west-1", Running, &["Name=app-3"]);
    world
}

fn installed(world: &World, team: &str) -> Installation {
    Installation {
        team: TeamId::new(team),
        app: AppId::new("A0BELLHOP"),
        installer: UserId::new("U0ANN"),
        ..world.installation()
    }
}

async fn refresh(world: &World, millis: u64) {
    world.stocktaker().handle_refresh(world.clock.now().plus(millis)).await.unwrap();
}

/// The places that were asked for, in order, since call number `from`.
fn asked(world: &World, from: usize) -> Vec<String> {
    let calls = world.seam.calls().split_off(from);
    calls.iter().filter_map(|call| call.strip_prefix("ec2.describe ")).map(str::to_owned).collect()
}

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

fn change(account: &str, region: &str, id: &str) -> StateChange {
    StateChange {
        account: AccountId::new(account),
        region: Region::new(region),
        instance: InstanceId::parse(id).unwrap(),
    }
}

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

#[test]
fn what_wakes_the_function_is_told_apart() {
    let event = |source: &str, kind: &str, detail: Value| {
        json!({"version": "0", "id": "1", "source": source, "detail-type": kind, "detail": detail,
            "account": "123456789012", "region": "eu-west-1", "time": "2025-12-01T08:00:00Z", "resources": []})
    };
    let state_change = |detail: Value| event("aws.ec2", "EC2 Instance State-change Notification", detail);
    let changed = change("123456789012", "eu-west-1", "i-0123456789abcdef0");
    let wake = WakeUp::new(TeamId::new("T1"), domain::ids::JobId::new("ec2#1"));
    for (payload, expected) in [
        (json!({"v": 1, "team": "T1", "job": "ec2#1"}), Some(Input::Job(wake.clone()))),
        (json!({"v": 9, "team": "T1", "job": "ec2#1"}), Some(Input::Job(WakeUp { v: 9, ..wake }))),
        (event("aws.events", "Scheduled Event", json!({})), Some(Input::Refresh)),
        (
            state_change(json!({"instance-id": "i-0123456789abcdef0", "state": "running"})),
            Some(Input::StateChange(changed)),
        ),
        (state_change(json!({"instance-id": "web-1", "state": "running"})), None),
        (state_change(json!({"state": "running"})), None),
        (event("aws.ec2", "EC2 Spot Instance Interruption Warning", json!({})), None),
        (event("mine", "EC2 Instance State-change Notification", json!({"instance-id": "i-00000001"})), None),
        (event("mine", "Scheduled Event", json!({})), None),
        (json!({"job": 7}), None),
        (json!({}), None),
        (json!(null), None),
        (json!([]), None),
    ] {
        assert_eq!(Input::read(payload.clone()).ok(), expected, "{payload}");
    }
}
