//! Answers that come when the next day has begun.

use domain::job::Job;
use domain::standup::{Answer, Errand};

use super::{
    BOB, CAT, HOUR_MS, MONDAY, QUESTION, THANKS, TUESDAY, answer, ask, asked, channel, direct, does, key,
    skip, three, typed, wants, whispered,
};
use crate::ports::Clock as _;
use crate::testing::{ANN, BOSS, Recorder, World};

const DAY_MS: u64 = 24 * HOUR_MS;

#[tokio::test(start_paused = true)]
async fn late_answers_are_taken_until_the_next_day_has_asked() {
    let world = three();
    ask(&world).await;
    world.clock.later(DAY_MS - HOUR_MS).await;
    does(&world, ANN, "ann", answer(MONDAY, ["late", "", ""])).await;
    assert_eq!(asked(&world, ANN)[0].text, THANKS);
    // On Tuesday everybody is asked anew.
    world.clock.later(world_to_eight(&world)).await;
    ask(&world).await;
    assert_eq!(asked(&world, ANN).len(), 2);
    does(&world, BOB, "bob", answer(MONDAY, ["too late", "", ""])).await;
    does(&world, CAT, "cat", skip(MONDAY)).await;
    for (user, date) in [(BOB, MONDAY), (CAT, MONDAY), (BOB, TUESDAY)] {
        assert_eq!(world.standups.entry(&key(date), user).unwrap().answer, Answer::None, "{user} {date}");
    }
    let told = super::direct(&world, BOB).pop().unwrap();
    assert!(told.text.starts_with("This standup is over: the next one has begun."), "{told:?}");
    assert!(super::whispered(&world, CAT)[0].starts_with("This standup is over"));
    assert!(asked(&world, BOB)[0].text.starts_with(QUESTION));
    // What was kept before is not refused when the worker comes back to it.
    let entry = world.standups.entry(&key(MONDAY), ANN).unwrap();
    assert!(matches!(entry.answer, Answer::Given { .. }));
}

/// The milliseconds until it is 8 o'clock.
fn world_to_eight(world: &World) -> u64 {
    DAY_MS - (world.clock.now().0 - 8 * HOUR_MS) % DAY_MS
}

#[tokio::test(start_paused = true)]
async fn whoever_was_not_asked_cannot_answer() {
    let world = three();
    ask(&world).await;
    for (user, date) in [("U0GUEST", MONDAY), (ANN, TUESDAY)] {
        let (recorder, _guard) = Recorder::start();
        does(&world, user, &format!("answer-{user}-{date}"), answer(date, ["me", "too", ""])).await;
        does(&world, user, &format!("skip-{user}-{date}"), skip(date)).await;
        assert_eq!(recorder.refusals(), ["not_allowed"; 2], "{user} {date}");
        let told = super::direct(&world, user).pop().unwrap();
        assert!(told.text.starts_with("This standup is not there any more"), "{told:?}");
    }
    assert_eq!(world.standups.entries(&key(MONDAY)).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_many_would_see_is_not_done_ten_minutes_late() {
    for (errand, words) in [
        (typed("now"), "/standup now"),
        (typed("report daily"), "/standup report daily"),
        (Errand::Remove { standup: super::id("0000abcd") }, "delete daily"),
    ] {
        let world = three();
        let wake = wants(&world, BOSS, "late", errand);
        let job = world.jobs.peek(&wake.job).unwrap();
        world.jobs.put(&Job { asked_at: Some(world.clock.now()), ..job });
        world.clock.later(11 * 60_000).await;
        world.work(&wake).await.unwrap().unwrap();
        world.settle().await;
        let said = format!(
            "You asked for *{words}* at 08:00 UTC and I only got it now. Say it again if you still want it."
        );
        assert_eq!(whispered(&world, BOSS), [said]);
        assert_eq!((world.standups.definitions().len(), direct(&world, BOB).len()), (1, 0), "{words}");
        assert!(channel(&world).is_empty(), "{words}");
    }
}
