//! Finds what Slack would refuse in a modal.

use serde_json::Value;

use super::check::{Check, PLAIN};
use super::{blocks, kind};
use crate::blocks::limits::{CALLBACK, METADATA, VIEW_BLOCKS, VIEW_BYTES, VIEW_LABEL};

/// Checks a modal as `views.open` takes it.
///
/// # Errors
/// Every reason for `invalid_arguments` or `view_too_large`, in the form of
/// Slack's `response_metadata.messages`.
pub fn validate_modal(view: &Value) -> Result<(), Vec<String>> {
    const PATH: &str = "/view";
    let mut check = Check::default();
    let Some(modal) = view.as_object() else { return Err(vec![Check::reason("must be an object", PATH)]) };
    if kind(view) != Some("modal") {
        check.unsupported(kind(view), PATH);
    }
    check.text(modal, "title", PATH, VIEW_LABEL, PLAIN);
    check.optional_text(modal, "submit", PATH, VIEW_LABEL, PLAIN);
    check.optional_text(modal, "close", PATH, VIEW_LABEL, PLAIN);
    check.optional_string(modal, "private_metadata", PATH, METADATA);
    check.optional_string(modal, "callback_id", PATH, CALLBACK);
    match modal.get("blocks") {
        None => check.fail("missing required field: blocks", PATH),
        Some(value) => {
            blocks(&mut check, value, "/view/blocks", VIEW_BLOCKS);
            let all = value.as_array().into_iter().flatten();
            if all.into_iter().any(|block| kind(block) == Some("input")) && !modal.contains_key("submit") {
                check.fail("missing required field: submit", PATH);
            }
        }
    }
    if view.to_string().len() > VIEW_BYTES {
        check.fail(&format!("must be no larger than {VIEW_BYTES} bytes"), PATH);
    }
    check.finish()
}
