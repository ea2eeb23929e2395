//! The gateway as the internet sees it: requests made by hand, in every wrong way,
//! against the real functions.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod bodies;
mod copies;
mod signatures;
#[path = "../support/mod.rs"]
mod support;
mod words;

use devkit::slack::{Said, Say};
use support::{App, jobs, say};

/// Nothing came of what was sent: no job, no worker, no call of EC2.
#[track_caller]
fn assert_nothing_happened(app: &App) {
    assert_eq!(jobs::all(app.cloud()).len(), 0, "there is a job");
    assert_eq!(app.invocations_of("Ec2").len(), 0, "the worker was woken");
    assert_eq!(app.ec2_calls(), Vec::<String>::new(), "EC2 was called");
}

/// A message that stands in #ops, though Slack has not told the app of it yet.
fn typed(app: &App, text: &str) -> Said {
    let say = Say { copies: Some(0), ..say(&format!("@bellhop {text}")) };
    app.slack().say(&say).expect("ann may write in #ops")
}
