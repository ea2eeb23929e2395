//! AWS, Slack and Lambda fail in every way they can, while something is asked for
//! and while it is agreed to. It is done once or surely not, and nobody is left
//! without a word.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod instances;
mod messages;
mod secrets;
#[path = "../support/mod.rs"]
mod support;
mod tables;
mod workers;

use devkit::cloud::AwsFault;
use devkit::slack::{self, Seen};
use domain::instance::InstanceState;
use support::agree::is_question;
use support::{App, is_final, say, timeless};

use Since::Asked;

/// What everything here is about.
const NAME: &str = "web-1";

fn status(status: u16, code: &str) -> AwsFault {
    AwsFault::Status { status, code: code.into() }
}

fn slack_fault(method: &str, times: u32, kind: slack::FaultKind) -> slack::Fault {
    slack::Fault { method: method.into(), times, kind }
}

/// From when on something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Since {
    /// From when a stop is asked for.
    Asked,
    /// From when people agree to it.
    Agreed,
}

/// What came of a stop.
struct Stop {
    answers: Vec<Seen>,
    /// How often the instance was stopped.
    times: u32,
}

/// `stop web-1` to its end, sweeps and clicks included, with trouble that begins then.
async fn stop(app: &App, from: Since, trouble: impl FnOnce()) -> Stop {
    stop_until(app, from, trouble, || {}).await
}

/// The same where the trouble is over as soon as all is quiet.
async fn stop_through(app: &App, from: Since, trouble: impl FnOnce()) -> Stop {
    stop_until(app, from, trouble, || app.cloud().faults().clear()).await
}

async fn stop_until(app: &App, from: Since, trouble: impl FnOnce(), over: impl Fn()) -> Stop {
    assert!(app.fleet().put(&app.id(NAME), InstanceState::Running));
    let before = app.changes(NAME).stopped;
    let said = if from == Asked {
        trouble();
        let (said, _) = app.type_in(say("@bellhop stop web-1")).await;
        over();
        app.recover().await;
        said
    } else {
        let (said, card) = app.type_in(say("@bellhop stop web-1")).await;
        assert!(card.iter().any(is_question), "{card:#?}");
        trouble();
        app.agree_once().await;
        over();
        said
    };
    app.see_through().await;
    let times = app.changes(NAME).stopped - before;
    Stop { answers: app.answers("ann", "#ops", &said), times }
}

impl Stop {
    /// The words on how it ended.
    fn finals(&self) -> Vec<String> {
        self.answers.iter().filter(|one| is_final(one)).map(|one| timeless(&one.plain)).collect()
    }

    /// Without the words to who has clicked that the click may have been missed.
    fn without_excuses(mut self) -> Self {
        self.answers.retain(|one| !one.plain.starts_with("I am slow or in trouble right now"));
        self
    }
}

/// The instance was stopped once, and that was said once.
#[track_caller]
fn assert_stopped(app: &App, what: &str, stop: &Stop) {
    let finals = stop.finals();
    assert_eq!(finals.len(), 1, "{what}: {:#?}", stop.answers);
    assert!(finals[0].starts_with("Done: `web-1` is *stopped*"), "{what}: {}", finals[0]);
    assert_eq!((stop.times, app.state(NAME)), (1, InstanceState::Stopped), "{what}");
}

fn broken() -> AwsFault {
    status(500, "InternalServerError")
}
