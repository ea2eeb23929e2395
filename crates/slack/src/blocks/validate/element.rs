//! Checks of what people click and fill in.

use serde_json::{Map, Value};

use super::check::{Check, PLAIN, TEXTS};
use super::picker;
use crate::blocks::limits::{
    BUTTON_TEXT, BUTTON_VALUE, CHECKBOXES, CONFIRM_BUTTON, CONFIRM_TEXT, CONFIRM_TITLE, ID, INPUT_TEXT,
    OPTION_TEXT, OPTION_VALUE, OPTIONS, PLACEHOLDER, TEXT, URL,
};

/// Options in an overflow menu.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element>
const OVERFLOW_OPTIONS: usize = 5;

/// Checks one element; the kinds in `others` are only known by name.
pub(super) fn check(check: &mut Check, element: &Value, path: &str, others: &[&str]) {
    let Some(element) = element.as_object() else { return check.fail("must be an object", path) };
    check.optional_string(element, "action_id", path, ID);
    if let Some(question) = element.get("confirm") {
        confirm(check, question, &format!("{path}/confirm"));
    }
    match element.get("type").and_then(Value::as_str) {
        Some("button") => button(check, element, path),
        Some("static_select") => {
            check.optional_text(element, "placeholder", path, PLACEHOLDER, PLAIN);
            if !element.contains_key("option_groups") {
                options(check, element, path, OPTIONS);
            }
        }
        Some("overflow") => options(check, element, path, OVERFLOW_OPTIONS),
        Some("plain_text_input") => {
            check.optional_text(element, "placeholder", path, PLACEHOLDER, PLAIN);
            check.optional_string(element, "initial_value", path, TEXT);
            check.optional_number(element, "max_length", path, 1, INPUT_TEXT);
            check.optional_number(element, "min_length", path, 0, INPUT_TEXT);
        }
        Some("conversations_select") => picker::conversation(check, element, path),
        Some("timepicker") => picker::time(check, element, path),
        Some("checkboxes") => {
            options(check, element, path, CHECKBOXES);
            picker::ticked(check, element, path);
        }
        Some(kind) if others.contains(&kind) => {}
        kind => check.unsupported(kind, path),
    }
}

fn button(check: &mut Check, button: &Map<String, Value>, path: &str) {
    check.text(button, "text", path, BUTTON_TEXT, PLAIN);
    check.optional_string(button, "value", path, BUTTON_VALUE);
    check.optional_string(button, "url", path, URL);
    if let Some(style) = button.get("style")
        && !matches!(style.as_str(), Some("primary" | "danger"))
    {
        check.fail("must be one of: primary, danger", &format!("{path}/style"));
    }
}

fn options(check: &mut Check, menu: &Map<String, Value>, path: &str, limit: usize) {
    for (option, path) in check.items(menu, "options", path, limit) {
        match option.as_object() {
            Some(option) => {
                check.text(option, "text", &path, OPTION_TEXT, TEXTS);
                check.string(option, "value", &path, OPTION_VALUE);
                check.optional_text(option, "description", &path, OPTION_TEXT, TEXTS);
            }
            None => check.fail("must be an object", &path),
        }
    }
}

fn confirm(check: &mut Check, confirm: &Value, path: &str) {
    let Some(confirm) = confirm.as_object() else { return check.fail("must be an object", path) };
    check.text(confirm, "title", path, CONFIRM_TITLE, PLAIN);
    check.text(confirm, "text", path, CONFIRM_TEXT, TEXTS);
    check.text(confirm, "confirm", path, CONFIRM_BUTTON, PLAIN);
    check.text(confirm, "deny", path, CONFIRM_BUTTON, PLAIN);
}
