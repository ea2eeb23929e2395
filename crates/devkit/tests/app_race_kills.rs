//! A hundred clicks at once on one card, while workers are killed all the time:
//! before and after every few of their calls, and in the end at every kind of call
//! that they make. One click decides, EC2 is asked for the change once at most, the
//! card is true, and everybody gets a word.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use devkit::cloud::{AwsCall, AwsFault, Fault};
use devkit::slack::{Seen, Wait};
use domain::instance::InstanceState;
use serde_json::Value;
use support::clicked::Before;
use support::kills::kind;
use support::plans::{OPS, at};
use support::races::{self, Outcome, Wish};
use support::{App, jobs, words};

const NAME: &str = "web-2";
/// Who wants what; ann has asked for it.
const WISHES: [Wish; 10] = [
    ("bob", "Approve"),
    ("kim", "Deny"),
    ("kim", "Approve"),
    ("ann", "Cancel"),
    ("bob", "Deny"),
    ("bob", "Approve"),
    ("ann", "Approve"),
    ("gil", "Approve"),
    ("kim", "Approve"),
    ("bob", "Cancel"),
];
/// Every so many calls of all workers one of them dies, before it and after it in turn.
const EVERY: u32 = 6;
/// The step that changes the instance.
const CHANGE: &str = "ec2 TerminateInstances";
/// How they die.
const KILLS: [AwsFault; 2] = [AwsFault::KillBefore, AwsFault::KillAfter];
/// The stories that are told in any case, and how many there are at most. From then on
/// each has somebody killed at steps at which that has not happened.
const STORIES: std::ops::Range<u32> = 1..12;
/// At how many steps: a job that gets nowhere five times is parked.
const AT_A_TIME: usize = 3;
/// How many workers die in a story at least.
const MANY: usize = 20;

/// The steps that workers have made so far, and those at which one was killed.
#[derive(Default)]
struct Steps {
    made: BTreeSet<String>,
    struck: BTreeSet<String>,
}

impl Steps {
    /// Adds the worker's calls since there were `from`; those that were struck.
    fn add(&mut self, app: &App, from: usize) -> Vec<String> {
        let calls = app.aws_calls_of("Ec2").split_off(from);
        // Whoever is killed gets no answer, and everybody else gets one.
        let struck: Vec<_> =
            calls.iter().filter(|call| call.status == 0).map(|call| step(app, call)).collect();
        self.made.extend(calls.iter().map(|call| step(app, call)));
        self.struck.extend(struck.iter().cloned());
        struck
    }

    /// Steps at which nobody has been killed, as far as one story can have them all.
    fn missing(&self) -> Vec<String> {
        let mut missing: Vec<String> = self.made.difference(&self.struck).cloned().collect();
        if missing.iter().any(|step| !is_of_a_refusal(step)) {
            missing.retain(|step| !is_of_a_refusal(step));
        }
        missing.truncate(AT_A_TIME);
        missing
    }
}

/// Which step a call is: service, operation, table, and the status that a job gets.
fn step(app: &App, call: &AwsCall) -> String {
    let status = call.args["Item"]["status"]["S"].as_str();
    status.map_or_else(|| kind(app, call), |status| format!("{} {status}", kind(app, call)))
}

fn is_of_a_refusal(step: &str) -> bool {
    step.ends_with(" denied")
}

/// Whether nobody comes to it unless somebody else has died before the change was made.
fn is_of_a_loss(step: &str) -> bool {
    step.ends_with(" unknown")
}

/// Whoever makes this step next is killed.
fn at_next(app: &App, step: &str, kill: AwsFault) -> Fault {
    let parts: Vec<&str> = step.split(' ').collect();
    let fault = Fault::next(parts[0], parts[1], kill).from("Ec2");
    match parts[2..] {
        [] => fault,
        [table] => fault.containing(&app.cloud().stack().table(table).expect("a table").name),
        [_, status, ..] => fault.containing(&format!(r#"{{"S":"{status}"}}"#)),
    }
}

/// Kills all the time, from the call after `offset` others on.
fn all_the_time(offset: u32) -> [Fault; 2] {
    let kill =
        |what, skip| Fault::next("*", "*", what).from("Ec2").after(skip).every(2 * EVERY).times(u32::MAX);
    [kill(AwsFault::KillBefore, offset), kill(AwsFault::KillAfter, offset + EVERY)]
}

/// One of those clicks, undisturbed: the kinds of calls that come of it.
async fn undisturbed(app: &App, steps: &mut Steps) {
    let card = asked(app).await;
    app.cloud().chill();
    let from = app.aws_calls_of("Ec2").len();
    app.click_as(&at(&card, "bob", "Approve")).await;
    assert_eq!(steps.add(app, from), Vec::<String>::new());
    assert!(words(&app.message("ann", OPS, &card.ts)).starts_with("Done: `web-2` is *terminated*"));
}

async fn asked(app: &App) -> Seen {
    assert!(app.fleet().put(&app.id(NAME), InstanceState::Running));
    app.termination("ann", NAME).await
}

/// The steps at which somebody is killed in the `n`th story, whatever else happens.
fn rare(n: u32, steps: &Steps) -> Vec<(String, AwsFault)> {
    if n < STORIES.start {
        return Vec::new();
    }
    let kills = KILLS.into_iter().cycle().skip(usize::from(n % 2 == 1));
    let mut rare: Vec<_> = steps.missing().into_iter().zip(kills).collect();
    if rare.iter().any(|(step, _)| is_of_a_loss(step)) {
        rare.push((CHANGE.to_owned(), AwsFault::KillBefore));
    }
    rare
}

/// The workers take the clicks, and die; how many have died, up to when all is over.
async fn let_die(app: &App, n: u32, steps: &mut Steps) -> usize {
    let from = app.aws_calls_of("Ec2").len();
    let mut rare = rare(n, steps);
    let rarely = rare.iter().map(|(step, kill)| at_next(app, step, kill.clone()));
    for fault in rarely.chain(all_the_time(n)) {
        app.cloud().faults().add(fault);
    }
    // What is rare comes of one kind of decision.
    let refuses = rare.iter().any(|(step, _)| is_of_a_refusal(step));
    let is_first = |job: &Value| {
        let verdict = &job["request"]["ask"]["decide"]["verdict"];
        !rare.is_empty() && (verdict == "approve") != refuses
    };
    races::let_loose(app, is_first).await;
    app.cloud().faults().clear();
    let struck = steps.add(app, from);
    assert!(struck.len() >= MANY, "story {n}: {struck:?}");
    // What nobody has come to yet is left for those who go on.
    rare.retain(|(step, _)| !struck.contains(step));
    for (step, kill) in rare {
        app.cloud().faults().add(at_next(app, &step, kill));
    }
    let from = app.aws_calls_of("Ec2").len();
    app.recover().await;
    app.cloud().faults().clear();
    struck.len() + steps.add(app, from).len()
}

/// One story: how the plan was decided.
async fn told(app: &App, n: u32, steps: &mut Steps) -> Outcome {
    let card = asked(app).await;
    let (id, _) = app.awaited();
    let (called, changes) = (app.changing_calls().len(), app.changes(NAME).terminated);
    let clicks = races::clicks(app, &card, &WISHES).await;
    let before = races::before(app, &WISHES);
    races::hold_back(app, &clicks).await;
    let deaths = let_die(app, n, steps).await;
    let outcome = races::outcome(app, &id);
    let done = (app.changing_calls().len() - called, app.changes(NAME).terminated - changes);
    let what = format!("story {n}, {} by {}, {done:?}", outcome.how, outcome.by);
    assert_true(app, &what, &card, (&outcome, done));
    assert_one_has_decided(app, &what, &id);
    assert_everybody_heard(app, &what, &before, (&races::answered(app), &outcome, deaths));
    outcome
}

/// Nothing is left open, what was done fits the outcome, and the card says it.
#[track_caller]
fn assert_true(app: &App, what: &str, card: &Seen, (outcome, done): (&Outcome, (usize, u32))) {
    assert_eq!(jobs::open(app.cloud()), Vec::<String>::new(), "{what}");
    assert!(jobs::all(app.cloud()).iter().all(|job| job["machine"]["told"] == true), "{what}");
    let Outcome { how, by } = outcome;
    let last = words(&app.message("ann", OPS, &card.ts));
    let right = match (*how, done) {
        ("denied", (0, 0)) => last == format!("Denied by @{by}. Nothing was run."),
        ("cancelled", (0, 0)) => last == format!("Cancelled by @{by}. Nothing was run."),
        ("approved", (1, 1)) => last.starts_with("Done: `web-2` is *terminated*"),
        ("approved", (0, 0)) => {
            last.starts_with("I lost contact while terminating `web-2`. It is *running* now")
        }
        _ => false,
    };
    assert!(right, "{what}: {last}");
}

/// The click that decided the plan of this job is the only one that needed no word of its
/// own, however often its worker has died.
#[track_caller]
fn assert_one_has_decided(app: &App, what: &str, id: &str) {
    let all = jobs::all(app.cloud());
    let job = all.iter().find(|job| job["id"] == id).expect("it is there");
    let asked = job["asked"].as_array().and_then(|asked| asked.last()).expect("people were asked");
    let on_it = all.iter().filter(|job| job["request"]["ask"]["decide"]["plan"] == asked["plan"]);
    let silent = on_it.filter(|job| job["reply"]["audience"] == "nobody").map(|job| &job["id"]);
    let silent: Vec<_> = silent.collect();
    assert_eq!(silent, [&asked["decided_by"]], "{what}");
}

/// Everybody was told of each of their clicks that has not decided: once, or twice
/// where a worker died when it had told and not yet noted that.
#[track_caller]
fn assert_everybody_heard(
    app: &App,
    what: &str,
    before: &BTreeMap<&str, Before>,
    (waits, outcome, deaths): (&[Wait], &Outcome, usize),
) {
    let mut again = 0;
    for (user, before) in before {
        let heard = app.since(before);
        let lost = races::lost(waits, user, outcome);
        let told = heard.private.len();
        assert!((lost..=2 * lost).contains(&told), "{what}: {user} lost {lost}: {heard:#?}");
        assert!(heard.direct.is_empty() && heard.open.len() == 1, "{what}: {user}: {heard:#?}");
        for one in &heard.private {
            let said = words(one);
            assert!(outcome.is_told_by(&said), "{what}: {user}: {said}");
        }
        again += told - lost;
    }
    assert!(again <= deaths, "{what}: {again} were told twice by {deaths} who died");
}

/// The app as it is before a story: the record of what was called must not grow too long.
async fn app() -> App {
    let app = races::app_of_few_workers().await;
    app.let_oncall_approve().await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_clicks_at_once_while_workers_die() {
    let mut steps = Steps::default();
    let first = app().await;
    undisturbed(&first, &mut steps).await;
    first.finish().await;
    for n in 0..STORIES.end {
        if n >= STORIES.start && steps.missing().is_empty() {
            break;
        }
        let app = app().await;
        let Outcome { how, by } = told(&app, n, &mut steps).await;
        let struck = steps.struck.len();
        eprintln!("story {n}: {how} by {by}; killed at {struck} of {} steps so far", steps.made.len());
        app.finish_after_faults().await;
    }
    assert_eq!(steps.struck, steps.made, "at every step a worker was killed");
    assert!(steps.made.len() >= 12, "{:#?}", steps.made);
}
