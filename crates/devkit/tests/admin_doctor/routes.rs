//! Faults of the way in, at deployments that are not as they should be; and of Slack.

use axum::Router;
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use axum::routing::any;
use devkit::slack::FaultKind;

use crate::cases::{Case, DEPLOY};
use crate::plants::Plant::{Everywhere, Slack, Typed};

pub(crate) fn cases_of_slack(fewer_scopes: String) -> Vec<Case> {
    let refused = FaultKind::Refused { error: "token_revoked".to_owned() };
    vec![
        Case(Slack(refused), Some(1), "Slack does not accept the token: token_revoked", "/slack/install"),
        Case(
            Everywhere("SLACK_API_URL", fewer_scopes),
            Some(1),
            "it has not granted app_mentions:read, channels:read",
            "an admin of that workspace opens http://127.0.0.1:",
        ),
        Case(
            Everywhere("SLACK_API_URL", "http://127.0.0.1:1/api".to_owned()),
            Some(2),
            "Slack: 127.0.0.1: no answer",
            "https://slack-status.com",
        ),
    ]
}

pub(crate) fn cases_of_routes(servers: &Servers) -> Vec<Case> {
    let url = |url: &str| Typed(vec!["--url".to_owned(), url.to_owned()]);
    vec![
        Case(
            url(&servers.empty),
            None,
            "route /healthz: 404 where 200 is due: there is no such route",
            DEPLOY,
        ),
        Case(
            url(&servers.broken),
            None,
            "route /slack/commands: without a signature: 502 where 401 is due: commands fails",
            "aws logs tail /aws/lambda/bellhop-commands",
        ),
        Case(
            url(&servers.open),
            None,
            "route /slack/events: without a signature: 200 where 401 is due",
            DEPLOY,
        ),
        Case(url(&servers.gullible), None, "route /slack/interactions: with a wrong signature: 200", DEPLOY),
        Case(
            url(&servers.gullible),
            None,
            "signing secret of events: Slack's challenge is not answered as it should be",
            DEPLOY,
        ),
        Case(
            url(&servers.late),
            None,
            "clock: this machine and the deployment are",
            "sudo timedatectl set-ntp true",
        ),
        Case(url("http://127.0.0.1:1"), None, "route /healthz: http://127.0.0.1:1: no answer", "check --url"),
    ]
}

/// Deployments that are not as they should be, and a Slack that has granted little.
pub(crate) struct Servers {
    pub(crate) empty: String,
    pub(crate) broken: String,
    pub(crate) open: String,
    pub(crate) gullible: String,
    pub(crate) late: String,
    pub(crate) slack: String,
}

impl Servers {
    pub(crate) async fn start() -> Self {
        let answers = |status: u16| any(async move || axum::http::StatusCode::from_u16(status).unwrap());
        let gullible = any(async |headers: HeaderMap| {
            let status = if headers.contains_key("x-slack-signature") { 200 } else { 401 };
            axum::http::StatusCode::from_u16(status).unwrap()
        });
        let dated = any(async || ([("date", "Sun, 06 Nov 1994 08:49:37 GMT")], "ok").into_response());
        let granted =
            any(async || ([("x-oauth-scopes", "chat:write,commands")], r#"{"ok":true}"#).into_response());
        Self {
            empty: served(answers(404)).await,
            broken: served(answers(502)).await,
            open: served(answers(200)).await,
            gullible: served(gullible).await,
            late: served(dated).await,
            slack: format!("{}/api", served(granted).await),
        }
    }
}

async fn served(handler: axum::routing::MethodRouter) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await });
    url
}
