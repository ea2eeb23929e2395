//! The process dies at each call, before and after its effect; the sweeper and
//! later runs go on.

use crate::testing::Trouble;
use crate::testing::story::{Doubt, Mishap, sound, told, undisturbed};

const STORIES: [&str; 6] =
    ["stop web-1", "find", "start web-3", "reboot web-1", "stop web-1 db-1", "terminate web-1"];

fn crash(from: usize, after: bool) -> Mishap {
    let trouble = if after { Trouble::CrashAfter } else { Trouble::CrashBefore };
    Mishap { from, prefix: "", trouble, times: 1 }
}

/// Whether a crash at call `number` comes between a message's being posted and
/// that being on record: then the next run cannot know of it.
fn is_unrecorded(calls: &[String], number: usize, after: bool) -> bool {
    let post = 1 + calls.iter().position(|name| name == "slack.chat.postMessage").unwrap();
    let record = calls.iter().enumerate().find(|(at, name)| *at >= post && name.starts_with("jobs.advance"));
    let record = 1 + record.unwrap().0;
    let (first, last) = (if after { post } else { post + 1 }, if after { record - 1 } else { record });
    (first..=last).contains(&number)
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_changes_nothing_twice_and_ends_in_one_true_answer() {
    for text in STORIES {
        let calls = undisturbed(text).await;
        let (mut cards, mut copies) = (0, 0);
        for number in 1..=calls.len() {
            for after in [false, true] {
                let context = format!("{text}: crash at {number} ({}), after: {after}", calls[number - 1]);
                let doubt = sound(&told(text, &[crash(number, after)]).await, &context);
                let Doubt { cards: left, copies: again } = doubt;
                let may = usize::from(is_unrecorded(&calls, number, after));
                assert!(left + again <= may, "{context}: {doubt:?}");
                (cards, copies) = (cards + left, copies + again);
            }
        }
        // Exactly the crashes between the post and its record leave something over.
        let unrecorded = (1..=calls.len()).flat_map(|number| [(number, false), (number, true)]);
        let unrecorded = unrecorded.filter(|(number, after)| is_unrecorded(&calls, *number, *after)).count();
        let expected = if text == "find" { (0, unrecorded) } else { (unrecorded, 0) };
        assert_eq!((cards, copies), expected, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_crashes_change_nothing_twice_either() {
    for text in ["stop web-1", "reboot web-1"] {
        let calls = undisturbed(text).await.len();
        for first in 1..=calls {
            // Every second one, and the others after the next first one.
            for second in (first + 1 + first % 2..=first + 25).step_by(2) {
                for (one, two) in [(false, true), (true, true)] {
                    let mishaps = [crash(first, one), crash(second, two)];
                    let context = format!("{text}: {mishaps:?}");
                    let doubt = sound(&told(text, &mishaps).await, &context);
                    assert!(doubt.cards <= 2 && doubt.copies == 0, "{context}: {doubt:?}");
                }
            }
        }
    }
}
