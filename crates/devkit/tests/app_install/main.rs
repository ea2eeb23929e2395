//! Add to Slack and away again, through the real functions, as a person with a
//! browser goes through it; and what must never leak on the way.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod consent;
mod removal;
mod secrecy;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use support::{App, jobs};

/// The one installation on record, attribute by attribute.
fn installation(app: &App) -> BTreeMap<String, Value> {
    let mut items = jobs::items(app.cloud(), "Installations");
    // Beside the installations there is a record of which of them was the first.
    items.retain(|item| !format!("{:?}", item["team_id"]).contains('#'));
    let [item] = items.as_slice() else { panic!("there are {} installations", items.len()) };
    item.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
}

/// Whether it is a tombstone: said so, and without a token.
fn is_tombstone(installation: &BTreeMap<String, Value>) -> bool {
    let is = installation.contains_key("uninstalled_at");
    assert_eq!(is, !installation.contains_key("token"), "a tombstone, and nothing else, has no token");
    is
}

fn refused(method: &str, error: &str, times: u32) -> devkit::slack::Fault {
    let kind = devkit::slack::FaultKind::Refused { error: error.into() };
    devkit::slack::Fault { method: method.into(), times, kind }
}
