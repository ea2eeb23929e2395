//! STS: who calls, and who may become somebody else.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>

mod assume_role;
mod caller;
mod wish;

use domain::time::Millis;
use quick_xml::escape::partial_escape;

use super::params::Params;
use super::refusal::Refusal;
use super::state::State;
use super::xml::Xml;

pub(super) use caller::Caller;
pub(super) use wish::Wish;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
const VERSION: &str = "2011-06-15";

/// Answers one STS call with its XML.
pub(super) fn answer(
    state: &mut State,
    params: Params<'_>,
    caller: &Caller,
    now: Millis,
    request_id: &str,
) -> Result<String, Refusal> {
    let action = params.get("Action").unwrap_or_default();
    if params.get("Version") != Some(VERSION) {
        let version = params.get("Version").unwrap_or_default();
        return Err(Refusal::client(
            "InvalidAction",
            format!("Could not find operation {action} for version {version}"),
        ));
    }
    match action {
        "GetCallerIdentity" => Ok(document(action, request_id, |xml| {
            xml.text("Arn", &caller.arn);
            xml.text("UserId", &caller.user_id);
            xml.text("Account", caller.account.as_str());
        })),
        "AssumeRole" => assume_role::answer(state, &Wish::read(params)?, caller, now, request_id),
        other => Err(Refusal::client(
            "InvalidAction",
            format!("Could not find operation {other} for version {VERSION}"),
        )),
    }
}

/// A success document.
fn document(action: &str, request_id: &str, fill: impl FnOnce(&mut Xml)) -> String {
    Xml::document(&format!("{action}Response"), NAMESPACE, |xml| {
        xml.nest(&format!("{action}Result"), fill);
        xml.nest("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    })
}

/// STS's error document, which is not EC2's.
pub(super) fn error_body(refusal: &Refusal, request_id: &str) -> String {
    let side = if refusal.status >= 500 { "Receiver" } else { "Sender" };
    format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\">\n  <Error>\n    <Type>{side}</Type>\n    <Code>{}</Code>\n    \
         <Message>{}</Message>\n  </Error>\n  <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n",
        refusal.code,
        partial_escape(refusal.message.as_str())
    )
}
