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

use devkit::cloud::{AwsCall, AwsFault, Fault, InvokeFault, Kind, LambdaFault};
use devkit::slack::{Click, Deed, Seen};
use devkit::template::Stack;
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::{Value, json};
use support::plans::{OPS, at};
use support::{App, app_with, jobs, timeless, words};
use tokio::sync::{Mutex, MutexGuard};

/// How many clicks there are.
const CLICKS: usize = 100;
/// How many are under way to the gateway at a time. A hundred processes at once would
/// show how slow this machine is, and nothing else.
const AT_ONCE: usize = 8;
/// How many workers run at a time.
const WORKERS: u32 = 8;

/// How long a decision takes to be written, so that several of them meet there.
const SLOW_WRITE: Duration = Duration::from_millis(400);
/// How the status is written that a decision gives a job.
const DECISIONS: [&str; 2] = [r#"{"S":"approved"}"#, r#"{"S":"denied"}"#];

/// One race at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

/// Who clicks what, again and again.
type Wish = (&'static str, &'static str);

/// How it ended, in the words that those get who came too late.
fn verdict(job: &Value) -> (&'static str, String) {
    let consent = &job["consent"];
    let by = |given: &Value| given["by"].as_str().expect("somebody").to_owned();
    let approved = consent["approved"].as_array().expect("a list");
    let refused = &consent["refused"];
    let requester = job["request"]["user"].as_str().expect("somebody");
    match (approved.as_slice(), refused.is_null()) {
        ([], true) => ("confirmed", by(&consent["confirmed"])),
        ([one], true) => ("approved", by(one)),
        ([], false) if by(refused) == requester => ("cancelled", by(refused)),
        ([], false) => ("denied", by(refused)),
        _ => panic!("more than one outcome: {consent}"),
    }
}

/// The app with so many workers, and nothing else that the machine is busy with.
async fn app() -> (App, MutexGuard<'static, ()>) {
    let alone = ALONE.lock().await;
    let few = |stack: &mut Stack| {
        let worker = stack.functions.iter_mut().find(|function| function.logical_id == "Ec2");
        worker.expect("there is the worker").reserved_concurrency = Some(WORKERS);
    };
    (app_with(|config| config.adjust = few).await, alone)
}

async fn click_all(app: &App, clicks: &[Click]) {
    let all = clicks.iter().map(|click| app.slack().click(click));
    let taken: Vec<_> = stream::iter(all).buffer_unordered(AT_ONCE).collect().await;
    assert!(taken.iter().all(Result::is_ok), "{taken:#?}");
    app.quieten().await;
}

/// All of them click as often as makes a hundred; what the card says in the end.
async fn race(app: &App, card: &Seen, warm_up: &str, wishes: &[Wish]) -> String {
    let (job, _) = app.awaited();
    // So that no process has to be started during the race.
    click_all(app, &vec![at(card, "ann", warm_up); AT_ONCE]).await;
    let waits = app.slack().waits().len();
    let (calls, changes) = (app.changing_calls().len(), app.all_changes());
    // The card changes with the first click; its copy is before everybody until the last.
    let copy = Seen { ts: app.reposted(card).await, ..card.clone() };
    let mut before = BTreeMap::new();
    for (user, _) in wishes {
        before.entry(*user).or_insert_with(|| app.before(user, OPS));
    }
    let clicks: Vec<Click> =
        wishes.iter().cycle().take(CLICKS).map(|wish| at(&copy, wish.0, wish.1)).collect();
    // No worker begins before the last of them has come in.
    let lost = LambdaFault::Lose;
    let times = u32::try_from(CLICKS).expect("few clicks");
    app.cloud().faults().add_invoke(InvokeFault { function: "Ec2".into(), skip: 0, times, what: lost });
    click_all(app, &clicks).await;
    assert_eq!(app.cloud().faults().pending(), 0, "every worker was held back");
    assert_eq!(app.changing_calls().len(), calls);
    for status in DECISIONS {
        let slow = Fault::next("dynamodb", "PutItem", AwsFault::Delay(SLOW_WRITE)).containing(status);
        app.cloud().faults().add(slow.times(WORKERS));
    }
    let writes = app.aws_calls_of("Ec2").len();
    for click in jobs::all(app.cloud()).iter().filter(|job| job["machine"]["status"] == "pending") {
        let wake = json!({"v": 1, "team": click["team"], "job": click["id"]});
        app.cloud().invoke("Ec2", &wake, Kind::Async).await.expect("there is the worker");
    }
    app.quieten().await;
    app.cloud().faults().clear();
    let refused = |call: &&AwsCall| call.error.as_deref().is_some_and(|error| error.contains("Conditional"));
    let met = app.aws_calls_of("Ec2")[writes..].iter().filter(refused).count();
    assert!(met > 0, "no two of them have met");
    let job = jobs::all(app.cloud()).into_iter().find(|one| one["id"] == job.as_str()).expect("it is there");
    let (how, who) = verdict(&job);
    let waits = app.slack().waits().split_off(waits);
    assert_eq!(waits.len(), CLICKS);
    for wait in &waits {
        assert!(wait.deed == Deed::Click && wait.error.is_none() && wait.answered.is_some(), "{wait:?}");
    }
    assert_private_words(app, &before, &waits, (how, &who));
    let (calls, changes) = (app.changing_calls().len() - calls, app.all_changes() - changes);
    let is_done = matches!(how, "approved" | "confirmed");
    assert_eq!((calls, changes), (usize::from(is_done), u32::from(is_done)), "{how}");
    let shown = app.message("ann", OPS, &card.ts);
    assert!(!shown.buttons.contains(&"Cancel".to_owned()), "nothing is asked any more: {shown:#?}");
    timeless(&words(&shown))
}

/// Everybody was told of each of their clicks once, except for the one that decided.
#[track_caller]
fn assert_private_words(
    app: &App,
    before: &BTreeMap<&str, support::clicked::Before>,
    waits: &[devkit::slack::Wait],
    (how, who): (&str, &str),
) {
    let world = app.slack().world();
    let people = world["team"]["users"].as_array().expect("there are people");
    let name = people.iter().find(|user| user["id"] == who).expect("one of them");
    let name = name["name"].as_str().expect("with a name").to_owned();
    let already = format!("Already {how} by @{name} at ");
    for (user, before) in before {
        let heard = app.since(before);
        let clicks = waits.iter().filter(|wait| wait.user == *user).count();
        let expected = clicks - usize::from(*user == name);
        assert_eq!((heard.private.len(), heard.direct.len()), (expected, 0), "{user}: {heard:#?}");
        for one in &heard.private {
            let said = words(one);
            let right = said.starts_with(&already)
                || said == "Only members of this workspace can use me for that."
                || said == "Only @oncall can approve, and not your own request."
                || said == "Only @ann can say that: it is their request.";
            assert!(right, "{user} by {already}: {said}");
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
            format!("Done: {name} is *terminated* (…)."),
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
    let ends = ["Done: web-1 is *stopped* (…).", "Cancelled by @ann. Nothing was run."];
    assert!(ends.contains(&said.as_str()), "{said}");
    assert_eq!(jobs::open(app.cloud()), Vec::<String>::new());
    app.finish().await;
}
