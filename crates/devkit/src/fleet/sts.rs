//! STS: who calls, and (for now) that nobody may become somebody else.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>

use quick_xml::escape::partial_escape;

use super::params::Params;
use super::refusal::Refusal;
use super::xml::Xml;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
const VERSION: &str = "2011-06-15";

/// Who signed a call.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) account: String,
    pub(super) arn: String,
    pub(super) user_id: String,
}

/// Answers one STS call with its XML.
pub(super) fn answer(params: Params<'_>, caller: &Caller, request_id: &str) -> Result<String, Refusal> {
    let action = params.get("Action").unwrap_or_default();
    if params.get("Version") != Some(VERSION) {
        let version = params.get("Version").unwrap_or_default();
        return Err(Refusal::client(
            "InvalidAction",
            format!("Could not find operation {action} for version {version}"),
        ));
    }
    match action {
        "GetCallerIdentity" => Ok(caller_identity(caller, request_id)),
        "AssumeRole" => Err(assume_role(params, caller)),
        other => Err(Refusal::client(
            "InvalidAction",
            format!("Could not find operation {other} for version {VERSION}"),
        )),
    }
}

fn caller_identity(caller: &Caller, request_id: &str) -> String {
    Xml::document("GetCallerIdentityResponse", NAMESPACE, |xml| {
        xml.nest("GetCallerIdentityResult", |xml| {
            xml.text("Arn", &caller.arn);
            xml.text("UserId", &caller.user_id);
            xml.text("Account", &caller.account);
        });
        xml.nest("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    })
}

fn assume_role(params: Params<'_>, caller: &Caller) -> Refusal {
    for (parameter, member) in [("RoleArn", "roleArn"), ("RoleSessionName", "roleSessionName")] {
        if params.get(parameter).is_none() {
            return Refusal::client(
                "ValidationError",
                format!(
                    "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must \
                     not be null"
                ),
            );
        }
    }
    let role = params.get("RoleArn").unwrap_or_default();
    Refusal::access_denied(format!(
        "User: {} is not authorized to perform: sts:AssumeRole on resource: {role}",
        caller.arn
    ))
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
