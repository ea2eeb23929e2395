//! However often and in whatever way it is delivered, it is one command.

use std::collections::BTreeMap;

use devkit::slack::Say;
use futures_util::StreamExt as _;

use crate::support::signed::Knocker;
use crate::support::{app, jobs, only, say, timeless};
use crate::typed;

/// One person's message, delivered `copies` times by hand over at most `connections`
/// connections at once; how often each status was answered.
async fn flood(knocker: &Knocker, body: &str, copies: usize, connections: usize) -> BTreeMap<u16, usize> {
    let deliveries = (0..copies).map(|_| knocker.deliver(body.to_owned()));
    let mut statuses = BTreeMap::new();
    let mut answers = futures_util::stream::iter(deliveries).buffer_unordered(connections);
    while let Some((status, _)) = answers.next().await {
        *statuses.entry(status).or_default() += 1;
    }
    statuses
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_copies_of_one_event_are_one_command() {
    let app = app().await;
    let knocker = Knocker::new(&app);
    let stop = typed(&app, "stop web-1");
    let body = knocker.mention(stop.ts.as_str(), "Ev0FLOOD01", "stop web-1").to_string();
    let statuses = flood(&knocker, &body, 2_000, 100).await;
    // Whatever is not taken, Slack delivers again: throttled, or too slow on a busy machine.
    assert!(statuses.keys().all(|status| matches!(status, 200 | 429 | 500 | 503)), "{statuses:?}");
    assert!(statuses[&200] >= 10, "{statuses:?}");
    app.quieten().await;
    app.recover().await;
    assert_eq!(jobs::statuses(app.cloud()), ["awaiting"], "one job, and one card");
    only("stop web-1", &app.answers("ann", "#ops", &stop));
    app.see_through().await;
    assert_eq!(jobs::statuses(app.cloud()), ["done"; 2], "the job and the click, and both are done");
    assert_eq!(app.changes("web-1").stopped, 1);
    assert_eq!(app.times_called("StopInstances"), 1, "EC2 was asked once");
    let answers = app.answers("ann", "#ops", &stop);
    assert_eq!(timeless(&only("stop web-1", &answers)), "Done: `web-1` is *stopped* (…).");
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_a_message_is_delivered_it_is_done_once() {
    let app = app().await;
    for (what, say) in [
        ("twenty copies", Say { copies: Some(20), ..say("@bellhop stop web-1") }),
        ("two event ids", Say { event_ids: Some(2), ..say("@bellhop stop web-2") }),
        (
            "copies under several ids",
            Say { copies: Some(5), event_ids: Some(4), ..say("@bellhop stop web-0") },
        ),
        ("a retry without a first delivery", Say { drop_first: true, ..say("@bellhop start web-3") }),
        ("a retry after a lost answer", Say { lose_answer: true, ..say("@bellhop start db-old") }),
        (
            "everything",
            Say { copies: Some(3), event_ids: Some(3), lose_answer: true, ..say("@bellhop reboot api-blue") },
        ),
    ] {
        let before = app.all_changes();
        let answers = app.type_in_agreed(say).await;
        assert!(only(what, &answers).starts_with("Done:"), "{what}: {answers:#?}");
        assert_eq!(app.all_changes() - before, 1, "{what}");
    }
    // Four of them were confirmed.
    assert_eq!(jobs::statuses(app.cloud()), ["done"; 6 + 4]);
    // Lambda, too, delivers at least once, what was typed as well as the word on it.
    for _ in 0..3 {
        app.cloud().faults().duplicate_next("Ec2");
        let before = app.all_changes();
        let (said, answers) = app.type_in(say("@bellhop reboot web-us-0")).await;
        assert!(only("reboot", &answers).starts_with("Reboot `web-us-0`?"), "{answers:#?}");
        app.cloud().faults().duplicate_next("Ec2");
        app.agree().await;
        assert!(only("reboot", &app.answers("ann", "#ops", &said)).starts_with("Done:"));
        assert_eq!(app.all_changes() - before, 1);
    }
    app.finish().await;
}
