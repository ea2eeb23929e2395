//! Clicks and modals: what Slack sends, what the app may do with it, and who is
//! left waiting.
#![allow(clippy::unwrap_used, reason = "a panic here is a failed test")]

mod slack_common;

use devkit::slack::{Click, Deed, Way};
use serde_json::{Value, json};
use slack_common::{Got, Reply, World};

fn button(text: &str, action_id: &str) -> Value {
    json!({"type": "button", "text": {"type": "plain_text", "text": text}, "action_id": action_id, "value": "v"})
}

fn actions(elements: &[Value]) -> Value {
    json!([{"type": "actions", "block_id": "acts", "elements": elements}])
}

fn on(button: &str) -> Click {
    Click { user: "ann".into(), channel: "ops".into(), button: button.into(), ..Click::default() }
}

fn payload(got: &Got) -> Value {
    serde_json::from_str(&got.form("payload").unwrap()).unwrap()
}

/// A card in #ops with these controls.
async fn card(world: &World, token: &str, elements: &[Value]) -> Value {
    let card = json!({"channel": world.channel("ops"), "text": "card", "blocks": actions(elements)});
    world.api(token, "chat.postMessage", card).await
}

fn plain(world: &World, user: &str) -> Vec<String> {
    world.slack.conversation(user, "ops").unwrap().all().into_iter().map(|one| one.plain.clone()).collect()
}

#[tokio::test]
async fn an_ephemeral_message_is_worked_through_its_click() {
    let (world, token) = World::installed().await;
    let (ops, ann) = (world.channel("ops"), world.user("ann"));
    let whisper = |text: &str| {
        let blocks = actions(&[button("Share", "share")]);
        let whisper = json!({"channel": ops, "user": ann, "text": text, "blocks": blocks});
        world.api(&token, "chat.postEphemeral", whisper)
    };
    for said in [
        json!({"text": "everybody", "response_type": "in_channel", "replace_original": false}),
        json!({"text": "instead", "response_type": "in_channel", "replace_original": true}),
        json!({"delete_original": "true"}),
    ] {
        whisper("draft").await;
        world.slack.click(&on("share")).await.unwrap();
        let sent = payload(world.got().last().unwrap());
        let container = json!(true);
        assert_eq!((&sent["container"]["is_ephemeral"], &sent["message"]), (&container, &Value::Null));
        let url = sent["response_url"].as_str().unwrap();
        assert!(url.contains("/actions/T0ACME0001/"));
        assert_eq!(world.http.post(url).json(&said).send().await.unwrap().status(), 200, "{said}");
    }
    assert_eq!(plain(&world, "ann"), ["[Share]", "everybody", "instead"]);
    assert_eq!(plain(&world, "bob"), ["everybody"], "what one person sees stays theirs");
    assert!(world.slack.unanswered().is_empty());
}

#[tokio::test]
async fn a_menu_is_chosen_by_the_text_of_an_option() {
    let (world, token) = World::installed().await;
    let option =
        |text: &str| json!({"text": {"type": "plain_text", "text": text}, "value": format!("i-{text}")});
    let holder = json!({"type": "plain_text", "text": "Which one?"});
    let groups = json!([
        {"label": {"type": "plain_text", "text": "eu"}, "options": [option("web-1"), option("web-2")]},
        {"label": {"type": "plain_text", "text": "us"}, "options": [option("db-1")]}]);
    let menu =
        json!({"type": "static_select", "action_id": "pick", "placeholder": holder, "option_groups": groups});
    card(&world, &token, &[button("Cancel", "cancel"), menu]).await;
    let seen = world.slack.conversation("ann", "ops").unwrap();
    assert_eq!(seen.messages[0].plain, "[Cancel] [Which one? ▾ web-1 | web-2 | db-1]");
    assert_eq!(seen.messages[0].buttons, ["Cancel", "web-1", "web-2", "db-1"]);
    world.slack.click(&on("DB-1")).await.unwrap();
    let sent = payload(&world.got()[0]);
    assert_eq!(sent["actions"][0]["selected_option"]["value"], json!("i-db-1"));
    assert_eq!(sent["state"]["values"]["acts"]["pick"]["selected_option"]["value"], json!("i-db-1"));
    assert_eq!(sent["channel"], json!({"id": world.channel("ops"), "name": "ops"}));
    let missing = world.slack.click(&on("web-9")).await.unwrap_err();
    assert_eq!(missing.to_string(), "there is no “web-9” to click; there are Cancel, web-1, web-2, db-1");
}

#[tokio::test]
async fn copies_of_a_click_are_one_click() {
    let (world, token) = World::installed().await;
    card(&world, &token, &[button("Stop", "stop")]).await;
    world.slack.click(&Click { copies: Some(4), ..on("Stop") }).await.unwrap();
    let got = world.got();
    let times: Vec<_> = got.iter().map(|one| payload(one)["actions"][0]["action_ts"].clone()).collect();
    assert_eq!(times.len(), 4);
    assert!(times.iter().all(|time| *time == times[0]));
    assert!(got.iter().all(|one| one.body == got[0].body));
    assert_eq!(world.slack.waits().len(), 1);
}

#[tokio::test]
async fn a_click_wants_something_to_happen() {
    let (world, token) = World::installed().await;
    let link = json!({"type": "button", "text": {"type": "plain_text", "text": "Docs"}, "action_id": "docs",
        "url": "https://example.com"});
    let posted = card(&world, &token, &[button("Stop", "stop"), link]).await;
    world.slack.click(&on("Docs")).await.unwrap();
    assert!(world.slack.unanswered().is_empty(), "a link has opened");
    world.slack.click(&on("stop")).await.unwrap();
    assert_eq!(world.slack.unanswered(), ["ann in ops got no answer to the click on [Stop]"]);
    let general = world.channel("general");
    world.api(&token, "chat.postMessage", json!({"channel": general, "text": "elsewhere"})).await;
    let bob = world.user("bob");
    let whisper = json!({"channel": world.channel("ops"), "user": bob, "text": "to bob"});
    world.api(&token, "chat.postEphemeral", whisper).await;
    assert_eq!(world.slack.unanswered().len(), 1, "nothing of that is for ann");
    let edit = json!({"channel": world.channel("ops"), "ts": posted["ts"], "text": "Stopped", "blocks": []});
    world.api(&token, "chat.update", edit).await;
    assert!(world.slack.unanswered().is_empty());
    let waits = world.slack.waits();
    assert_eq!((waits[1].deed, waits[1].what.as_str()), (Deed::Click, "[Stop]"));
    assert_eq!(waits[1].answered.clone().unwrap().1, Way::Channel);
}

#[tokio::test]
async fn a_click_that_fails_is_told() {
    let (world, token) = World::installed().await;
    card(&world, &token, &[button("Stop", "stop")]).await;
    world.replies([Reply::status(500)]);
    let answer = world.slack.click(&on("Stop")).await.unwrap();
    assert_eq!(answer.error.as_deref(), Some("dispatch_failed"));
    assert_eq!(world.got().len(), 1, "Slack does not try again");
    assert!(world.slack.unanswered().is_empty());
    assert_eq!(world.slack.failures().len(), 1);
}

#[tokio::test]
async fn a_button_in_direct_messages_is_one_persons() {
    let (world, token) = World::installed().await;
    let (bob, blocks) = (world.user("bob"), actions(&[button("Open report", "open")]));
    let mut posted = Value::Null;
    for _ in 0..2 {
        posted = world
            .api(&token, "chat.postMessage", json!({"channel": bob, "text": "?", "blocks": blocks}))
            .await;
    }
    for (user, channel, label, offered) in [
        ("bob", "@bellhop", "Open report", true),
        ("bob", "@bellhop", "[open REPORT]", true),
        ("bob", "@bellhop", "Skip", false),
        ("bob", "#ops", "Open report", false),
        ("bob", "#nope", "Open report", false),
        ("ann", "@bellhop", "Open report", false),
        ("zoe", "@bellhop", "Open report", false),
    ] {
        assert_eq!(world.slack.offers(user, channel, label), offered, "{user} {channel} {label}");
    }
    let click = Click { user: "bob".into(), channel: "@bellhop".into(), ..on("Open report") };
    world.slack.click(&click).await.unwrap();
    let sent = payload(world.got().last().unwrap());
    assert_eq!(sent["channel"], json!({"id": posted["channel"], "name": "directmessage"}));
    assert_eq!(sent["message"]["ts"], posted["ts"], "the latest one");
    let update =
        json!({"channel": posted["channel"], "ts": posted["ts"], "text": "Thank you.", "blocks": []});
    assert_eq!(world.api(&token, "chat.update", update).await["ok"], json!(true));
    assert!(world.slack.unanswered().is_empty());
    assert_eq!(world.slack.waits()[0].answered.clone().unwrap().1, Way::Direct);
}
