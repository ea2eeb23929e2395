//! Articles through the whole app: what is read of the web and what is not, what
//! the channel is shown, and what hostile pages and the service SMMRY come to.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod pages;
mod service;
mod share;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use devkit::cloud::Outcome;
use support::App;

const FERRY: &str = "http://articles.test/news/harbour-ferry";
const FERRY_TITLE: &str = "*Wrenhaven’s electric ferry makes its first crossing*";
const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

/// What `/summarize` has to be done in, with room for telling: the template's timeout.
const TIMEOUT: Duration = Duration::from_secs(45);

/// What ann is told alone in #ops of the page at `path`.
async fn told_of(app: &App, path: &str) -> String {
    app.anns(&format!("/summarize http://articles.test{path}")).await
}

/// Every run of the text worker ended well.
#[track_caller]
fn assert_alive(app: &App) {
    let runs = app.invocations_of("Text");
    assert!(!runs.is_empty());
    for run in runs {
        assert!(run.outcome == Outcome::Ok && u128::from(run.ms) < TIMEOUT.as_millis(), "{run:?}");
    }
}
