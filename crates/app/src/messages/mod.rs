//! Every sentence that people read in Slack. Each says what happened, then what
//! to do next.
//!
//! Names, tags and people's own words are escaped here, so that nothing in them
//! can mention or notify anybody.

mod accounts;
mod again;
mod announcements;
mod blindness;
mod card;
mod decisions;
mod faults;
mod gateway;
mod help;
mod instances;
mod late;
mod modals;
mod offers;
mod origin;
mod people;
mod places;
mod plan;
mod rechecks;
mod refusals;
mod selection;
mod settings;
pub(crate) mod standup;
mod standup_modals;
pub(crate) mod standup_replies;
mod standup_report;
mod text;
mod time;
mod warnings;

pub(crate) use accounts::{
    AccountConflict, account_steps, accounts, admins_only, already_linked, approvers_set, cannot_add,
    cannot_approve, changed_meanwhile, no_such_account, not_proved, removed, unproven, verified,
};
pub(crate) use again::second_half;
pub(crate) use announcements::{Unannounced, announcement, log_unusable, with_note};
pub(crate) use blindness::{Blindness, blind, not_seen};
pub(crate) use card::{Reviewers, VALID_MINUTES, approval, notice, question, review_request};
pub(crate) use decisions::{
    Shut, already, denied, expired, in_a_channel_only, no_such_plan, not_your_button, not_yours, other_name,
    reasonless, refused, shut,
};
pub(crate) use faults::{
    fault, no_place_to_answer, not_changed, parked, refused_by_slack, too_late_to_answer,
};
pub(crate) use gateway::{acknowledged, not_installed, not_taken, unknown_command, unknown_person};
pub(crate) use help::{empty, help, version};
pub(crate) use instances::{MAX_ROWS, Page, check, list, rows};
pub(crate) use late::{edits_not_followed, late};
pub(crate) use modals::{
    JUSTIFICATION, NAME, REASON, REASON_LENGTH, TYPED, clicked_too_long_ago, justification, no_reason,
    no_window, nobody_here, not_its_name, not_submitted, shut_at_click, shut_here, typed_too_long_ago,
};
pub(crate) use offers::{
    DECIDE, JUSTIFY, PAGE, Pointed, RUN, SHARE, anchored, runs_anywhere, thread_of, verdict,
};
pub(crate) use origin::with_origin;
pub(crate) use plan::{
    ack, did_not_start, elsewhere, left_alone, nothing_changed, result, still_waiting, vanished,
};
pub(crate) use rechecks::{
    account_gone, all_left_out, changed, guarded, lost_right, not_seen_again, protected_since, unwritten,
    would_refuse,
};
pub(crate) use refusals::{bad_region, members_only, not_linked, not_yet, refusal, unknown_account};
pub(crate) use selection::{no_such_tag, not_found, several, too_many};
pub(crate) use settings::{
    Unfit, log_begins, log_of_unknown, log_off, log_set, log_shown, settings_changed_meanwhile,
    settings_for_admins, shared_no_changes, shared_set, shared_shown, unfit,
};
pub(crate) use standup_modals::{
    ANSWERS, NOT_KEPT, NOT_THEIRS, NOT_YOUR_STANDUP, OVER, SET_UP, STANDUP_TITLE, SetUpOf, answers, block_of,
    complaint, empty_answers, form, input_of, not_open, nothing_to_show, one_moment, questions, set_up,
};
pub(crate) use standup_report::{no_page, report};
pub(crate) use text::{
    no_summary, not_shared, not_to_summarize, nothing_to_share, perhaps_shared, reverse_help, reversed,
    shared, shared_summary, summarize_help, summary, too_long_to_reverse, was_shared,
};

use domain::command::Verb;
use domain::ids::Region;
use slack::text::{code, escape};

/// Foreign text in the midst of a sentence. Escaped, on one line, and without
/// backticks, of which one would turn the rest of the sentence into code.
fn plain(text: &str) -> String {
    escape(&text.replace('`', "'").split(['\r', '\n']).collect::<Vec<_>>().join(" "))
}

/// The name or id of an instance. As code, since people copy names out of replies into commands:
/// text that is copied from bold is pasted as bold, which Slack writes as `*web-1*`.
fn name(label: &str) -> String {
    code(label)
}

/// Foreign text in bold.
fn bold(text: &str) -> String {
    format!("*{}*", plain(text))
}

/// The person's own words, in quotation marks.
fn quoted(words: &str) -> String {
    format!("“{}”", plain(words))
}

/// The value of a tag, or that it has none.
fn tag_value(value: Option<&str>) -> String {
    match value {
        None => "_not set_".to_owned(),
        Some("") => "_empty_".to_owned(),
        Some(value) => plain(value),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `1 account`, `2 accounts`.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
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
