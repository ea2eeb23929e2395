//! Processes die where it hurts most: at every call that one command makes, of
//! AWS and of Slack, before it has an effect and after. Whatever happens, an
//! instance is changed once at most, and the person hears once how it ended.
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
use devkit::slack::{FaultKind, Said, Say, Seen};
use domain::instance::InstanceState;
use support::{App, app, is_final, jobs};

/// How late an answer of Slack comes to a process that is to die first.
const TOO_LATE: Duration = Duration::from_mins(1);

fn say(text: &str) -> Say {
    Say { user: "ann".into(), channel: "#ops".into(), text: text.into(), ..Say::default() }
}

/// The instance runs, and every process will start anew.
fn as_at_first(app: &App) {
    assert!(app.fleet().put(&app.id("web-1"), InstanceState::Running));
    app.cloud().chill();
}

/// One `stop web-1` to its end, whatever stands in its way: the words that the
/// person got, and how often the instance was changed.
async fn stop(app: &App) -> (Vec<Seen>, u32) {
    let before = app.changes("web-1").total();
    let (said, _) = app.type_in(say("@bellhop stop web-1")).await;
    app.recover().await;
    (app.answers("ann", "#ops", &said), app.changes("web-1").total() - before)
}

/// What must hold however the command was interrupted. Returns the final words.
#[track_caller]
fn assert_ended_well(app: &App, what: &str, answers: &[Seen], changes: u32) -> String {
    let words: Vec<_> = answers.iter().map(|one| one.plain.as_str()).collect();
    let finals: Vec<_> = answers.iter().filter(|one| is_final(one)).collect();
    assert_eq!(finals.len(), 1, "{what}: one word on how it ended: {words:#?}");
    // A card that was posted by a process that died before it wrote that down stays behind.
    assert!(answers.len() <= 2, "{what}: {words:#?}");
    let last = finals[0].plain.clone();
    match changes {
        1 => assert!(last.starts_with("Done: web-1 is *stopped*"), "{what}: {last}"),
        0 => assert!(
            last.starts_with("I lost contact while stopping web-1. It is *running*"),
            "{what}: {last}"
        ),
        many => panic!("{what}: the instance was changed {many} times"),
    }
    let job = jobs::all(app.cloud()).pop().expect("there is a job");
    assert!(jobs::all(app.cloud()).iter().all(|job| job["machine"]["told"] == true), "{what}: {job}");
    last
}

/// The calls of AWS that `function` makes for one undisturbed command from a cold start.
async fn calls_of_a_clean_run(app: &App, function: &str) -> Vec<String> {
    as_at_first(app);
    let before = app.aws_calls_of(function).len();
    let (answers, changes) = stop(app).await;
    assert_eq!((answers.len(), changes), (1, 1), "{answers:#?}");
    let calls = app.aws_calls_of(function);
    calls[before..].iter().map(|call| format!("{} {}", call.service, call.operation)).collect()
}

/// Kills `function` at each of its calls of AWS in turn.
async fn killed_at_every_call(app: &App, function: &str, fault: &AwsFault) -> Vec<(String, String)> {
    let calls = calls_of_a_clean_run(app, function).await;
    let mut ends = Vec::new();
    for (n, call) in calls.iter().enumerate() {
        as_at_first(app);
        let what = format!("{function}: {fault:?} at call {n}, {call}");
        let skip = u32::try_from(n).expect("few calls");
        app.cloud().faults().add(Fault::next("*", "*", fault.clone()).from(function).after(skip));
        let (answers, changes) = stop(app).await;
        assert_eq!(app.cloud().faults().pending(), 0, "{what}: it did not happen");
        let last = assert_ended_well(app, &what, &answers, changes);
        ends.push((call.clone(), last));
    }
    ends
}

/// The calls after which a kill left the outcome open.
fn lost(ends: &[(String, String)]) -> Vec<&str> {
    ends.iter().filter(|(_, last)| last.starts_with("I lost")).map(|(call, _)| call.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_before_each_of_its_calls_takes_effect() {
    let app = app().await;
    let ends = killed_at_every_call(&app, "Ec2", &AwsFault::KillBefore).await;
    assert!(ends.len() >= 12, "{ends:#?}");
    // Only where the change may have been made is it not tried again.
    assert_eq!(lost(&ends), ["ec2 StopInstances"], "{ends:#?}");
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_of_its_calls_has_taken_effect() {
    let app = app().await;
    let ends = killed_at_every_call(&app, "Ec2", &AwsFault::KillAfter).await;
    // The record says that the call is being made, and it was not yet.
    assert_eq!(lost(&ends), ["dynamodb PutItem"], "{ends:#?}");
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_word_to_slack() {
    let app = app().await;
    as_at_first(&app);
    let before = app.slack().calls().len();
    stop(&app).await;
    let calls: Vec<_> = app.slack().calls()[before..].iter().map(|call| call["method"].clone()).collect();
    assert_eq!(calls, ["users.info", "chat.postMessage", "chat.update"]);
    for method in calls {
        as_at_first(&app);
        let method = method.as_str().expect("a method is a text").to_owned();
        let late = FaultKind::Late { millis: u64::try_from(TOO_LATE.as_millis()).expect("it fits") };
        app.slack().fault(devkit::slack::Fault { method: method.clone(), times: 1, kind: late });
        let (heard, before) = (app.slack().calls().len(), app.changes("web-1").total());
        let said: Said = app.slack().say(&say("@bellhop stop web-1")).expect("ann may write in #ops");
        let at_slack = || app.slack().calls()[heard..].iter().any(|call| call["fault"].is_string());
        app.until(&format!("{method} is called"), at_slack).await;
        assert_eq!(app.cloud().kill("Ec2"), 1, "{method}: the worker is killed");
        app.quieten().await;
        app.recover().await;
        let answers = app.answers("ann", "#ops", &said);
        let changes = app.changes("web-1").total() - before;
        let last = assert_ended_well(&app, &method, &answers, changes);
        assert!(last.starts_with("Done:"), "{method}: {last}");
        // Only a card that nobody wrote down stays behind.
        assert_eq!(answers.len(), if method == "chat.postMessage" { 2 } else { 1 }, "{method}: {answers:#?}");
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_is_killed_at_each_of_its_calls() {
    let app = app().await;
    for fault in [AwsFault::KillBefore, AwsFault::KillAfter] {
        let ends = killed_at_every_call(&app, "Events", &fault).await;
        let calls: Vec<_> = ends.iter().map(|(call, _)| call.as_str()).collect();
        assert_eq!(calls, ["ssm GetParameters", "dynamodb GetItem", "dynamodb PutItem", "lambda Invoke"]);
        assert_eq!(lost(&ends), Vec::<&str>::new(), "{ends:#?}");
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweeper_is_killed_at_each_of_its_calls() {
    let app = app().await;
    for fault in [AwsFault::KillBefore, AwsFault::KillAfter] {
        for (n, call) in
            ["dynamodb Query", "dynamodb GetItem", "dynamodb PutItem", "lambda Invoke"].iter().enumerate()
        {
            let what = format!("{fault:?} at call {n}, {call}");
            as_at_first(&app);
            let before = app.aws_calls_of("Sweeper").len();
            app.cloud().faults().lose_next("Ec2");
            let skip = u32::try_from(n).expect("few calls");
            app.cloud().faults().add(Fault::next("*", "*", fault.clone()).from("Sweeper").after(skip));
            let (answers, changes) = stop(&app).await;
            assert_eq!(app.cloud().faults().pending(), 0, "{what}: it did not happen");
            let struck = &app.aws_calls_of("Sweeper")[before + n];
            assert_eq!(format!("{} {}", struck.service, struck.operation), *call);
            let last = assert_ended_well(&app, &what, &answers, changes);
            assert!(last.starts_with("Done:"), "{what}: {last}");
        }
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_made_unseen_is_never_made_again() {
    for (verb, name, operation, ended) in [
        ("start", "web-3", "StartInstances", "Done: web-3 is *running*"),
        ("terminate", "web-2", "TerminateInstances", "Done: web-2 is *terminated*"),
        // A reboot does not show, so nobody can tell.
        ("reboot", "web-1", "RebootInstances", "I lost contact while rebooting web-1. It is *running* now"),
    ] {
        let app = app().await;
        app.cloud().faults().add(Fault::next("ec2", operation, AwsFault::KillAfter));
        let (said, _) = app.type_in(say(&format!("@bellhop {verb} {name}"))).await;
        app.recover().await;
        assert_eq!(app.changes(name).total(), 1, "{verb}");
        let calls = app.ec2_calls().into_iter().filter(|action| action == operation).count();
        assert_eq!(calls, 1, "{verb}: EC2 was asked once");
        let answers = app.answers("ann", "#ops", &said);
        assert_eq!(answers.len(), 1, "{verb}: {answers:#?}");
        assert!(answers[0].plain.starts_with(ended) && answers[0].edited, "{verb}: {answers:#?}");
        app.finish_after_faults().await;
    }
}
