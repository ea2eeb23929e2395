//! Modals: how they are opened, filled in and submitted, and how long that can be
//! done.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic here is a failed test")]

mod opened;
mod pickers;
#[path = "../slack_common/mod.rs"]
mod slack_common;
mod submitted;

use devkit::slack::{Click, Submit};
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
