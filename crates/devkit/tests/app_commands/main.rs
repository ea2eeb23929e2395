//! People type slash commands: the real Lambda binaries on the embedded AWS.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod answers;
mod changes;
mod door;
#[path = "../support/mod.rs"]
mod support;

use devkit::slack::Way;
use support::App;
use support::clicked::typed;

const FERRY: &str = "http://articles.test/news/harbour-ferry";
const REVERSE_HELP: &str = "Give me a text, and I write it backwards: `/reverse stressed`";

/// Every command so far was acknowledged within Slack's three seconds, and
/// answered through its `response_url`.
#[track_caller]
fn assert_all_answered_by_their_urls(app: &App) {
    for wait in app.slack().waits() {
        assert!(wait.acknowledged.is_some() && wait.error.is_none(), "{wait:?}");
        assert!(matches!(wait.answered, Some((_, Way::ResponseUrl))), "{wait:?}");
    }
}

/// What the app itself answers at once to the line.
async fn at_once(app: &App, line: &str) -> String {
    app.command_as(&typed("ann", "#ops", line)).await.0.answer
}
