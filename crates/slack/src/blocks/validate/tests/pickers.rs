//! Channels, times and checkboxes in a modal.

use super::*;

fn option(text: &str, value: &str) -> Value {
    json!({"text": {"type": "plain_text", "text": text}, "value": value})
}

/// Checks a modal with `element` in its input, and expects these reasons.
fn element(element: &Value, reasons: &[(&str, &str)]) {
    let reasons: Vec<_> =
        reasons.iter().map(|(what, path)| (*what, format!("/blocks/0/element{path}"))).collect();
    let reasons: Vec<_> = reasons.iter().map(|(what, path)| (*what, path.as_str())).collect();
    modal("/blocks/0/element", element.clone(), &reasons);
}

#[test]
fn what_slack_takes_is_accepted() {
    let ten: Vec<_> = (0..10).map(|n| option("x", &n.to_string())).collect();
    let markup = json!({"text": text(75), "value": "v".repeat(150), "description": text(75)});
    for right in [
        json!({"type": "conversations_select"}),
        json!({"type": "conversations_select", "action_id": "a", "placeholder": plain(150), "initial_conversation": "C1",
            "default_to_current_conversation": true, "response_url_enabled": true,
            "filter": {"include": ["im", "mpim", "private", "public"], "exclude_bot_users": true}}),
        json!({"type": "conversations_select", "filter": {"exclude_external_shared_channels": false}}),
        json!({"type": "timepicker"}),
        json!({"type": "timepicker", "initial_time": "00:00", "placeholder": plain(150), "timezone": "Europe/Berlin"}),
        json!({"type": "timepicker", "initial_time": "23:59"}),
        json!({"type": "checkboxes", "options": [markup]}),
        json!({"type": "checkboxes", "options": ten.clone(), "initial_options": ten}),
    ] {
        element(&right, &[]);
        accepted(&json!({"type": "actions", "elements": [right]}));
    }
}

#[test]
fn what_slack_refuses_is_refused() {
    let (mon, tue) = (option("Mon", "mon"), option("Tue", "tue"));
    let time = "must be a time in the format HH:mm";
    let kinds = "must be one of: im, mpim, private, public";
    let menu = |key: &str, value: Value| json!({"type": "conversations_select", key: value});
    let picker = |value: Value| json!({"type": "timepicker", "initial_time": value});
    let boxes = |options: Value, initial: Value| json!({"type": "checkboxes", "options": options, "initial_options": initial});
    for (wrong, what, path) in [
        (menu("placeholder", plain(151)), "must be less than 151 characters", "/placeholder/text"),
        (menu("initial_conversation", json!("")), "must be more than 0 characters", "/initial_conversation"),
        (menu("initial_conversation", json!(["C1"])), "must be a string", "/initial_conversation"),
        (menu("filter", json!({})), "no fewer than 1 properties allowed", "/filter"),
        (menu("filter", json!("public")), "must be an object", "/filter"),
        (menu("filter", json!({"include": []})), "no fewer than 1 items allowed", "/filter/include"),
        (menu("filter", json!({"include": ["public", "channels"]})), kinds, "/filter/include/1"),
        (picker(json!("9:30")), time, "/initial_time"),
        (picker(json!("24:00")), time, "/initial_time"),
        (picker(json!("09:60")), time, "/initial_time"),
        (picker(json!("09:30:00")), time, "/initial_time"),
        (picker(json!(930)), time, "/initial_time"),
        (picker(json!("")), time, "/initial_time"),
        (json!({"type": "checkboxes"}), "missing required field: options", ""),
        (json!({"type": "checkboxes", "options": []}), "no fewer than 1 items allowed", "/options"),
        (
            json!({"type": "checkboxes", "options": vec![&mon; 11]}),
            "no more than 10 items allowed",
            "/options",
        ),
        (boxes(json!([mon]), json!([])), "no fewer than 1 items allowed", "/initial_options"),
        (boxes(json!([mon]), json!([tue])), "must be one of the options", "/initial_options/0"),
        (
            boxes(json!([mon]), json!([option("Monday", "mon")])),
            "must be one of the options",
            "/initial_options/0",
        ),
        (boxes(json!([mon]), json!("mon")), "must be an array", "/initial_options"),
    ] {
        element(&wrong, &[(what, path)]);
    }
}
