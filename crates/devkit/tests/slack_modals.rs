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
