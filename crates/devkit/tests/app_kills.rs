//! Processes die where it hurts most: at every call that one change makes, of AWS
//! and of Slack, before it has an effect and after, from the words that ask for it
//! over the card and the clicks on it to its end. Whatever happens, an instance is
//! changed once at most, not before people have agreed and not without an entry in
//! the book, and the person hears once how it ended.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use devkit::cloud::{AwsFault, Fault, InvokeFault, LambdaFault};
use serde_json::Value;
use support::kills::{Change, Inventory, NAME, answer_late, as_at_first, calls_since, strike, struck};
use support::{App, app, jobs, only, say};

/// The calls of AWS that `function` makes for one undisturbed change from cold starts.
async fn calls_of_a_clean_run(
    app: &App,
    function: &str,
    change: Change,
    inventory: Inventory,
) -> Vec<String> {
    as_at_first(app, inventory);
    let before = app.aws_calls_of(function).len();
    let (answers, changes) = change.play(app).await;
    assert_eq!((answers.len(), changes), (1, 1), "{answers:#?}");
    calls_since(app, function, before)
}

/// Kills `function` at each of its calls of AWS in turn; each call, and the last
/// words after that.
async fn killed_at_every_call(
    app: &App,
    function: &str,
    (change, inventory): (Change, Inventory),
    fault: &AwsFault,
) -> Vec<(String, String)> {
    let calls = calls_of_a_clean_run(app, function, change, inventory).await;
    let mut ends = Vec::new();
    for (n, call) in calls.into_iter().enumerate() {
        as_at_first(app, inventory);
        let what = format!("{change:?}: {function}: {fault:?} at call {n}, {call}");
        strike(app, n, Fault::next("*", "*", fault.clone()).from(function));
        let (answers, changes) = change.play(app).await;
        assert_eq!(app.cloud().faults().pending(), 0, "{what}: it did not happen");
        let last = change.assert_ended_well(app, &what, &answers, changes);
        ends.push((call, last));
    }
    ends
}

/// The calls after which a kill left the outcome open.
fn lost(ends: &[(String, String)]) -> Vec<&str> {
    ends.iter().filter(|(_, last)| last.starts_with("I lost")).map(|(call, _)| call.as_str()).collect()
}

/// Kills the worker at each of its calls, for what the inventory knows or not.
/// `unknown` are the calls after which it is not known what was done.
async fn the_worker_is_killed(change: Change, inventory: Inventory, fault: AwsFault, unknown: [&str; 2]) {
    let app = app().await;
    // The first look at all is never repeated.
    calls_of_a_clean_run(&app, "Ec2", change, inventory).await;
    let ends = killed_at_every_call(&app, "Ec2", (change, inventory), &fault).await;
    let least = if change == Change::Stop { 36 } else { 51 };
    assert!(ends.len() >= least, "{} calls: {ends:#?}", ends.len());
    assert_eq!(lost(&ends), unknown, "{ends:#?}");
    app.finish_after_faults().await;
}

/// Where it may have been made, or the record says so, it is not tried again.
const BEFORE: [&str; 2] = ["dynamodb PutItem Audit", "ec2 StopInstances"];
/// The record, and then the book, say that it is being made, and it was not yet.
const AFTER: [&str; 2] = ["dynamodb PutItem Jobs", "dynamodb PutItem Audit"];

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_before_each_call_of_a_stop() {
    the_worker_is_killed(Change::Stop, Inventory::Full, AwsFault::KillBefore, BEFORE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_call_of_a_stop() {
    the_worker_is_killed(Change::Stop, Inventory::Full, AwsFault::KillAfter, AFTER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_before_each_call_of_a_stop_of_what_it_has_not_seen_before() {
    the_worker_is_killed(Change::Stop, Inventory::Empty, AwsFault::KillBefore, BEFORE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_call_of_a_stop_of_what_it_has_not_seen_before() {
    the_worker_is_killed(Change::Stop, Inventory::Empty, AwsFault::KillAfter, AFTER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_before_each_call_of_a_termination() {
    let unknown = [BEFORE[0], "ec2 TerminateInstances"];
    the_worker_is_killed(Change::Terminate, Inventory::Full, AwsFault::KillBefore, unknown).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_call_of_a_termination() {
    the_worker_is_killed(Change::Terminate, Inventory::Full, AwsFault::KillAfter, AFTER).await;
}

/// The methods of Slack that are called while the change is asked for, and after.
fn methods(calls: &[Value]) -> Vec<String> {
    calls.iter().map(|call| call["method"].as_str().expect("a method is a text").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_word_to_slack() {
    let app = app().await;
    let change = Change::Stop;
    as_at_first(&app, Inventory::Full);
    let before = app.slack().calls().len();
    change.ask(&app).await;
    let asked = app.slack().calls().len() - before;
    app.see_through().await;
    let calls = methods(&app.slack().calls()[before..]);
    // Who asks, and the card; who clicks, who asked, and the card as it goes on.
    assert_eq!(calls[..asked], ["users.info", "conversations.info", "chat.postMessage"]);
    assert_eq!(calls[asked..], ["users.info", "users.info", "chat.update", "chat.update"]);
    for (n, method) in calls.iter().enumerate() {
        as_at_first(&app, Inventory::Full);
        let what = format!("word {n}, {method}");
        let passing = calls[..n].iter().filter(|earlier| *earlier == method).count();
        let (made, heard) = (app.changes(NAME).total(), struck(&app));
        answer_late(&app, method, passing);
        let said = if n < asked {
            app.slack().say(&change.say()).expect("ann may write in #ops")
        } else {
            let said = change.ask(&app).await;
            let job = jobs::awaiting(app.cloud()).pop().expect("ann is asked");
            let taken = app.slack().click(&app.click_for(&job)).await.expect("there is the button");
            assert_eq!(taken.error, None, "{what}");
            said
        };
        app.until(&format!("{what} is said"), || struck(&app) - heard > passing).await;
        assert_eq!(app.cloud().kill("Ec2"), 1, "{what}: the worker is killed");
        app.quieten().await;
        app.see_through().await;
        let (answers, changes) = (app.answers("ann", "#ops", &said), app.changes(NAME).total() - made);
        let last = change.assert_ended_well(&app, &what, &answers, changes);
        assert!(last.starts_with("Done:"), "{what}: {last}");
        // Only a card that nobody wrote down stays behind.
        assert_eq!(answers.len(), if method == "chat.postMessage" { 2 } else { 1 }, "{what}: {answers:#?}");
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_is_killed_at_each_of_its_calls() {
    let app = app().await;
    let words = ["ssm GetParameters", "dynamodb GetItem Installations"];
    let stored = ["dynamodb PutItem Jobs", "lambda Invoke"];
    let taken = [words, stored].concat();
    // The modal is opened, and submitted; both look at the plan.
    let opened =
        [&words[..], &["dynamodb GetItem Jobs", "dynamodb GetItem Installations", "ssm GetParameters"]];
    let submitted = [&words[1..], &["dynamodb GetItem Jobs"], &stored[..]];
    let twice = [opened.concat(), submitted.concat(), taken.clone()].concat();
    for (change, function, expected) in [
        (Change::Stop, "Events", &taken),
        (Change::Stop, "Interactions", &taken),
        (Change::Terminate, "Interactions", &twice),
    ] {
        for fault in [AwsFault::KillBefore, AwsFault::KillAfter] {
            let ends = killed_at_every_call(&app, function, (change, Inventory::Full), &fault).await;
            let calls: Vec<_> = ends.iter().map(|(call, _)| call.as_str()).collect();
            assert_eq!(&calls, expected, "{change:?}: {function}");
            assert_eq!(lost(&ends), Vec::<&str>::new(), "{ends:#?}");
        }
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweeper_is_killed_at_each_of_its_calls() {
    let app = app().await;
    // What wakes the worker for the words is lost, or what wakes it for the click.
    for (skip, lost) in [(0, "the words"), (1, "the click")] {
        for fault in [AwsFault::KillBefore, AwsFault::KillAfter] {
            for (n, call) in
                ["dynamodb Query Jobs", "dynamodb GetItem Jobs", "dynamodb PutItem Jobs", "lambda Invoke"]
                    .iter()
                    .enumerate()
            {
                let what = format!("{fault:?} at call {n}, {call}; {lost} got lost");
                as_at_first(&app, Inventory::Full);
                let before = app.aws_calls_of("Sweeper").len();
                let (function, what_else) = ("Ec2".to_owned(), LambdaFault::Lose);
                app.cloud().faults().add_invoke(InvokeFault { function, skip, times: 1, what: what_else });
                strike(&app, n, Fault::next("*", "*", fault.clone()).from("Sweeper"));
                let (answers, changes) = Change::Stop.play(&app).await;
                assert_eq!(app.cloud().faults().pending(), 0, "{what}: it did not happen");
                assert_eq!(calls_since(&app, "Sweeper", before)[n], *call, "{what}");
                let last = Change::Stop.assert_ended_well(&app, &what, &answers, changes);
                assert!(last.starts_with("Done:"), "{what}: {last}");
            }
        }
    }
    app.finish_after_faults().await;
}

/// Nobody agrees to a stop in time: what is said of it in the end.
async fn lapse(app: &App) -> String {
    let said = Change::Stop.ask(app).await;
    jobs::let_plans_lapse(app.cloud());
    // A sweeper that died comes again in the next minute.
    for _ in 0..2 {
        app.sweep().await;
    }
    assert_eq!(jobs::awaiting(app.cloud()).len(), 0, "the sweeper lets it lapse");
    app.recover().await;
    only("stop web-1", &app.answers("ann", "#ops", &said))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweeper_is_killed_while_it_lets_a_plan_lapse() {
    let app = app().await;
    as_at_first(&app, Inventory::Full);
    let before = app.aws_calls_of("Sweeper").len();
    assert!(lapse(&app).await.contains(" has expired ("));
    let calls = calls_since(&app, "Sweeper", before);
    let last = calls.iter().rposition(|call| call == "dynamodb PutItem Jobs").expect("it closes the job");
    assert!(last >= 5, "{calls:?}");
    for fault in [AwsFault::KillBefore, AwsFault::KillAfter] {
        for (n, call) in calls[..=last].iter().enumerate() {
            as_at_first(&app, Inventory::Full);
            let what = format!("{fault:?} at call {n}, {call}");
            strike(&app, n, Fault::next("*", "*", fault.clone()).from("Sweeper"));
            let said = lapse(&app).await;
            assert_eq!(app.cloud().faults().pending(), 0, "{what}: it did not happen");
            assert!(said.starts_with("Plan ") && said.ends_with(". Nothing was run."), "{what}: {said}");
            assert_eq!(jobs::left(app.cloud()), Vec::<String>::new(), "{what}");
        }
    }
    assert_eq!(app.all_changes(), 0);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_made_unseen_is_never_made_again() {
    for (user, verb, name, operation, ended) in [
        ("ann", "start", "web-3", "StartInstances", "Done: `web-3` is *running*"),
        ("bob", "terminate", "web-2", "TerminateInstances", "Done: `web-2` is *terminated*"),
        // A reboot does not show, so nobody can tell.
        (
            "ann",
            "reboot",
            "web-1",
            "RebootInstances",
            "I lost contact while rebooting `web-1`. It is *running* now",
        ),
    ] {
        let app = app().await;
        let unseen = || app.cloud().faults().add(Fault::next("ec2", operation, AwsFault::KillAfter));
        // What is only asked before the card is not what is meant.
        if verb == "start" {
            unseen();
        }
        let say = devkit::slack::Say { user: user.into(), ..say(&format!("@bellhop {verb} {name}")) };
        let (said, _) = app.type_in(say).await;
        if verb != "start" {
            assert_eq!(jobs::awaiting(app.cloud()).len(), 1, "{verb}");
            unseen();
        }
        app.see_through().await;
        assert_eq!(app.changes(name).total(), 1, "{verb}");
        assert_eq!(app.times_called(operation), 1, "{verb}: EC2 was asked once");
        let answers = app.answers(user, "#ops", &said);
        assert_eq!(answers.len(), 1, "{verb}: {answers:#?}");
        assert!(answers[0].plain.starts_with(ended) && answers[0].edited, "{verb}: {answers:#?}");
        app.finish_after_faults().await;
    }
}
