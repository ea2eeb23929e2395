//! Channels, times and days are picked from what is offered.

use serde_json::{Value, json};

use crate::slack_common::World;
use crate::{errors, labels, open, payload, trigger};

/// A modal in which a standup could be set up.
pub(crate) fn setup() -> Value {
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let option = |text: &str, value: &str| json!({"text": plain(text), "value": value});
    let input = |id: &str, label: &str, optional: bool, element: Value| json!({"type": "input", "block_id": id, "label": plain(label), "optional": optional, "element": element});
    let days = json!([option("Mon", "mon"), option("Tue", "tue"), option("Wed", "wed")]);
    json!({"type": "modal", "callback_id": "setup", "title": plain("Standup"), "submit": plain("Save"), "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "Who is asked *what*, and when."}},
        input("channel", "Channel", false, json!({"type": "conversations_select", "action_id": "chosen",
            "default_to_current_conversation": true,
            "filter": {"include": ["public", "private"], "exclude_external_shared_channels": true}})),
        input("questions", "Questions", false, json!({"type": "plain_text_input", "action_id": "text",
            "multiline": true, "initial_value": "Why?\nHow?"})),
        input("days", "Days", true, json!({"type": "checkboxes", "action_id": "ticked", "options": days,
            "initial_options": [option("Mon", "mon"), option("Tue", "tue")]})),
        input("ask", "Ask at", true, json!({"type": "timepicker", "action_id": "time", "initial_time": "09:30"})),
        input("report", "Report at", true, json!({"type": "timepicker", "action_id": "time"}))]})
}

/// The values of the last submitted modal.
fn values(world: &World) -> Value {
    payload(world.got().last().unwrap())["view"]["state"]["values"].clone()
}

#[tokio::test]
async fn channels_times_and_days_are_chosen() {
    let (world, token) = World::installed().await;
    let fresh = trigger(&world, &token).await;
    assert_eq!(open(&world, &token, &fresh, &setup()).await["ok"], json!(true));
    let shown = world.slack.modal("ann").unwrap();
    assert_eq!(shown.text, "Who is asked *what*, and when.");
    let inputs = [
        "[Channel ▾ #ops]",
        "[Questions: Why? / How?]",
        "[Days ☑ Mon ☑ Tue ☐ Wed]",
        "[Ask at: 09:30]",
        "[Report at]",
    ];
    assert_eq!(shown.inputs, inputs);
    assert_eq!(world.look("modal?user=ann").await["modal"]["inputs"], json!(inputs));
    assert_eq!(world.look("modal?user=bob").await["modal"], Value::Null);
    for (label, text, sentence) in [
        ("Channel", "#partners", "“Channel” does not offer #partners"),
        ("Channel", "secret", "“Channel” does not offer #secret"),
        ("Channel", "#attic", "“Channel” does not offer #attic"),
        ("Channel", "", "the input “Channel” must be filled in"),
        ("Ask at", "half past nine", "“Ask at” takes a time like 09:30, not “half past nine”"),
        ("Ask at", "24:00", "“Ask at” takes a time like 09:30, not “24:00”"),
        ("Ask at", "9:3", "“Ask at” takes a time like 09:30, not “9:3”"),
        ("Days", "Mon, Sun", "“Days” has no option “Sun”; there are: Mon, Tue, Wed"),
    ] {
        let refused = world.slack.submit(&labels("ann", &[(label, text)])).await.unwrap_err();
        assert_eq!(refused.to_string(), sentence);
    }
    // It stays open, for a second time.
    world.replies([errors(&json!({"days": "Not these"}))]);
    world.slack.submit(&labels("ann", &[])).await.unwrap();
    let untouched = values(&world);
    let ticked = |values: &Value| -> Vec<Value> {
        let options = values["days"]["ticked"]["selected_options"].as_array().unwrap();
        options.iter().map(|option| option["value"].clone()).collect()
    };
    assert_eq!(ticked(&untouched), [json!("mon"), json!("tue")]);
    let ops = json!({"type": "conversations_select", "selected_conversation": world.channel("ops")});
    assert_eq!(untouched["channel"]["chosen"], ops);
    assert_eq!(untouched["ask"]["time"], json!({"type": "timepicker", "selected_time": "09:30"}));
    assert_eq!(untouched["report"]["time"], json!({"type": "timepicker", "selected_time": null}));
    let chosen = [
        ("channel", "#general"),
        ("Questions", "- one\n- two"),
        ("Days", "wed, Mon"),
        ("Ask at", "8:05"),
        ("Report at", "17:45"),
    ];
    world.slack.submit(&labels("ann", &chosen)).await.unwrap();
    let sent = values(&world);
    assert_eq!(sent["channel"]["chosen"]["selected_conversation"], json!(world.channel("general")));
    assert_eq!(sent["questions"]["text"]["value"], json!("- one\n- two"));
    assert_eq!(ticked(&sent), [json!("wed"), json!("mon")]);
    assert_eq!(sent["ask"]["time"]["selected_time"], json!("08:05"));
    assert_eq!(sent["report"]["time"]["selected_time"], json!("17:45"));
}

#[tokio::test]
async fn nothing_need_be_ticked() {
    let (world, token) = World::installed().await;
    let fresh = trigger(&world, &token).await;
    open(&world, &token, &fresh, &setup()).await;
    world.slack.submit(&labels("ann", &[("Days", ""), ("Ask at", "")])).await.unwrap();
    assert_eq!(values(&world)["days"]["ticked"], json!({"type": "checkboxes", "selected_options": []}));
    assert_eq!(values(&world)["ask"]["time"]["selected_time"], Value::Null);
}

#[tokio::test]
async fn pickers_that_slack_would_refuse_are_refused() {
    let (world, token) = World::installed().await;
    let fresh = trigger(&world, &token).await;
    let option = |value: &str| json!({"text": {"type": "plain_text", "text": value}, "value": value});
    for (pointer, value, reason) in [
        ("/1/element/initial_conversation", json!("C0NOWHERE1"), "invalid value"),
        ("/1/element/filter/include", json!(["public", "secret"]), "must be one of"),
        (
            "/3/element/options",
            json!((0..11).map(|n| option(&n.to_string())).collect::<Vec<_>>()),
            "no more than 10",
        ),
        ("/3/element/initial_options", json!([option("sun")]), "must be one of the options"),
        ("/4/element/initial_time", json!("9:30"), "format HH:mm"),
    ] {
        let mut view = setup();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        view["blocks"].pointer_mut(parent).unwrap()[key] = value;
        let answer = open(&world, &token, &fresh, &view).await;
        assert_eq!(answer["error"], json!("invalid_arguments"), "{pointer} {answer}");
        let message = answer["response_metadata"]["messages"][0].as_str().unwrap();
        assert!(message.contains(reason), "{message}");
    }
    let mut view = setup();
    view["blocks"][1]["element"]["initial_conversation"] = json!(world.channel("general"));
    assert_eq!(open(&world, &token, &fresh, &view).await["ok"], json!(true));
    assert_eq!(world.slack.modal("ann").unwrap().inputs[0], "[Channel ▾ #general]");
}
