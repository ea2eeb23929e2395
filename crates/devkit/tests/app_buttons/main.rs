//! People click what stands below the app's sentences, and choose from its menus.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod choices;
mod delivery;
mod sequels;
#[path = "../support/mod.rs"]
mod support;

use devkit::slack::{Deed, Seen};
use support::{App, only, say};

/// Types a mention as ann in #ops; the one answer to it.
async fn asked(app: &App, text: &str) -> Seen {
    let (_, answers) = app.type_in(say(&format!("@bellhop {text}"))).await;
    only(text, &answers);
    answers.into_iter().next().expect("there is one")
}

/// The same, and she agrees to what it asks; what became of it.
async fn agreed(app: &App, text: &str) -> Seen {
    let answers = app.type_in_agreed(say(&format!("@bellhop {text}"))).await;
    only(text, &answers);
    answers.into_iter().next().expect("there is one")
}

/// Every click so far was acknowledged within Slack's three seconds, and answered.
#[track_caller]
fn assert_all_clicks_answered(app: &App) {
    for wait in app.slack().waits().iter().filter(|wait| wait.deed == Deed::Click) {
        assert!(wait.acknowledged.is_some() && wait.error.is_none() && wait.answered.is_some(), "{wait:?}");
    }
}
