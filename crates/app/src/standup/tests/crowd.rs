//! Hundreds of members, and a Slack that asks to slow down.

use domain::ids::UserId;
use domain::standup::Asking;
use serde_json::json;

use super::{MONDAY, ask, asked, daily, key};
use crate::ports::Clock as _;
use crate::testing::{BOSS, BOT_USER, TEAM, Trouble, World};

fn crowd(count: usize) -> (World, Vec<String>) {
    let world = World::new();
    let members: Vec<String> = (0..count).map(|number| format!("U0M{number:08}")).collect();
    for member in &members {
        world.slack.person(member, &json!({"profile": {"display_name": member}}));
    }
    let mut all: Vec<&str> = members.iter().map(String::as_str).collect();
    all.push(BOT_USER);
    world.slack.channel("C0TEAM", &all);
    world.standups.put(TEAM, &daily());
    (world, members)
}

fn all_are_asked_once(world: &World, members: &[String]) {
    for member in members {
        assert_eq!(asked(world, member).len(), 1, "{member}");
        let entry = world.standups.entry(&key(MONDAY), member).unwrap();
        assert!(matches!(entry.asking, Asking::Asked { .. }), "{entry:?}");
        assert_eq!(entry.user, UserId::new(member));
    }
}

#[tokio::test(start_paused = true)]
async fn five_hundred_are_asked_once_each_while_slack_asks_to_slow_down() {
    let (world, members) = crowd(500);
    for call in (20..4_000).step_by(37) {
        world.seam.trouble(call, "slack.", Trouble::too_many("2"), 1);
    }
    let began = world.clock.now();
    ask(&world).await;
    all_are_asked_once(&world, &members);
    let took = world.clock.now().since(began);
    let slowed = world.seam.count("clock.sleep");
    println!("500 members took {} s of simulated time, {slowed} pauses", took / 1_000);
    assert!(slowed > 20, "Slack did not slow us down");
    assert!(took < 10 * 60_000, "{took} ms");
}

#[tokio::test(start_paused = true)]
async fn a_run_without_time_left_is_gone_on_with_by_the_next() {
    // Each pause is longer than what is left of a run after a few of them.
    let (world, members) = crowd(60);
    for call in (30..1_000).step_by(20) {
        world.seam.trouble(call, "slack.", Trouble::too_many("45"), 1);
    }
    ask(&world).await;
    all_are_asked_once(&world, &members);
    let jobs = world.jobs.all();
    assert!(world.seam.count("jobs.advance waiting") > 3, "it was done in one run");
    assert!(jobs.iter().all(|job| job.machine.is_closed()));
}

#[tokio::test(start_paused = true)]
async fn whoever_cannot_be_asked_does_not_keep_the_others_from_it() {
    let (world, members) = crowd(20);
    world.slack.close(&members[3]);
    world.seam.trouble(0, "slack.chat.postMessage", Trouble::Busy, 3);
    world.seam.trouble(0, "slack.users.info", Trouble::page(500), 2);
    world.slack.person(BOSS, &json!({"is_admin": true}));
    ask(&world).await;
    let entry = world.standups.entry(&key(MONDAY), &members[3]).unwrap();
    assert_eq!(entry.asking, Asking::Failed { why: "not_in_channel".to_owned() });
    for member in members.iter().enumerate().filter(|(number, _)| *number != 3).map(|(_, member)| member) {
        assert_eq!(asked(&world, member).len(), 1, "{member}");
    }
    // The owner hears of it.
    let told = super::direct(&world, BOSS);
    assert_eq!(
        told[0].text,
        "I could not ask everybody for *daily*: <@U0M00000003> (not_in_channel). Everybody else has the questions."
    );
}
