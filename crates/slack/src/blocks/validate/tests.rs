use proptest::prelude::*;
use serde_json::json;

use super::*;

mod pickers;

fn text(length: usize) -> Value {
    json!({"type": "mrkdwn", "text": "x".repeat(length)})
}

fn plain(length: usize) -> Value {
    json!({"type": "plain_text", "text": "x".repeat(length)})
}

/// Checks one block and expects one reason, given without its frame.
fn refused(block: &Value, what: &str, path: &str) {
    let reason = format!("[ERROR] {what} [json-pointer:{path}]");
    assert_eq!(validate(&json!([block])), Err(vec![reason]), "{block}");
}

fn accepted(block: &Value) {
    assert_eq!(validate(&json!([block])), Ok(()), "{block}");
}

fn button(field: &str, value: &Value) -> Value {
    let mut button = json!({"type": "button", "action_id": "a", "text": plain(75)});
    button[field] = value.clone();
    json!({"type": "actions", "elements": [button]})
}

#[test]
fn right_blocks_are_accepted() {
    for block in [
        json!({"type": "section", "text": text(3_000)}),
        json!({"type": "section", "fields": vec![text(2_000); 10]}),
        json!({"type": "section", "text": plain(1), "block_id": "b".repeat(255)}),
        json!({"type": "section", "text": text(1), "accessory": {"type": "image", "image_url": "u", "alt_text": "a"}}),
        json!({"type": "section", "text": text(1), "accessory": {"type": "users_select", "action_id": "a"}}),
        json!({"type": "header", "text": plain(150)}),
        json!({"type": "context", "elements": vec![text(3_000); 10]}),
        json!({"type": "divider"}),
        json!({"type": "divider", "block_id": ""}),
        json!({"type": "image", "image_url": "u".repeat(3_000), "alt_text": "a".repeat(2_000), "title": plain(2_000)}),
        json!({"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a"}),
        json!({"type": "input", "label": plain(2_000), "element": {"type": "plain_text_input", "initial_value": ""}}),
        json!({"type": "input", "label": plain(1), "element": {"type": "number_input", "is_decimal_allowed": false}}),
        json!({"type": "rich_text", "elements": []}),
        json!({"type": "markdown", "text": "# Hi"}),
        button("value", &json!("v".repeat(2_000))),
        button("url", &json!("u".repeat(3_000))),
        button("style", &json!("primary")),
    ] {
        accepted(&block);
    }
    assert_eq!(validate(&json!([])), Ok(()));
}

#[test]
fn a_section_needs_text_or_fields_that_fit() {
    for (fields, what, path) in [
        (json!({}), "missing required field: text or fields", ""),
        (json!({"text": text(0)}), "must be more than 0 characters", "/text/text"),
        (json!({"text": text(3_001)}), "must be less than 3001 characters", "/text/text"),
        (json!({"text": "x"}), "must be an object", "/text"),
        (json!({"text": {"text": "x"}}), "missing required field: type", "/text"),
        (json!({"text": {"type": "text", "text": "x"}}), "unsupported type: text", "/text/type"),
        (json!({"text": {"type": "mrkdwn"}}), "missing required field: text", "/text"),
        (json!({"text": {"type": "mrkdwn", "text": 5}}), "must be a string", "/text/text"),
        (json!({"fields": vec![text(1); 11]}), "no more than 10 items allowed", "/fields"),
        (json!({"fields": []}), "no fewer than 1 items allowed", "/fields"),
        (json!({"fields": [text(2_001)]}), "must be less than 2001 characters", "/fields/0/text"),
        (json!({"fields": {}}), "must be an array", "/fields"),
        (
            json!({"text": text(1), "accessory": {"type": "divider"}}),
            "unsupported type: divider",
            "/accessory/type",
        ),
        (
            json!({"text": text(1), "block_id": "b".repeat(256)}),
            "must be less than 256 characters",
            "/block_id",
        ),
    ] {
        let mut block = fields;
        block["type"] = json!("section");
        refused(&block, what, &format!("/blocks/0{path}"));
    }
}

#[test]
fn each_block_has_its_limits() {
    let element = |element: Value| json!({"type": "actions", "elements": [element]});
    for (block, what, path) in [
        (json!({"type": "header", "text": plain(151)}), "must be less than 151 characters", "/text/text"),
        (json!({"type": "header", "text": text(1)}), "unsupported type: mrkdwn", "/text/type"),
        (json!({"type": "header"}), "missing required field: text", ""),
        (
            json!({"type": "context", "elements": vec![text(1); 11]}),
            "no more than 10 items allowed",
            "/elements",
        ),
        (
            json!({"type": "context", "elements": [{"type": "image", "image_url": "u"}]}),
            "missing required field: alt_text",
            "/elements/0",
        ),
        (json!({"type": "context", "elements": [5]}), "must be an object", "/elements/0"),
        (json!({"type": "context"}), "missing required field: elements", ""),
        (json!({"type": "actions", "elements": []}), "no fewer than 1 items allowed", "/elements"),
        (element(json!(7)), "must be an object", "/elements/0"),
        (element(json!({"type": "plain_text"})), "unsupported type: plain_text", "/elements/0/type"),
        (element(json!({"type": "file_input"})), "unsupported type: file_input", "/elements/0/type"),
        (json!({"type": "image", "alt_text": "a"}), "missing required field: image_url", ""),
        (json!({"type": "input", "label": plain(1)}), "missing required field: element", ""),
        (json!({"type": "widget"}), "unsupported type: widget", "/type"),
        (json!({}), "missing required field: type", ""),
        (json!("section"), "must be an object", ""),
    ] {
        refused(&block, what, &format!("/blocks/0{path}"));
    }
    let row = json!({"type": "actions", "elements": vec![json!({"type": "button", "text": plain(1)}); 26]});
    refused(&row, "no more than 25 items allowed", "/blocks/0/elements");
}

#[test]
fn a_button_has_its_limits() {
    let confirm = json!({"title": plain(101), "text": text(1), "confirm": plain(1), "deny": plain(1)});
    for (field, value, what, path) in [
        ("text", plain(76), "must be less than 76 characters", "text/text"),
        ("text", text(1), "unsupported type: mrkdwn", "text/type"),
        ("value", json!("v".repeat(2_001)), "must be less than 2001 characters", "value"),
        ("url", json!("u".repeat(3_001)), "must be less than 3001 characters", "url"),
        ("action_id", json!("a".repeat(256)), "must be less than 256 characters", "action_id"),
        ("style", json!("default"), "must be one of: primary, danger", "style"),
        ("confirm", confirm, "must be less than 101 characters", "confirm/title/text"),
        ("confirm", json!("sure?"), "must be an object", "confirm"),
    ] {
        refused(&button(field, &value), what, &format!("/blocks/0/elements/0/{path}"));
    }
}

#[test]
fn menus_have_1_to_100_options() {
    let menu = |options: Vec<Value>| {
        let menu = json!({"type": "static_select", "action_id": "a", "options": options});
        json!({"type": "actions", "elements": [menu]})
    };
    let option = |text: usize, value: usize| json!({"text": plain(text), "value": "v".repeat(value)});
    accepted(&menu(vec![option(75, 150); 100]));
    let path = "/blocks/0/elements/0/options";
    refused(&menu(vec![option(1, 1); 101]), "no more than 100 items allowed", path);
    refused(&menu(vec![]), "no fewer than 1 items allowed", path);
    refused(&menu(vec![option(76, 1)]), "must be less than 76 characters", &format!("{path}/0/text/text"));
    refused(&menu(vec![option(1, 151)]), "must be less than 151 characters", &format!("{path}/0/value"));
}

#[test]
fn ids_are_unique() {
    let divider = json!({"type": "divider", "block_id": "b"});
    let doubled = "[ERROR] block_id already exists [json-pointer:/blocks/1/block_id]";
    assert_eq!(validate(&json!([divider, divider])), Err(vec![doubled.to_owned()]));
    let one = json!({"type": "button", "action_id": "a", "text": plain(1)});
    let row = json!({"type": "actions", "elements": [one, one]});
    refused(&row, "action_id already exists", "/blocks/0/elements/1/action_id");
    let row = json!({"type": "actions", "elements": [one]});
    assert_eq!(validate(&json!([row, row])), Ok(()));
}

#[test]
fn messages_have_50_blocks_and_views_100() {
    let divider = json!({"type": "divider"});
    let many = |count| json!(vec![divider.clone(); count]);
    let reason =
        |limit| Err(vec![format!("[ERROR] no more than {limit} items allowed [json-pointer:/blocks]")]);
    assert_eq!(validate(&many(50)), Ok(()));
    assert_eq!(validate(&many(51)), reason(50));
    assert_eq!(validate_view(&many(100)), Ok(()));
    assert_eq!(validate_view(&many(101)), reason(100));
}

/// Checks a modal with `value` at `pointer`, and expects these reasons.
fn modal(pointer: &str, value: Value, reasons: &[(&str, &str)]) {
    let mut view = json!({"type": "modal", "title": plain(24), "submit": plain(24), "close": plain(24),
        "callback_id": "c".repeat(255), "private_metadata": "m".repeat(3_000),
        "blocks": [{"type": "input", "label": plain(1), "element": {"type": "plain_text_input",
            "action_id": "a", "max_length": 3_000, "min_length": 0}}]});
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    view.pointer_mut(parent).unwrap()[key] = value;
    let reasons: Vec<String> =
        reasons.iter().map(|(what, path)| format!("[ERROR] {what} [json-pointer:/view{path}]")).collect();
    let expected = if reasons.is_empty() { Ok(()) } else { Err(reasons) };
    assert_eq!(validate_modal(&view), expected, "{pointer}");
}

#[test]
fn a_modal_has_its_limits() {
    let long = |limit: usize| json!("x".repeat(limit + 1));
    let large = json!(vec![json!({"type": "section", "text": text(3_000)}); 90]);
    for (pointer, value, what, path) in [
        ("/type", json!("home"), "unsupported type: home", "/type"),
        ("/type", json!(null), "missing required field: type", ""),
        ("/title", plain(25), "must be less than 25 characters", "/title/text"),
        ("/title", text(1), "unsupported type: mrkdwn", "/title/type"),
        ("/submit", plain(25), "must be less than 25 characters", "/submit/text"),
        ("/close", plain(25), "must be less than 25 characters", "/close/text"),
        ("/callback_id", long(255), "must be less than 256 characters", "/callback_id"),
        ("/private_metadata", long(3_000), "must be less than 3001 characters", "/private_metadata"),
        ("/blocks", json!({}), "must be an array", "/blocks"),
        (
            "/blocks",
            json!(vec![json!({"type": "divider"}); 101]),
            "no more than 100 items allowed",
            "/blocks",
        ),
        ("/blocks", large, "must be no larger than 250000 bytes", ""),
        ("/blocks/0/label", plain(2_001), "must be less than 2001 characters", "/blocks/0/label/text"),
        ("/blocks/0/label", text(1), "unsupported type: mrkdwn", "/blocks/0/label/type"),
        ("/blocks/0/hint", plain(2_001), "must be less than 2001 characters", "/blocks/0/hint/text"),
        (
            "/blocks/0/element/placeholder",
            plain(151),
            "must be less than 151 characters",
            "/blocks/0/element/placeholder/text",
        ),
        ("/blocks/0/element/max_length", json!(0), "must be greater than 0", "/blocks/0/element/max_length"),
        (
            "/blocks/0/element/max_length",
            json!(3_001),
            "must be less than 3001",
            "/blocks/0/element/max_length",
        ),
        ("/blocks/0/element/max_length", json!("9"), "must be an integer", "/blocks/0/element/max_length"),
        ("/blocks/0/element/min_length", json!(-1), "must be an integer", "/blocks/0/element/min_length"),
    ] {
        modal(pointer, value, &[(what, path)]);
    }
    modal("/private_metadata", json!(""), &[]);
    modal("/notify_on_close", json!(true), &[]);
    assert!(validate_modal(&json!("modal")).is_err());
    let missing = |key: &str| format!("[ERROR] missing required field: {key} [json-pointer:/view]");
    assert_eq!(validate_modal(&json!({"type": "modal"})), Err(vec![missing("title"), missing("blocks")]));
    let input = json!({"type": "input", "label": plain(1), "element": {"type": "plain_text_input"}});
    let unsubmitted = json!({"type": "modal", "title": plain(1), "blocks": [input]});
    assert_eq!(validate_modal(&unsubmitted), Err(vec![missing("submit")]));
}

#[test]
fn every_reason_is_given() {
    let blocks = json!([{"type": "header"}, 5, {"type": "widget"}]);
    assert_eq!(validate(&blocks).unwrap_err().len(), 3);
    assert!(validate(&json!({"type": "section"})).is_err());
    assert!(validate(&json!(null)).is_err());
}

proptest! {
    #[test]
    fn no_value_is_too_strange(
        kind in "(section|header|context|actions|image|input|divider|x)",
        key in "(text|fields|elements|accessory|element|label|block_id)",
        inner in prop_oneof![Just(json!(null)), Just(json!([])), Just(json!([null, {}])), Just(json!({})),
            Just(json!("x")), Just(json!({"type": "button"})), Just(json!([{"type": "static_select", "options": 5}]))],
    ) {
        let _ = validate(&json!([{"type": kind, key: inner}]));
    }
}
