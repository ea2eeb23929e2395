//! Calls fail, once or several times in a row, at every place.

use super::story::{STORIES, Seen, Story, sound};
use crate::testing::Trouble;
use crate::testing::story::Mishap;

/// Plays every story with each of `troubles`, beginning at each call whose name
/// begins with one of `prefixes`, and lets `check` look at what is seen.
async fn everywhere(
    prefixes: &[&'static str],
    troubles: &[Trouble],
    times: &[usize],
    check: impl Fn(&Seen, &Trouble, usize) -> bool,
) {
    for story in STORIES {
        let calls = story.calls().await;
        for prefix in prefixes {
            for (at, name) in calls.iter().enumerate().filter(|(_, name)| name.starts_with(prefix)) {
                for (trouble, times) in troubles.iter().flat_map(|t| times.iter().map(move |n| (t, *n))) {
                    let mishap = Mishap { from: at + 1, prefix, trouble: trouble.clone(), times };
                    let context = format!("{story:?}: {name} is call {}: {mishap:?}", at + 1);
                    let seen = sound(&story.play(&[mishap]).await, &context);
                    assert!(check(&seen, trouble, times), "{context}: {seen:?}");
                }
            }
        }
    }
}

const fn once(seen: &Seen) -> bool {
    seen.private + seen.direct <= 1
}

#[tokio::test(start_paused = true)]
async fn slack_failing_delays_the_answer_and_does_not_double_it() {
    let troubles = [
        Trouble::too_many("1"),
        Trouble::too_many("120"),
        Trouble::page(500),
        Trouble::page(503),
        Trouble::Busy,
        Trouble::FailBefore,
        Trouble::Hang,
    ];
    everywhere(&["slack."], &troubles, &[1, 2, 4, 13], |seen, _, _| once(seen)).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_is_told_again_in_the_same_place() {
    // Three times: with what was shown to the channel, the fifth use of the
    // `response_url` still takes it.
    let troubles = [Trouble::FailAfter, Trouble::HangAfter];
    everywhere(&["slack."], &troubles, &[1, 2, 3], |seen, _, times| {
        // "I lost contact" has no place of its own, see `Voice::tell`.
        once(seen) || (seen.private <= times && seen.direct == 0)
    })
    .await;
    // Once, none of them is doubled.
    everywhere(&["slack."], &troubles, &[1], |seen, _, _| once(seen)).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_until_the_url_is_used_up_is_told_in_a_direct_message_as_well() {
    // Nothing says that any of the five was shown.
    everywhere(&["slack."], &[Trouble::FailAfter], &[4, 5, 9], |seen, _, _| {
        seen.direct <= 1 && seen.private <= 5
    })
    .await;
    let lost = Mishap { from: 1, prefix: "slack.response_url", trouble: Trouble::FailAfter, times: 9 };
    let played = Story::Reverse.play(&[lost]).await;
    assert_eq!(sound(&played, "lost"), Seen { private: 1, direct: 1, public: 0 });
}

#[tokio::test(start_paused = true)]
async fn tables_failing_anywhere_delay_the_answer_and_do_not_double_it() {
    let troubles = [Trouble::FailBefore, Trouble::FailAfter, Trouble::Hang, Trouble::HangAfter];
    let may_double = |seen: &Seen, _: &Trouble, times: usize| once(seen) || (times > 1 && seen.private == 2);
    everywhere(&["jobs.", "tokens.", "teams."], &troubles, &[1, 3], may_double).await;
}

#[tokio::test(start_paused = true)]
async fn lambda_failing_to_start_a_worker_leaves_that_to_the_sweeper() {
    let troubles = [Trouble::FailBefore, Trouble::FailAfter, Trouble::Hang];
    everywhere(&["wake"], &troubles, &[1, 3], |seen, _, _| once(seen)).await;
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_fails_is_told_and_one_that_hangs_is_asked_again() {
    let troubles = [Trouble::FailBefore, Trouble::Busy, Trouble::Hang];
    everywhere(&["summarizer"], &troubles, &[1, 3], |seen, _, _| once(seen)).await;
    // For ever: an apology.
    everywhere(&["summarizer"], &[Trouble::Hang], &[usize::MAX], |seen, _, _| seen.by_the_person() == 1)
        .await;
}
