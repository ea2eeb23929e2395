//! Between the JSON of API Gateway's HTTP API, payload version 2.0, and what an
//! entry point is told.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use app::MAX_BODY_BYTES;
use app::http::{Request, Response};
use app::metrics::{self, Refused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use lambda_http::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

/// The request in `event`, or the status that refuses it.
pub(super) fn request(event: Value) -> Result<Request, u16> {
    let event: ApiGatewayV2httpRequest = serde_json::from_value(event).map_err(|error| {
        // A header that is no text, for one: the sender's fault, not ours.
        metrics::refused(
            Refused::Malformed,
            format_args!("Refused an event that is no HTTP request: {error}"),
        );
        400_u16
    })?;
    let body = body(event.body.unwrap_or_default(), event.is_base64_encoded).map_err(|refused| {
        metrics::refused(refused, "Refused a body before it was read");
        if refused == Refused::TooLarge { 413_u16 } else { 400 }
    })?;
    Ok(Request {
        method: event.request_context.http.method.to_string(),
        path: event.raw_path.unwrap_or_default(),
        query: event.raw_query_string.unwrap_or_default(),
        headers: lines(&event.headers),
        cookies: event.cookies.unwrap_or_default(),
        body,
        domain_name: event.request_context.domain_name,
    })
}

/// API Gateway joins the lines of one name with commas before we see them.
fn lines(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

fn body(text: String, is_base64: bool) -> Result<Bytes, Refused> {
    // What is too long in base64 is not decoded first.
    let longest = if is_base64 { MAX_BODY_BYTES.div_ceil(3) * 4 } else { MAX_BODY_BYTES };
    if text.len() > longest {
        return Err(Refused::TooLarge);
    }
    let bytes =
        if is_base64 { STANDARD.decode(text).map_err(|_| Refused::Malformed)? } else { text.into_bytes() };
    if bytes.len() > MAX_BODY_BYTES { Err(Refused::TooLarge) } else { Ok(bytes.into()) }
}

/// `response` as API Gateway takes it.
pub(super) fn answer(response: Response) -> anyhow::Result<ApiGatewayV2httpResponse> {
    let mut headers = HeaderMap::new();
    for (name, value) in response.headers {
        let name = HeaderName::try_from(name)?;
        // Version 2.0 has one line per name.
        let joined = match headers.get(&name).map(|known: &HeaderValue| known.to_str()).transpose()? {
            Some(known) => format!("{known}, {value}"),
            None => value,
        };
        headers.insert(name, HeaderValue::try_from(joined)?);
    }
    let mut answer = ApiGatewayV2httpResponse::default();
    answer.status_code = i64::from(response.status);
    answer.headers = headers;
    answer.cookies = response.cookies;
    answer.body = Some(response.body.into());
    Ok(answer)
}
