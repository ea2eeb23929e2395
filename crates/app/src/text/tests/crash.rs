//! The process dies at each call, before and after its effect; the sweeper and
//! later runs go on.

use super::story::{STORIES, Seen, Story, sound};
use crate::testing::Trouble;
use crate::testing::story::Mishap;

fn crash(from: usize, after: bool) -> Mishap {
    let trouble = if after { Trouble::CrashAfter } else { Trouble::CrashBefore };
    Mishap { from, prefix: "", trouble, times: 1 }
}

#[tokio::test(start_paused = true)]
async fn undisturbed_there_is_one_answer() {
    for (story, seen) in [
        (Story::Reverse, Seen { private: 1, ..Seen::default() }),
        (Story::Summarize, Seen { private: 1, ..Seen::default() }),
        (Story::ShareAtOnce, Seen { public: 1, ..Seen::default() }),
        (Story::Share, Seen { public: 1, private: 1, ..Seen::default() }),
    ] {
        assert_eq!(sound(&story.play(&[]).await, "undisturbed"), seen, "{story:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_ends_in_one_answer() {
    for story in STORIES {
        let calls = story.calls().await;
        for number in 1..=calls.len() {
            for after in [false, true] {
                let context = format!("{story:?}: crash at {number} ({}), after: {after}", calls[number - 1]);
                let seen = sound(&story.play(&[crash(number, after)]).await, &context);
                // An answer that is told again takes the place of the one before.
                assert!(seen.by_the_person() <= 1, "{context}: {seen:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn two_crashes_show_the_channel_nothing_twice_either() {
    for story in STORIES {
        let calls = story.calls().await.len();
        let mut doubled = Vec::new();
        for first in 1..=calls {
            for second in first + 1..=first + 15 {
                for (one, two) in [(false, false), (false, true), (true, false), (true, true)] {
                    let mishaps = [crash(first, one), crash(second, two)];
                    let context = format!("{story:?}: {mishaps:?}");
                    let seen = sound(&story.play(&mishaps).await, &context);
                    doubled.extend((seen.by_the_person() > 1).then_some((context, seen)));
                }
            }
        }
        // "I lost contact" stands beside what it is about and cannot take its
        // place; so a crash right after it was said has it said again.
        let may_double = matches!(story, Story::ShareAtOnce | Story::Share);
        assert!(may_double || doubled.is_empty(), "{doubled:#?}");
        assert!(doubled.iter().all(|(_, seen)| seen.private == 2 && seen.direct == 0), "{doubled:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_always_dies_ends_in_an_apology() {
    for story in STORIES {
        for (call, is_executing) in [
            ("jobs.find", false),
            ("jobs.advance claimed", false),
            ("summarizer", false),
            ("jobs.advance executing", true),
            ("slack.response_url", true),
        ] {
            let calls = story.calls().await;
            let Some(at) = calls.iter().position(|name| name.starts_with(call)) else { continue };
            let played = story.begin(&[crash(at + 1, true)]).await;
            let world = &played.world;
            world.work_off().await;
            // From now on nobody is ever woken.
            for _ in 0..24 * 60 {
                world.clock.later(60_000).await;
                world.sweep().await.unwrap().unwrap();
                world.wake.take();
            }
            // What has its end on record is told by a worker alone; it is given up at last.
            let is_share = matches!(story, Story::Share | Story::ShareAtOnce);
            if !is_share && call == "slack.response_url" {
                assert!(world.jobs.all().iter().all(|job| job.machine.is_closed()));
                continue;
            }
            let context = format!("{story:?}: {call}");
            let seen = sound(&played, &context);
            assert_eq!(seen.by_the_person(), 1, "{context}");
            let last = world.slack.said().pop().unwrap().text;
            let says_perhaps = last == super::story::PERHAPS;
            assert_eq!(says_perhaps, is_share && is_executing, "{context}: {last}");
        }
    }
}
