//! Checks of what is chosen or ticked.

use serde_json::{Map, Value};

use super::check::{Check, PLAIN};
use crate::blocks::limits::{CHECKBOXES, ID, PLACEHOLDER};

/// The kinds of conversations that a filter names.
///
/// <https://docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object>
const KINDS: [&str; 4] = ["im", "mpim", "private", "public"];

/// The fields of a filter, of which it must have one.
const FILTERS: [&str; 3] = ["include", "exclude_external_shared_channels", "exclude_bot_users"];

pub(super) fn conversation(check: &mut Check, menu: &Map<String, Value>, path: &str) {
    check.optional_text(menu, "placeholder", path, PLACEHOLDER, PLAIN);
    if menu.contains_key("initial_conversation") {
        check.string(menu, "initial_conversation", path, ID);
    }
    let Some(filter) = menu.get("filter") else { return };
    let path = format!("{path}/filter");
    let Some(filter) = filter.as_object() else { return check.fail("must be an object", &path) };
    if !FILTERS.iter().any(|key| filter.contains_key(*key)) {
        check.fail("no fewer than 1 properties allowed", &path);
    }
    if filter.contains_key("include") {
        for (kind, path) in check.items(filter, "include", &path, KINDS.len()) {
            if !kind.as_str().is_some_and(|kind| KINDS.contains(&kind)) {
                check.fail(&format!("must be one of: {}", KINDS.join(", ")), &path);
            }
        }
    }
}

pub(super) fn time(check: &mut Check, picker: &Map<String, Value>, path: &str) {
    check.optional_text(picker, "placeholder", path, PLACEHOLDER, PLAIN);
    let is_time = |time: &Value| time.as_str().and_then(domain::standup::TimeOfDay::parse).is_some();
    if picker.get("initial_time").is_some_and(|time| !is_time(time)) {
        check.fail("must be a time in the format HH:mm", &format!("{path}/initial_time"));
    }
}

/// What is ticked at first must be options, word for word.
pub(super) fn ticked(check: &mut Check, boxes: &Map<String, Value>, path: &str) {
    if !boxes.contains_key("initial_options") {
        return;
    }
    let options = boxes.get("options").and_then(Value::as_array);
    for (ticked, path) in check.items(boxes, "initial_options", path, CHECKBOXES) {
        if !options.is_some_and(|options| options.contains(ticked)) {
            check.fail("must be one of the options", &path);
        }
    }
}
