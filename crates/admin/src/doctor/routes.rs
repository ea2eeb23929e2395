//! The way in: routes answer, nobody without Slack's signature is let in, and the functions
//! have the signing secret that is stored.

use app::ports::Clock as _;
use aws::glue::SystemClock;
use bytes::Bytes;
use http::{Method, Response};
use secrecy::SecretString;
use serde_json::Value;

use super::Place;
use super::report::Report;
use super::sender::{Sender, is_too_far, skew};
use crate::trouble::Trouble;

/// Slack's ways in, the function behind each, and what is signed there: it is let in, and does nothing.
const GATES: [(&str, &str, &str); 3] = [
    ("/slack/events", "events", r#"{"type":"url_verification","challenge":"doctor"}"#),
    ("/slack/commands", "commands", "ssl_check=1"),
    ("/slack/interactions", "interactions", "payload=%7B%22type%22%3A%22view_closed%22%7D"),
];

/// What events has to send back.
const CHALLENGE: &str = "doctor";

/// A secret that nobody has.
const WRONG: &str = "00000000000000000000000000000000";

pub(super) async fn check(
    url: Option<&str>,
    place: &Place,
    secret: Option<SecretString>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let Some(url) = url else {
        let query = "Stacks[0].Outputs[?OutputKey=='Url'].OutputValue";
        let find = format!(
            "cargo admin doctor --url \"$(aws cloudformation describe-stacks --stack-name {} --query \"{query}\" \
             --output text)\"",
            place.stack
        );
        report.wrong(
            "routes",
            &Trouble::new("the public address is not known: the functions have no PUBLIC_URL", find),
        );
        return Ok(());
    };
    let gates = Gates { sender: Sender::new()?, url, place };
    let healthy = gates.sender.send(Method::GET, &format!("{url}/healthz"), &[], "").await;
    report.either("route /healthz", gates.expect(&healthy, 200, "install"));
    match healthy.as_ref().ok().and_then(skew) {
        None => report.skipped("clock", "no answer tells the time"),
        Some(seconds) => report.either("clock", clock(seconds)),
    }
    for (path, name, body) in GATES {
        report.either(&format!("route {path}"), gates.refuses(path, name, body).await);
        let check = format!("signing secret of {name}");
        match &secret {
            None => report.skipped(&check, "there is none to sign with"),
            Some(secret) => report.either(&check, gates.lets_in(path, name, body, secret).await),
        }
    }
    Ok(())
}

fn clock(seconds: u64) -> Result<String, Trouble> {
    let what = format!("this machine and the deployment are {seconds} s apart");
    if is_too_far(seconds) { Err(Trouble::new(what, "sudo timedatectl set-ntp true")) } else { Ok(what) }
}

struct Gates<'a> {
    sender: Sender,
    url: &'a str,
    place: &'a Place,
}

impl Gates<'_> {
    /// Whether that status came.
    fn expect(
        &self,
        answer: &Result<Response<Bytes>, String>,
        status: u16,
        name: &str,
    ) -> Result<String, Trouble> {
        let found = match answer {
            Ok(answer) => answer.status().as_u16(),
            Err(why) => {
                let cure = "check --url, the stack's output Url, and the DNS of a domain of your own";
                return Err(Trouble::new(format!("{}: {why}", self.url), cure));
            }
        };
        let what = format!("{found} where {status} is due");
        match found {
            _ if found == status => Ok(format!("{status}, as it should")),
            // API Gateway's own answers: it has no such route, or the function failed.
            404 => Err(Trouble::new(format!("{what}: there is no such route"), self.place.deploy())),
            500..=599 => Err(Trouble::new(format!("{what}: {name} fails"), self.place.logs(name))),
            _ => Err(Trouble::new(what, self.place.deploy())),
        }
    }

    /// Without a signature, and with a wrong one.
    async fn refuses(&self, path: &str, name: &str, body: &str) -> Result<String, Trouble> {
        let url = format!("{}{path}", self.url);
        let unsigned = self.sender.send(Method::POST, &url, &[content(body)], body).await;
        self.expect(&unsigned, 401, name).map_err(|trouble| Trouble {
            what: format!("without a signature: {}", trouble.what),
            ..trouble
        })?;
        let forged = self.signed(&url, body, &SecretString::from(WRONG)).await;
        self.expect(&forged, 401, name).map_err(|trouble| Trouble {
            what: format!("with a wrong signature: {}", trouble.what),
            ..trouble
        })?;
        Ok("401 without a signature and with a wrong one".to_owned())
    }

    /// With the signature that Slack would make.
    async fn lets_in(
        &self,
        path: &str,
        name: &str,
        body: &str,
        secret: &SecretString,
    ) -> Result<String, Trouble> {
        let answer = self.signed(&format!("{}{path}", self.url), body, secret).await;
        if answer.as_ref().is_ok_and(|answer| answer.status().as_u16() == 401) {
            return Err(Trouble::new(
                "it is not the one that is stored, or its clock is off: a request signed with that is refused",
                format!(
                    "wait ten minutes, until {name} reads its secrets again; then {}, or {}",
                    self.place.logs(name),
                    self.place.deploy()
                ),
            ));
        }
        self.expect(&answer, 200, name)?;
        if name != "events" {
            return Ok("a request signed with the stored one is let in".to_owned());
        }
        let body = answer.map(Response::into_body).unwrap_or_default();
        let echoed: Value = serde_json::from_slice(&body).unwrap_or_default();
        if echoed.get("challenge").is_some_and(|challenge| challenge == CHALLENGE) {
            return Ok("Slack's challenge, signed with the stored one, is answered".to_owned());
        }
        Err(Trouble::new("Slack's challenge is not answered as it should be", self.place.deploy()))
    }

    async fn signed(&self, url: &str, body: &str, secret: &SecretString) -> Result<Response<Bytes>, String> {
        let timestamp = (SystemClock.now().0 / 1_000).to_string();
        let signature = slack::signature::sign(secret, &timestamp, body.as_bytes());
        let headers =
            [content(body), ("x-slack-request-timestamp", timestamp), ("x-slack-signature", signature)];
        self.sender.send(Method::POST, url, &headers, body).await
    }
}

fn content(body: &str) -> (&'static str, String) {
    let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
    ("content-type", kind.to_owned())
}
