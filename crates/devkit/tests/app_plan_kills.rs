//! The EC2 worker dies at every call that comes of a decision on a termination:
//! its approval, its denial, its justification. Whatever happens, EC2 is asked
//! for it once at most, the card says how it ended, and everybody who has clicked
//! hears of it.
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
use devkit::slack::{self, FaultKind, Seen};
use domain::instance::InstanceState;
use support::plans::{OPS, at};
use support::{App, app, is_final, jobs, words};

const NAME: &str = "web-2";
/// How late an answer of Slack comes to a process that is to die first.
const TOO_LATE: u64 = 60_000;

/// What somebody says, and how that ends if nothing goes wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Approve,
    Deny,
    Justify,
}

/// How a story ended.
#[derive(Debug)]
struct End {
    /// The call at which it was interrupted.
    call: String,
    /// The card's last words.
    last: String,
    /// How many messages have notified those who may approve, since it was asked.
    notices: usize,
}

/// bob asks for the end of an instance that runs, as far as `word` is said next.
async fn asked(app: &App, word: Word) -> Seen {
    assert!(app.fleet().put(&app.id(NAME), InstanceState::Running));
    if word != Word::Justify {
        return app.termination("bob", NAME).await;
    }
    let card = app.card("bob", &format!("terminate {NAME}")).await;
    app.click_as(&at(&card, "bob", "Terminate…")).await;
    card
}

/// Says it, and waits until the worker has ended or died.
async fn say(app: &App, card: &Seen, word: Word) {
    match word {
        Word::Approve => drop(app.slack().click(&at(card, "ann", "Approve")).await.expect("it is there")),
        Word::Deny => drop(app.slack().click(&at(card, "ann", "Deny")).await.expect("it is there")),
        Word::Justify => drop(app.submit("bob", NAME, "it has served").await),
    }
    app.quieten().await;
}

/// The minutes pass, and who is still asked agrees; what the card says then.
async fn last_words(app: &App, card: &Seen, word: Word) -> String {
    app.recover().await;
    if word == Word::Justify {
        let shown = jobs::awaiting(app.cloud());
        assert_eq!(shown.len(), 1, "a second person is asked");
        app.click_as(&app.click_for(&shown[0])).await;
    }
    assert_eq!(jobs::open(app.cloud()), Vec::<String>::new());
    assert!(jobs::all(app.cloud()).iter().all(|job| job["machine"]["told"] == true));
    let shown = app.message("ann", OPS, &card.ts);
    assert!(is_final(&shown), "{shown:#?}");
    words(&shown)
}

/// Kills the worker at each of the calls that come of `word`.
async fn killed_at_every_call(app: &App, word: Word, fault: &AwsFault) -> Vec<End> {
    let card = asked(app, word).await;
    let from = app.aws_calls_of("Ec2").len();
    say(app, &card, word).await;
    let calls = app.aws_calls_of("Ec2").split_off(from);
    last_words(app, &card, word).await;
    let mut ends = Vec::new();
    for (n, call) in calls.iter().enumerate() {
        let card = asked(app, word).await;
        let notified = app.notices().len();
        let what = format!("{fault:?} at call {n}, {} {}", call.service, call.operation);
        let (called, changes) = (app.changing_calls().len(), app.changes(NAME).terminated);
        let skip = u32::try_from(n).expect("few calls");
        app.cloud().faults().add(Fault::next("*", "*", fault.clone()).from("Ec2").after(skip));
        say(app, &card, word).await;
        assert_eq!(app.cloud().faults().pending(), 0, "{what}: it did not happen");
        let last = last_words(app, &card, word).await;
        let (called, changes) = (app.changing_calls().len() - called, app.changes(NAME).terminated - changes);
        let right = match (word, called, changes) {
            (Word::Deny, 0, 0) => last == "Denied by @ann. Nothing was run.",
            (Word::Approve | Word::Justify, 1, 1) => last.starts_with("Done: `web-2` is *terminated*"),
            (Word::Approve, 0, 0) => {
                last.starts_with("I lost contact while terminating `web-2`. It is *running* now")
            }
            _ => false,
        };
        assert!(right, "{what}: {called} calls, {changes} changes: {last}");
        ends.push(End {
            call: format!("{} {}", call.service, call.operation),
            last,
            notices: app.notices().len() - notified,
        });
    }
    ends
}

/// The calls after which a kill left the outcome open.
fn lost(ends: &[End]) -> Vec<&str> {
    ends.iter().filter(|end| end.last.starts_with("I lost")).map(|end| end.call.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_before_each_call_of_an_approval() {
    let app = app().await;
    let ends = killed_at_every_call(&app, Word::Approve, &AwsFault::KillBefore).await;
    assert!(ends.len() >= 12, "{ends:#?}");
    // Once it is on record that the call is made, it is never made again.
    assert_eq!(lost(&ends), ["dynamodb PutItem", "ec2 TerminateInstances"], "{ends:#?}");
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_call_of_an_approval() {
    let app = app().await;
    let ends = killed_at_every_call(&app, Word::Approve, &AwsFault::KillAfter).await;
    // The record, and the book, say that the call is being made, and it was not yet.
    assert_eq!(lost(&ends), ["dynamodb PutItem", "dynamodb PutItem"], "{ends:#?}");
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_at_each_call_of_a_denial() {
    let app = app().await;
    for fault in [AwsFault::KillBefore, AwsFault::KillAfter] {
        let ends = killed_at_every_call(&app, Word::Deny, &fault).await;
        assert!(ends.len() >= 5, "{ends:#?}");
    }
    assert_eq!(app.changing_calls(), []);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_at_each_call_of_a_justification() {
    let app = app().await;
    for fault in [AwsFault::KillBefore, AwsFault::KillAfter] {
        let ends = killed_at_every_call(&app, Word::Justify, &fault).await;
        assert!(ends.len() >= 5, "{ends:#?}");
        assert!(ends.iter().all(|end| end.notices == 0), "admins are not notified: {ends:#?}");
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_at_each_call_while_it_notifies_a_group() {
    let app = app().await;
    app.let_oncall_approve().await;
    let twice = |ends: &[End]| -> Vec<String> {
        assert!(ends.iter().all(|end| matches!(end.notices, 1 | 2)), "{ends:#?}");
        ends.iter().filter(|end| end.notices == 2).map(|end| end.call.clone()).collect()
    };
    let ends = killed_at_every_call(&app, Word::Justify, &AwsFault::KillBefore).await;
    // Only who dies between the post and its record is followed by one that posts again.
    assert_eq!(twice(&ends), ["dynamodb PutItem"], "{ends:#?}");
    let ends = killed_at_every_call(&app, Word::Justify, &AwsFault::KillAfter).await;
    assert_eq!(twice(&ends), Vec::<String>::new(), "{ends:#?}");
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_word_to_slack() {
    let app = app().await;
    let card = asked(&app, Word::Approve).await;
    let from = app.slack().calls().len();
    say(&app, &card, Word::Approve).await;
    let method = |call: &serde_json::Value| call["method"].as_str().expect("a text").to_owned();
    let methods: Vec<_> = app.slack().calls()[from..].iter().map(method).collect();
    // Who clicks, who asked, who approves; then the card, as it begins and as it ends.
    assert_eq!(methods, ["users.info", "users.info", "users.info", "chat.update", "chat.update"]);
    for (n, method) in methods.iter().enumerate() {
        let card = asked(&app, Word::Approve).await;
        let (called, from) = (app.changing_calls().len(), app.slack().calls().len());
        let late = |millis| FaultKind::Late { millis };
        let fault = |times, kind| slack::Fault { method: method.clone(), times, kind };
        let before = methods[..n].iter().filter(|one| *one == method).count();
        if before > 0 {
            app.slack().fault(fault(u32::try_from(before).expect("few calls"), late(0)));
        }
        app.slack().fault(fault(1, late(TOO_LATE)));
        app.slack().click(&at(&card, "ann", "Approve")).await.expect("there is such a button");
        app.until(&format!("word {n} is said"), || app.slack().calls().len() > from + n).await;
        assert!(app.cloud().kill("Ec2") > 0, "word {n}: the worker is killed");
        app.quieten().await;
        let last = last_words(&app, &card, Word::Approve).await;
        assert!(last.starts_with("Done: `web-2` is *terminated*"), "word {n}, {method}: {last}");
        assert_eq!(app.changing_calls().len() - called, 1, "word {n}, {method}");
    }
    app.finish_after_faults().await;
}
