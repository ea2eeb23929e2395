//! On the way back from Slack.

use serde_json::{Value, json};

use super::{begun, get, visit};
use crate::http::Response;
use crate::install::{SCOPES, STATE_LIFETIME_MS};
use crate::testing::{ANN, BOT, BOT_USER, CLIENT_SECRET, TOKEN, Trouble, World};

const TEAM: &str = "T0NEW";
const BACK: &str = "/slack/oauth_redirect";

/// What Slack grants, with `changes` laid over it; null takes a field away.
fn grant(changes: &Value) -> Value {
    let mut grant = json!({"ok": true, "access_token": TOKEN, "token_type": "bot", "bot_user_id": BOT_USER,
        "scope": "chat:write", "app_id": "A0BELLHOP", "authed_user": {"id": ANN},
        "team": {"id": TEAM, "name": "New"}, "enterprise": null, "is_enterprise_install": false});
    for (key, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(grant.as_object_mut().unwrap().remove(key)),
            value => grant[key] = value.clone(),
        }
    }
    grant
}

/// A whole visit, with `change` between leaving and coming back.
async fn visited(changes: &Value, trouble: impl FnOnce(&World)) -> (World, Response) {
    let world = World::new();
    world.slack.grants("good", grant(changes));
    let install = world.install(None);
    let (state, cookie) = begun(&world, &install).await;
    trouble(&world);
    let response = get(&world, &install, &visit(BACK, &format!("code=good&state={state}"), &[&cookie])).await;
    (world, response)
}

fn assert_nothing_installed(world: &World, what: &str) {
    assert_eq!(world.seam.count("teams.enrol"), 0, "{what}");
    assert_eq!(world.teams.peek(TEAM), None, "{what}");
}

/// Nothing secret, and the cookie is taken back.
fn assert_clean(response: &Response, what: &str) {
    let all = format!("{response:?}");
    for secret in [TOKEN, CLIENT_SECRET, "good"] {
        assert!(!all.contains(secret), "{what}: {all}");
    }
    let gone = "__Host-bellhop-oauth=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax";
    assert_eq!(response.cookies, [gone], "{what}");
}

#[tokio::test(start_paused = true)]
async fn an_installation_keeps_who_the_bot_is_and_its_token() {
    let (world, response) = visited(&json!({}), |_| {}).await;
    assert_eq!(response.status, 200);
    assert!(response.body.contains("Bellhop is now in <strong>New</strong>."));
    assert_clean(&response, "ok");
    let installation = world.teams.peek(TEAM).unwrap();
    assert_eq!(installation.bot_user.as_str(), BOT_USER);
    assert_eq!(installation.bot.unwrap().as_str(), BOT);
    assert_eq!(installation.installer.as_str(), ANN);
    assert_eq!(world.teams.peek_token(TEAM).as_deref(), Some(TOKEN));
}

#[tokio::test(start_paused = true)]
async fn an_organisation_wide_install_and_token_rotation_are_refused_and_revoked() {
    let organisation =
        json!({"team": null, "enterprise": {"id": "E0ORG", "name": "Org"}, "is_enterprise_install": true});
    for (changes, title) in [
        (organisation, "Please choose one workspace"),
        (
            json!({"is_enterprise_install": true, "enterprise": {"id": "E0ORG"}}),
            "Please choose one workspace",
        ),
        (json!({"expires_in": 43_200, "refresh_token": "xoxe-1-x"}), "Token rotation is on"),
        (json!({"refresh_token": "xoxe-1-x"}), "Token rotation is on"),
    ] {
        for trouble in [None, Some(Trouble::page(502))] {
            let (world, response) = visited(&changes, |world| {
                if let Some(trouble) = trouble.clone() {
                    world.seam.always("slack.auth.revoke", trouble);
                }
            })
            .await;
            assert_eq!(response.status, 400, "{changes}");
            assert!(response.body.contains(title), "{}", response.body);
            assert_clean(&response, title);
            assert_nothing_installed(&world, title);
            assert_eq!(world.teams.peek("E0ORG"), None);
            assert!(world.seam.count("slack.auth.revoke") > 0, "{changes}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn missing_scopes_are_named_with_what_does_not_work() {
    let all = SCOPES.join(",");
    let (_, response) = visited(&json!({"scope": all}), |_| {}).await;
    assert!(!response.body.contains("not granted"), "{}", response.body);
    let (world, response) = visited(&json!({"scope": all.replace(",users:read", "")}), |_| {}).await;
    assert_eq!(response.status, 200);
    assert!(response.body.contains("Some permissions were not granted"), "{}", response.body);
    let line =
        "<li><code>users:read</code>: Bellhop does not know who is a member, and refuses all commands.</li>";
    assert!(response.body.contains(line), "{}", response.body);
    assert_eq!(response.body.matches("<li>").count(), 1);
    assert!(world.teams.peek(TEAM).is_some());
}

#[tokio::test(start_paused = true)]
async fn installing_again_keeps_the_first_installer() {
    let world = World::new();
    let install = world.install(None);
    for user in [ANN, "U0EVE"] {
        world.slack.grants("good", grant(&json!({"authed_user": {"id": user}})));
        let (state, cookie) = begun(&world, &install).await;
        world.clock.later(1_000).await;
        let back = visit(BACK, &format!("code=good&state={state}"), &[&cookie]);
        assert_eq!(get(&world, &install, &back).await.status, 200);
        assert_eq!(world.teams.peek(TEAM).unwrap().installer.as_str(), ANN);
    }
}

#[tokio::test(start_paused = true)]
async fn a_state_is_used_up_by_a_denial() {
    let world = World::new();
    world.slack.grants("good", grant(&json!({})));
    let install = world.install(None);
    let (state, cookie) = begun(&world, &install).await;
    let denied = visit(BACK, &format!("error=access_denied&state={state}"), &[&cookie]);
    assert_eq!(get(&world, &install, &denied).await.status, 200);
    let allowed = visit(BACK, &format!("code=good&state={state}"), &[&cookie]);
    assert_eq!(get(&world, &install, &allowed).await.status, 400);
    assert_nothing_installed(&world, "a state that was used up");
}

#[tokio::test(start_paused = true)]
async fn a_name_is_shown_as_it_is() {
    let name = json!({"team": {"id": TEAM, "name": "<script>alert(1)</script>&\"'"}});
    let (_, response) = visited(&name, |_| {}).await;
    assert!(response.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;"), "{}", response.body);
    assert!(!response.body.contains("<script"));
    let (_, response) = visited(&json!({"team": {"id": TEAM}}), |_| {}).await;
    assert!(response.body.contains("<strong>your workspace</strong>"));
}

#[tokio::test(start_paused = true)]
async fn a_link_that_this_browser_did_not_begin_installs_nothing() {
    for what in [
        "no state",
        "wrong state",
        "no cookie",
        "empty cookie",
        "another browser's cookie",
        "two cookies",
        "two cookies in one line",
        "state twice",
        "code twice",
        "no code",
        "code and error",
        "nothing",
    ] {
        let world = World::new();
        world.slack.grants("good", grant(&json!({})));
        let install = world.install(None);
        let (state, cookie) = begun(&world, &install).await;
        let (_, other) = begun(&world, &install).await;
        let both = format!("{cookie}; {other}");
        let right = format!("code=good&state={state}");
        let (query, cookies) = match what {
            "no state" => ("code=good".to_owned(), vec![cookie.as_str()]),
            "wrong state" => ("code=good&state=made-up".to_owned(), vec![cookie.as_str()]),
            "no cookie" => (right, vec![]),
            "empty cookie" => (right, vec!["__Host-bellhop-oauth="]),
            "another browser's cookie" => (right, vec![other.as_str()]),
            "two cookies" => (right, vec![cookie.as_str(), other.as_str()]),
            "two cookies in one line" => (right, vec![both.as_str()]),
            "state twice" => (format!("{right}&state={state}"), vec![cookie.as_str()]),
            "code twice" => (format!("{right}&code=good"), vec![cookie.as_str()]),
            "no code" => (format!("state={state}"), vec![cookie.as_str()]),
            "code and error" => (format!("{right}&error=access_denied"), vec![cookie.as_str()]),
            _ => (String::new(), vec![cookie.as_str()]),
        };
        let response = get(&world, &install, &visit(BACK, &query, &cookies)).await;
        assert_eq!(response.status, 400, "{what}");
        assert_clean(&response, what);
        assert_nothing_installed(&world, what);
        assert_eq!(world.seam.count("slack."), 0, "{what}");
        // The right browser still can, unless it has used the state up.
        let is_used_up = ["code twice", "no code", "code and error"].contains(&what);
        let right = format!("code=good&state={state}");
        let response = get(&world, &install, &visit(BACK, &right, &["a=b", &cookie])).await;
        assert_eq!(response.status, if is_used_up { 400 } else { 200 }, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_state_is_good_once_and_for_ten_minutes() {
    let world = World::new();
    let install = world.install(None);
    for (later, first) in [(0, 200), (STATE_LIFETIME_MS - 1, 200), (STATE_LIFETIME_MS, 400)] {
        let (state, cookie) = begun(&world, &install).await;
        world.clock.later(later).await;
        for expected in [first, 400] {
            world.slack.grants("good", grant(&json!({})));
            let request = visit(BACK, &format!("code=good&state={state}"), &[&cookie]);
            assert_eq!(get(&world, &install, &request).await.status, expected, "{later}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_who_says_no_is_not_scolded() {
    for query in ["error=access_denied", "error=access_denied&state=x", "error=%3Cscript%3E"] {
        let world = World::new();
        let response = get(&world, &world.install(None), &visit(BACK, query, &[])).await;
        assert_eq!(response.status, 200);
        assert!(response.body.contains("You did not allow Bellhop, so nothing was installed."));
        assert!(!response.body.contains("script"));
        assert_nothing_installed(&world, query);
    }
}

#[tokio::test(start_paused = true)]
async fn a_grant_that_is_not_whole_installs_nothing() {
    for (changes, status) in [
        (json!({"ok": false, "error": "invalid_code"}), 400),
        (json!({"ok": false, "error": "code_already_used"}), 400),
        (json!({"ok": false, "error": "bad_client_secret"}), 400),
        (json!({"ok": false, "error": "bad_redirect_uri"}), 400),
        (json!({"ok": false}), 400),
        (json!({"access_token": null}), 400),
        (json!({"access_token": ""}), 400),
        (json!({"access_token": null, "authed_user": {"id": ANN, "access_token": "xoxp-person"}}), 400),
        (json!({"token_type": "user"}), 400),
        (json!({"bot_user_id": null}), 400),
        (json!({"team": null}), 400),
        (json!({"access_token": "xoxb-bad\ntoken"}), 400),
        (json!({"access_token": "xoxb-of-nobody"}), 400),
        (json!({"bot_user_id": "U0OTHER"}), 400),
    ] {
        let (world, response) = visited(&changes, |_| {}).await;
        assert_eq!(response.status, status, "{changes}");
        assert_clean(&response, &changes.to_string());
        assert_nothing_installed(&world, &changes.to_string());
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_slacks_installs_nothing_and_is_not_asked_for_again() {
    for (method, trouble) in [
        ("oauth.v2.access", Trouble::page(502)),
        ("oauth.v2.access", Trouble::page(200)),
        ("oauth.v2.access", Trouble::Slack { status: 200, retry_after: None, body: String::new() }),
        ("oauth.v2.access", Trouble::FailAfter),
        ("oauth.v2.access", Trouble::Hang),
        ("auth.test", Trouble::code("invalid_auth")),
        ("auth.test", Trouble::page(502)),
        ("auth.test", Trouble::Hang),
    ] {
        let what = format!("{method}: {trouble:?}");
        let (world, response) =
            visited(&json!({}), |world| world.seam.always(&format!("slack.{method}"), trouble)).await;
        assert_eq!(response.status, 400, "{what}");
        assert_clean(&response, &what);
        assert_nothing_installed(&world, &what);
        assert_eq!(world.seam.count("slack.oauth.v2.access"), 1, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_of_another_user_installs_nothing() {
    for identity in [json!({"ok": true, "user_id": "U0OTHER"}), json!({"ok": true})] {
        let (world, response) = visited(&json!({}), |world| world.slack.identity(identity)).await;
        assert_eq!(response.status, 400);
        assert_nothing_installed(&world, "another user");
    }
}

#[tokio::test(start_paused = true)]
async fn a_port_that_fails_is_our_fault() {
    for port in ["states.consume", "secrets.client", "teams.enrol"] {
        let (world, response) = visited(&json!({}), |world| world.seam.next(port, Trouble::FailBefore)).await;
        assert_eq!(response.status, 503, "{port}");
        assert_clean(&response, port);
        assert_eq!(world.teams.peek(TEAM), None, "{port}");
    }
}
