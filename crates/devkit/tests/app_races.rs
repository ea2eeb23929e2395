//! A hundred clicks at once on one card, which want different things. One of them
//! decides, EC2 is asked for a change once at most, and everybody gets a word.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use devkit::cloud::{AwsCall, AwsFault, Fault};
use devkit::slack::{Seen, Wait};
use support::clicked::Before;
use support::plans::{OPS, at};
use support::races::{self, AT_ONCE, Outcome, WORKERS, Wish};
use support::{App, jobs, timeless, words};
use tokio::sync::{Mutex, MutexGuard};

/// How long a decision takes to be written, so that several of them meet there: as long
/// as a worker waits for, so that others come to it on a machine that is busy, too.
const SLOW_WRITE: Duration = Duration::from_secs(3);
/// How the status is written that a decision gives a job.
const DECISIONS: [&str; 2] = [r#"{"S":"approved"}"#, r#"{"S":"denied"}"#];

/// One race at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

/// The app with few workers, and nothing else that the machine is busy with.
async fn app() -> (App, MutexGuard<'static, ()>) {
    let alone = ALONE.lock().await;
    (races::app_of_few_workers().await, alone)
}

/// All of them click as often as makes a hundred; what the card says in the end.
async fn race(app: &App, card: &Seen, warm_up: &str, wishes: &[Wish]) -> String {
    let (job, _) = app.awaited();
    // So that no process has to be started during the race.
    races::click_all(app, &vec![at(card, "ann", warm_up); AT_ONCE]).await;
    let (calls, changes) = (app.changing_calls().len(), app.all_changes());
    let clicks = races::clicks(app, card, wishes).await;
    let before = races::before(app, wishes);
    races::hold_back(app, &clicks).await;
    assert_eq!(app.changing_calls().len(), calls);
    for status in DECISIONS {
        let slow = Fault::next("dynamodb", "PutItem", AwsFault::Delay(SLOW_WRITE)).containing(status);
        app.cloud().faults().add(slow.times(WORKERS));
    }
    let writes = app.aws_calls_of("Ec2").len();
    races::let_loose(app, |_| false).await;
    app.cloud().faults().clear();
    let refused = |call: &&AwsCall| call.error.as_deref().is_some_and(|error| error.contains("Conditional"));
    let met = app.aws_calls_of("Ec2")[writes..].iter().filter(refused).count();
    assert!(met > 0, "no two of them have met");
    let outcome = races::outcome(app, &job);
    assert_private_words(app, &before, &races::answered(app), &outcome);
    let (calls, changes) = (app.changing_calls().len() - calls, app.all_changes() - changes);
    let is_done = outcome.is_agreed();
    assert_eq!((calls, changes), (usize::from(is_done), u32::from(is_done)), "{}", outcome.how);
    let shown = app.message("ann", OPS, &card.ts);
    assert!(!shown.buttons.contains(&"Cancel".to_owned()), "nothing is asked any more: {shown:#?}");
    timeless(&words(&shown))
}

/// Everybody was told of each of their clicks once, except for the one that decided.
#[track_caller]
fn assert_private_words(app: &App, before: &BTreeMap<&str, Before>, waits: &[Wait], outcome: &Outcome) {
    for (user, before) in before {
        let heard = app.since(before);
        let expected = races::lost(waits, user, outcome);
        assert_eq!((heard.private.len(), heard.direct.len()), (expected, 0), "{user}: {heard:#?}");
        for one in &heard.private {
            let said = words(one);
            assert!(outcome.is_told_by(&said), "{user}, {} by {}: {said}", outcome.how, outcome.by);
        }
        assert_eq!(heard.open.len(), 1, "the card: {heard:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_clicks_approve_deny_and_cancel_at_once() {
    let (app, _alone) = app().await;
    app.let_oncall_approve().await;
    let eager =
        [("bob", "Approve"), ("kim", "Approve"), ("bob", "Approve"), ("kim", "Deny"), ("ann", "Cancel")];
    let split = [("bob", "Approve"), ("kim", "Deny"), ("ann", "Cancel"), ("kim", "Approve"), ("bob", "Deny")];
    let others = [("ann", "Approve"), ("gil", "Approve"), ("gil", "Cancel"), ("bob", "Cancel")];
    for (wishes, name) in [(eager, "web-2"), (split, "web-0")] {
        let wishes = [wishes.as_slice(), &others].concat();
        let card = app.termination("ann", name).await;
        let said = race(&app, &card, "Approve", &wishes).await;
        let ends = [
            format!("Done: `{name}` is *terminated* (…)."),
            "Denied by @bob. Nothing was run.".to_owned(),
            "Denied by @kim. Nothing was run.".to_owned(),
            "Cancelled by @ann. Nothing was run.".to_owned(),
        ];
        assert!(ends.contains(&said), "{said}");
    }
    assert_eq!(jobs::open(app.cloud()), Vec::<String>::new());
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_clicks_confirm_and_cancel_at_once() {
    let (app, _alone) = app().await;
    let wishes = [
        ("ann", "Stop web-1"),
        ("ann", "Stop web-1"),
        ("bob", "Stop web-1"),
        ("gil", "Cancel"),
        ("ann", "Cancel"),
    ];
    let card = app.card("ann", "stop web-1").await;
    let said = race(&app, &card, "Dry run", &wishes).await;
    let ends = ["Done: `web-1` is *stopped* (…).", "Cancelled by @ann. Nothing was run."];
    assert!(ends.contains(&said.as_str()), "{said}");
    assert_eq!(jobs::open(app.cloud()), Vec::<String>::new());
    app.finish().await;
}
