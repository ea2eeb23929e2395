//! The JSON of API Gateway's HTTP API, payload version 2.0: as much of it as an
//! entry point is told.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use std::collections::BTreeMap;
use std::fmt;

use app::http::{Request, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::MAX_BODY;

/// A request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    raw_path: String,
    #[serde(default)]
    raw_query_string: String,
    #[serde(default)]
    cookies: Vec<String>,
    #[serde(default)]
    headers: Headers,
    request_context: Context,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    #[serde(default)]
    domain_name: Option<String>,
    http: Http,
}

#[derive(Deserialize)]
struct Http {
    method: String,
}

/// An answer.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    status_code: u16,
    headers: BTreeMap<String, String>,
    cookies: Vec<String>,
    body: String,
    is_base64_encoded: bool,
}

impl Event {
    /// The request, or the status that refuses it.
    pub(super) fn into_request(self) -> Result<Request, u16> {
        let body = body(self.body.unwrap_or_default(), self.is_base64_encoded)?;
        Ok(Request {
            method: self.request_context.http.method,
            path: self.raw_path,
            query: self.raw_query_string,
            headers: self.headers.0,
            cookies: self.cookies,
            body,
            domain_name: self.request_context.domain_name,
        })
    }
}

fn body(text: String, is_base64: bool) -> Result<Bytes, u16> {
    // What is too long in base64 is not decoded first.
    let longest = if is_base64 { MAX_BODY.div_ceil(3) * 4 } else { MAX_BODY };
    if text.len() > longest {
        return Err(413);
    }
    let bytes = if is_base64 { STANDARD.decode(text).map_err(|_| 400_u16)? } else { text.into_bytes() };
    if bytes.len() > MAX_BODY { Err(413) } else { Ok(bytes.into()) }
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        let mut headers = BTreeMap::new();
        for (name, value) in response.headers {
            // Version 2.0 has one line per name.
            headers
                .entry(name.to_ascii_lowercase())
                .and_modify(|known: &mut String| {
                    known.push_str(", ");
                    known.push_str(&value);
                })
                .or_insert(value);
        }
        Self {
            status_code: response.status,
            headers,
            cookies: response.cookies,
            body: response.body,
            is_base64_encoded: false,
        }
    }
}

/// Header lines in the order they came, names in lower case. A name that stands
/// there twice is kept twice, for the reader to refuse; API Gateway itself joins
/// doubled lines with a comma.
#[derive(Default)]
struct Headers(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Lines;

        impl<'de> Visitor<'de> for Lines {
            type Value = Headers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of header lines")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
                let mut lines = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    lines.push((name.to_ascii_lowercase(), value));
                }
                Ok(Headers(lines))
            }
        }

        deserializer.deserialize_map(Lines)
    }
}
