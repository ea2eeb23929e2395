//! Requests made by hand, signed as Slack signs. It shares no code with the
//! product's verifier or the simulated Slack.
//!
//! <https://docs.slack.dev/authentication/verifying-requests-from-slack>

use devkit::sandbox::Sandbox;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use sha2::Sha256;

/// How far a request's timestamp is from now, in seconds.
pub(crate) const NOW: i64 = 0;

/// Sends requests to `/slack/events`, or to another path.
#[derive(Clone)]
pub(crate) struct Knocker {
    client: reqwest::Client,
    url: String,
    secret: String,
    world: Value,
}

impl Knocker {
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        Self::at(sandbox, "/slack/events")
    }

    pub(crate) fn at(sandbox: &Sandbox, path: &str) -> Self {
        Self {
            client: reqwest::Client::builder().no_proxy().build().expect("there is an HTTP client"),
            url: format!("{}{path}", sandbox.cloud().app_url),
            secret: sandbox.slack().app().signing_secret,
            world: sandbox.slack().world(),
        }
    }

    /// The two headers of a request that Slack signs `age` seconds from now.
    pub(crate) fn headers(&self, body: &[u8], age: i64) -> HeaderMap {
        let at = now_s() + age;
        self.headers_at(body, &at.to_string())
    }

    /// The same for any timestamp, one or none.
    pub(crate) fn headers_at(&self, body: &[u8], timestamp: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-slack-request-timestamp", value(timestamp));
        headers.insert("x-slack-signature", value(&sign(&self.secret, timestamp, body)));
        headers
    }

    /// Sends `body` as JSON; status and body of the answer.
    pub(crate) async fn post(&self, body: impl Into<Vec<u8>>, headers: HeaderMap) -> (u16, String) {
        self.post_as("application/json", body, headers).await
    }

    pub(crate) async fn post_as(
        &self,
        content_type: &str,
        body: impl Into<Vec<u8>>,
        headers: HeaderMap,
    ) -> (u16, String) {
        let call = self.client.post(&self.url).header("content-type", content_type).headers(headers);
        let answer = call.body(body.into()).send().await.expect("the gateway answers");
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("the answer can be read"))
    }

    /// Signs and sends.
    pub(crate) async fn deliver(&self, body: impl Into<Vec<u8>>) -> (u16, String) {
        let body = body.into();
        let headers = self.headers(&body, NOW);
        self.post(body, headers).await
    }

    /// A mention by ann in #ops, as Slack would tell of it.
    pub(crate) fn mention(&self, ts: &str, event_id: &str, text: &str) -> Value {
        let bot = &self.world["team"]["bot"]["user_id"];
        let text = format!("<@{}> {text}", bot.as_str().expect("the app is installed"));
        let team = &self.world["team"]["id"];
        json!({
            "token": "deprecated", "team_id": team, "api_app_id": self.world["app"]["id"],
            "type": "event_callback", "event_id": event_id, "event_time": now_s(),
            "event": {
                "type": "app_mention", "user": "U0ANN00001", "ts": ts, "event_ts": ts, "text": text,
                "team": team, "channel": "C0OPS00001",
            },
            "authorizations": [{
                "enterprise_id": null, "team_id": team, "user_id": bot, "is_bot": true,
                "is_enterprise_install": false,
            }],
        })
    }
}

/// `v0=` and the HMAC-SHA256 of `v0:<timestamp>:<body>`.
pub(crate) fn sign(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes any key");
    mac.update(format!("v0:{timestamp}:").as_bytes());
    mac.update(body);
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

/// Seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the functions under test live by the machine's clock")]
pub(crate) fn now_s() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

pub(crate) fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("HTTP allows the header")
}
