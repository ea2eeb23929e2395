//! Looking into several accounts and regions at once: what is counted, and what
//! could not be seen.

use domain::instance::InstanceState;

use super::check;
use crate::ports::Clock as _;
use crate::testing::{Asked, Trouble, World};

const ACME: &str = "222222222222";

/// With `acme`, where another `twin` and `app-1` are.
fn world() -> World {
    let world = World::new();
    world.link("acme", ACME, &["eu-west-1", "us-east-1"]);
    world.add_in("acme", 'b', "eu-west-1", InstanceState::Running, &["Name=twin"]);
    world.add_in("acme", 'c', "us-east-1", InstanceState::Stopped, &["Name=app-1"]);
    world
}

#[tokio::test(start_paused = true)]
async fn a_list_counts_by_account_and_names_the_place_of_each_row() {
    for (text, answer) in [
        (
            "find twin",
            "*3 instances*: 3 running (1 in acme, 2 in home)\n\
             1. `twin` `i-bbbbbbbb` · running · t3.micro · acme, eu-west-1a · 10.0.0.11\n\
             2. `twin` `i-99999999` · running · t3.micro · eu-west-1a · 10.0.0.9\n\
             3. `twin` `i-aaaaaaaa` · running · t3.micro · us-east-1a · 10.0.0.10",
        ),
        (
            "find twin for acme",
            "*1 instance*: 1 running (1 in acme, eu-west-1)\n\
             1. `twin` `i-bbbbbbbb` · running · t3.micro · acme, eu-west-1a · 10.0.0.11",
        ),
        (
            "find twin for 123456789012 in us-east-1",
            "*1 instance*: 1 running (1 in us-east-1)\n\
             1. `twin` `i-aaaaaaaa` · running · t3.micro · us-east-1a · 10.0.0.10",
        ),
        ("check app-1", "`app-1` is *stopped*.\n    `i-cccccccc` · t3.micro · acme, us-east-1a · 10.0.0.12"),
    ] {
        check(&world(), &Asked::mention(text), &[&format!("thread: {answer}")], &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn rows_of_one_name_stand_in_the_order_of_their_ids() {
    let world = World::new();
    for digit in ['f', 'c', 'e', 'b', 'd'] {
        world.fleet.add(digit, "eu-west-1", InstanceState::Running, &["Name=Same"]);
    }
    world.ask(&Asked::mention("find same")).await;
    let answer = world.answers().remove(0);
    let ids: Vec<&str> = answer.split('`').filter(|part| part.starts_with("i-")).collect();
    assert_eq!(ids, ["i-bbbbbbbb", "i-cccccccc", "i-dddddddd", "i-eeeeeeee", "i-ffffffff"]);
}

#[tokio::test(start_paused = true)]
async fn the_same_name_in_two_accounts_is_a_question() {
    let world = world();
    let answer = "only U0ANN: “twin” is 3 instances. Which one?\n\
        • `stop i-99999999` – `twin`, *running*, eu-west-1a\n\
        • `stop i-aaaaaaaa` – `twin`, *running*, us-east-1a\n\
        • `stop i-bbbbbbbb` – `twin`, *running*, acme, eu-west-1a";
    check(&world, &Asked::mention("stop twin"), &[answer], &[]).await;
    let said = world.slack.said().remove(0);
    let menu = serde_json::to_string(&said.blocks).unwrap();
    assert!(menu.contains("i-bbbbbbbb · running · acme, eu-west-1a · twin"), "{menu}");
}

#[tokio::test(start_paused = true)]
async fn accounts_and_regions_that_cannot_be_are_refused() {
    for (text, words) in [
        (
            "find for globex",
            "I don't know the account “globex”. I look after home (123456789012) and acme (222222222222) only.",
        ),
        (
            "find for acme in mars",
            "“mars” is not a region I may use for acme. Allowed: eu-west-1, us-east-1.",
        ),
        ("find in mars", "“mars” is not a region I may use. Allowed: eu-west-1, us-east-1."),
        (
            "stop web-9",
            "No instance matches “web-9” in acme (eu-west-1, us-east-1) and home (eu-west-1, us-east-1). Closest: `web-1`, `web-2`, `web-3`.",
        ),
        ("stop web-9 for acme in eu-west-1", "No instance matches “web-9” in acme, eu-west-1."),
    ] {
        check(&world(), &Asked::mention(text), &[&format!("only U0ANN: {words}")], &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_region_that_an_account_cannot_use_keeps_nothing_from_being_changed() {
    let line = "acme, us-east-1: the region is not enabled in the account.";
    for (text, done) in [("start web-3", &["start web-3"][..]), ("find web-1", &[]), ("stop web-77", &[])] {
        let world = world();
        world.seam.always("ec2.describe acme us-east-1", Trouble::RegionClosed);
        world.ask(&Asked::mention(text)).await;
        assert_eq!(world.fleet.all_done(), done, "{text}: {:?}", world.answers());
        let answer = world.answers().remove(0);
        assert_eq!(answer.ends_with(&format!("\n{line}")), done.is_empty(), "{text}: {answer}");
    }
    // Where nothing else is asked about, it is the answer.
    let world = world();
    world.seam.always("ec2.describe acme us-east-1", Trouble::RegionClosed);
    world.ask(&Asked::mention("start web-3 for acme in us-east-1")).await;
    assert_eq!(
        world.answers(),
        [format!("only U0ANN: I could not look everywhere, so I did nothing.\n{line}")]
    );
}

#[tokio::test(start_paused = true)]
async fn each_account_that_cannot_be_seen_has_one_line() {
    let us_only: &[(&str, Trouble)] = &[("acme us-east-1", Trouble::NotAllowed)];
    let both: &[(&str, Trouble)] = &[("acme", Trouble::NotAllowed)];
    let mixed: &[(&str, Trouble)] =
        &[("acme eu-west-1", Trouble::Busy), ("acme us-east-1", Trouble::Refused("OptInRequired"))];
    let two: &[(&str, Trouble)] = &[("acme us-east-1", Trouble::NotAllowed), ("us-east-1", Trouble::Busy)];
    let allowed = "not allowed to describe as BellhopEc2 in 222222222222 (request req-1).";
    for (troubles, lines) in [
        (us_only, vec![format!("acme, us-east-1: {allowed}")]),
        (both, vec![format!("acme, eu-west-1 and us-east-1: {allowed}")]),
        (
            mixed,
            vec![
                "acme, eu-west-1: AWS could not be reached or asked to slow down; us-east-1: AWS answered OptInRequired (in EC2's own words).".to_owned(),
            ],
        ),
        (
            two,
            vec![
                "us-east-1: AWS could not be reached or asked to slow down.".to_owned(),
                format!("acme, us-east-1: {allowed}"),
            ],
        ),
    ] {
        for text in ["find web-1", "find web-77", "check web-1", "check web-77", "start web-3", "stop web-1"] {
            let world = world();
            for (place, trouble) in troubles {
                world.seam.always(&format!("ec2.describe {place}"), trouble.clone());
            }
            world.ask(&Asked::mention(text)).await;
            let answer = world.answers().remove(0);
            assert!(answer.ends_with(&format!("\n{}", lines.join("\n"))), "{text}: {answer}");
            assert_eq!(
                answer.contains("I could not look everywhere, so I did nothing."),
                text.starts_with('s'),
                "{text}: {answer}"
            );
            assert!(world.fleet.all_done().is_empty(), "{text}");
            assert!(world.seam.count("sts.caller") <= 1, "once for each account");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_in_one_account_does_not_wait_for_another() {
    let world = world();
    world.seam.always("ec2.describe acme", Trouble::NotAllowed);
    world.ask(&Asked::mention("start web-3 for home")).await;
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_does_not_answer_is_waited_for_only_so_long() {
    for (text, begin, done) in [
        ("find web-1", "thread: *1 instance*: 1 running (1 in eu-west-1)\n", false),
        ("find tag:Env=none", "thread: No instances match.\n", false),
        ("find app-1", "only U0ANN: No instance matches “app-1” in ", false),
        ("check app-1", "only U0ANN: No instance matches “app-1” in ", false),
        ("start web-3", "only U0ANN: I could not look everywhere, so I did nothing.\n", false),
        ("start web-3 for home", "thread: Done: `web-3` is *running*", true),
    ] {
        let world = world();
        world.seam.always("ec2.describe acme us-east-1", Trouble::Hang);
        let begun = world.clock.now();
        world.ask(&Asked::mention(text)).await;
        let answer = world.answers().remove(0);
        assert!(answer.starts_with(begin), "{text}: {answer}");
        assert_eq!(answer.ends_with("\nacme, us-east-1: no answer within 20 s."), !done, "{text}: {answer}");
        assert!(world.clock.now().since(begun) < 30_000, "{text}: nobody waits that long");
        assert_eq!(!world.fleet.all_done().is_empty(), done, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_change_names_the_role_that_changes() {
    let world = world();
    world.seam.always("ec2.change acme", Trouble::NotAllowed);
    world.ask(&Asked::mention("start app-1")).await;
    let answer = world.answers().remove(0);
    assert!(answer.contains("is not allowed for role BellhopAct in 222222222222"), "{answer}");
    assert!(world.fleet.all_done().is_empty());
}
