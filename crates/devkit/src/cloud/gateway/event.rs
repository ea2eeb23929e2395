//! A request as the function gets it: payload format version 2.0.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::request::Parts;
use serde_json::{Map, Value, json};

use crate::cloud::clock;
use crate::cloud::state::Shared;

/// A request that has found its route.
pub(super) struct Seen<'a> {
    pub(super) shared: &'a Shared,
    pub(super) parts: &'a Parts,
    pub(super) body: &'a [u8],
    pub(super) route: &'a str,
    pub(super) peer: SocketAddr,
    pub(super) id: &'a str,
}

/// The event.
pub(super) fn payload(seen: &Seen<'_>) -> Value {
    let uri = &seen.parts.uri;
    let query = uri.query().unwrap_or_default();
    let mut event = Map::new();
    let mut put = |key: &str, value: Value| event.insert(key.to_owned(), value);
    put("version", json!("2.0"));
    put("routeKey", json!(seen.route));
    put("rawPath", json!(uri.path()));
    put("rawQueryString", json!(query));
    let cookies = cookies(&seen.parts.headers);
    if !cookies.is_empty() {
        put("cookies", json!(cookies));
    }
    put("headers", json!(headers(seen)));
    if !query.is_empty() {
        put("queryStringParameters", json!(query_parameters(query)));
    }
    put("requestContext", context(seen));
    let (body, encoded) = body(seen);
    if let Some(body) = body {
        put("body", json!(body));
    }
    put("isBase64Encoded", json!(encoded));
    Value::Object(event)
}

fn context(seen: &Seen<'_>) -> Value {
    let stack = &seen.shared.stack;
    let now = clock::now_ms();
    let host = &seen.shared.app_host;
    json!({
        "accountId": stack.account,
        "apiId": stack.api_id,
        "domainName": host,
        "domainPrefix": host.split(['.', ':']).next().unwrap_or_default(),
        "http": {
            "method": seen.parts.method.as_str(),
            "path": seen.parts.uri.path(),
            "protocol": format!("{:?}", seen.parts.version),
            "sourceIp": seen.peer.ip().to_string(),
            "userAgent": header(&seen.parts.headers, "user-agent").unwrap_or_default(),
        },
        "requestId": seen.id,
        "routeKey": seen.route,
        "stage": "$default",
        "time": clock::common_log(now),
        "timeEpoch": now,
    })
}

/// Lower-case names, repeated values joined by a comma, without cookies; and what API Gateway adds.
fn headers(seen: &Seen<'_>) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in &seen.parts.headers {
        let connection = matches!(name.as_str(), "cookie" | "connection" | "transfer-encoding");
        if connection {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|joined| {
                joined.push(',');
                joined.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    let host = &seen.shared.app_host;
    headers.insert("content-length".to_owned(), seen.body.len().to_string());
    headers.insert("x-forwarded-for".to_owned(), seen.peer.ip().to_string());
    headers.insert("x-forwarded-port".to_owned(), host.rsplit(':').next().unwrap_or("80").to_owned());
    headers.insert("x-forwarded-proto".to_owned(), "http".to_owned());
    headers
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
    let single = values.flat_map(|value| value.split(';')).map(str::trim);
    single.filter(|cookie| !cookie.is_empty()).map(str::to_owned).collect()
}

fn query_parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::<String, String>::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        parameters
            .entry(name.into_owned())
            .and_modify(|joined| {
                joined.push(',');
                joined.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    parameters
}

/// Text stays text; everything else, forms included, is base64.
fn body(seen: &Seen<'_>) -> (Option<String>, bool) {
    if seen.body.is_empty() {
        return (None, false);
    }
    let kind = header(&seen.parts.headers, "content-type").unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_text = kind.starts_with("text/")
        || matches!(kind, "application/json" | "application/xml" | "application/javascript");
    match std::str::from_utf8(seen.body) {
        Ok(text) if is_text => (Some(text.to_owned()), false),
        _ => (Some(STANDARD.encode(seen.body)), true),
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
