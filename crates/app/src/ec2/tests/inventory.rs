//! Where a change looks: at the places that the inventory names, if it knows
//! enough, and everywhere if not.

use domain::ids::InstanceId;
use domain::instance::InstanceState::{Running, Terminated};

use crate::testing::{Asked, Trouble, World};

pub(super) const ACME: &str = "222222222222";

pub(super) const EVERYWHERE: [&str; 4] = ["acme eu-west-1", "acme us-east-1", "eu-west-1", "us-east-1"];

/// With `acme`, where `app-1` and one more `twin` are.
pub(super) fn world() -> World {
    let world = World::new();
    world.link("acme", ACME, &["eu-west-1", "us-east-1"]);
    world.add_in("acme", 'b', "eu-west-1", Running, &["Name=app-1"]);
    world.add_in("acme", 'c', "us-east-1", Running, &["Name=twin"]);
    world
}

/// Message number `number`, in the thread of the first.
pub(super) fn then(text: &str, number: u32) -> Asked {
    Asked::mention(text).at(&format!("17645761{number:02}.000200")).in_thread("1764575999.000100")
}

/// The same, after everything was looked at once.
pub(super) async fn seen() -> World {
    let world = world();
    Box::pin(world.ask(&Asked::mention("find"))).await;
    world
}

/// Which places are asked for `text`, each once and in order of their names, and
/// the answer. Dry runs, since a plan that waits for somebody is not yet an answer.
pub(super) async fn asked(world: &World, text: &str) -> (Vec<String>, String) {
    let before = world.seam.calls().len();
    Box::pin(world.ask(&then(text, 1))).await;
    let calls = world.seam.calls().split_off(before);
    let mut places: Vec<String> =
        calls.iter().filter_map(|call| call.strip_prefix("ec2.describe ")).map(str::to_owned).collect();
    places.sort();
    places.dedup();
    (places, world.answers().pop().unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_change_of_what_is_known_looks_only_where_it_is() {
    for (text, places, part) in [
        ("stop web-1 --dry-run", &["eu-west-1"][..], "web-1"),
        ("stop WEB-1 --dry-run", &["eu-west-1"], "web-1"),
        ("stop web-* --dry-run", &["eu-west-1"], "web-2"),
        ("stop web-1 db-1 --dry-run", &["eu-west-1", "us-east-1"], "db-1"),
        ("stop app-1 --dry-run", &["acme eu-west-1"], "app-1"),
        ("stop app-1 web-1 --dry-run", &["acme eu-west-1", "eu-west-1"], "app-1"),
        ("stop i-bbbbbbbb --dry-run", &["acme eu-west-1"], "app-1"),
        ("reboot app-1 --dry-run", &["acme eu-west-1"], "app-1"),
        ("start web-3 --dry-run", &["eu-west-1"], "web-3"),
        ("start i-33333333 --dry-run", &["eu-west-1"], "web-3"),
        ("stop web-1 tag:Env=dev --dry-run", &["eu-west-1"], "web-1"),
        ("stop web-1 for home --dry-run", &["eu-west-1"], "web-1"),
        // A list has numbers: rows 1 and 2 are the instances of acme.
        ("stop #1 --dry-run", &["acme eu-west-1"], "app-1"),
        ("stop #1 #3 --dry-run", &["acme eu-west-1", "eu-west-1"], "app-1"),
    ] {
        let world = seen().await;
        let (looked_in, answer) = asked(&world, text).await;
        assert_eq!(looked_in, places, "{text}: {answer}");
        assert!(answer.contains(part), "{text}: {answer}");
        assert_eq!(world.seam.count("inventory.known"), 1, "{text}: one read");
    }
}

#[tokio::test(start_paused = true)]
async fn every_instance_of_a_name_that_is_known_is_looked_at() {
    let world = seen().await;
    let (places, answer) = asked(&world, "stop twin").await;
    assert_eq!(places, ["acme us-east-1", "eu-west-1", "us-east-1"], "but not where none is");
    assert!(answer.starts_with("only U0ANN: “twin” is 3 instances. Which one?"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_known_is_looked_for_everywhere() {
    for (text, why) in [
        ("stop web-9 --dry-run", "there is none"),
        ("stop web-1 web-9 --dry-run", "one of two is not known"),
        ("stop zzz-* --dry-run", "nothing fits"),
        ("stop i-0000000f --dry-run", "no such id"),
        ("stop 10.0.0.1 --dry-run", "addresses are not kept"),
        ("stop tag:Env=dev --dry-run", "tags are not kept"),
    ] {
        let world = seen().await;
        let (places, answer) = asked(&world, text).await;
        assert_eq!(places, EVERYWHERE, "{why}: {answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_or_check_looks_everywhere() {
    for text in ["find web-1", "check web-1", "find", "find running"] {
        let world = seen().await;
        let (places, _) = asked(&world, text).await;
        assert_eq!(places, EVERYWHERE, "{text}");
        assert_eq!(world.seam.count("inventory.known"), 0, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_runs_without_a_card_is_looked_for_everywhere() {
    let world = seen().await;
    let (places, _) = asked(&world, "start web-3").await;
    assert_eq!(places, EVERYWHERE);
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
    // An id is one instance, wherever anything else is.
    let world = seen().await;
    let (places, _) = asked(&world, "start i-33333333").await;
    assert_eq!(places, ["eu-west-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_was_never_seen_whole_or_long_ago_is_looked_at() {
    for text in ["find for home", "find stopped", "find running", "find in eu-west-1", "check i-11111111"] {
        let world = world();
        world.ask(&Asked::mention(text)).await;
        let (places, _) = asked(&world, "stop web-1 --dry-run").await;
        assert_eq!(places, EVERYWHERE, "after {text}");
    }
    for (minutes, places) in [(59, &["eu-west-1"][..]), (61, &EVERYWHERE)] {
        let world = seen().await;
        world.clock.later(minutes * 60_000).await;
        let (looked_in, _) = asked(&world, "stop web-1 --dry-run").await;
        assert_eq!(looked_in, places, "after {minutes} minutes");
    }
    // It is enough to know the places that the command is about.
    let world = world();
    world.ask(&Asked::mention("find for home")).await;
    let (places, _) = asked(&world, "stop web-1 for home --dry-run").await;
    assert_eq!(places, ["eu-west-1"]);
}

#[tokio::test(start_paused = true)]
async fn what_ec2_does_not_confirm_is_looked_for_everywhere() {
    let id = |digits: &str| InstanceId::parse(digits).unwrap();
    for case in [
        "renamed",
        "gone",
        "terminated",
        "another of the name beside it",
        "another beside it takes its place",
    ] {
        let world = seen().await;
        match case {
            "renamed" => world.fleet.rename(&id("i-11111111"), "db-7"),
            "gone" => world.fleet.forget("web-1"),
            "terminated" => world.fleet.meddle("web-1", Terminated),
            "another of the name beside it" => {
                world.fleet.add('d', "eu-west-1", Running, &["Name=web-1"]);
            }
            _ => {
                world.fleet.forget("web-1");
                world.fleet.add('d', "eu-west-1", Running, &["Name=web-1"]);
            }
        }
        // Meanwhile the name has come up elsewhere, too.
        world.add_in("acme", 'e', "us-east-1", Running, &["Name=web-1"]);
        let (places, answer) = asked(&world, "stop web-1 --dry-run").await;
        assert_eq!(places, EVERYWHERE, "{case}: {answer}");
        let several = case.starts_with("another");
        assert_eq!(answer.contains("Which one?"), several, "{case}: {answer}");
        assert!(answer.contains("i-eeeeeeee") || answer.contains("acme"), "{case}: {answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_of_one_name_the_card_says_which_one_it_is_about() {
    // The worst that can be: web-1 is known, and since the last look another has
    // come up where nobody looks. The card names id and place, and nothing is done.
    let world = seen().await;
    world.add_in("acme", 'e', "us-east-1", Running, &["Name=web-1"]);
    world.hear(&then("stop web-1", 1)).await;
    world.work_off().await;
    let card = world.answers().pop().unwrap();
    assert!(card.contains("web-1") && card.contains("i-11111111") && card.contains("eu-west-1"), "{card}");
    assert!(!card.contains("i-eeeeeeee"), "{card}");
    assert!(world.fleet.all_done().is_empty());
    assert!(world.jobs.all().iter().any(|job| job.machine.status.name() == "awaiting"));
}

#[tokio::test(start_paused = true)]
async fn only_places_where_the_target_may_be_have_to_be_seen() {
    for (text, blind, is_done) in [
        ("stop web-1 --dry-run", "us-east-1", true),
        ("stop web-1 --dry-run", "acme", true),
        ("stop web-1 --dry-run", "eu-west-1", false),
        ("stop twin --dry-run", "acme us-east-1", false),
        ("stop tag:Env=dev --dry-run", "acme", false),
        ("stop web-9 --dry-run", "acme", false),
        ("start web-3", "acme", false),
        ("start i-33333333", "acme", true),
    ] {
        let world = seen().await;
        world.seam.always(&format!("ec2.describe {blind}"), Trouble::NotAllowed);
        let (places, answer) = asked(&world, text).await;
        let refused = answer.starts_with("only U0ANN: I could not look everywhere, so I did nothing.\n");
        assert_eq!(refused, !is_done, "{text}, {blind} is blind: {answer}");
        let is_known_only_there = text.contains("web-1") && blind == "eu-west-1";
        assert!(!is_known_only_there || places == ["eu-west-1"], "{text}: {places:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_found_by_its_id_needs_no_other_place() {
    for (text, is_done) in
        [("start i-33333333", true), ("start web-3", false), ("start i-33333333 i-0000000f", false)]
    {
        // Nothing was ever seen.
        let world = world();
        world.seam.always("ec2.describe acme", Trouble::NotAllowed);
        let (places, answer) = asked(&world, text).await;
        assert_eq!(places, EVERYWHERE, "{text}");
        assert_eq!(world.fleet.all_done() == ["start web-3"], is_done, "{text}: {answer}");
        let refused = answer.starts_with("only U0ANN: I could not look everywhere, so I did nothing.\n");
        assert_eq!(refused, !is_done, "{text}: {answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn names_that_differ_in_case_are_all_looked_at_and_the_exact_one_is_meant() {
    for (text, places, part) in [
        ("stop lab --dry-run", &["acme us-east-1", "eu-west-1"][..], "i-eeeeeeee"),
        ("stop LAB --dry-run", &["acme us-east-1", "eu-west-1"], "i-dddddddd"),
        ("stop Lab", &["acme us-east-1", "eu-west-1"], "“Lab” is 2 instances. Which one?"),
        ("stop solo --dry-run", &["us-east-1"], "Solo"),
    ] {
        let world = world();
        world.fleet.add('d', "eu-west-1", Running, &["Name=LAB"]);
        world.add_in("acme", 'e', "us-east-1", Running, &["Name=lab"]);
        world.fleet.add('f', "us-east-1", Running, &["Name=Solo"]);
        world.ask(&Asked::mention("find")).await;
        let (looked_in, answer) = asked(&world, text).await;
        assert_eq!(looked_in, places, "{text}: {answer}");
        let job = world.jobs.all().into_iter().find(|job| job.plan.is_some());
        let target = job.and_then(|job| job.plan).map(|plan| plan.targets[0].id.to_string());
        assert!(answer.contains(part) || target.as_deref() == Some(part), "{text}: {target:?}, {answer}");
    }
}
