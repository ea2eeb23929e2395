//! Calls fail, once or several times in a row, at every place.

use super::crash::{calls, play, sound};
use crate::testing::Trouble;
use crate::testing::story::Mishap;

/// Plays the story with each of `troubles`, beginning at each call whose name
/// begins with one of `prefixes`.
async fn everywhere(prefixes: &[&'static str], troubles: &[Trouble], times: &[usize]) {
    let calls = calls().await;
    for prefix in prefixes {
        for (at, name) in calls.iter().enumerate().filter(|(_, name)| name.starts_with(prefix)) {
            for (trouble, times) in
                troubles.iter().flat_map(|trouble| times.iter().map(move |n| (trouble, *n)))
            {
                let mishap = Mishap { from: at + 1, prefix, trouble: trouble.clone(), times };
                let context = format!("{name} is call {}: {mishap:?}", at + 1);
                sound(&play(&[mishap]).await, &context);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn slack_failing_delays_and_does_not_double() {
    let troubles = [
        Trouble::too_many("1"),
        Trouble::too_many("120"),
        Trouble::page(503),
        Trouble::Busy,
        Trouble::FailBefore,
        Trouble::FailAfter,
        Trouble::Hang,
        Trouble::HangAfter,
    ];
    everywhere(&["slack."], &troubles, &[1, 3]).await;
}

#[tokio::test(start_paused = true)]
async fn tables_failing_delay_and_do_not_double() {
    let troubles = [Trouble::FailBefore, Trouble::FailAfter, Trouble::Hang];
    everywhere(&["runs.", "entries.", "standups.", "absences.", "jobs.", "tokens."], &troubles, &[1, 2])
        .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_only_of_help_does_not_keep_anybody_from_being_asked() {
    let helpful = ["inventory.", "deeds."];
    for prefix in helpful {
        let mishap = Mishap { from: 1, prefix, trouble: Trouble::FailBefore, times: usize::MAX };
        assert!(sound(&play(&[mishap]).await, prefix));
    }
}
