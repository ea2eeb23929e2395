//! The Web API: who may do what, and how Slack says no.

mod faults;
mod history;
mod people;
mod posts;
#[path = "../slack_common/mod.rs"]
mod slack_common;

use devkit::slack::Say;
use serde_json::{Value, json};
use slack_common::World;

fn error(answer: &Value) -> &str {
    answer["error"].as_str().unwrap_or("none")
}

#[tokio::test]
async fn only_a_token_opens_the_door() {
    let (world, token) = World::installed().await;
    let url = |method: &str| format!("{}/{method}", world.slack.api_url());
    let bare: Value = world.http.post(url("auth.test")).send().await.unwrap().json().await.unwrap();
    assert_eq!(error(&bare), "not_authed");
    assert_eq!(error(&world.api("xoxb-no", "auth.test", json!({})).await), "invalid_auth");
    assert_eq!(error(&world.api(&token, "chat.dance", json!({})).await), "unknown_method");
    let known = world.http.post(url("auth.test")).bearer_auth(&token).send().await.unwrap();
    assert!(known.headers()["x-oauth-scopes"].to_str().unwrap().contains("chat:write"));
    let known: Value = known.json().await.unwrap();
    assert_eq!((&known["team_id"], &known["user_id"]), (&json!("T0ACME0001"), &json!(world.user("bellhop"))));
    assert!(known["bot_id"].as_str().unwrap().starts_with('B'));
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let (world, token) = World::installed().await;
    world
        .slack
        .say(&Say { user: "ann".into(), channel: "@bellhop".into(), text: "hi".into(), ..Say::default() })
        .unwrap();
    let open = world.api(&token, "conversations.open", json!({"users": world.user("ann")})).await;
    let direct = open["channel"]["id"].as_str().unwrap();
    assert_eq!((&open["already_open"], &open["no_op"]), (&json!(true), &json!(true)));
    let refused = world.read(&token, "conversations.info", &[("channel", direct)]).await;
    assert_eq!((error(&refused), &refused["needed"]), ("missing_scope", &json!("im:read")));
    assert!(refused["provided"].as_str().unwrap().contains("chat:write"));
}

#[tokio::test]
async fn every_call_is_kept_and_no_secret_with_it() {
    let (world, token) = World::installed().await;
    world
        .api(&token, "chat.postMessage", json!({"channel": world.channel("ops"), "text": "x".repeat(9_000)}))
        .await;
    let calls = world.slack.calls();
    let methods: Vec<_> = calls.iter().map(|call| call["method"].clone()).collect();
    assert_eq!(methods, [json!("oauth.v2.access"), json!("chat.postMessage")]);
    assert_eq!(calls[1]["arguments"]["text"].as_str().unwrap().len(), 9_000);
    let all = serde_json::to_string(&calls).unwrap();
    assert!(!all.contains(&token) && !all.contains(&world.slack.app().client_secret));
}
