//! The Lambda API's `Invoke`.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use http::request::Parts;
use percent_encoding::percent_decode_str;

use super::errors;
use crate::cloud::history::{Kind, Outcome};
use crate::cloud::lambda::Request;
use crate::cloud::server::{Answer, HangUp, answer};
use crate::cloud::state::Shared;

/// The most an asynchronous event may hold: 1 MB.
const MAX_EVENT: usize = 1024 * 1024;
/// The most a synchronous request may hold: 6 MB.
const MAX_REQUEST: usize = 6 * 1024 * 1024;

/// Answers one call.
pub(super) async fn call(shared: &Arc<Shared>, parts: &Parts, body: Bytes) -> Result<Answer, HangUp> {
    let refuse = |status, code, message: &str| Ok(errors::refusal("lambda", status, code, message));
    let path = parts.uri.path();
    let name = path.strip_prefix("/2015-03-31/functions/").and_then(|rest| rest.strip_suffix("/invocations"));
    let Some(name) = name.filter(|_| parts.method == http::Method::POST) else {
        return refuse(501, "NotImplemented", "only Invoke is known here");
    };
    let name = percent_decode_str(name).decode_utf8_lossy();
    let Some(pool) = shared.pool(&name) else {
        let crate::template::Stack { region, account, .. } = &shared.stack;
        let message = format!("Function not found: arn:aws:lambda:{region}:{account}:function:{name}");
        return refuse(404, "ResourceNotFoundException", &message);
    };
    if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&body)
        && !body.is_empty()
    {
        let message = format!("Could not parse request body into json: {error}");
        return refuse(400, "InvalidRequestContentException", &message);
    }
    let body = if body.is_empty() { Bytes::from_static(b"{}") } else { body };
    let kind = parts.headers.get("x-amz-invocation-type").and_then(|value| value.to_str().ok());
    match kind.unwrap_or("RequestResponse") {
        "Event" if body.len() > MAX_EVENT => Ok(too_large(body.len(), MAX_EVENT)),
        "Event" => {
            pool.enqueue(shared, &Request::new(body, Kind::Async));
            Ok(answer(202, "application/json", Bytes::new()))
        }
        "RequestResponse" if body.len() > MAX_REQUEST => Ok(too_large(body.len(), MAX_REQUEST)),
        "RequestResponse" => {
            let ended = pool.invoke(shared, Request::new(body, Kind::Sync)).await;
            if ended.outcome == Outcome::Throttled {
                return refuse(429, "TooManyRequestsException", "Rate Exceeded.");
            }
            let mut reply = answer(200, "application/json", ended.body);
            reply.headers_mut().insert("x-amz-executed-version", HeaderValue::from_static("$LATEST"));
            if ended.outcome != Outcome::Ok {
                reply.headers_mut().insert("x-amz-function-error", HeaderValue::from_static("Unhandled"));
            }
            Ok(reply)
        }
        "DryRun" => Ok(answer(204, "application/json", Bytes::new())),
        _ => refuse(400, "InvalidParameterValueException", "the invocation type is unknown"),
    }
}

fn too_large(bytes: usize, most: usize) -> Answer {
    let message = format!("{bytes} byte payload is too large for the invocation type (limit {most} bytes)");
    errors::refusal("lambda", 413, "RequestTooLargeException", &message)
}
