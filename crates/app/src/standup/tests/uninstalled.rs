//! Standups of a team that has removed the app.

use domain::ids::TeamId;
use domain::standup::{Errand, Kind};

use super::{BOSS_MEMBER, TEAM_CHANNEL, asked, channel, daily, direct, does, fire, three, typed, whispered};
use crate::ports::{Clock as _, Schedules as _};
use crate::testing::{ANN, TEAM, Trouble, World};

/// Three people, and their standup with its schedules.
async fn scheduled() -> World {
    let world = three();
    world.standups.set(&TeamId::new(TEAM), &daily()).await.unwrap();
    assert_eq!(world.standups.schedule_names().len(), 2);
    world
}

fn uninstall(world: &World) {
    assert!(world.teams.uninstall_now(&TeamId::new(TEAM), world.clock.now()));
}

#[tokio::test(start_paused = true)]
async fn the_first_schedule_that_fires_removes_all_of_the_standup() {
    for kind in [Kind::Questions, Kind::Report] {
        let world = scheduled().await;
        uninstall(&world);
        fire(&world, kind, world.clock.now()).await;
        world.settle().await;
        assert!(world.standups.schedule_names().is_empty(), "{kind:?}");
        assert!(world.standups.definitions()[0].paused, "{kind:?}");
        assert!(direct(&world, ANN).is_empty() && channel(&world).is_empty());
        // One that was under way changes nothing any more.
        fire(&world, kind, world.clock.now()).await;
        assert!(world.standups.schedule_names().is_empty(), "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_removes_the_schedules_in_the_end() {
    for number in 1..=6 {
        for trouble in [Trouble::CrashBefore, Trouble::CrashAfter, Trouble::FailBefore, Trouble::FailAfter] {
            let world = scheduled().await;
            uninstall(&world);
            world.seam.trouble(world.seam.calls().len() + number, "", trouble.clone(), 1);
            fire(&world, Kind::Questions, world.clock.now()).await;
            assert!(world.standups.schedule_names().is_empty(), "{number}: {trouble:?}");
            assert!(world.standups.definitions()[0].paused, "{number}: {trouble:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_list_says_that_a_standup_is_paused_and_saving_it_starts_it_again() {
    let world = scheduled().await;
    uninstall(&world);
    fire(&world, Kind::Questions, world.clock.now()).await;
    world.clock.later(60_000).await;
    world.install_now();
    does(&world, ANN, "list", typed("list")).await;
    assert_eq!(
        whispered(&world, ANN),
        [
            "*daily* in <#C0TEAM>: *paused*, since I was removed from this workspace. To start it again, press *Edit* and save it."
        ]
    );
    let set_up = Errand::SetUp { standup: Some(daily().id), blueprint: daily().blueprint };
    world.slack.channel(TEAM_CHANNEL, &[ANN, super::BOB, super::CAT, BOSS_MEMBER, crate::testing::BOT_USER]);
    does(&world, BOSS_MEMBER, "save", set_up).await;
    assert_eq!(world.standups.schedule_names().len(), 2);
    assert!(!world.standups.definitions()[0].paused);
}

#[tokio::test(start_paused = true)]
async fn a_team_that_installs_again_before_a_schedule_fires_keeps_all() {
    let world = scheduled().await;
    uninstall(&world);
    world.clock.later(60_000).await;
    world.install_now();
    fire(&world, Kind::Questions, world.clock.now()).await;
    world.settle().await;
    assert_eq!(world.standups.schedule_names().len(), 2);
    assert_eq!(asked(&world, ANN).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_schedule_that_is_left_starts_a_paused_standup_again() {
    let world = scheduled().await;
    world.standups.put(TEAM, &daily().paused());
    fire(&world, Kind::Questions, world.clock.now()).await;
    world.settle().await;
    assert!(!world.standups.definitions()[0].paused);
    assert_eq!(world.standups.schedule_names().len(), 2);
    assert_eq!(asked(&world, ANN).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_schedule_of_a_standup_that_is_gone_is_removed() {
    let world = scheduled().await;
    world.standups.forget(TEAM, &daily());
    fire(&world, Kind::Questions, world.clock.now()).await;
    assert!(world.standups.schedule_names().is_empty());
}
