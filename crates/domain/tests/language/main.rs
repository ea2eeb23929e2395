//! What holds for every text, not only for those in a table.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail as loudly as the test")]

mod fleet;
mod reading;
mod rewriting;
mod selecting;
mod words;

use domain::command::{Parsed, parse};
use domain::ids::UserId;
use proptest::prelude::ProptestConfig;

fn read(text: &str) -> Parsed {
    parse(text, Some(&UserId::new("UBOT")))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Many cases, and nothing is written beside the sources.
fn config() -> ProptestConfig {
    ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() }
}
