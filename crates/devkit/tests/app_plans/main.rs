//! What interrupts or destroys is planned, shown, and done only when the right
//! people agree to that very plan. Everybody else is told why not, once, and EC2
//! is not asked for anything.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod asking;
mod forgeries;
mod outdated;
mod rights;
#[path = "../support/mod.rs"]
mod support;

use devkit::slack::{Deed, Seen};
use support::plans::OPS;
use support::{App, words};

const UNKNOWN: &str = "I know no such plan.";
const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Nothing was changed, and every click was answered.
#[track_caller]
fn assert_untouched(app: &App) {
    assert_eq!(app.changing_calls(), [], "nothing is called");
    assert_eq!(app.all_changes(), 0);
    assert_all_clicks_answered(app);
}

#[track_caller]
fn assert_all_clicks_answered(app: &App) {
    for wait in app.slack().waits().iter().filter(|wait| wait.deed == Deed::Click) {
        assert!(wait.error.is_none() && wait.answered.is_some(), "{wait:?}");
    }
}

/// What the card says by now, without its buttons.
fn card_says(app: &App, card: &Seen) -> String {
    words(&app.message("ann", OPS, &card.ts))
}

/// `Plan 7F3A`, as the card calls it.
fn plan_name(card: &Seen) -> String {
    let (_, rest) = card.plain.split_once("Plan ").expect("a card names its plan");
    format!("Plan {}", &rest[..4])
}
