//! Every sentence that people read in Slack. Each says what happened, then what
//! to do next.
//!
//! Names, tags and people's own words are escaped here, so that nothing in them
//! can mention or notify anybody.

mod faults;
mod help;
mod instances;
mod plan;
mod refusals;
mod selection;
mod time;

pub(crate) use faults::{blind, fault, no_place_to_answer, not_changed, not_seen, parked};
pub(crate) use help::{empty, help, version};
pub(crate) use instances::{MAX_ROWS, check, list};
pub(crate) use plan::{ack, elsewhere, expired, left_alone, result, still_waiting, vanished};
pub(crate) use refusals::{bad_region, members_only, not_yet, refusal, unknown_account};
pub(crate) use selection::{not_found, several, too_many};

use domain::ids::Region;
use slack::blocks::Message;
use slack::text::escape;

/// Sentences below each other. They are mrkdwn already.
pub(crate) fn lines(lines: &[&str]) -> Message {
    Message::text(lines.join("\n"))
}

/// Foreign text in the midst of a sentence. Escaped, on one line, and without
/// backticks, of which one would turn the rest of the sentence into code.
fn plain(text: &str) -> String {
    escape(&text.replace('`', "'").split(['\r', '\n']).collect::<Vec<_>>().join(" "))
}

/// Foreign text in bold.
fn bold(text: &str) -> String {
    format!("*{}*", plain(text))
}

/// The person's own words, in quotation marks.
fn quoted(words: &str) -> String {
    format!("“{}”", plain(words))
}

/// `a`, `a and b`, `a, b and c`.
fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn regions(regions: &[Region]) -> String {
    let names: Vec<String> = regions.iter().map(|region| plain(region.as_str())).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests;
