//! Everybody is asked in their own zone.

use domain::standup::Kind;
use serde_json::json;

use super::{BOB, CAT, HOUR_MS, MONDAY, TEAM_CHANNEL, TUESDAY, answer, asked, daily, does, fire, key};
use crate::ports::Clock as _;
use crate::testing::{ANN, BOT_USER, TEAM, World};

const QUARTER_MS: u64 = HOUR_MS / 4;

/// Ann in Kiritimati (UTC+14), Bob in Honolulu (UTC-10), Cat without a zone; asked
/// at 8 where they are.
fn world() -> World {
    let world = World::new();
    for (user, zone) in
        [(ANN, json!("Pacific/Kiritimati")), (BOB, json!("Pacific/Honolulu")), (CAT, json!(null))]
    {
        world.slack.person(user, &json!({"tz": zone, "profile": {"display_name": user}}));
    }
    world.slack.channel(TEAM_CHANNEL, &[ANN, BOB, CAT, BOT_USER]);
    let mut definition = daily();
    definition.blueprint.timing.as_mut().unwrap().own_zones = true;
    world.standups.put(TEAM, &definition);
    world
}

/// Fires every quarter of an hour for so many hours, and notes when somebody is
/// asked: hours since Monday 8:00 UTC.
async fn hours(world: &World, hours: u64) -> Vec<(&'static str, u64)> {
    let began = world.clock.now();
    let mut seen = Vec::new();
    let mut counts = [0; 3];
    for quarter in 0..hours * 4 {
        let at = began.plus(quarter * QUARTER_MS);
        world.clock.later(at.since(world.clock.now())).await;
        fire(world, Kind::Questions, at).await;
        for (count, user) in counts.iter_mut().zip([ANN, BOB, CAT]) {
            let now = asked(world, user).len();
            if now > *count {
                seen.push((user, at.since(began) / HOUR_MS));
            }
            *count = now;
        }
    }
    seen
}

#[tokio::test(start_paused = true)]
async fn everybody_is_asked_at_their_own_time_once_each_day() {
    let world = world();
    let seen = hours(&world, 36).await;
    // When it all begins, Ann's Monday morning is past.
    assert_eq!(seen, [(ANN, 0), (CAT, 0), (ANN, 10), (BOB, 10), (CAT, 24), (ANN, 34), (BOB, 34)]);
    assert_eq!(asked(&world, BOB).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_counts_until_the_next_day_has_come_to_the_person() {
    let world = world();
    hours(&world, 12).await;
    // Tuesday has begun in Kiritimati, and not in Honolulu.
    does(&world, BOB, "bob", answer(MONDAY, ["Monday", "", ""])).await;
    does(&world, ANN, "ann", answer(MONDAY, ["too late", "", ""])).await;
    let given = |date, user| {
        let entry = world.standups.entry(&key(date), user).unwrap();
        entry.answer != domain::standup::Answer::None
    };
    assert!(given(MONDAY, BOB) && !given(MONDAY, ANN) && !given(TUESDAY, ANN));
}
