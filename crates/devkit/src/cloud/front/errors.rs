//! Refusals in the form of each service's protocol.

use http::HeaderValue;
use http_body_util::BodyExt as _;
use quick_xml::escape::partial_escape;
use serde_json::{Value, json};

use super::signature::Wrong;
use crate::cloud::random;
use crate::cloud::server::{Answer, answer};

/// A refusal as this service words it.
pub(super) fn refusal(service: &str, status: u16, code: &str, message: &str) -> Answer {
    let id = random::uuid();
    let escaped = partial_escape(message);
    match service {
        "ec2" => answer(
            status,
            "text/xml;charset=UTF-8",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code>\
                 <Message>{escaped}</Message></Error></Errors><RequestID>{id}</RequestID></Response>"
            ),
        ),
        "sts" | "iam" => answer(
            status,
            "text/xml",
            format!(
                "<ErrorResponse xmlns=\"https://{service}.amazonaws.com/doc/{}/\"><Error><Type>{}</Type>\
                 <Code>{code}</Code><Message>{escaped}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>",
                if service == "iam" { "2010-05-08" } else { "2011-06-15" },
                if status < 500 { "Sender" } else { "Receiver" }
            ),
        ),
        "lambda" => {
            let body = json!({ "Type": if status < 500 { "User" } else { "Service" }, "message": message });
            let mut refusal = answer(status, "application/json", body.to_string());
            if let Ok(code) = HeaderValue::from_str(code) {
                refusal.headers_mut().insert("x-amzn-errortype", code);
            }
            refusal
        }
        "scheduler" => {
            let mut refusal = answer(status, "application/json", json!({ "Message": message }).to_string());
            if let Ok(code) = HeaderValue::from_str(code) {
                refusal.headers_mut().insert("x-amzn-errortype", code);
            }
            refusal
        }
        "dynamodb" => {
            let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
            answer(
                status,
                "application/x-amz-json-1.0",
                json!({ "__type": kind, "message": message }).to_string(),
            )
        }
        _ => answer(
            status,
            "application/x-amz-json-1.1",
            json!({ "__type": code, "message": message }).to_string(),
        ),
    }
}

/// The access key is nobody's.
pub(super) fn unknown_key(service: &str) -> Answer {
    let message = "The security token included in the request is invalid.";
    refusal(
        service,
        if matches!(service, "lambda" | "scheduler") { 403 } else { 400 },
        "UnrecognizedClientException",
        message,
    )
}

/// The signature was not made with the key's secret, or at another time.
pub(super) fn wrong_signature(service: &str, wrong: Wrong) -> Answer {
    let (status, code, message) = match (service, wrong) {
        ("ec2", Wrong::Mismatch) => {
            (401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        }
        ("ec2", Wrong::Skewed) => (400, "RequestExpired", "Request has expired."),
        (_, Wrong::Mismatch) => (
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
             Access Key and signing method. Consult the service documentation for details.",
        ),
        (_, Wrong::Skewed) => {
            (403, "SignatureDoesNotMatch", "Signature expired: the request is not from the last 15 minutes")
        }
    };
    refusal(service, status, code, message)
}

/// The error code of a refusal, for the record.
pub(super) async fn code(refusal: &Answer) -> String {
    let header = refusal.headers().get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    if let Some(code) = header {
        return code.to_owned();
    }
    let Ok(body) = refusal.body().clone().collect().await;
    let body = body.to_bytes();
    let text = String::from_utf8_lossy(&body);
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let kind = json.get("__type").and_then(Value::as_str).map(|kind| kind.rsplit('#').next().unwrap_or(kind));
    let xml = || text.split_once("<Code>")?.1.split_once("</Code>").map(|(code, _)| code);
    kind.or_else(xml).unwrap_or("?").to_owned()
}
