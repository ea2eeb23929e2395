//! How Lambda words what went wrong with a process.

use bytes::Bytes;
use serde_json::json;

pub(super) fn timed_out(request_id: &str, timeout_s: u32) -> Bytes {
    body(
        "Sandbox.Timedout",
        &format!("RequestId: {request_id} Error: Task timed out after {timeout_s}.00 seconds"),
    )
}

pub(super) fn exited(request_id: &str, how: &str) -> Bytes {
    let (kind, text) = match how {
        "exit status 0" => ("Runtime.ExitError", "Runtime exited without providing a reason".to_owned()),
        _ => ("Runtime.ExitError", format!("Runtime exited with error: {how}")),
    };
    body(kind, &format!("RequestId: {request_id} Error: {text}"))
}

pub(super) fn no_entry_point(request_id: &str, why: &str) -> Bytes {
    body("Runtime.InvalidEntrypoint", &format!("RequestId: {request_id} Error: {why}"))
}

pub(super) fn too_large(bytes: usize) -> Bytes {
    let text = format!(
        "Response payload size ({bytes} bytes) exceeded maximum allowed payload size (6291556 bytes)."
    );
    body("Function.ResponseSizeTooLarge", &text)
}

pub(super) fn throttled() -> Bytes {
    Bytes::from(json!({ "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded", "Type": "User", "message": "Rate Exceeded." }).to_string())
}

fn body(kind: &str, message: &str) -> Bytes {
    Bytes::from(json!({ "errorType": kind, "errorMessage": message }).to_string())
}
