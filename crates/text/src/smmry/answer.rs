//! What SMMRY answers: sentences, or the number of a fault.

use app::ports::ServiceFault;
use serde::Deserialize;
use serde_json::Value;

/// What the service puts between sentences if asked to.
const BREAK: &str = "[BREAK]";

/// An answer of the service. Numbers come as numbers or as strings.
#[derive(Deserialize)]
struct Reply {
    sm_api_content: Option<String>,
    sm_api_error: Option<Value>,
}

/// At most `sentences` sentences of an answer that `succeeded` as HTTP counts it.
/// The service's own word for a fault outranks HTTP's.
pub(super) fn understood(
    succeeded: bool,
    body: &[u8],
    sentences: usize,
) -> Result<Vec<String>, ServiceFault> {
    let reply: Reply = serde_json::from_slice(body).map_err(|_| ServiceFault::Unreachable)?;
    if let Some(code) = reply.sm_api_error {
        return Err(fault(&code));
    }
    let content = reply.sm_api_content.filter(|_| succeeded).ok_or(ServiceFault::Unreachable)?;
    let picked: Vec<String> = content
        .split(BREAK)
        .map(|sentence| sentence.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|sentence| !sentence.is_empty())
        .take(sentences)
        .collect();
    if picked.is_empty() { Err(ServiceFault::NotSummarized) } else { Ok(picked) }
}

fn fault(code: &Value) -> ServiceFault {
    let code = code.as_u64().or_else(|| code.as_str()?.trim().parse().ok());
    match code {
        Some(0) => ServiceFault::Internal,
        Some(1) => ServiceFault::Rejected,
        Some(2) => ServiceFault::Restricted,
        Some(3) => ServiceFault::NotSummarized,
        _ => ServiceFault::Unreachable,
    }
}
