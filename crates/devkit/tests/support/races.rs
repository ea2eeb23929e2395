//! Many clicks on one card: they come in while no worker begins, and are then let
//! loose on all workers at once.

use std::collections::BTreeMap;

use devkit::cloud::{InvokeFault, Kind, LambdaFault};
use devkit::slack::{Click, Deed, Seen, Wait};
use devkit::template::Stack;
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::{Value, json};

use super::clicked::Before;
use super::plans::{OPS, at};
use super::{App, MEMBERS_ONLY, app_with, jobs};

/// How many clicks there are.
pub(crate) const CLICKS: usize = 100;
/// How many are under way to the gateway at a time. A hundred processes at once would
/// show how slow this machine is, and nothing else.
pub(crate) const AT_ONCE: usize = 8;
/// How many workers run at a time.
pub(crate) const WORKERS: u32 = 8;

/// Who clicks what, again and again.
pub(crate) type Wish = (&'static str, &'static str);

/// How a plan was decided, and by whom.
pub(crate) struct Outcome {
    /// In the words that those get who come too late.
    pub(crate) how: &'static str,
    /// The person's name.
    pub(crate) by: String,
}

impl Outcome {
    /// Whether the plan is to be carried out.
    pub(crate) fn is_agreed(&self) -> bool {
        matches!(self.how, "approved" | "confirmed")
    }

    /// Whether that is what somebody may be told whose click has not decided.
    pub(crate) fn is_told_by(&self, said: &str) -> bool {
        said.starts_with(&format!("Already {} by @{} at ", self.how, self.by))
            || said == MEMBERS_ONLY
            || said == "Only @oncall can approve, and not your own request."
            || said == "Only @ann can say that: it is their request."
    }
}

/// The app with so many workers.
pub(crate) async fn app_of_few_workers() -> App {
    let few = |stack: &mut Stack| {
        let worker = stack.functions.iter_mut().find(|function| function.logical_id == "Ec2");
        worker.expect("there is the worker").reserved_concurrency = Some(WORKERS);
    };
    app_with(|config| config.adjust = few).await
}

/// A hundred clicks on what stands before everybody until the last: the card changes
/// with the first click, its copy does not.
pub(crate) async fn clicks(app: &App, card: &Seen, wishes: &[Wish]) -> Vec<Click> {
    let copy = Seen { ts: app.reposted(card).await, ..card.clone() };
    wishes.iter().cycle().take(CLICKS).map(|wish| at(&copy, wish.0, wish.1)).collect()
}

/// What each of those who click sees before.
pub(crate) fn before(app: &App, wishes: &[Wish]) -> BTreeMap<&'static str, Before> {
    wishes.iter().map(|(user, _)| (*user, app.before(user, OPS))).collect()
}

pub(crate) async fn click_all(app: &App, clicks: &[Click]) {
    let all = clicks.iter().map(|click| app.slack().click(click));
    let taken: Vec<_> = stream::iter(all).buffer_unordered(AT_ONCE).collect().await;
    assert!(taken.iter().all(Result::is_ok), "{taken:#?}");
    app.quieten().await;
}

/// All of them click, and no worker hears of it.
pub(crate) async fn hold_back(app: &App, clicks: &[Click]) {
    let (lost, times) = (LambdaFault::Lose, u32::try_from(clicks.len()).expect("few clicks"));
    app.cloud().faults().add_invoke(InvokeFault { function: "Ec2".into(), skip: 0, times, what: lost });
    click_all(app, clicks).await;
    assert_eq!(app.cloud().faults().pending(), 0, "every worker was held back");
}

/// The hundred clicks that were made last: Slack took each, and each was answered.
#[track_caller]
pub(crate) fn answered(app: &App) -> Vec<Wait> {
    let mut waits = app.slack().waits();
    let waits = waits.split_off(waits.len() - CLICKS);
    for wait in &waits {
        assert!(wait.deed == Deed::Click && wait.error.is_none() && wait.answered.is_some(), "{wait:?}");
    }
    waits
}

/// Workers begin with what was clicked, with that first which `is_first`; all becomes
/// quiet.
pub(crate) async fn let_loose(app: &App, is_first: impl Fn(&Value) -> bool) {
    let mut held = jobs::all(app.cloud());
    held.retain(|job| job["machine"]["status"] == "pending");
    held.sort_by_key(|job| !is_first(job));
    for click in held {
        let wake = json!({"v": 1, "team": click["team"], "job": click["id"]});
        app.cloud().invoke("Ec2", &wake, Kind::Async).await.expect("there is the worker");
    }
    app.quieten().await;
}

/// The one outcome on record of this job.
#[track_caller]
pub(crate) fn outcome(app: &App, id: &str) -> Outcome {
    let job = jobs::all(app.cloud()).into_iter().find(|one| one["id"] == id).expect("it is there");
    let consent = &job["consent"];
    let approved = consent["approved"].as_array().expect("a list");
    let refused = &consent["refused"];
    let (how, given) = match (approved.as_slice(), refused.is_null()) {
        ([], true) => ("confirmed", &consent["confirmed"]),
        ([one], true) => ("approved", one),
        ([], false) if refused["by"] == job["request"]["user"] => ("cancelled", refused),
        ([], false) => ("denied", refused),
        _ => panic!("more than one outcome: {consent}"),
    };
    let world = app.slack().world();
    let people = world["team"]["users"].as_array().expect("there are people");
    let by = people.iter().find(|user| user["id"] == given["by"]).expect("one of them");
    Outcome { how, by: by["name"].as_str().expect("with a name").to_owned() }
}

/// How many clicks of this person have not decided.
pub(crate) fn lost(waits: &[Wait], user: &str, outcome: &Outcome) -> usize {
    let clicks = waits.iter().filter(|wait| wait.user == user).count();
    clicks - usize::from(outcome.by == user)
}
