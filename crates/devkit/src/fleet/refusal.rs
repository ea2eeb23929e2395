//! Every way in which EC2 says no, with its code, HTTP status and words.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>

use domain::ids::InstanceId;
use quick_xml::escape::partial_escape;

/// An error answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// The caller asked wrongly: HTTP 400.
    pub(super) fn client(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    pub(super) fn invalid_value(message: impl Into<String>) -> Self {
        Self::client("InvalidParameterValue", message)
    }

    pub(super) fn missing(parameter: &str) -> Self {
        Self::client("MissingParameter", format!("The request must contain the parameter {parameter}"))
    }

    pub(super) fn unknown_parameter(name: &str) -> Self {
        Self::client("UnknownParameter", format!("The parameter {name} is not recognized"))
    }

    pub(super) fn unknown_action(action: &str) -> Self {
        Self::client("InvalidAction", format!("The action {action} is not valid for this web service."))
    }

    /// STS's complaint about parameters.
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::client("ValidationError", message)
    }

    /// A key that nobody handed out, or one with a token that is not its own.
    pub(super) fn invalid_credentials(service: &str) -> Self {
        match service {
            "sts" => {
                let message = "The security token included in the request is invalid";
                Self::new(403, "InvalidClientTokenId", message)
            }
            _ => Self::auth_failure(),
        }
    }

    /// A session that is over.
    pub(super) fn expired_credentials(service: &str) -> Self {
        match service {
            "sts" => Self::new(403, "ExpiredToken", "The security token included in the request is expired"),
            _ => Self::client("RequestExpired", "Request has expired."),
        }
    }

    /// Credentials that mean nothing where they were used.
    pub(super) fn auth_failure() -> Self {
        Self::new(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
    }

    pub(super) fn malformed_id(id: &str) -> Self {
        Self::client("InvalidInstanceID.Malformed", format!("Invalid id: \"{id}\""))
    }

    /// Names every id that was not found, as EC2 does.
    pub(super) fn not_found(ids: &[InstanceId]) -> Self {
        let list = ids.iter().map(InstanceId::as_str).collect::<Vec<_>>().join(", ");
        let message = if ids.len() == 1 {
            format!("The instance ID '{list}' does not exist")
        } else {
            format!("The instance IDs '{list}' do not exist")
        };
        Self::client("InvalidInstanceID.NotFound", message)
    }

    pub(super) fn incorrect_state(message: String) -> Self {
        Self::client("IncorrectInstanceState", message)
    }

    /// `verb` is what may not be done, `attribute` what forbids it.
    pub(super) fn protected(id: &InstanceId, verb: &str, attribute: &str) -> Self {
        Self::client(
            "OperationNotPermitted",
            format!(
                "The instance '{id}' may not be {verb}. Modify its '{attribute}' instance attribute and try again."
            ),
        )
    }

    pub(super) fn unauthorized(message: String) -> Self {
        Self::new(403, "UnauthorizedOperation", message)
    }

    /// STS's word for what EC2 calls unauthorized.
    pub(super) fn access_denied(message: String) -> Self {
        Self::new(403, "AccessDenied", message)
    }

    /// What a dry run that would have worked answers.
    pub(super) fn dry_run() -> Self {
        Self::new(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
    }

    pub(super) fn throttled() -> Self {
        Self::new(503, "RequestLimitExceeded", "Request limit exceeded.")
    }

    pub(super) fn unavailable() -> Self {
        Self::new(503, "Unavailable", "The service is unavailable. Please try again shortly.")
    }

    pub(super) fn internal() -> Self {
        Self::new(500, "InternalError", "An internal error has occurred")
    }

    pub(super) fn no_capacity(instance_type: &str, zone: &str) -> Self {
        Self::new(
            500,
            "InsufficientInstanceCapacity",
            format!(
                "We currently do not have sufficient {instance_type} capacity in the Availability Zone you requested \
                 ({zone}). Our system will be working on provisioning additional capacity."
            ),
        )
    }

    /// EC2's own error document; note that it says `RequestID`, and successes `requestId`.
    pub(super) fn ec2_body(&self, request_id: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{}</Code><Message>{}</Message>\
             </Error></Errors><RequestID>{request_id}</RequestID></Response>",
            self.code,
            partial_escape(self.message.as_str())
        )
    }
}
