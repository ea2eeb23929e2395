//! Every sentence that people read in Slack. Each says what happened, then what
//! to do next.
//!
//! Names, tags and people's own words are escaped here, so that nothing in them
//! can mention or notify anybody.

mod again;
mod faults;
mod gateway;
mod help;
mod instances;
mod offers;
mod plan;
mod refusals;
mod selection;
mod text;
mod time;

pub(crate) use faults::{
    blind, fault, no_place_to_answer, not_changed, not_seen, parked, too_late_to_answer,
};
pub(crate) use gateway::{acknowledged, not_installed, not_taken, unknown_command};
pub(crate) use help::{empty, help, version};
pub(crate) use instances::{MAX_ROWS, Page, check, list, rows};
pub(crate) use offers::{PAGE, RUN, SHARE, anchored, thread_of};
pub(crate) use plan::{
    ack, elsewhere, expired, left_alone, nothing_changed, result, still_waiting, vanished,
};
pub(crate) use refusals::{bad_region, members_only, not_yet, refusal, unknown_account};
pub(crate) use selection::{not_found, several, too_many};
pub(crate) use text::{
    no_summary, not_shared, not_to_summarize, nothing_to_share, perhaps_shared, reverse_help, reversed,
    shared, shared_summary, summarize_help, summary, too_long_to_reverse, was_shared,
};

use domain::command::Verb;
use domain::ids::Region;
use slack::text::escape;

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

/// `Stop`
fn title(verb: Verb) -> String {
    let mut letters = verb.as_str().chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters.clone()).collect()
}

fn regions(regions: &[Region]) -> String {
    let names: Vec<String> = regions.iter().map(|region| plain(region.as_str())).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests;
