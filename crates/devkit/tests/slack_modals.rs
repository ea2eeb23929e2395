//! Modals: how they are opened, filled in and submitted, and how long that can be
//! done.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic here is a failed test")]

mod slack_common;

use devkit::slack::{Click, Submit, Way};
use serde_json::{Value, json};
use slack_common::{Got, Reply, World};

fn payload(got: &Got) -> Value {
    serde_json::from_str(&got.form("payload").unwrap()).unwrap()
}

/// A trigger, by a click of ann's on a card in #ops.
async fn trigger(world: &World, token: &str) -> Value {
    let button = json!({"type": "button", "text": {"type": "plain_text", "text": "Terminate…"},
        "action_id": "terminate", "value": "v"});
    let card = json!({"channel": world.channel("ops"), "text": "card",
        "blocks": [{"type": "actions", "elements": [button]}]});
    world.api(token, "chat.postMessage", card).await;
    let click =
        Click {
            user: "ann".into(), channel: "ops".into(), button: "Terminate…".into(), ..Click::default()
        };
    world.slack.click(&click).await.unwrap();
    payload(world.got().last().unwrap())["trigger_id"].clone()
}

async fn open(world: &World, token: &str, trigger: &Value, view: &Value) -> Value {
    world.api(token, "views.open", json!({"trigger_id": trigger, "view": view})).await
}

/// The answer that keeps a modal open.
fn errors(errors: &Value) -> Reply {
    Reply::body(json!({"response_action": "errors", "errors": errors}).to_string())
}

fn modal() -> Value {
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let option = |text: &str, value: &str| json!({"text": plain(text), "value": value});
    json!({"type": "modal", "callback_id": "confirm", "title": plain("Sure?"), "submit": plain("Yes"), "blocks": [
        {"type": "input", "block_id": "name", "label": plain("Name"),
            "element": {"type": "plain_text_input", "action_id": "typed"}},
        {"type": "input", "block_id": "host", "label": plain("Where to"), "optional": true,
            "element": {"type": "static_select", "action_id": "chosen",
                "options": [option("Same host", "same"), option("New host", "new")]}}]})
}

fn labels(user: &str, labels: &[(&str, &str)]) -> Submit {
    let labels = labels.iter().map(|(label, text)| ((*label).to_owned(), (*text).to_owned())).collect();
    Submit { user: user.into(), labels, ..Submit::default() }
}

#[tokio::test]
async fn a_modal_is_submitted_by_its_labels() {
    let (world, token) = World::installed().await;
    let trigger = trigger(&world, &token).await;
    open(&world, &token, &trigger, &modal()).await;
    assert!(world.slack.unanswered().is_empty(), "the modal is the answer to the click");
    let shown = world.slack.modal("ann").unwrap();
    assert_eq!((shown.title.as_str(), shown.labels.join(",")), ("Sure?", "Name,Where to".to_owned()));
    assert!(shown.errors.is_empty());
    let wrong = world.slack.submit(&labels("ann", &[("nmae", "x")])).await.unwrap_err();
    assert_eq!(wrong.to_string(), "the modal has no input “nmae”; there are: Name, Where to");
    world.replies([errors(&json!({"name": "That is not its name"}))]);
    world.slack.submit(&labels("ann", &[("name", "web-2"), ("where TO", "new host")])).await.unwrap();
    let values = payload(&world.got()[1])["view"]["state"]["values"].clone();
    assert_eq!(values["name"]["typed"]["value"], json!("web-2"));
    assert_eq!(values["host"]["chosen"]["selected_option"]["value"], json!("new"));
    let sentence = ("Name".to_owned(), "That is not its name".to_owned());
    assert_eq!(world.slack.modal("ann").unwrap().errors, [sentence], "it stands at its input");
    let (_, answer) = world.sim("submit", json!({"user": "ann", "labels": {"Name": "web-1"}})).await;
    assert_eq!(answer["ok"], json!(true));
    assert_eq!(world.slack.modal("ann"), None);
    assert_eq!(world.slack.unanswered(), ["ann got no answer to the modal “Sure?”"]);
    let ops = world.channel("ops");
    world.api(&token, "chat.postMessage", json!({"channel": ops, "text": "Done"})).await;
    assert!(world.slack.unanswered().is_empty());
    let ways: Vec<_> = world.slack.waits().into_iter().map(|wait| wait.answered.unwrap().1).collect();
    let refused = Way::Errors("That is not its name".into());
    assert_eq!(ways, [Way::Modal, refused, Way::Channel]);
}

#[tokio::test]
async fn a_modal_is_opened_within_three_seconds_and_once() {
    let (world, token) = World::installed().await;
    let fresh = trigger(&world, &token).await;
    assert_eq!(open(&world, &token, &fresh, &modal()).await["ok"], json!(true));
    assert_eq!(open(&world, &token, &fresh, &modal()).await["error"], json!("exchanged_trigger_id"));
    let old = trigger(&world, &token).await;
    world.sim("age", json!({"seconds": 2})).await;
    let newer = trigger(&world, &token).await;
    world.sim("age", json!({"seconds": 2})).await;
    assert_eq!(open(&world, &token, &old, &modal()).await["error"], json!("expired_trigger_id"));
    assert_eq!(open(&world, &token, &newer, &modal()).await["ok"], json!(true));
    assert_eq!(
        open(&world, &token, &json!("1.2.made-up"), &modal()).await["error"],
        json!("invalid_trigger_id")
    );
}

#[tokio::test]
async fn a_modal_that_slack_would_refuse_is_refused() {
    let (world, token) = World::installed().await;
    let fresh = trigger(&world, &token).await;
    let plain = |text: String| json!({"type": "plain_text", "text": text});
    let long = |length: usize| "x".repeat(length);
    let text = json!({"type": "section", "text": plain(long(3_000))});
    for (pointer, value, code) in [
        ("/type", json!("home"), "invalid_arguments"),
        ("/title", plain(long(25)), "invalid_arguments"),
        ("/submit", json!(null), "invalid_arguments"),
        ("/private_metadata", json!(long(3_001)), "invalid_arguments"),
        ("/callback_id", json!(long(256)), "invalid_arguments"),
        ("/blocks/0/element/max_length", json!(3_001), "invalid_arguments"),
        ("/blocks", json!(vec![text; 90]), "view_too_large"),
    ] {
        let mut view = modal();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        view.pointer_mut(parent).unwrap()[key] = value;
        let answer = open(&world, &token, &fresh, &view).await;
        assert_eq!(answer["error"], json!(code), "{pointer} {answer}");
    }
    // None of them has used the trigger up.
    assert_eq!(open(&world, &token, &fresh, &modal()).await["ok"], json!(true));
}

#[tokio::test]
async fn an_input_takes_what_a_person_can_type_into_it() {
    let (world, token) = World::installed().await;
    let fresh = trigger(&world, &token).await;
    let mut view = modal();
    view["blocks"][0]["element"]["max_length"] = json!(5);
    open(&world, &token, &fresh, &view).await;
    let refused = world.slack.submit(&labels("ann", &[("Name", "web-10")])).await.unwrap_err();
    assert_eq!(refused.to_string(), "the input “Name” takes no more than 5 characters");
    let refused = world.slack.submit(&labels("ann", &[("Name", "")])).await.unwrap_err();
    assert_eq!(refused.to_string(), "the input “Name” must be filled in");
    assert_eq!(world.got().len(), 1, "the app has heard of neither");
    world.slack.submit(&labels("ann", &[("Name", "web-1")])).await.unwrap();
    assert_eq!(world.slack.modal("ann"), None);
}

#[tokio::test]
async fn an_answer_that_slack_cannot_use_is_trouble() {
    for body in [
        " ".to_owned(),
        "ok".to_owned(),
        "{}".to_owned(),
        json!({"response_action": "errors", "errors": {"nmae": "That is not its name"}}).to_string(),
        json!({"response_action": "errors", "errors": {"name": ""}}).to_string(),
        json!({"response_action": "errors", "errors": {}}).to_string(),
        json!({"response_action": "update"}).to_string(),
    ] {
        let (world, token) = World::installed().await;
        let fresh = trigger(&world, &token).await;
        open(&world, &token, &fresh, &modal()).await;
        world.replies([Reply::body(&body)]);
        let answer = world.slack.submit(&labels("ann", &[("Name", "web-1")])).await.unwrap();
        assert_eq!(answer.error.as_deref(), Some("We had some trouble connecting. Try again?"), "{body}");
        assert!(world.slack.modal("ann").is_some(), "{body}");
    }
}

/// A modal in which a standup could be set up.
fn setup() -> Value {
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

#[tokio::test]
async fn a_modal_that_was_opened_light_is_filled_in_later() {
    let (world, token) = World::installed().await;
    let fresh = trigger(&world, &token).await;
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let light = json!({"type": "modal", "title": plain("Standup"),
        "blocks": [{"type": "section", "text": plain("One moment…")}]});
    let opened = open(&world, &token, &fresh, &light).await;
    let (id, hash) = (&opened["view"]["id"], &opened["view"]["hash"]);
    let waiting = world.slack.modal("ann").unwrap();
    assert_eq!((waiting.text.as_str(), waiting.inputs.len()), ("One moment…", 0));
    let nothing = world.slack.submit(&labels("ann", &[])).await.unwrap_err();
    assert_eq!(nothing.to_string(), "the modal “Standup” has nothing to submit");

    let update = |arguments: Value| {
        let (world, token) = (&world, &token);
        async move { world.api(token, "views.update", arguments).await }
    };
    let refused = update(json!({"view_id": id, "view": light, "hash": "1.old"})).await;
    assert_eq!(refused["error"], json!("hash_conflict"));
    let mut wrong = setup();
    wrong["blocks"][1]["element"]["initial_conversation"] = json!("C0NOWHERE1");
    assert_eq!(update(json!({"view_id": id, "view": wrong})).await["error"], json!("invalid_arguments"));
    assert_eq!(update(json!({"view_id": "V9", "view": setup()})).await["error"], json!("not_found"));
    let updated = update(json!({"view_id": id, "view": setup(), "hash": hash})).await;
    assert_eq!((&updated["view"]["id"], &updated["ok"]), (id, &json!(true)));
    assert_ne!(&updated["view"]["hash"], hash);

    assert_eq!(world.slack.modal("ann").unwrap().inputs[0], "[Channel ▾ #ops]", "where it was clicked");
    world.replies([errors(&json!({"ask": "Too early"}))]);
    world.slack.submit(&labels("ann", &[("Ask at", "00:00")])).await.unwrap();
    assert_eq!(world.slack.modal("ann").unwrap().errors.len(), 1);
    update(json!({"view_id": id, "view": setup()})).await;
    assert_eq!(world.slack.modal("ann").unwrap().errors, [], "another view has no errors yet");
    world.slack.submit(&labels("ann", &[("Ask at", "09:00")])).await.unwrap();
    let sent = payload(world.got().last().unwrap());
    assert_eq!((&sent["view"]["id"], &sent["view"]["callback_id"]), (id, &json!("setup")));
    assert_eq!(sent["view"]["state"]["values"]["ask"]["time"]["selected_time"], json!("09:00"));
    assert_eq!(
        update(json!({"view_id": id, "view": setup()})).await["error"],
        json!("not_found"),
        "it is closed"
    );
}
