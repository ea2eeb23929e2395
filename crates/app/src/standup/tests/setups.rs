//! A standup that two people change at the same moment.

use domain::ids::TeamId;
use domain::standup::{Blueprint, Errand, TimeOfDay, schedules};
use serde_json::json;

use super::{BOB, TEAM_CHANNEL, daily, id, three, wants};
use crate::testing::{ANN, BOSS, BOT_USER, TEAM, World};

/// Somebody wants it at this time.
fn at(time: &str) -> Errand {
    let mut timing = daily().blueprint.timing.unwrap();
    timing.ask = TimeOfDay::parse(time).unwrap();
    let blueprint = Blueprint { timing: Some(timing), ..daily().blueprint };
    Errand::SetUp { standup: Some(id("0000abcd")), blueprint }
}

fn team() -> World {
    let world = three();
    world.slack.person(BOB, &json!({"is_admin": true}));
    world.slack.channel(TEAM_CHANNEL, &[ANN, BOB, BOSS, BOT_USER]);
    world
}

#[tokio::test(start_paused = true)]
async fn the_schedules_are_those_of_whoever_was_last() {
    for seed in 0..300 {
        let world = team();
        world.seam.mix(seed);
        let (one, other) =
            (wants(&world, BOSS, "one", at("07:00")), wants(&world, BOB, "other", at("09:30")));
        tokio::join!(world.work(&one), world.work(&other));
        world.settle().await;
        let known = &world.standups.definitions()[0];
        assert_eq!(world.standups.scheduled(), schedules(&TeamId::new(TEAM), known), "{seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_removed_while_it_is_changed_has_no_schedules() {
    for seed in 0..60 {
        let world = team();
        world.seam.mix(seed);
        let change = wants(&world, BOSS, "change", at("07:00"));
        let remove = wants(&world, BOB, "remove", Errand::Remove { standup: id("0000abcd") });
        tokio::join!(world.work(&change), world.work(&remove));
        world.settle().await;
        let known = world.standups.definitions();
        let expected: Vec<_> = known.iter().flat_map(|known| schedules(&TeamId::new(TEAM), known)).collect();
        assert_eq!(world.standups.scheduled(), expected, "{seed}: {known:?}");
    }
}
