//! The worker dies at each call, before and after its effect; the sweeper, Lambda
//! and later runs go on.

use domain::standup::{Answer, Kind, Report};

use super::{
    BOB, CAT, HOUR_MS, MONDAY, SKIPPED, THANKS, answer, ask, channel, direct, does, fire, key, says, skip,
    three, words,
};
use crate::ports::Clock as _;
use crate::testing::story::Mishap;
use crate::testing::{ANN, BOSS, Trouble, World};

/// From the questions to a late answer, with `mishaps` on the way.
pub(super) async fn play(mishaps: &[Mishap]) -> World {
    let world = three();
    for mishap in mishaps {
        world.seam.trouble(mishap.from, mishap.prefix, mishap.trouble.clone(), mishap.times);
    }
    ask(&world).await;
    does(&world, ANN, "ann", answer(MONDAY, ["one", "two", "three"])).await;
    does(&world, BOB, "bob", skip(MONDAY)).await;
    world.clock.later(HOUR_MS).await;
    fire(&world, Kind::Report, world.clock.now()).await;
    world.settle().await;
    does(&world, CAT, "cat", answer(MONDAY, ["late", "", ""])).await;
    world
}

/// The calls when nothing goes wrong.
pub(super) async fn calls() -> Vec<String> {
    play(&[]).await.seam.calls()
}

/// Asserts what always holds, and says whether the report is in the channel for sure.
pub(super) fn sound(world: &World, context: &str) -> bool {
    let jobs = world.jobs.all();
    assert!(
        jobs.iter().all(|job| job.machine.is_closed() && job.machine.told),
        "{context}: silence: {jobs:#?}"
    );
    for (user, says_now) in [(ANN, THANKS), (BOB, SKIPPED), (CAT, THANKS)] {
        assert_eq!(says(world, user), says_now, "{context}");
        assert_eq!(direct(world, user).len(), 1, "{context}");
    }
    let entry = |user| world.standups.entry(&key(MONDAY), user).unwrap().answer;
    assert!(matches!(entry(ANN), Answer::Given { .. }) && matches!(entry(CAT), Answer::Given { .. }));
    assert!(matches!(entry(BOB), Answer::Skipped { .. }), "{context}");
    let reports = channel(world);
    assert!(reports.len() <= 1, "{context}: posted twice: {reports:#?}");
    if matches!(world.standups.run(&key(MONDAY)).unwrap().report, Report::Posted { .. }) {
        let shown = words(&reports[0]);
        assert_eq!(shown[0], "Standup *daily*, Mon 1 Dec 2025\n2 of 3 answered", "{context}");
        assert_eq!(
            shown[1..],
            ["Ann | *Ann*", shown[2].as_str(), "Cat | *Cat*", shown[4].as_str(), "*Skipped:* Bob"]
        );
        return true;
    }
    let told = direct(world, BOSS);
    assert!(told[0].text.starts_with("I lost contact while posting the report"), "{context}: {told:#?}");
    false
}

fn crash(from: usize, after: bool) -> Mishap {
    let trouble = if after { Trouble::CrashAfter } else { Trouble::CrashBefore };
    Mishap { from, prefix: "", trouble, times: 1 }
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_asks_everybody_once_and_loses_no_answer() {
    let calls = calls().await;
    let mut lost = Vec::new();
    for number in 1..=calls.len() {
        for after in [false, true] {
            let context = format!("crash at {number} ({}), after: {after}", calls[number - 1]);
            if !sound(&play(&[crash(number, after)]).await, &context) {
                lost.push(context);
            }
        }
    }
    // Only around the post itself nobody can know whether the report is there.
    assert!((1..=6).contains(&lost.len()), "{lost:#?}");
}

#[tokio::test(start_paused = true)]
async fn two_crashes_ask_nobody_twice_either() {
    let calls = calls().await.len();
    for first in (1..=calls).step_by(3) {
        for second in (first + 1..=first + 12).step_by(2) {
            let mishaps = [crash(first, true), crash(second, first % 2 == 0)];
            sound(&play(&mishaps).await, &format!("{mishaps:?}"));
        }
    }
}

/// Twenty people with long answers, whose report is posted with `mishaps` on the
/// way. How many calls there were before that.
async fn play_long(mishaps: &[Mishap]) -> (World, usize) {
    let world = World::new();
    let people: Vec<String> = (10..30).map(|number| format!("U0P{number}")).collect();
    for user in &people {
        super::person(&world, user, &user.replace("U0", ""));
    }
    let members: Vec<&str> = people.iter().map(String::as_str).collect();
    world.slack.channel(super::TEAM_CHANNEL, &members);
    world.standups.put(crate::testing::TEAM, &super::daily());
    ask(&world).await;
    for user in &people {
        does(&world, user, user, answer(MONDAY, [&"word ".repeat(200), "", ""])).await;
    }
    let before = world.seam.calls().len();
    for mishap in mishaps {
        world.seam.trouble(before + mishap.from, mishap.prefix, mishap.trouble.clone(), mishap.times);
    }
    fire(&world, Kind::Report, world.clock.now()).await;
    world.settle().await;
    (world, before)
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_leaves_no_page_of_a_long_report_out() {
    let (quiet, before) = play_long(&[]).await;
    let calls = quiet.seam.calls().split_off(before);
    let pages = channel(&quiet).len();
    assert!(pages > 2, "it is no long report");
    let mut doubled = 0;
    for number in 1..=calls.len() {
        for after in [false, true] {
            let context = format!("crash at {number} ({}), after: {after}", calls[number - 1]);
            let (world, _) = play_long(&[crash(number, after)]).await;
            let said = channel(&world);
            assert!(said.iter().filter(|said| said.thread.is_none()).count() <= 1, "{context}");
            let run = world.standups.run(&key(MONDAY)).unwrap();
            let Report::Posted { messages } = &run.report else { continue };
            assert_eq!(messages.len(), pages, "{context}");
            let on_record = said.iter().filter(|said| messages.iter().any(|ts| ts.as_str() == said.ts));
            let shown: Vec<String> = on_record.flat_map(words).collect();
            for number in 10..30 {
                let name = format!("P{number} | *P{number}*");
                assert_eq!(shown.iter().filter(|text| **text == name).count(), 1, "{context}: {name}");
            }
            assert!(said.len() <= pages + 1, "{context}: more than one page stands there twice");
            doubled += said.len() - pages;
        }
    }
    // Only where the crash comes between a page's being posted and its record.
    assert!(doubled <= 4 * (pages - 1), "{doubled}");
}
