//! A function's answer as the client gets it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use serde_json::Value;

use crate::cloud::server::{self, Answer};

/// Turns the function's answer into HTTP; the error says what API Gateway would not accept.
pub(super) fn answer(body: &[u8]) -> Result<Answer, String> {
    let reply: Value = serde_json::from_slice(body).map_err(|error| format!("not JSON: {error}"))?;
    let Some(status) = reply.get("statusCode") else {
        // Any other JSON is the body of a 200.
        let text =
            reply.as_str().map_or_else(|| Bytes::copy_from_slice(body), |text| Bytes::from(text.to_owned()));
        return Ok(server::answer(200, "application/json", text));
    };
    let status = status.as_u64().or_else(|| status.as_str()?.parse().ok());
    let status =
        status.and_then(|status| u16::try_from(status).ok()).filter(|status| (100..=599).contains(status));
    let status = status.ok_or("statusCode is not a status")?;
    let mut answer = server::answer(status, "", content(&reply)?);
    answer.headers_mut().remove(header::CONTENT_TYPE);
    set_headers(&mut answer, &reply)?;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().entry(header::CONTENT_TYPE).or_insert(plain);
    Ok(answer)
}

fn content(reply: &Value) -> Result<Bytes, String> {
    let encoded = reply.get("isBase64Encoded").and_then(Value::as_bool).unwrap_or(false);
    match reply.get("body") {
        None | Some(Value::Null) => Ok(Bytes::new()),
        Some(Value::String(text)) if encoded => {
            STANDARD.decode(text).map(Bytes::from).map_err(|_| "body is not base64".to_owned())
        }
        Some(Value::String(text)) => Ok(Bytes::from(text.clone())),
        Some(_) => Err("body is not a text".to_owned()),
    }
}

fn set_headers(answer: &mut Answer, reply: &Value) -> Result<(), String> {
    let single = reply.get("headers").and_then(Value::as_object).into_iter().flatten();
    let multiple = reply.get("multiValueHeaders").and_then(Value::as_object).into_iter().flatten();
    for (name, value) in single {
        set(answer, name, value, false)?;
    }
    for (name, values) in multiple {
        for value in values.as_array().into_iter().flatten() {
            set(answer, name, value, true)?;
        }
    }
    for cookie in reply.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        set(answer, "set-cookie", cookie, true)?;
    }
    Ok(())
}

fn set(answer: &mut Answer, name: &str, value: &Value, append: bool) -> Result<(), String> {
    let bad = || format!("{name} is not a header HTTP allows");
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
    let value = HeaderValue::from_str(&text).map_err(|_| bad())?;
    if matches!(key.as_str(), "content-length" | "connection" | "transfer-encoding") {
        return Ok(());
    }
    if append {
        answer.headers_mut().append(key, value);
    } else {
        answer.headers_mut().insert(key, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_become_one_header_each() {
        let reply = br#"{"statusCode":302,"headers":{"location":"/x"},"cookies":["a=1","b=2"]}"#;
        let answer = answer(reply).unwrap();
        assert_eq!(answer.status(), 302);
        let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["a=1", "b=2"]);
    }

    #[test]
    fn json_without_a_status_is_the_body_of_a_200() {
        let plain = answer(br#"{"hello":1}"#).unwrap();
        assert_eq!(
            (plain.status().as_u16(), &plain.headers()["content-type"]),
            (200, &"application/json".parse().unwrap())
        );
        assert!(answer(br#"{"statusCode":"many"}"#).is_err());
        assert!(answer(b"hello").is_err());
    }
}
