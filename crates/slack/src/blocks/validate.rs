//! Finds what Slack would refuse in any array of blocks, wherever it comes
//! from. The app's own blocks are right by construction; this is for programs
//! that imitate Slack, which must refuse what Slack refuses.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::limits::{
    ACTIONS_ELEMENTS, ALT_TEXT, CONTEXT_ELEMENTS, FIELD_TEXT, FIELDS, HEADER_TEXT, ID, IMAGE_TITLE, LABEL,
    MESSAGE_BLOCKS, TEXT, URL, VIEW_BLOCKS,
};

mod check;
mod element;
mod modal;
mod picker;

use check::{Check, PLAIN, TEXTS};

pub use modal::validate_modal;

/// Blocks that Slack knows and that are not looked into here.
const OTHER_BLOCKS: [&str; 15] = [
    "alert",
    "call",
    "card",
    "carousel",
    "context_actions",
    "data_table",
    "data_visualization",
    "file",
    "markdown",
    "plan",
    "rich_text",
    "share_shortcut",
    "table",
    "task_card",
    "video",
];

/// Elements that an actions block takes and that are not looked into here.
const OTHER_ACTIONS: [&str; 12] = [
    "channels_select",
    "datepicker",
    "datetimepicker",
    "external_select",
    "multi_channels_select",
    "multi_conversations_select",
    "multi_external_select",
    "multi_static_select",
    "multi_users_select",
    "radio_buttons",
    "users_select",
    "workflow_button",
];

/// Elements that only an input takes and that are not looked into here.
const OTHER_INPUTS: [&str; 5] =
    ["email_text_input", "file_input", "number_input", "rich_text_input", "url_text_input"];

/// Checks the `blocks` of a message.
///
/// # Errors
/// Every reason for `invalid_blocks`, in the form of Slack's
/// `response_metadata.messages`.
pub fn validate(blocks: &Value) -> Result<(), Vec<String>> {
    validate_up_to(blocks, MESSAGE_BLOCKS)
}

/// Checks the `blocks` of a modal or home tab.
///
/// # Errors
/// Like [`validate`].
pub fn validate_view(blocks: &Value) -> Result<(), Vec<String>> {
    validate_up_to(blocks, VIEW_BLOCKS)
}

fn validate_up_to(value: &Value, limit: usize) -> Result<(), Vec<String>> {
    let mut check = Check::default();
    blocks(&mut check, value, "/blocks", limit);
    check.finish()
}

fn blocks(check: &mut Check, value: &Value, place: &str, limit: usize) {
    let mut ids = HashSet::new();
    let Some(blocks) = value.as_array() else { return check.fail("must be an array", place) };
    if blocks.len() > limit {
        check.fail(&format!("no more than {limit} items allowed"), place);
    }
    for (number, value) in blocks.iter().enumerate() {
        let path = format!("{place}/{number}");
        let Some(object) = value.as_object() else {
            check.fail("must be an object", &path);
            continue;
        };
        block(check, object, &path);
        if let Some(id) = object.get("block_id").and_then(Value::as_str).filter(|id| !id.is_empty())
            && !ids.insert(id)
        {
            check.fail("block_id already exists", &format!("{path}/block_id"));
        }
    }
}

fn block(check: &mut Check, block: &Map<String, Value>, path: &str) {
    check.optional_string(block, "block_id", path, ID);
    match block.get("type").and_then(Value::as_str) {
        Some("section") => section(check, block, path),
        Some("header") => check.text(block, "text", path, HEADER_TEXT, PLAIN),
        Some("context") => context(check, block, path),
        Some("actions") => actions(check, block, path),
        Some("image") => image(check, block, path),
        Some("input") => input(check, block, path),
        Some("divider") => {}
        Some(kind) if OTHER_BLOCKS.contains(&kind) => {}
        kind => check.unsupported(kind, path),
    }
}

fn section(check: &mut Check, block: &Map<String, Value>, path: &str) {
    if block.get("text").is_none() && block.get("fields").is_none() {
        check.fail("missing required field: text or fields", path);
    }
    check.optional_text(block, "text", path, TEXT, TEXTS);
    if block.contains_key("fields") {
        for (field, path) in check.items(block, "fields", path, FIELDS) {
            check.text_object(field, &path, FIELD_TEXT, TEXTS);
        }
    }
    if let Some(accessory) = block.get("accessory") {
        let path = format!("{path}/accessory");
        if kind(accessory) == Some("image") {
            picture(check, accessory, &path);
        } else {
            element::check(check, accessory, &path, &OTHER_ACTIONS);
        }
    }
}

fn context(check: &mut Check, block: &Map<String, Value>, path: &str) {
    for (item, path) in check.items(block, "elements", path, CONTEXT_ELEMENTS) {
        if kind(item) == Some("image") {
            picture(check, item, &path);
        } else {
            check.text_object(item, &path, TEXT, TEXTS);
        }
    }
}

fn actions(check: &mut Check, block: &Map<String, Value>, path: &str) {
    let mut ids = HashSet::new();
    for (item, path) in check.items(block, "elements", path, ACTIONS_ELEMENTS) {
        element::check(check, item, &path, &OTHER_ACTIONS);
        if let Some(id) = item.get("action_id").and_then(Value::as_str)
            && !ids.insert(id)
        {
            check.fail("action_id already exists", &format!("{path}/action_id"));
        }
    }
}

fn image(check: &mut Check, block: &Map<String, Value>, path: &str) {
    if block.contains_key("slack_file") {
        check.string(block, "alt_text", path, ALT_TEXT);
    } else {
        check.string(block, "image_url", path, URL);
        check.string(block, "alt_text", path, ALT_TEXT);
    }
    check.optional_text(block, "title", path, IMAGE_TITLE, PLAIN);
}

fn input(check: &mut Check, block: &Map<String, Value>, path: &str) {
    check.text(block, "label", path, LABEL, PLAIN);
    check.optional_text(block, "hint", path, LABEL, PLAIN);
    match block.get("element") {
        Some(element) => {
            let others: Vec<&str> = [OTHER_ACTIONS.as_slice(), OTHER_INPUTS.as_slice()].concat();
            element::check(check, element, &format!("{path}/element"), &others);
        }
        None => check.fail("missing required field: element", path),
    }
}

fn picture(check: &mut Check, picture: &Value, path: &str) {
    if let Some(object) = picture.as_object() {
        image(check, object, path);
    }
}

fn kind(value: &Value) -> Option<&str> {
    value.get("type")?.as_str()
}

#[cfg(test)]
mod tests;
