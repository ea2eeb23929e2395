//! The pages that a browser sees. They set no script, are kept in no cache, and
//! show foreign text escaped only.

use maud::{DOCTYPE, Markup, html};

use crate::http::Response;
use crate::install::state;

/// Only our own style, and Slack's button.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
     img-src https://platform.slack-edge.com; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = "body{font:18px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem;\
     color:#1d2b3a}a{color:#1264a3}h1{font-size:1.6rem}code{background:#f0f0f0;padding:.1em .3em}";

/// How an installation ended.
pub(super) enum Page {
    /// It is done.
    Installed {
        /// The workspace's name, which may be empty.
        team: String,
        /// The scopes that it needs and has not got.
        missing: Vec<&'static str>,
    },
    /// The whole organisation was to have it.
    WholeOrganisation,
    /// The app's tokens expire.
    TokenRotation,
    /// The person said no.
    Denied,
    /// The state or code is wrong, used up, too old, or another browser's.
    Expired,
    /// Slack did not grant what it should.
    Failed,
    /// We failed.
    Fault,
    /// There is no such page.
    NotFound,
}

impl Page {
    pub(super) fn response(&self) -> Response {
        let again = html! { p { a href="/slack/install" { "Add to Slack again" } } };
        match self {
            Self::Installed { team, missing } => {
                let place = if team.is_empty() { "your workspace" } else { team };
                let body = html! {
                    p { "Bellhop is now in " strong { (place) } "." }
                    (without(missing, &again))
                    p { "Invite it to a channel with " code { "/invite @bellhop" } ", then try " code { "@bellhop find" } "." }
                };
                page(200, "Bellhop is installed", &body)
            }
            Self::WholeOrganisation => {
                let body = html! {
                    p { "Bellhop works in one workspace at a time, not in a whole organisation. Nothing was installed." }
                    p { "Begin again, and choose a single workspace at the top right of Slack's page instead of the organisation. An organisation admin may have to approve Bellhop for that workspace first." }
                    (again)
                };
                page(400, "Please choose one workspace", &body)
            }
            Self::TokenRotation => {
                let body = html! {
                    p { "The Slack app has token rotation switched on, so that its tokens expire after twelve hours. Bellhop does not renew them, and so nothing was installed." }
                    p { "Token rotation cannot be switched off again. Create a new Slack app from Bellhop's manifest, leave token rotation off, and store the new app's secrets with " code { "cargo admin secrets" } "." }
                };
                page(400, "Token rotation is on", &body)
            }
            Self::Denied => {
                let body = html! { p { "You did not allow Bellhop, so nothing was installed." } (again) };
                page(200, "Not installed", &body)
            }
            Self::Expired => {
                let body = html! {
                    p { "This link was used already, is older than ten minutes, or was begun in another browser. Nothing was installed." }
                    (again)
                };
                page(400, "Please begin again", &body)
            }
            Self::Failed => {
                let body = html! {
                    p { "Slack did not complete the installation, so nothing was installed. Please try again; if it happens again, tell whoever runs this Bellhop." }
                    (again)
                };
                page(400, "The installation failed", &body)
            }
            Self::Fault => {
                let body = html! { p { "Something went wrong on our side. Nothing was installed." } (again) };
                page(503, "Please try again", &body)
            }
            Self::NotFound => page(404, "Not found", &html! { p { a href="/" { "Bellhop" } } }),
        }
    }
}

/// What does not work without the scopes that are missing.
fn without(missing: &[&str], again: &Markup) -> Markup {
    html! {
        @if !missing.is_empty() {
            p { strong { "Some permissions were not granted" } ", so not everything works:" }
            ul { @for scope in missing { li { code { (scope) } ": " (use_of(scope)) } } }
            (again)
        }
    }
}

/// What does not work without `scope`.
fn use_of(scope: &str) -> &'static str {
    match scope {
        "app_mentions:read" => "Bellhop does not see mentions.",
        "channels:read" | "groups:read" => "standups cannot be set up.",
        "chat:write" => "Bellhop cannot answer.",
        "commands" => "slash commands are missing.",
        "im:history" | "im:write" => "direct messages and standup questions do not work.",
        "usergroups:read" => "user groups cannot approve.",
        "users:read" => "Bellhop does not know who is a member, and refuses all commands.",
        _ => "what needs it does not work.",
    }
}

/// The first page, with the button.
pub(super) fn landing() -> Response {
    let body = html! {
        p { "Bellhop looks after your EC2 instances from Slack: mention it in a channel, and it finds, checks, starts, stops, reboots and terminates them." }
        p {
            a href="/slack/install" {
                img alt="Add to Slack" height="40" width="139"
                    src="https://platform.slack-edge.com/img/add_to_slack.png"
                    srcset="https://platform.slack-edge.com/img/add_to_slack.png 1x, https://platform.slack-edge.com/img/add_to_slack@2x.png 2x";
            }
        }
    };
    let mut response = page(200, "Bellhop", &body);
    // There is no installation under way here whose cookie should go.
    response.cookies.clear();
    response
}

/// For load balancers and people who wonder.
pub(super) fn healthy() -> Response {
    Response {
        status: 200,
        headers: plain_headers("text/plain; charset=utf-8"),
        body: "ok\n".to_owned(),
        ..Response::default()
    }
}

/// Sends the browser to Slack with its cookie.
pub(super) fn redirect(url: &str, cookie: &str) -> Response {
    let mut headers = plain_headers("text/plain; charset=utf-8");
    headers.push(("location".to_owned(), url.to_owned()));
    Response { status: 302, headers, cookies: vec![cookie.to_owned()], body: String::new() }
}

fn page(status: u16, title: &str, body: &Markup) -> Response {
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body { h1 { (title) } (body) }
        }
    };
    Response {
        status,
        headers: plain_headers("text/html; charset=utf-8"),
        cookies: vec![state::cookie("", 0)],
        body: document.into_string(),
    }
}

fn plain_headers(content_type: &str) -> Vec<(String, String)> {
    [
        ("content-type", content_type),
        ("cache-control", "no-store"),
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}
