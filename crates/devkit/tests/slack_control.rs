//! The control API: people's doings over HTTP, slash commands and clicks included.

mod slack_common;

use axum::http::StatusCode;
use serde_json::{Value, json};
use slack_common::{Reply, World};

#[tokio::test]
async fn bad_input_is_explained() {
    let (world, _) = World::installed().await;
    for (path, body, sentence) in [
        (
            "say",
            json!({"user": "zoe", "channel": "ops", "text": "x"}),
            "there is no user “zoe”; there are ann, bob",
        ),
        (
            "say",
            json!({"user": "ann", "channel": "#nope", "text": "x"}),
            "there is no channel “#nope”; there are #ops",
        ),
        ("say", json!({"user": "ann", "channel": "secret", "text": "x"}), "ann is not in #secret"),
        ("say", json!({"user": "ann", "channel": "attic", "text": "x"}), "#attic is archived"),
        (
            "say",
            json!({"user": "ann", "channel": "ops", "text": "x", "thread_ts": "1.1"}),
            "there is no message 1.1",
        ),
        ("say", json!({"user": "ann", "channel": "ops", "txt": "x"}), "unknown field `txt`"),
        ("command", json!({"user": "ann", "channel": "ops", "command": "/x"}), "/x is not a valid command"),
        (
            "click",
            json!({"user": "ann", "channel": "ops", "button": "Stop"}),
            "there is nothing to click in ops",
        ),
        ("submit", json!({"user": "ann"}), "ann has no such modal open"),
        ("faults", json!({"method": "chat.update", "kind": "fire"}), "unknown variant `fire`"),
    ] {
        let (status, answer) = world.sim(path, body).await;
        assert_eq!((status, &answer["ok"]), (StatusCode::BAD_REQUEST, &json!(false)));
        assert!(answer["error"].as_str().unwrap().contains(sentence), "{answer}");
    }
}

#[tokio::test]
async fn what_was_said_is_read_back() {
    let (world, token) = World::installed().await;
    let (_, said) =
        world.sim("say", json!({"user": "ann", "channel": "#ops", "text": "@bellhop stop web-1"})).await;
    let text = "Done: *web-1* &amp; more";
    let reply = json!({"channel": said["channel"], "text": text, "thread_ts": said["ts"]});
    world.api(&token, "chat.postMessage", reply).await;
    let seen = world.look("messages?channel=ops&user=bob").await;
    assert_eq!(
        (&seen["channel"], &seen["messages"][0]["plain"]),
        (&json!("#ops"), &json!("@bellhop stop web-1"))
    );
    let reply = &seen["messages"][0]["replies"][0];
    assert_eq!((&reply["author"], &reply["plain"]), (&json!("bellhop"), &json!("Done: *web-1* & more")));
    world.slack.idle().await;
    let deliveries = world.look("deliveries").await;
    assert_eq!((&deliveries["pending"], &deliveries["deliveries"][0]["status"]), (&json!(0), &json!(200)));
    assert_eq!(world.look("calls").await["calls"].as_array().unwrap().len(), 2);
    assert_eq!(world.look("unanswered").await["unanswered"], json!([]));
    let known = world.look("world").await;
    assert_eq!((&known["team"]["installed"], &known["app"]["client_secret"]), (&json!(true), &Value::Null));
}

#[tokio::test]
async fn a_slash_command_shows_its_answer_or_its_failure() {
    let (world, _) = World::installed().await;
    let typed = json!({"user": "ann", "channel": "#random", "command": "/reverse", "text": "ask @bob <now>"});
    world.replies([
        Reply { headers: vec![("content-type", "application/json")], ..Reply::body("{\"text\":\"*hi*\"}") },
        Reply::status(404),
        Reply::late(),
    ]);
    let (_, taken) = world.sim("command", typed.clone()).await;
    assert_eq!((&taken["ok"], &taken["status"]), (&json!(true), &json!(200)));
    let got = &world.got()[0];
    assert_eq!(got.path, "/slack/commands");
    assert_eq!(got.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(got.form("text"), Some(format!("ask <@{}> &lt;now&gt;", world.user("bob"))));
    assert_eq!(
        (got.form("command"), got.form("channel_name")),
        (Some("/reverse".into()), Some("random".into()))
    );
    let (_, taken) = world.sim("command", typed.clone()).await;
    assert_eq!(taken["error"], json!("dispatch_failed"));
    let (_, taken) = world.sim("command", typed).await;
    assert_eq!(taken["error"], json!("operation_timeout"));
    let seen = world.slack.conversation("ann", "random").unwrap();
    let read: Vec<_> = seen.messages.iter().map(|one| (one.author.as_str(), one.plain.as_str())).collect();
    assert_eq!(read[1], ("bellhop", "*hi*"));
    assert_eq!(read[3], ("slackbot", "/reverse failed with the error “dispatch_failed”"));
    assert_eq!(read[5], ("slackbot", "/reverse failed with the error “operation_timeout”"));
    assert!(world.slack.conversation("bob", "random").unwrap().messages.is_empty());
    assert_eq!(world.slack.failures().len(), 2);
}

#[tokio::test]
async fn a_response_url_works_five_times() {
    let (world, _) = World::installed().await;
    world
        .sim("command", json!({"user": "ann", "channel": "#random", "command": "/ec2", "text": "find"}))
        .await;
    assert_eq!(world.slack.unanswered().len(), 1, "an empty answer is none");
    let url = world.got()[0].form("response_url").unwrap();
    let mut answers = Vec::new();
    for body in [
        json!({"text": "one"}),
        json!({"text": "all", "response_type": "in_channel"}),
        json!({"text": "two", "replace_original": true}),
        json!({"blocks": []}),
        json!({"text": "three"}),
        json!({"text": "four"}),
    ] {
        let answer = world.http.post(&url).json(&body).send().await.unwrap();
        answers.push((answer.status().as_u16(), answer.text().await.unwrap()));
    }
    assert_eq!(answers[0], (200, "ok".to_owned()));
    assert_eq!(answers[5], (404, json!({"ok": false, "error": "used_url"}).to_string()));
    let read = |user: &str| -> Vec<String> {
        world
            .slack
            .conversation(user, "random")
            .unwrap()
            .answers()
            .iter()
            .map(|one| one.plain.clone())
            .collect()
    };
    assert_eq!(
        (read("ann"), read("bob")),
        (vec!["two".into(), "all".into(), "three".into()], vec!["all".to_owned()])
    );
    assert!(world.slack.unanswered().is_empty());
}

#[tokio::test]
async fn a_click_and_a_modal_reach_the_app() {
    let (world, token) = World::installed().await;
    let ops = world.channel("ops");
    let blocks = json!([{"type": "section", "text": {"type": "mrkdwn", "text": "Stop?"}}, {"type": "actions", "elements": [
        {"type": "button", "text": {"type": "plain_text", "text": "Stop 2"}, "action_id": "stop", "value": "7F3A"}]}]);
    world.api(&token, "chat.postMessage", json!({"channel": ops, "text": "Stop?", "blocks": blocks})).await;
    let (_, answer) =
        world.sim("click", json!({"user": "bob", "channel": "ops", "button": "[stop 2]"})).await;
    assert_eq!(answer["ok"], json!(true));
    let payload: Value = serde_json::from_str(&world.got()[0].form("payload").unwrap()).unwrap();
    let action = &payload["actions"][0];
    assert_eq!((&action["action_id"], &action["value"]), (&json!("stop"), &json!("7F3A")));
    assert_eq!(
        (&payload["user"]["id"], &payload["type"]),
        (&json!(world.user("bob")), &json!("block_actions"))
    );
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let view = json!({"type": "modal", "callback_id": "confirm", "title": plain("Sure?"), "submit": plain("Yes"), "blocks": [
        {"type": "input", "block_id": "name", "label": plain("Name"), "element": {"type": "plain_text_input", "action_id": "typed"}}]});
    let open = json!({"trigger_id": payload["trigger_id"], "view": view});
    assert_eq!(world.api(&token, "views.open", open.clone()).await["ok"], json!(true));
    assert_eq!(world.api(&token, "views.open", open).await["error"], json!("exchanged_trigger_id"));
    let (_, missing) = world.sim("submit", json!({"user": "bob"})).await;
    assert_eq!(missing["error"], json!("the input “Name” must be filled in"));
    let (_, answer) =
        world.sim("submit", json!({"user": "bob", "values": {"name": {"typed": "web-1"}}})).await;
    assert_eq!(answer["ok"], json!(true), "{answer}");
    let payload: Value = serde_json::from_str(&world.got()[1].form("payload").unwrap()).unwrap();
    assert_eq!(payload["view"]["state"]["values"]["name"]["typed"]["value"], json!("web-1"));
    assert_eq!(payload["view"]["callback_id"], json!("confirm"));
}
