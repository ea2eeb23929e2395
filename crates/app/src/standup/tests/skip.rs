//! `/standup skip`

use domain::standup::{Answer, Asking};

use super::{
    ANN_BOB_CAT, BOB, HOUR_MS, MONDAY, SKIPPED, THANKS, TUESDAY, answer, ask, asked, channel, does, key,
    post, says, three, typed, whispered, words,
};
use crate::testing::{ANN, World};

async fn next_morning(world: &World) {
    world.clock.later(24 * HOUR_MS).await;
    ask(world).await;
}

#[tokio::test(start_paused = true)]
async fn skipping_today_settles_what_was_asked_today() {
    let world = three();
    ask(&world).await;
    post(&world).await;
    does(&world, BOB, "skip", typed("skip")).await;
    assert_eq!(whispered(&world, BOB), ["I don't ask you any more today."]);
    assert_eq!(says(&world, BOB), SKIPPED);
    assert_eq!(words(&channel(&world)[0])[1..], ["*Skipped:* Bob", "*Missing:* Ann, Cat"]);
    next_morning(&world).await;
    for user in ANN_BOB_CAT {
        assert_eq!(asked(&world, user).len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_skips_until_a_day_is_not_asked_before_it() {
    let world = three();
    does(&world, BOB, "skip", typed("skip until wednesday")).await;
    assert_eq!(whispered(&world, BOB), ["I don't ask you before Wed 3 Dec 2025."]);
    ask(&world).await;
    next_morning(&world).await;
    assert!(asked(&world, BOB).is_empty());
    assert_eq!(world.standups.entry(&key(TUESDAY), BOB).unwrap().asking, Asking::Spared);
    post(&world).await;
    assert_eq!(words(&channel(&world)[0])[1..], ["*Away:* Bob", "*Missing:* Ann, Cat"]);
    assert_eq!(words(&channel(&world)[0])[0].lines().last().unwrap(), "0 of 2 answered");
    next_morning(&world).await;
    assert_eq!(asked(&world, BOB).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_not_lost_to_a_skip() {
    let world = three();
    ask(&world).await;
    does(&world, ANN, "answer", answer(MONDAY, ["done", "", ""])).await;
    does(&world, ANN, "skip", typed("skip")).await;
    does(&world, ANN, "click", super::skip(MONDAY)).await;
    assert_eq!(says(&world, ANN), THANKS);
    assert!(matches!(world.standups.entry(&key(MONDAY), ANN).unwrap().answer, Answer::Given { .. }));
}

#[tokio::test(start_paused = true)]
async fn guests_may_be_let_off_too_and_days_that_cannot_be_are_refused() {
    let world = three();
    does(&world, "U0GUEST", "skip", typed("skip today")).await;
    assert_eq!(world.standups.absent().len(), 1);
    for (text, said) in [
        (
            "skip until 1 dec 2025",
            "Mon 1 Dec 2025 is not in the future, so there is nothing to skip until then.",
        ),
        ("skip until 1 dec 2030", "Sun 1 Dec 2030 is too far ahead: I can skip up to 366 days."),
    ] {
        does(&world, ANN, text, typed(text)).await;
        assert_eq!(whispered(&world, ANN).pop().unwrap(), said);
    }
    assert_eq!(world.standups.absent().len(), 1);
}
