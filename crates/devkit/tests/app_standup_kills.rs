//! Processes die where it hurts most, while people are asked, while they answer
//! and while the report is posted: at every call of AWS, before it has an effect
//! and after, and after every call of Slack. Whatever happens, everybody is asked
//! once, what they have said is kept and shown, and there is one report, or
//! somebody is asked to look whether there is.
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
use support::kills::{answer_late, calls_since, strike, struck};
use support::standup_kills::{End, Part, Stage};

const STANDUP: &str = "Standup";

/// The calls of AWS that the worker makes in one undisturbed run from a cold start,
/// and those of Slack, by method.
async fn a_clean_run(stage: &Stage) -> (Vec<String>, Vec<String>) {
    let before = stage.prepare().await;
    let (aws, slack) = (stage.app.aws_calls_of(STANDUP).len(), stage.app.slack().calls().len());
    assert_eq!(stage.begin(&before).await, None);
    assert_eq!(stage.end("undisturbed", &before).await, End::Well);
    let calls = stage.app.slack().calls().split_off(slack);
    let methods = calls.iter().map(|call| call["method"].as_str().unwrap().to_owned());
    (calls_since(&stage.app, STANDUP, aws), methods.collect())
}

/// Kills the worker at each of its calls of AWS in turn; the calls after which it
/// is not known whether the report was posted.
async fn killed_at_every_call(part: Part, fault: &AwsFault) -> Vec<(String, End)> {
    let stage = Stage::of(part).await;
    let (calls, _) = a_clean_run(&stage).await;
    eprintln!("{part:?}: {} calls of AWS", calls.len());
    let mut lost = Vec::new();
    for (n, call) in calls.into_iter().enumerate() {
        let what = format!("{part:?}: {fault:?} at call {n}, {call}");
        let before = stage.prepare().await;
        strike(&stage.app, n, Fault::next("*", "*", fault.clone()).from(STANDUP));
        assert_eq!(stage.begin(&before).await, None, "{what}");
        let end = stage.end(&what, &before).await;
        assert_eq!(stage.app.cloud().faults().pending(), 0, "{what}: it did not happen");
        if end != End::Well {
            lost.push((call, end));
        }
    }
    stage.app.finish_after_faults().await;
    lost
}

/// The same after each of its calls of Slack.
async fn killed_after_every_word(part: Part, least: usize) -> Vec<(String, End)> {
    let stage = Stage::of(part).await;
    let (_, methods) = a_clean_run(&stage).await;
    assert!(methods.len() >= least, "{methods:?}");
    let mut lost = Vec::new();
    for (n, method) in methods.iter().enumerate() {
        let what = format!("{part:?}: after word {n}, {method}");
        let passing = methods[..n].iter().filter(|earlier| *earlier == method).count();
        let before = stage.prepare().await;
        let heard = struck(&stage.app);
        answer_late(&stage.app, method, passing);
        assert_eq!(stage.begin(&before).await, None, "{what}");
        stage.app.until(&format!("{what} is said"), || struck(&stage.app) - heard > passing).await;
        assert_eq!(stage.app.cloud().kill(STANDUP), 1, "{what}: the worker is killed");
        let end = stage.end(&what, &before).await;
        if end != End::Well {
            lost.push((method.clone(), end));
        }
    }
    stage.app.finish_after_faults().await;
    lost
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_before_each_call_while_it_asks() {
    assert_eq!(killed_at_every_call(Part::Questions, &AwsFault::KillBefore).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_call_while_it_asks() {
    assert_eq!(killed_at_every_call(Part::Questions, &AwsFault::KillAfter).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_at_each_call_while_it_keeps_an_answer() {
    for fault in [AwsFault::KillBefore, AwsFault::KillAfter] {
        assert_eq!(killed_at_every_call(Part::Answer, &fault).await, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_at_each_call_while_it_posts_the_report() {
    // The record says that it is being posted; it is posted; the record is read once
    // more, and says so.
    let [write, read] = ["dynamodb PutItem Standups", "dynamodb GetItem Standups"];
    for (fault, ends) in [
        (AwsFault::KillBefore, [(read, End::LostAndPosted), (write, End::LostAndPosted)]),
        (AwsFault::KillAfter, [(write, End::LostAndNotPosted), (read, End::LostAndPosted)]),
    ] {
        let lost = killed_at_every_call(Part::Report, &fault).await;
        assert_eq!(lost, ends.map(|(call, end)| (call.to_owned(), end)), "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_word_to_slack() {
    assert_eq!(killed_after_every_word(Part::Questions, 8).await, []);
    assert_eq!(killed_after_every_word(Part::Answer, 2).await, []);
    let report = killed_after_every_word(Part::Report, 4).await;
    assert_eq!(report, [("chat.postMessage".to_owned(), End::LostAndPosted)]);
}
