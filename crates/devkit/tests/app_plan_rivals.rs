//! Three people say different things of one plan at once, and one of the workers
//! that take their words dies, at each of the calls that they make in turn.
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
use devkit::slack::{Deed, Seen};
use domain::instance::InstanceState;
use futures_util::future::join_all;
use serde_json::Value;
use support::clicked::Before;
use support::plans::{OPS, at};
use support::{App, app, jobs, words};

const NAME: &str = "web-2";
/// Who says what; ann asks for it.
const WORDS: [(&str, &str, &str); 3] =
    [("bob", "U0BOB00001", "Approve"), ("kim", "U0KIM00001", "Deny"), ("ann", "U0ANN00001", "Cancel")];

/// How many calls the workers make at least, whoever of the three wins: each of three
/// clicks is found, taken up, decided, answered and closed, and its person and plan are
/// looked up.
const LEAST_CALLS: usize = 15;

/// All three click at once; what they saw before.
async fn clash(app: &App, card: &Seen) -> Vec<Before> {
    // The card changes with the first click; its copy stays.
    let copy = Seen { ts: app.reposted(card).await, ..card.clone() };
    let before = WORDS.map(|(user, ..)| app.before(user, OPS)).into();
    let clicks = WORDS.map(|(user, _, button)| at(&copy, user, button));
    for taken in join_all(clicks.iter().map(|click| app.slack().click(click))).await {
        assert_eq!(taken.expect("there is such a button").error, None);
    }
    app.quieten().await;
    before
}

/// Whose word it was in the end, and which.
fn winner(job: &Value) -> (&'static str, &'static str) {
    let consent = &job["consent"];
    let approved = consent["approved"].as_array().expect("a list");
    let by = match (approved.as_slice(), consent["refused"].is_null()) {
        ([one], true) => &one["by"],
        ([], false) => &consent["refused"]["by"],
        _ => panic!("not one outcome: {consent}"),
    };
    let (user, _, button) = WORDS.into_iter().find(|(_, id, _)| by == id).expect("one of the three");
    (user, button)
}

/// One story, interrupted or not; whether it was.
async fn told(app: &App, what: &str, fault: Option<Fault>) -> bool {
    assert!(app.fleet().put(&app.id(NAME), InstanceState::Running));
    let card = app.termination("ann", NAME).await;
    let (id, _) = app.awaited();
    let (called, changes) = (app.changing_calls().len(), app.changes(NAME).terminated);
    let waits = app.slack().waits().len();
    if let Some(fault) = fault {
        app.cloud().faults().add(fault);
    }
    let before = clash(app, &card).await;
    app.recover().await;
    // Rivals do not make as many calls every time: a fault may not have struck.
    let struck = app.cloud().faults().pending() == 0;
    app.cloud().faults().clear();
    assert_eq!(jobs::open(app.cloud()), Vec::<String>::new(), "{what}");
    let all = jobs::all(app.cloud());
    assert!(all.iter().all(|job| job["machine"]["told"] == true), "{what}");
    let (user, button) = winner(all.iter().find(|job| job["id"] == id.as_str()).expect("it is there"));
    let last = words(&app.message("ann", OPS, &card.ts));
    let done = (app.changing_calls().len() - called, app.changes(NAME).terminated - changes);
    let right = match (button, done) {
        ("Deny", (0, 0)) => last == "Denied by @kim. Nothing was run.",
        ("Cancel", (0, 0)) => last == "Cancelled by @ann. Nothing was run.",
        ("Approve", (1, 1)) => last.starts_with("Done: `web-2` is *terminated*"),
        ("Approve", (0, 0)) => {
            last.starts_with("I lost contact while terminating `web-2`. It is *running* now")
        }
        _ => false,
    };
    assert!(right, "{what}: {button} by {user}, {done:?}: {last}");
    for (before, (clicker, ..)) in before.iter().zip(WORDS) {
        let heard = app.since(before);
        // A worker that dies when it has told, and has not yet noted that, is followed by
        // one that tells again.
        let most = if clicker == user { 0..=0 } else { 1..=2 };
        assert!(most.contains(&heard.private.len()), "{what}: {clicker}: {heard:#?}");
        let past = match button {
            "Deny" => "denied",
            "Cancel" => "cancelled",
            _ => "approved",
        };
        let already = format!("Already {past} by @{user} at ");
        assert!(heard.private.iter().all(|one| one.plain.starts_with(&already)), "{what}: {heard:#?}");
    }
    for wait in &app.slack().waits()[waits..] {
        assert!(
            wait.deed != Deed::Click || wait.answered.is_some() && wait.error.is_none(),
            "{what}: {wait:?}"
        );
    }
    struck
}

async fn killed_now_and_then(fault: AwsFault) {
    let app = app().await;
    app.let_oncall_approve().await;
    told(&app, "warming up", None).await;
    let from = app.aws_calls_of("Ec2").len();
    let asking = {
        app.fleet().put(&app.id(NAME), InstanceState::Running);
        app.termination("ann", NAME).await;
        let asking = app.aws_calls_of("Ec2").len() - from;
        jobs::let_plans_lapse(app.cloud());
        app.sweep().await;
        asking
    };
    let from = app.aws_calls_of("Ec2").len();
    told(&app, "undisturbed", None).await;
    let calls = app.aws_calls_of("Ec2").len() - from - asking;
    let calls = calls.max(LEAST_CALLS);
    let mut struck = Vec::new();
    for n in 0..calls {
        let what = format!("{fault:?} at call {n}");
        let skip = u32::try_from(n).expect("few calls");
        let fault = Fault::next("*", "*", fault.clone()).from("Ec2").after(skip);
        struck.push(told(&app, &what, Some(fault)).await);
    }
    // How many calls there are depends on who wins: a plan that is denied needs fewer. So
    // many there are in any case.
    assert!(struck[..LEAST_CALLS].iter().all(|struck| *struck), "{struck:?}");
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_the_rivals_workers_dies_before_a_call() {
    killed_now_and_then(AwsFault::KillBefore).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_the_rivals_workers_dies_after_a_call() {
    killed_now_and_then(AwsFault::KillAfter).await;
}
