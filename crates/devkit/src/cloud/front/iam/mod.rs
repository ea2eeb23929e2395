//! Holds each function to the policies of its role.
//!
//! Statements of policy documents count; managed policies and SAM's policy
//! templates grant nothing here. Calls of EC2 are judged by the fleet, which knows what
//! the condition keys of an instance are, and so are sessions of assumed roles.
//!
//! What was used of the statements is noted, see `cargo dev -- permissions`.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

mod asked;
mod keys;

use super::{Call, errors};
use crate::cloud::policy::{self, Verdict};
use crate::cloud::server::Answer;
use crate::cloud::state::Shared;

/// The digits of a signature.
const SIGNATURE: usize = 64;

/// The refusal, if the calling function's role does not allow the call.
pub(super) fn refusal(shared: &Shared, call: &Call) -> Option<Answer> {
    let function = shared.stack.function(&call.process.as_ref()?.function)?;
    let all = asked::all(shared, call);
    let (refused, grounds) = policy::weigh_all(&function.statements, &all);
    if is_by_function(call) {
        policy::note(&function.logical_id, &function.statements, &grounds);
    }
    let (denied, verdict) = refused?;
    let why = match verdict {
        Verdict::Denied => "with an explicit deny in an identity-based policy".to_owned(),
        _ => format!("because no identity-based policy allows the {} action", denied.action),
    };
    let (account, role) = (&shared.stack.account, &function.role_name);
    let message = format!(
        "User: arn:aws:sts::{account}:assumed-role/{role}/{} is not authorized to perform: {} on resource: {} {why}",
        function.name, denied.action, denied.resource
    );
    let (status, code) = match call.scope.service.as_str() {
        "sts" => (403, "AccessDenied"),
        "lambda" | "scheduler" => (403, "AccessDeniedException"),
        _ => (400, "AccessDeniedException"),
    };
    Some(errors::refusal(&call.scope.service, status, code, &message))
}

/// Whether a function calls, and not a test in its name: such a test signs with nothing
/// that could be a signature.
pub(super) fn is_by_function(call: &Call) -> bool {
    let header = call.parts.headers.get("authorization").and_then(|header| header.to_str().ok());
    let signature = header.and_then(|header| header.rsplit_once("Signature=")).map(|(_, digits)| digits);
    let is_one =
        |digits: &str| digits.len() == SIGNATURE && digits.bytes().all(|one| one.is_ascii_hexdigit());
    call.caller.is_some() && signature.is_some_and(is_one)
}
