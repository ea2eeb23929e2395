//! Tests of the gateway.

mod bodies;
mod faults;
mod jobs;
mod signatures;

use serde_json::Value;

use crate::http::Response;

const NOT_TAKEN: &str = "I am slow or in trouble right now, and may have missed that. If nothing follows within two minutes, please try again.";

/// What the person alone is shown at once; empty if nothing is.
fn shown(answer: &Response) -> String {
    assert_eq!(answer.status, 200);
    if answer.body.is_empty() {
        return String::new();
    }
    assert_eq!(answer.headers, [("content-type".to_owned(), "application/json".to_owned())]);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["response_type"], "ephemeral", "an answer at once is for the person alone");
    body["text"].as_str().unwrap().to_owned()
}
