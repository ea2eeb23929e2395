//! A channel with many members, and a Slack that asks to be called more slowly:
//! everybody is asked exactly once, in one run of the worker or in several.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use devkit::cloud::{AwsFault, Fault, Outcome};
use devkit::slack::{self, FaultKind};
use devkit::template::Stack;
use serde_json::Value;
use support::clicked::typed;
use support::standups::id_of;
use support::{App, app, app_with, jobs, standup_table as table, words};

const CHANNEL: &str = "#general";
/// Its members from the beginning.
const PEOPLE: [&str; 4] = ["ann", "bob", "gil", "kim"];
/// How long asking a crowd may take before the test gives up. A deadline, not a pause.
const PATIENCE: Duration = Duration::from_mins(4);
/// What the methods are called that Slack limits most.
const LIMITED: [&str; 2] = ["chat.postMessage", "users.info"];
/// Sweeps after which the rest would never be asked.
const MOST_SWEEPS: usize = 30;

/// What asking a crowd took.
struct Figures {
    members: usize,
    seconds: f32,
    /// Calls of Slack that were done, for the two methods.
    done: [usize; 2],
    /// Those that were too many.
    limited: usize,
    invocations: usize,
    sweeps: usize,
}

/// Slack finds every call of so many too many.
fn limit(app: &App, every: u32) {
    for method in LIMITED {
        let kind = FaultKind::RateLimitedEvery { every, retry_after: 1 };
        app.slack().fault(slack::Fault { method: method.into(), times: 100_000, kind });
    }
}

/// Ann asks everybody; what that takes, sweeps included.
async fn ask_all(app: &App, extra: usize, every: u32) -> Figures {
    let added = app.slack().add_members(CHANNEL, extra).unwrap();
    let mut everybody: Vec<String> = added.iter().map(ToString::to_string).collect();
    everybody.extend(PEOPLE.map(id_of));
    everybody.sort();
    limit(app, every);
    let (began, before) = (Instant::now(), app.slack().calls().len());
    let taken = app.slack().command(&typed("ann", CHANNEL, "/standup now")).await.unwrap();
    assert_eq!(taken.error, None);
    app.quiet(PATIENCE).await.unwrap();
    let sweeps = app.recover_standups(MOST_SWEEPS).await;
    let seconds = began.elapsed().as_secs_f32();
    assert_eq!(app.asked_since(before), everybody, "each of them, and each once");
    let calls = app.slack().calls().split_off(before);
    let is = |call: &&Value, method: &str| call["method"] == method && call["status"] != 429;
    let figures = Figures {
        members: everybody.len(),
        seconds,
        done: LIMITED.map(|method| calls.iter().filter(|call| is(call, method)).count()),
        limited: calls.iter().filter(|call| call["status"] == 429).count(),
        invocations: app.invocations_of("Standup").len(),
        sweeps,
    };
    let Figures { members, seconds, done: [posts, infos], limited, invocations, sweeps } = &figures;
    eprintln!(
        "{members} members: {seconds:.1} s, {posts} messages, {infos} people looked up, {limited} times 429, \
         {invocations} invocations of which {sweeps} by the sweeper"
    );
    figures
}

/// Everybody's record says where their message is, each another one.
fn assert_on_record(app: &App, members: usize) {
    let entries = table::entries(app.cloud());
    let asked = |entry: &Value| {
        assert_eq!(entry["asking"]["is"], "asked", "{entry}");
        entry["asking"]["channel"].as_str().unwrap().to_owned()
    };
    let places: BTreeSet<String> = entries.iter().map(asked).collect();
    assert_eq!((entries.len(), places.len()), (members, members));
    assert_eq!(table::runs(app.cloud())[0]["gathered"], true);
    assert_eq!(jobs::open(app.cloud()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_members_are_asked_once_each_while_slack_asks_for_patience() {
    let app = app().await;
    let figures = ask_all(&app, 500, 25).await;
    assert_on_record(&app, 504);
    // One message each, and one look at each besides at who has asked.
    assert_eq!(figures.done, [504, 505]);
    assert!(figures.limited >= 40, "{} calls were too many", figures.limited);
    assert_eq!((figures.invocations, figures.sweeps), (1, 0), "it fits into one run");
    let run = app.invocations_of("Standup").remove(0);
    assert!(run.outcome == Outcome::Ok && run.ms < 240_000, "{run:?}");
    // The report of all of them is one message, and says how many have not answered.
    app.standup("ann", CHANNEL, "report").await;
    // Slack may have found that too much, too.
    app.recover_standups(MOST_SWEEPS).await;
    let report = app.report("ann", CHANNEL);
    assert_eq!(report[0], "0 of 504 answered");
    assert!(report[1].starts_with("*Missing:* ann, bob, gil, kim, member-"), "{report:?}");
    assert!(report[1].ends_with(" more") && report.len() == 2, "{report:?}");
    app.finish().await;
}

/// A worker that may run only so long that it asks some, and no more.
fn hurried(stack: &mut Stack) {
    let worker = stack.functions.iter_mut().find(|function| function.logical_id == "Standup");
    worker.expect("there is the worker").timeout_s = 19;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_into_one_run_goes_on_in_the_next() {
    let app = app_with(|config| config.adjust = hurried).await;
    let figures = ask_all(&app, 80, 8).await;
    assert_on_record(&app, figures.members);
    assert!(figures.sweeps >= 2 && figures.limited >= 20, "{} sweeps", figures.sweeps);
    assert!(app.invocations_of("Standup").iter().all(|run| run.outcome == Outcome::Ok));
    assert_eq!(figures.done[0], figures.members);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_among_a_crowd_asks_nobody_twice() {
    let app = app().await;
    // Each run dies at some write: before it, or after it.
    for (skip, fault) in [
        (70, AwsFault::KillBefore),
        (110, AwsFault::KillAfter),
        (140, AwsFault::KillBefore),
        (165, AwsFault::KillAfter),
    ] {
        app.cloud().faults().add(Fault::next("dynamodb", "PutItem", fault).from("Standup").after(skip));
    }
    let figures = ask_all(&app, 60, 25).await;
    assert_on_record(&app, figures.members);
    assert_eq!(figures.done[0], figures.members);
    let died = app.invocations_of("Standup").iter().filter(|run| run.outcome == Outcome::Crashed).count();
    assert_eq!(died, 4);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_whom_slack_lets_nobody_write_to_are_told_of() {
    let app = app().await;
    app.ask("ann", "#partners", "@bellhop share here on").await;
    let refused = FaultKind::Refused { error: "messages_tab_disabled".into() };
    app.slack().fault(slack::Fault { method: "chat.postMessage".into(), times: 1, kind: refused });
    let heard = app.command("ann", "#partners", "/standup now").await;
    let said: Vec<String> = heard.private.iter().map(words).collect();
    assert_eq!(said.len(), 2, "{said:#?}");
    let failed =
        said.iter().find(|one| one.starts_with("I could not ask everybody for *standup*: @")).unwrap();
    assert!(failed.ends_with("(messages_tab_disabled). Everybody else has the questions."), "{failed}");
    app.standup("bob", "#partners", "report").await;
    let report = app.report("ann", "#partners");
    assert_eq!(report.len(), 3, "{report:?}");
    assert!(
        report[1].starts_with("*Missing:* ") && report[2].starts_with("*Could not be reached:* "),
        "{report:?}"
    );
    app.finish().await;
}
