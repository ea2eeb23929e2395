//! What an answer of EC2 means for the thing that was asked: done, surely not
//! done, or nobody knows.
//! <https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html>

use app::ports::{InstancesError, RegionClosure};

use crate::wire::{Answer, Silence};
use crate::xml;

/// IAM, or the organization, refuses.
const NOT_ALLOWED: [&str; 3] = ["UnauthorizedOperation", "AccessDenied", "AccessDeniedException"];

/// The account cannot use the region. `AuthFailure` is what EC2 answers in a region that
/// is not enabled, to credentials that are good elsewhere.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
const NOT_ENABLED: [&str; 2] = ["AuthFailure", "OptInRequired"];

/// What EC2's message says if a policy of the organization is the reason.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
const BY_ORGANIZATION: &str = "service control policy";

/// AWS asks to slow down, before it looks at the request.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
const SLOW_DOWN: [&str; 8] = [
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "EC2ThrottledException",
];

/// AWS failed within: the request may have been carried out or not. Every other
/// code, a lack of capacity too, is a considered answer.
const BROKEN: [&str; 8] = [
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "ServerInternal",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "Unavailable",
    "RequestTimeout",
];

/// What EC2 says to a dry run that would have worked.
const WOULD_RUN: &str = "DryRunOperation";

/// What follows is ciphertext that only IAM reads; people need none of it.
const ENCODED: &str = "Encoded authorization";

/// The longest of EC2's messages that is passed on, in characters.
const MAX_MESSAGE: usize = 300;

/// Why a request did not end with an answer that can be used.
#[derive(Debug)]
pub(crate) enum Failure {
    /// EC2 has decided against it; trying again would not help.
    Final(InstancesError),
    /// A dry run that would have worked, with AWS's request id.
    WouldRun(String),
    /// It did not run, this time.
    NotRun(String),
    /// It may have run.
    Unclear(String),
}

impl From<Silence> for Failure {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::NotSent(why) => Self::NotRun(why),
            Silence::Lost(why) => Self::Unclear(why),
        }
    }
}

/// The body of a good answer, or what the other one means.
pub(crate) fn body(operation: &str, answer: Answer) -> Result<String, Failure> {
    let status = answer.status;
    let body = String::from_utf8(answer.body)
        .map_err(|_| Failure::Unclear(format!("HTTP {status} with a body that is not text")))?;
    if (200..300).contains(&status) {
        return Ok(body);
    }
    Err(match xml::error(&body) {
        Some(error) => meaning(operation, status, error),
        None => Failure::Unclear(format!("HTTP {status} without an error code")),
    })
}

fn meaning(operation: &str, status: u16, error: xml::ErrorAnswer) -> Failure {
    let xml::ErrorAnswer { code, message, request_id } = error;
    let is_one_of = |codes: &[&str]| codes.contains(&code.as_str());
    if code == WOULD_RUN {
        Failure::WouldRun(request_id)
    } else if is_one_of(&SLOW_DOWN) {
        Failure::NotRun(code)
    } else if is_one_of(&BROKEN) {
        Failure::Unclear(format!("HTTP {status}, {code} (request {request_id})"))
    } else if is_one_of(&NOT_ENABLED) {
        Failure::Final(InstancesError::RegionClosed { closure: RegionClosure::NotEnabled, request_id })
    } else if is_one_of(&NOT_ALLOWED)
        && operation.starts_with("Describe")
        && message.contains(BY_ORGANIZATION)
    {
        let closure = RegionClosure::DeniedByOrganization;
        Failure::Final(InstancesError::RegionClosed { closure, request_id })
    } else if is_one_of(&NOT_ALLOWED) {
        Failure::Final(InstancesError::NotAllowed { operation: format!("ec2:{operation}"), request_id })
    } else {
        Failure::Final(InstancesError::Refused { code, message: presentable(&message), request_id })
    }
}

/// Whether `code` says nothing about the request, only about the moment.
pub(crate) fn may_pass(code: &str) -> bool {
    SLOW_DOWN.contains(&code) || BROKEN.contains(&code)
}

/// EC2's message, short and without ciphertext.
fn presentable(message: &str) -> String {
    let readable = message.split(ENCODED).next().unwrap_or_default().trim();
    readable.chars().take(MAX_MESSAGE).collect()
}
