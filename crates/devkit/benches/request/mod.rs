//! A sample of `events/`, sent through the API with a signature that holds.

use std::path::Path;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use devkit::sandbox::Sandbox;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use sha2::Sha256;

/// What is sent: a sample, or a plain GET of a path.
#[derive(Clone, Copy)]
pub(crate) enum Sent {
    /// The sample of this name.
    Sample(&'static str),
    /// A GET of this path.
    Get(&'static str),
}

/// Sends requests to the app of one sandbox.
pub(crate) struct Sender<'a> {
    sandbox: &'a Sandbox,
    root: &'a Path,
    client: Client,
}

impl<'a> Sender<'a> {
    pub(crate) fn new(sandbox: &'a Sandbox, root: &'a Path) -> anyhow::Result<Self> {
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { sandbox, root, client })
    }

    /// Sends it and reads the answer, which must be none of an error.
    pub(crate) async fn send(&self, sent: Sent) -> anyhow::Result<()> {
        let request = match sent {
            Sent::Get(path) => self.client.get(format!("{}{path}", self.sandbox.cloud().app_url)),
            Sent::Sample(name) => self.sample(name).with_context(|| format!("the sample {name}"))?,
        };
        let answer = request.send().await?;
        let (status, body) = (answer.status(), answer.text().await?);
        anyhow::ensure!(status.as_u16() < 400, "it was answered {status}: {body}");
        Ok(())
    }

    fn sample(&self, name: &str) -> anyhow::Result<RequestBuilder> {
        let text = std::fs::read_to_string(self.root.join(format!("events/{name}.json")))?;
        let sample: Value = serde_json::from_str(&text)?;
        let of = |pointer: &str| sample.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let (method, path) = of("/routeKey").split_once(' ').context("no route")?;
        let body = match sample.pointer("/isBase64Encoded") {
            Some(Value::Bool(true)) => STANDARD.decode(of("/body"))?,
            _ => of("/body").as_bytes().to_vec(),
        };
        let url = format!("{}{path}", self.sandbox.cloud().app_url);
        let request = self.client.request(Method::from_bytes(method.as_bytes())?, url);
        if body.is_empty() {
            return Ok(request);
        }
        let (timestamp, signature) = self.signature(&body)?;
        let request = request.header("content-type", of("/headers/content-type"));
        let request = request.header("x-slack-request-timestamp", timestamp);
        Ok(request.header("x-slack-signature", signature).body(body))
    }

    /// <https://docs.slack.dev/authentication/verifying-requests-from-slack>
    fn signature(&self, body: &[u8]) -> anyhow::Result<(String, String)> {
        let timestamp = std::time::UNIX_EPOCH.elapsed()?.as_secs().to_string();
        let secret = self.sandbox.slack().app().signing_secret;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
        mac.update(format!("v0:{timestamp}:").as_bytes());
        mac.update(body);
        let signature = format!("v0={}", hex::encode(mac.finalize().into_bytes()));
        Ok((timestamp, signature))
    }
}
