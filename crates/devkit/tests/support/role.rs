//! What a function's role may do: calls of AWS made with the credentials of its
//! running process, as somebody who has taken the process over would make them.

use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::Value;

use super::App;

/// Somebody's credentials.
pub(crate) struct Role {
    client: reqwest::Client,
    url: String,
    access_key: String,
    region: String,
}

impl Role {
    /// Those of the process of `function` that called AWS last.
    pub(crate) fn of(app: &App, function: &str) -> Self {
        let last = app.aws_calls_of(function).pop().expect("the function has called AWS");
        Self::with(app, last.access_key)
    }

    /// Those of whoever runs the stack, who may do everything.
    pub(crate) fn operator(app: &App) -> Self {
        Self::with(app, app.cloud().operator_key().to_owned())
    }

    fn with(app: &App, access_key: String) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().expect("there is an HTTP client");
        let region = app.cloud().stack().region.clone();
        Self { client, url: app.cloud().aws_url.clone(), access_key, region }
    }

    /// A call of a service that speaks JSON: its status, and what it answers.
    pub(crate) async fn call(&self, service: &str, operation: &str, body: &Value) -> (u16, Value) {
        let target = if service == "ssm" { "AmazonSSM" } else { "DynamoDB_20120810" };
        let target = [("x-amz-target", format!("{target}.{operation}"))];
        self.post(service, "", &target, body.to_string()).await
    }

    /// Invokes a function asynchronously, by its name.
    pub(crate) async fn invoke(&self, name: &str, payload: &Value) -> (u16, Value) {
        let path = format!("/2015-03-31/functions/{name}/invocations");
        let kind = [("x-amz-invocation-type", "Event".to_owned())];
        self.post("lambda", &path, &kind, payload.to_string()).await
    }

    /// A call of EventBridge Scheduler about one schedule.
    pub(crate) async fn schedule(
        &self,
        method: reqwest::Method,
        (group, name): (&str, &str),
        body: &Value,
    ) -> (u16, Value) {
        let path = format!("/schedules/{name}?groupName={group}");
        self.send(method, "scheduler", &path, &[], body.to_string()).await
    }

    /// A call of a service that speaks forms; the answer is XML, and so only the status.
    pub(crate) async fn query(&self, service: &str, form: &str) -> u16 {
        self.post(service, "/", &[], form.to_owned()).await.0
    }

    async fn post(
        &self,
        service: &str,
        path: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> (u16, Value) {
        self.send(reqwest::Method::POST, service, path, headers, body).await
    }

    async fn send(
        &self,
        method: reqwest::Method,
        service: &str,
        path: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> (u16, Value) {
        // EC2 looks at rights only in a region that the account can use.
        let region = if service == "ec2" { "eu-west-1" } else { &self.region };
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260131/{region}/{service}/aws4_request, \
             SignedHeaders=host, Signature=0",
            self.access_key
        );
        let header = |text: &str| HeaderValue::from_str(text).expect("HTTP allows the header");
        let mut all = HeaderMap::new();
        all.insert("authorization", header(&scope));
        all.insert("x-amz-date", header("20260131T000000Z"));
        all.insert("content-type", header("application/x-amz-json-1.0"));
        for (name, text) in headers {
            all.insert(*name, header(text));
        }
        let call = self.client.request(method, format!("{}{path}", self.url)).headers(all).body(body);
        let answer = call.send().await.expect("AWS answers");
        let status = answer.status().as_u16();
        let body = answer.text().await.expect("the answer can be read");
        (status, serde_json::from_str(&body).unwrap_or_default())
    }
}
