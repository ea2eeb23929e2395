use domain::ids::{AppId, TeamId, UserId};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::*;
use crate::web::tests::script::{Script, Step};
use crate::web::{ApiError, Limits};

async fn exchanged(steps: Vec<Step>) -> (Result<Granted, ExchangeError>, std::sync::Arc<Script>) {
    let (script, client) = Script::play(steps, Limits::GATEWAY);
    let app = AppCredentials { client_id: "1.2".to_owned(), client_secret: "very:secret".into() };
    let exchange = Exchange { code: "c&d".into(), redirect_uri: "https://a.b/c".to_owned() };
    (client.exchange_code(&app, &exchange).await, script)
}

fn workspace() -> Value {
    json!({
        "ok": true, "access_token": "xoxb-very-secret", "token_type": "bot", "scope": "chat:write,commands",
        "bot_user_id": "U9", "app_id": "A1", "team": {"id": "T1", "name": "Acme"}, "enterprise": null,
        "is_enterprise_install": false, "authed_user": {"id": "U1"}
    })
}

fn changed(changes: &Value) -> Step {
    let mut answer = workspace();
    answer.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    Step::json(&answer)
}

#[tokio::test(start_paused = true)]
async fn a_code_is_exchanged_by_form_and_basic_authorization() {
    let (granted, script) = exchanged(vec![changed(&json!({}))]).await;
    let granted = granted.unwrap();
    assert_eq!(granted.token.expose_secret(), "xoxb-very-secret");
    assert_eq!(granted.scopes, ["chat:write", "commands"]);
    assert_eq!((granted.bot_user.clone(), granted.app.clone()), (UserId::new("U9"), Some(AppId::new("A1"))));
    assert_eq!(granted.team, Some(Named { id: TeamId::new("T1"), name: Some("Acme".to_owned()) }));
    assert_eq!((granted.enterprise.clone(), granted.is_enterprise_install), (None, false));
    assert_eq!(granted.installer, Some(UserId::new("U1")));
    assert_eq!(granted.key(), Some(&TeamId::new("T1")));
    assert!(granted.expires_in.is_none() && granted.refresh_token.is_none());

    let request = &script.requests()[0];
    assert_eq!(request.uri(), "https://slack.com/api/oauth.v2.access");
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
    // "1.2:very%3Asecret"
    assert_eq!(request.headers()["authorization"], "Basic MS4yOnZlcnklM0FzZWNyZXQ=");
    assert!(request.headers()["authorization"].is_sensitive());
    assert_eq!(script.body(0), "code=c%26d&redirect_uri=https%3A%2F%2Fa.b%2Fc");
    let shown = format!("{granted:?}");
    assert!(!shown.contains("very"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn an_organisation_has_no_team() {
    let enterprise = json!({"id": "E1", "name": "Grid"});
    let step =
        changed(&json!({"team": null, "enterprise": enterprise.clone(), "is_enterprise_install": true}));
    let granted = exchanged(vec![step]).await.0.unwrap();
    assert_eq!((granted.team.clone(), granted.key()), (None, Some(&TeamId::new("E1"))));
    // A workspace within an organisation is kept as a workspace.
    let granted = exchanged(vec![changed(&json!({"enterprise": enterprise}))]).await.0.unwrap();
    assert_eq!(granted.key(), Some(&TeamId::new("T1")));
}

#[tokio::test(start_paused = true)]
async fn a_rotating_token_says_how_long_it_lasts() {
    let step = changed(
        &json!({"access_token": "xoxe.xoxb-1", "refresh_token": "xoxe-1-very", "expires_in": 43_200}),
    );
    let granted = exchanged(vec![step]).await.0.unwrap();
    assert_eq!(granted.expires_in, Some(43_200));
    assert_eq!(granted.refresh_token.as_ref().unwrap().expose_secret(), "xoxe-1-very");
    assert!(!format!("{granted:?}").contains("very"));
}

#[tokio::test(start_paused = true)]
async fn half_an_installation_is_none() {
    for (changes, error) in [
        (
            json!({"access_token": null, "authed_user": {"id": "U1", "access_token": "xoxp-1"}}),
            ExchangeError::NoBotToken,
        ),
        (json!({"access_token": ""}), ExchangeError::NoBotToken),
        (json!({"access_token": {"very": "secret"}}), ExchangeError::NoBotToken),
        (json!({"token_type": "user"}), ExchangeError::NotABotToken),
        (json!({"bot_user_id": null}), ExchangeError::Incomplete("bot_user_id")),
        (json!({"team": null}), ExchangeError::Incomplete("the workspace")),
        (json!({"team": {"name": "Acme"}}), ExchangeError::Incomplete("the workspace")),
        (json!({"is_enterprise_install": true}), ExchangeError::Incomplete("the workspace")),
    ] {
        let result = exchanged(vec![changed(&changes)]).await.0;
        assert_eq!(result.unwrap_err(), error, "{changes}");
    }
    // Everything else may be missing or strange.
    let odd = json!({"scope": 5, "app_id": [], "authed_user": "U1", "expires_in": -1, "refresh_token": {}});
    let granted = exchanged(vec![changed(&odd)]).await.0.unwrap();
    assert!(granted.scopes.is_empty() && granted.app.is_none() && granted.installer.is_none());
    assert!(granted.expires_in.is_none() && granted.refresh_token.is_none());
}

#[tokio::test(start_paused = true)]
async fn refusals_say_whose_turn_it_is() {
    for (code, error) in [
        ("invalid_code", ExchangeError::InvalidCode),
        ("code_already_used", ExchangeError::InvalidCode),
        ("bad_redirect_uri", ExchangeError::BadRedirectUri),
        ("invalid_client_id", ExchangeError::BadClient("invalid_client_id".to_owned())),
        ("bad_client_secret", ExchangeError::BadClient("bad_client_secret".to_owned())),
        ("no_scopes", ExchangeError::Other("no_scopes".to_owned())),
        ("invalid_auth", ExchangeError::Other("invalid_auth".to_owned())),
    ] {
        assert_eq!(exchanged(vec![Step::error(code)]).await.0.unwrap_err(), error);
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_is_not_sent_twice_when_it_may_be_used_up() {
    let leaky = r#"{"ok":true,"access_token":"xoxb-very-secret""#.to_owned();
    for step in [
        Step::status(502),
        Step::status(200),
        Step::Answer(200, vec![], String::new()),
        Step::Answer(200, vec![], leaky),
        Step::Broken,
        Step::Silence,
    ] {
        let (result, script) = exchanged(vec![step]).await;
        let error = result.unwrap_err();
        assert!(matches!(error, ExchangeError::Unanswered(ApiError::Unclear(_))), "{error:?}");
        assert!(!format!("{error:?}").contains("xoxb"));
        assert_eq!(script.count(), 1);
    }
    let (result, script) = exchanged(vec![Step::NoConnection, changed(&json!({}))]).await;
    assert!(result.is_ok());
    assert_eq!(script.count(), 2);
}
