//! Calls fail, once or several times in a row, at every place.

use crate::testing::Trouble;
use crate::testing::story::{Doubt, Mishap, sound, told, undisturbed};

const STORIES: [&str; 6] =
    ["stop web-1", "find", "start web-3", "reboot web-1", "stop web-1 db-1", "terminate web-1"];

/// Plays every story with each of `troubles`, beginning at each call whose name
/// begins with one of `prefixes`; `most` says how much may be left over.
async fn everywhere(
    prefixes: &[&'static str],
    troubles: &[Trouble],
    times: &[usize],
    most: impl Fn(&Trouble, usize) -> usize,
) {
    for text in STORIES {
        let calls = undisturbed(text).await;
        for prefix in prefixes {
            let places = calls.iter().enumerate().filter(|(_, name)| name.starts_with(prefix));
            for (at, name) in places {
                for (trouble, times) in troubles.iter().flat_map(|t| times.iter().map(move |n| (t, *n))) {
                    let mishap = Mishap { from: at + 1, prefix, trouble: trouble.clone(), times };
                    let context = format!("{text}: {name} is call {}: {mishap:?}", at + 1);
                    let Doubt { cards, copies } = sound(&told(text, &[mishap]).await, &context);
                    assert!(
                        cards + copies <= most(trouble, times),
                        "{context}: {cards} cards, {copies} copies"
                    );
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn slack_failing_anywhere_delays_the_answer_and_does_not_double_it() {
    let troubles = [
        Trouble::too_many("1"),
        Trouble::too_many("120"),
        Trouble::page(500),
        Trouble::page(503),
        Trouble::code("internal_error"),
        Trouble::Busy,
        Trouble::FailBefore,
        Trouble::Hang,
    ];
    everywhere(&["slack."], &troubles, &[1, 4, 13], |_, _| 0).await;
}

#[tokio::test(start_paused = true)]
async fn a_post_whose_answer_is_lost_may_be_made_again_but_nothing_else() {
    // Slack has no way to post once only, and silence would be worse.
    everywhere(&["slack."], &[Trouble::FailAfter, Trouble::HangAfter], &[1, 2], |_, times| times).await;
}

#[tokio::test(start_paused = true)]
async fn tables_failing_anywhere_change_nothing_twice() {
    let prefixes = ["jobs.", "threads.", "tokens.", "teams.", "accounts.", "audit."];
    everywhere(&prefixes, &[Trouble::FailBefore, Trouble::FailAfter], &[1, 3], |_, _| 3).await;
}

#[tokio::test(start_paused = true)]
async fn lambda_failing_to_start_a_worker_leaves_that_to_the_sweeper() {
    everywhere(&["wake"], &[Trouble::FailBefore, Trouble::FailAfter], &[1, 3], |_, _| 0).await;
}

#[tokio::test(start_paused = true)]
async fn ec2_failing_anywhere_is_told_as_it_is() {
    let troubles = [Trouble::FailBefore, Trouble::FailAfter, Trouble::Busy];
    everywhere(&["ec2.change", "ec2.dry-run", "ec2.protection"], &troubles, &[1, 3], |_, _| 0).await;
}

#[tokio::test(start_paused = true)]
async fn not_being_able_to_look_delays_the_answer() {
    for text in ["stop web-1", "stop web-1 db-1"] {
        let calls = undisturbed(text).await;
        let call = 1 + calls.iter().position(|name| name.starts_with("ec2.change")).unwrap();
        for from in call..=calls.len() {
            for times in [1, 2, 3] {
                let trouble = Trouble::Busy;
                let mishap = Mishap { from, prefix: "ec2.describe", trouble, times };
                let context = format!("{text}: {mishap:?}");
                let Doubt { cards, copies } = sound(&told(text, &[mishap]).await, &context);
                assert_eq!((cards, copies), (0, 0), "{context}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_silence_of_slack_is_waited_for_within_the_run() {
    for times in [1, 4, 8] {
        let mishap = Mishap { from: 0, prefix: "slack.chat.update", trouble: Trouble::page(503), times };
        let world = told("start web-3", &[mishap]).await;
        assert_eq!(world.seam.count("tokens.active"), 1, "{times}");
        assert_eq!(world.answers(), ["thread: Done: `web-3` is *running* (5 s)."], "{times}");
    }
}
