//! Add to Slack, from the consent page to the token and back out again.

mod slack_common;

use serde_json::{Value, json};
use slack_common::World;

#[tokio::test]
async fn the_consent_page_escapes_what_it_was_given() {
    let world = World::start().await;
    let uri = world.redirect_uri();
    let request = world.http.get(format!("{}/oauth/v2/authorize", world.slack.url()));
    let client_id = world.slack.app().client_id;
    let query = [
        ("client_id", client_id.as_str()),
        ("scope", "commands"),
        ("redirect_uri", &uri),
        ("state", "\"><script>"),
    ];
    let answer = request.query(&query).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    assert!(page.contains("Allow") && page.contains("&quot;&gt;&lt;script&gt;"), "{page}");
    assert!(!page.contains("<script>"), "{page}");
}

#[tokio::test]
async fn a_bad_request_for_consent_is_refused() {
    let world = World::start().await;
    let (id, uri) = (world.slack.app().client_id, world.redirect_uri());
    let below = format!("{uri}/more");
    for (client_id, scope, redirect_uri, person, error) in [
        ("x", "commands", uri.as_str(), "ann", "invalid_client_id"),
        (&id, "", &uri, "ann", "no_scopes"),
        (&id, "commands,admin", &uri, "ann", "invalid_scope: admin"),
        (&id, "commands", "http://evil.example/", "ann", "bad_redirect_uri"),
        (&id, "commands", &format!("{uri}.evil"), "ann", "bad_redirect_uri"),
        (&id, "commands", &uri, "gil", "access_denied"),
        (&id, "commands", &below, "ann", ""),
    ] {
        let query =
            [("client_id", client_id), ("scope", scope), ("redirect_uri", redirect_uri), ("as", person)];
        let request = world.http.get(format!("{}/oauth/v2/authorize", world.slack.url())).query(&query);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().is_success(), error.is_empty(), "{error}");
        assert!(answer.text().await.unwrap().contains(error), "{error}");
    }
}

#[tokio::test]
async fn cancel_comes_back_without_a_code() {
    let world = World::start().await;
    let (id, uri) = (world.slack.app().client_id, world.redirect_uri());
    let form = [
        ("client_id", id.as_str()),
        ("scope", "commands"),
        ("redirect_uri", &uri),
        ("state", "a b"),
        ("decision", "cancel"),
    ];
    let answer = world
        .http
        .post(format!("{}/oauth/v2/authorize", world.slack.url()))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 302);
    assert_eq!(
        answer.headers()["location"].to_str().unwrap(),
        format!("{uri}?error=access_denied&state=a+b")
    );
}

#[tokio::test]
async fn a_code_is_exchanged_once() {
    let world = World::start().await;
    let code = world.code("bob").await;
    let answer = world.exchange(&code).await;
    assert_eq!(answer["ok"], json!(true), "{answer}");
    assert!(answer["access_token"].as_str().unwrap().starts_with("xoxb-"));
    assert_eq!(answer["authed_user"], json!({"id": world.user("bob")}));
    assert_eq!(answer["bot_user_id"], json!(world.user("bellhop")));
    assert_eq!(answer["team"], json!({"id": "T0ACME0001", "name": "Acme"}));
    assert_eq!((&answer["enterprise"], &answer["is_enterprise_install"]), (&Value::Null, &json!(false)));
    assert_eq!(world.exchange(&code).await["error"], json!("invalid_code"));
}

#[tokio::test]
async fn a_bad_exchange_is_refused() {
    let world = World::start().await;
    let (app, uri, code) = (world.slack.app(), world.redirect_uri(), world.code("ann").await);
    let (id, secret) = (app.client_id.as_str(), app.client_secret.as_str());
    for (id, secret, code, uri, error) in [
        ("x", secret, code.as_str(), uri.as_str(), "invalid_client_id"),
        (id, "x", &code, &uri, "bad_client_secret"),
        (id, secret, "x", &uri, "invalid_code"),
        (id, secret, "", &uri, "invalid_code"),
        (id, secret, &code, "http://other.example/", "bad_redirect_uri"),
        (id, secret, &code, "", "bad_redirect_uri"),
    ] {
        let request = world
            .http
            .post(format!("{}/oauth.v2.access", world.slack.api_url()))
            .basic_auth(id, Some(secret));
        let answer = request.form(&[("code", code), ("redirect_uri", uri)]).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.json::<Value>().await.unwrap(), json!({"ok": false, "error": error}));
    }
    assert_eq!(world.exchange(&code).await["ok"], json!(true), "the code was not spent by the refusals");
}

#[tokio::test]
async fn installing_again_keeps_the_bot_and_gives_another_token() {
    let (world, first) = World::installed().await;
    let bot = world.user("bellhop");
    let again = world.install().await;
    assert_eq!(again["bot_user_id"], json!(bot));
    assert_ne!(again["access_token"], json!(first));
}

#[tokio::test]
async fn an_uninstall_kills_the_token_and_tells_the_app() {
    let (world, token) = World::installed().await;
    world.slack.uninstall().unwrap();
    world.slack.idle().await;
    assert_eq!(world.api(&token, "auth.test", json!({})).await["error"], json!("account_inactive"));
    let mut events: Vec<_> = world.got().iter().map(|got| got.json()["event"].clone()).collect();
    events.sort_by_key(|event| event["type"].as_str().map(str::to_owned));
    let bot = world.user("bellhop");
    assert_eq!(events[0], json!({"type": "app_uninstalled"}));
    assert_eq!(events[1], json!({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}}));
    assert!(!world.slack.installed() && world.slack.uninstall().is_err());
    assert!(world.install().await["ok"] == json!(true) && world.slack.installed());
}
