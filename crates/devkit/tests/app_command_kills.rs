//! The EC2 worker dies at every call that one `/ec2 stop` makes, of AWS and of
//! Slack, where it has `response_url`s and no message of its own: the one of the
//! command for the card, and the one of the click for what comes of it. Whatever
//! happens, an instance is changed once at most, and one message says how it ended.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use devkit::cloud::{AwsFault, Fault};
use devkit::slack::{self, FaultKind};
use support::agree::question;
use support::clicked::{Before, Heard, typed};
use support::kills::{
    Change, Inventory, NAME, agree_from_cold, answer_late, as_at_first, assert_true, calls_since, strike,
    struck,
};
use support::{App, app, is_final, jobs, words};

const CHANNEL: &str = "#random";

/// What ann has seen, and how often the instance was changed, before it all.
struct Start {
    before: Before,
    changes: u32,
}

impl Start {
    fn of(app: &App) -> Self {
        Self { before: app.before("ann", CHANNEL), changes: app.changes(NAME).total() }
    }

    /// What came of it: what ann was told, and how often the instance was changed.
    fn end(&self, app: &App) -> (Heard, u32) {
        (app.since(&self.before), app.changes(NAME).total() - self.changes)
    }
}

/// Types `/ec2 stop web-1`.
async fn type_it(app: &App) {
    let command = typed("ann", CHANNEL, &format!("/ec2 stop {NAME}"));
    let taken = app.slack().command(&command).await.expect("Slack knows the command");
    assert_eq!(taken.error, None);
}

/// The same, until ann is asked, whatever stands in its way.
async fn ask(app: &App) {
    type_it(app).await;
    app.quieten().await;
    app.recover().await;
}

/// All of it, whatever stands in its way.
async fn stop(app: &App) -> (Heard, u32) {
    let start = Start::of(app);
    ask(app).await;
    assert_eq!(start.end(app).1, 0, "ann has not agreed");
    agree_from_cold(app).await;
    start.end(app)
}

/// One message, which says what is true. Returns whether the outcome was lost.
#[track_caller]
fn is_lost(app: &App, what: &str, heard: &Heard, changes: u32) -> bool {
    assert_eq!(heard.counts(), [0, 1, 0], "{what}: {heard:#?}");
    assert_true(app, what, (Change::Stop, changes), &words(heard.whisper()));
    changes == 0
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_at_each_of_its_calls() {
    let app = app().await;
    // The first look at all is never repeated.
    stop(&app).await;
    for (fault, lost) in [
        (AwsFault::KillBefore, ["dynamodb PutItem Audit", "ec2 StopInstances"]),
        (AwsFault::KillAfter, ["dynamodb PutItem Jobs", "dynamodb PutItem Audit"]),
    ] {
        as_at_first(&app, Inventory::Full);
        let first = app.aws_calls_of("Ec2").len();
        let (heard, changes) = stop(&app).await;
        assert!(!is_lost(&app, "undisturbed", &heard, changes));
        let calls = calls_since(&app, "Ec2", first);
        let mut ends = Vec::new();
        for (n, call) in calls.iter().enumerate() {
            as_at_first(&app, Inventory::Full);
            let what = format!("{fault:?} at call {n}, {call}");
            strike(&app, n, Fault::next("*", "*", fault.clone()).from("Ec2"));
            let (heard, changes) = stop(&app).await;
            assert_eq!(app.cloud().faults().pending(), 0, "{what}: it did not happen");
            ends.extend(is_lost(&app, &what, &heard, changes).then_some(call));
        }
        assert!(calls.len() >= 35, "{} calls: {calls:#?}", calls.len());
        // Only where the change may have been made is it not tried again.
        assert_eq!(ends, lost.iter().collect::<Vec<_>>(), "{fault:?}");
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateways_are_killed_at_each_of_their_calls() {
    let app = app().await;
    let calls =
        ["ssm GetParameters", "dynamodb GetItem Installations", "dynamodb PutItem Jobs", "lambda Invoke"];
    for fault in [AwsFault::KillBefore, AwsFault::KillAfter] {
        for (n, call) in calls.iter().enumerate() {
            let what = format!("{fault:?} at call {n}, {call}, of a click");
            as_at_first(&app, Inventory::Full);
            let first = app.aws_calls_of("Interactions").len();
            strike(&app, n, Fault::next("*", "*", fault.clone()).from("Interactions"));
            let (heard, changes) = stop(&app).await;
            assert_eq!(app.cloud().faults().pending(), 0, "{what}: it did not happen");
            assert_eq!(calls_since(&app, "Interactions", first)[n], *call);
            assert!(!is_lost(&app, &what, &heard, changes), "{what}");
        }
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_word_to_slack() {
    let app = app().await;
    // Who asks, and the card; who clicks, who asked, and the card as it goes on.
    let calls = ["users.info", "response_url", "users.info", "users.info", "response_url", "response_url"];
    for (n, method) in calls.into_iter().enumerate() {
        as_at_first(&app, Inventory::Full);
        let what = format!("word {n}, {method}");
        let passing = calls[..n].iter().filter(|earlier| **earlier == method).count();
        let (start, heard) = (Start::of(&app), struck(&app));
        answer_late(&app, method, passing);
        if n < 2 {
            type_it(&app).await;
        } else {
            ask(&app).await;
            let job = jobs::awaiting(app.cloud()).pop().expect("ann is asked");
            let taken = app.slack().click(&app.click_for(&job)).await.expect("there is the button");
            assert_eq!(taken.error, None, "{what}");
        }
        app.until(&format!("{what} is said"), || struck(&app) - heard > passing).await;
        assert_eq!(app.cloud().kill("Ec2"), 1, "{what}: the worker is killed");
        app.quieten().await;
        app.see_through().await;
        let (said, changes) = start.end(&app);
        assert!(!is_lost(&app, &what, &said, changes), "{said:#?}");
    }
    app.finish_after_faults().await;
}

/// The next uses of any `response_url` meet this.
fn next(app: &App, times: u32, kind: FaultKind) {
    app.slack().fault(slack::Fault { method: "response_url".into(), times, kind });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_url_that_fails_shows_one_card() {
    let app = app().await;
    for (what, times, kind) in [
        ("an error", 1, FaultKind::ServerError),
        ("more errors than one run outlasts", 9, FaultKind::ServerError),
        ("a slow-down", 1, FaultKind::RateLimited { retry_after: 1 }),
        ("a lost answer", 1, FaultKind::Cut),
        ("no connection", 3, FaultKind::CutBefore),
    ] {
        for when in ["at the card", "at the click"] {
            as_at_first(&app, Inventory::Full);
            let start = Start::of(&app);
            if when == "at the card" {
                next(&app, times, kind.clone());
            }
            ask(&app).await;
            if when == "at the click" {
                next(&app, times, kind.clone());
            }
            app.see_through().await;
            let (heard, changes) = start.end(&app);
            assert!(!is_lost(&app, &format!("{what} {when}"), &heard, changes), "{what} {when}");
        }
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_url_that_is_used_up_after_the_card_leaves_a_direct_message() {
    let app = app().await;
    let used_up = || FaultKind::Http { status: 404, text: "used_url".into() };
    // Before anything was begun: nothing is.
    as_at_first(&app, Inventory::Full);
    let start = Start::of(&app);
    ask(&app).await;
    next(&app, 2, used_up());
    app.see_through().await;
    let (heard, changes) = start.end(&app);
    assert_eq!((heard.counts(), changes), ([0, 1, 1], 0), "{heard:#?}");
    assert!(question(&heard.private[0]).starts_with("Stop `web-1`?"), "{heard:#?}");
    let said = &heard.direct[0].plain;
    assert!(said.starts_with("I can't answer where you asked me any more, so I did nothing."), "{said}");
    // After it was: it is done, and told.
    let start = Start::of(&app);
    ask(&app).await;
    next(&app, 1, FaultKind::Late { millis: 0 });
    next(&app, 1, used_up());
    app.see_through().await;
    let (heard, changes) = start.end(&app);
    assert_eq!((heard.counts(), changes), ([0, 1, 1], 1), "{heard:#?}");
    assert!(heard.private[0].plain.starts_with("On it:") && !is_final(&heard.private[0]), "{heard:#?}");
    assert!(heard.direct[0].plain.starts_with("Done: `web-1` is *stopped*"), "{heard:#?}");
    app.finish_after_faults().await;
}
