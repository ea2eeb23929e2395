//! Who EC2 takes us for, asked of STS in our own region.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

use app::ports::{Caller, InstancesError};
use aws_sdk_sts::Client;
use aws_sdk_sts::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_sts::operation::RequestId;
use domain::ids::AccountId;

use crate::{answer, wire, xml};

/// The name under which a refusal is told.
const OPERATION: &str = "sts:GetCallerIdentity";

pub(crate) async fn caller(client: &Client) -> Result<Caller, InstancesError> {
    let answer = client.get_caller_identity().send().await.map_err(|error| {
        let request_id = request_id(&error);
        let refused = error.as_service_error().and_then(|refusal| refusal.code().map(str::to_owned));
        match refused {
            Some(code) if code.starts_with("AccessDenied") => {
                InstancesError::NotAllowed { operation: OPERATION.to_owned(), request_id }
            }
            Some(code) if answer::may_pass(&code) => InstancesError::Busy(format!("STS answered {code}")),
            Some(code) => InstancesError::Refused {
                code,
                message: "STS does not say who we are".to_owned(),
                request_id,
            },
            None => InstancesError::Busy(silence(&error)),
        }
    })?;
    let role = answer.arn().and_then(role);
    match (answer.account(), role) {
        (Some(account), Some(role)) => Ok(Caller { account: AccountId::new(account), role: role.to_owned() }),
        _ => Err(InstancesError::Busy("STS did not say who we are".to_owned())),
    }
}

/// AWS's request id: in a header, and in the document.
pub(crate) fn request_id<E: RequestId>(error: &SdkError<E>) -> String {
    let told = || {
        let body = error.raw_response()?.body().bytes()?;
        Some(xml::error(std::str::from_utf8(body).ok()?)?.request_id)
    };
    error.request_id().map(str::to_owned).or_else(told).unwrap_or_default()
}

/// Why STS gave no answer with a code. The answer itself is left out: it may hold the
/// keys of a session.
pub(crate) fn silence<E, R>(error: &SdkError<E, R>) -> String {
    match error {
        SdkError::ConstructionFailure(_) => "the request to STS could not be made".to_owned(),
        SdkError::TimeoutError(_) => "STS did not answer in time".to_owned(),
        SdkError::DispatchFailure(failure) => {
            let told = failure.as_connector_error().map(|error| wire::chain(error));
            format!("STS could not be reached: {}", told.unwrap_or_default())
        }
        _ => "STS's answer made no sense".to_owned(),
    }
}

/// The account in an ARN.
pub(crate) fn account(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

/// The role's name, or the user's, out of an ARN such as
/// `arn:aws:sts::123456789012:assumed-role/BellhopOps/session`.
pub(crate) fn role(arn: &str) -> Option<&str> {
    let mut parts = arn.split(':').nth(5)?.split('/');
    let kind = parts.next()?;
    let name = match kind {
        "assumed-role" => parts.next(),
        // A user's name stands after its path.
        _ => parts.next_back().or(Some(kind)),
    };
    name.filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::role;

    #[test]
    fn the_role_is_read_from_the_arn() {
        for (arn, expected) in [
            ("arn:aws:sts::123456789012:assumed-role/BellhopOps/i-0abc", Some("BellhopOps")),
            ("arn:aws-cn:sts::123456789012:assumed-role/Ops/bellhop@T1", Some("Ops")),
            ("arn:aws:iam::123456789012:user/division/alice", Some("alice")),
            ("arn:aws:sts::123456789012:federated-user/bob", Some("bob")),
            ("arn:aws:iam::123456789012:root", Some("root")),
            ("arn:aws:sts::123456789012:assumed-role/", None),
            ("arn:aws:sts::123456789012", None),
            ("", None),
        ] {
            assert_eq!(role(arn), expected, "{arn}");
        }
    }
}
