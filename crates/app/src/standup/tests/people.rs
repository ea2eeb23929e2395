//! Who is asked, and what is known of them.

use domain::ids::{AccountId, UserId};
use domain::standup::{Absence, Asking, RunDate};
use serde_json::json;

use super::{BOB, CAT, MONDAY, TEAM_CHANNEL, ask, asked, does, key, three, typed};
use crate::ports::{Absences as _, Clock as _};
use crate::testing::{ANN, Asked, BOT_USER, TEAM, TOKEN, World};

#[tokio::test(start_paused = true)]
async fn humans_of_this_workspace_are_asked_guests_among_them() {
    let world = three();
    world.slack.person("U0GONE", &json!({"deleted": true}));
    let members =
        [ANN, BOB, "U0GUEST", "U0STRANGER", "U0ROBOT", "U0GONE", "U0UNKNOWN", "USLACKBOT", BOT_USER];
    world.slack.person("USLACKBOT", &json!({"is_bot": true}));
    world.slack.channel(TEAM_CHANNEL, &members);
    ask(&world).await;
    let are_asked: Vec<&str> = members.into_iter().filter(|user| !asked(&world, user).is_empty()).collect();
    assert_eq!(are_asked, [ANN, BOB, "U0GUEST"]);
    assert_eq!(world.standups.entries(&key(MONDAY)).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn whoever_is_away_is_not_asked_until_they_are_back() {
    for (until, is_asked) in
        [("20251203", false), ("20251202", false), ("20251201", true), ("20251130", true)]
    {
        let world = three();
        let absence = Absence { user: UserId::new(BOB), until: RunDate::parse(until).unwrap() };
        world.standups.store(&domain::ids::TeamId::new(TEAM), &absence).await.unwrap();
        ask(&world).await;
        assert_eq!(!asked(&world, BOB).is_empty(), is_asked, "{until}");
        let entry = world.standups.entry(&key(MONDAY), BOB).unwrap();
        assert_eq!(entry.asking == Asking::Spared, !is_asked);
        assert!(!asked(&world, CAT).is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn what_somebody_did_yesterday_is_at_hand() {
    let world = three();
    world.stocktaker().handle_refresh(world.clock.now().plus(60_000)).await.unwrap();
    world.ask(&Asked::mention("start web-3")).await;
    assert_eq!(world.account("home").map(|account| account.id), None::<AccountId>);
    // The next morning.
    world.clock.later(24 * 3_600_000).await;
    ask(&world).await;
    let done = world.standups.entry(&key(super::TUESDAY), ANN).unwrap().done;
    assert_eq!(done, ["started web-3 (eu-west-1)"]);
    assert!(world.standups.entry(&key(super::TUESDAY), BOB).unwrap().done.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_cannot_be_seen_is_told_to_the_owner() {
    let world = three();
    let mut hidden = super::daily();
    hidden.blueprint.channel = domain::ids::ChannelId::new("C0HIDDEN");
    world.standups.put(TEAM, &hidden);
    ask(&world).await;
    let told = super::direct(&world, crate::testing::BOSS);
    assert!(
        told[0].text.starts_with("I can't see who is in <#C0HIDDEN>, so I asked nobody for *daily*"),
        "{told:?}"
    );
    assert_eq!(told.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_team_that_has_uninstalled_the_app_is_left_alone() {
    for before in [true, false] {
        let world = three();
        let world: &World = &world;
        if !before {
            super::wants(world, ANN, "now", typed("now"));
        }
        world.clock.later(1).await;
        world.teams.uninstall_now(&domain::ids::TeamId::new(TEAM), world.clock.now());
        ask(world).await;
        assert_eq!(world.seam.count("slack."), 0, "{TOKEN}");
        assert_eq!(world.jobs.all().len(), usize::from(!before));
    }
}

#[tokio::test(start_paused = true)]
async fn a_standup_that_is_gone_asks_nobody() {
    let world = three();
    does(&world, crate::testing::BOSS, "gone", super::Errand::Remove { standup: super::id("0000abcd") })
        .await;
    let before = world.slack.said().len();
    ask(&world).await;
    assert_eq!(world.slack.said().len(), before);
}
