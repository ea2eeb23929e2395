//! Whatever goes wrong, in whatever order: the channel sees one message at
//! most, and the person is never left without word.

use proptest::prelude::*;
use proptest::sample::select;
use tokio::runtime::Builder;

use super::story::{Story, sound};
use crate::testing::Trouble;
use crate::testing::story::Mishap;

fn trouble() -> impl Strategy<Value = Trouble> {
    select(vec![
        Trouble::CrashBefore,
        Trouble::CrashAfter,
        Trouble::FailBefore,
        Trouble::FailAfter,
        Trouble::Hang,
        Trouble::HangAfter,
        Trouble::Busy,
        Trouble::page(500),
        Trouble::too_many("1"),
        Trouble::too_many("90"),
        Trouble::word(404, "used_url"),
        Trouble::word(404, "expired_url"),
    ])
}

fn mishap() -> impl Strategy<Value = Mishap> {
    let prefixes = [
        "",
        "jobs.",
        "jobs.advance",
        "jobs.find",
        "slack.",
        "slack.response_url",
        "slack.chat",
        "summarizer",
        "wake",
        "open.due",
        "tokens.",
    ];
    let mishap = (1..30_usize, select(prefixes.to_vec()), trouble(), 1..4_usize);
    mishap.prop_map(|(from, prefix, trouble, times)| {
        // Nothing else than a `response_url` says so.
        let is_dead = matches!(trouble, Trouble::Slack { status: 404, .. });
        let prefix = if is_dead { "slack.response_url" } else { prefix };
        Mishap { from, prefix, trouble, times }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_share_is_seen_once_at_most_and_never_ends_in_silence(
        story in select(vec![Story::ShareAtOnce, Story::ShareAtOnce, Story::Share]),
        mishaps in proptest::collection::vec(mishap(), 0..=4),
    ) {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let played = runtime.block_on(story.play(&mishaps));
        let seen = sound(&played, &format!("{story:?}: {mishaps:?}"));
        prop_assert!(seen.public <= 1);
    }
}
