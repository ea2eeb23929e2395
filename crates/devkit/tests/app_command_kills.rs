//! The EC2 worker dies at every call that one `/ec2 stop` makes, of AWS and of
//! Slack, where it has a `response_url` and no message of its own. Whatever
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

use std::time::Duration;

use devkit::cloud::{AwsFault, Fault};
use devkit::slack::{self, FaultKind};
use domain::instance::InstanceState;
use support::clicked::{Heard, typed};
use support::{App, app, words};

/// How late an answer of Slack comes to a process that is to die first.
const TOO_LATE: Duration = Duration::from_mins(1);
const CHANNEL: &str = "#random";

/// The instance runs, and every process will start anew.
fn as_at_first(app: &App) {
    assert!(app.fleet().put(&app.id("web-1"), InstanceState::Running));
    app.cloud().chill();
}

/// One `/ec2 stop web-1` to its end, whatever stands in its way; `meanwhile` while it runs.
async fn stop(app: &App, meanwhile: impl AsyncFnOnce()) -> (Heard, u32) {
    let (before, changes) = (app.before("ann", CHANNEL), app.changes("web-1").total());
    let command = typed("ann", CHANNEL, "/ec2 stop web-1");
    let taken = app.slack().command(&command).await.expect("Slack knows the command");
    assert_eq!(taken.error, None);
    meanwhile().await;
    app.quieten().await;
    app.recover().await;
    (app.since(&before), app.changes("web-1").total() - changes)
}

/// One message, which says what is true. Returns whether the outcome was lost.
#[track_caller]
fn is_lost(what: &str, heard: &Heard, changes: u32) -> bool {
    assert_eq!(heard.counts(), [0, 1, 0], "{what}: {heard:#?}");
    let last = words(heard.whisper());
    match changes {
        1 => assert!(last.starts_with("Done: web-1 is *stopped*"), "{what}: {last}"),
        0 => assert!(
            last.starts_with("I lost contact while stopping web-1. It is *running*"),
            "{what}: {last}"
        ),
        many => panic!("{what}: the instance was changed {many} times"),
    }
    changes == 0
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_at_each_of_its_calls() {
    let app = app().await;
    for (fault, lost) in
        [(AwsFault::KillBefore, "ec2 StopInstances"), (AwsFault::KillAfter, "dynamodb PutItem")]
    {
        as_at_first(&app);
        let first = app.aws_calls_of("Ec2").len();
        let (heard, changes) = stop(&app, async || {}).await;
        assert!(!is_lost("undisturbed", &heard, changes));
        let calls = app.aws_calls_of("Ec2").split_off(first);
        let mut ends = Vec::new();
        for (n, call) in calls.iter().enumerate() {
            as_at_first(&app);
            let call = format!("{} {}", call.service, call.operation);
            let what = format!("{fault:?} at call {n}, {call}");
            let skip = u32::try_from(n).expect("few calls");
            app.cloud().faults().add(Fault::next("*", "*", fault.clone()).from("Ec2").after(skip));
            let (heard, changes) = stop(&app, async || {}).await;
            assert_eq!(app.cloud().faults().pending(), 0, "{what}: it did not happen");
            ends.extend(is_lost(&what, &heard, changes).then_some(call));
        }
        assert!(calls.len() >= 10, "{calls:#?}");
        // Only where the change may have been made is it not tried again.
        assert_eq!(ends, [lost], "{fault:?}");
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_word_to_slack() {
    let app = app().await;
    for (n, method) in ["users.info", "response_url", "response_url"].into_iter().enumerate() {
        as_at_first(&app);
        let heard = app.slack().calls().len();
        let late =
            |millis| slack::Fault { method: method.into(), times: 1, kind: FaultKind::Late { millis } };
        if n == 2 {
            app.slack().fault(late(0));
        }
        app.slack().fault(late(u64::try_from(TOO_LATE.as_millis()).expect("it fits")));
        let (said, changes) = stop(&app, async || {
            let is_said = || app.slack().calls().len() > heard + n;
            app.until(&format!("word {n} is said"), is_said).await;
            assert_eq!(app.cloud().kill("Ec2"), 1, "word {n}: the worker is killed");
        })
        .await;
        assert!(!is_lost(&format!("word {n}"), &said, changes), "{said:#?}");
    }
    app.finish_after_faults().await;
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
        as_at_first(&app);
        app.slack().fault(slack::Fault { method: "response_url".into(), times, kind });
        let (heard, changes) = stop(&app, async || {}).await;
        assert!(!is_lost(what, &heard, changes), "{what}");
    }
    // It was used up after the card: the result is a direct message.
    as_at_first(&app);
    let fault = |kind| slack::Fault { method: "response_url".into(), times: 1, kind };
    app.slack().fault(fault(FaultKind::Late { millis: 0 }));
    app.slack().fault(fault(FaultKind::Http { status: 404, text: "used_url".into() }));
    let (heard, changes) = stop(&app, async || {}).await;
    assert_eq!((heard.counts(), changes), ([0, 1, 1], 1), "{heard:#?}");
    assert!(heard.private[0].plain.starts_with("On it:"));
    assert!(heard.direct[0].plain.starts_with("Done: web-1 is *stopped*"), "{heard:#?}");
    app.finish_after_faults().await;
}
