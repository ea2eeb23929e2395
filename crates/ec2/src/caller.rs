//! Who EC2 takes us for, asked of STS in our own region.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

use app::ports::{Caller, InstancesError};
use aws_sdk_sts::Client;
use aws_sdk_sts::error::{DisplayErrorContext, ProvideErrorMetadata as _};
use aws_sdk_sts::operation::RequestId as _;
use domain::ids::AccountId;

/// The name under which a refusal is told.
const OPERATION: &str = "GetCallerIdentity";

pub(crate) async fn caller(client: &Client) -> Result<Caller, InstancesError> {
    let answer = client.get_caller_identity().send().await.map_err(|error| {
        let request_id = error.request_id().unwrap_or_default().to_owned();
        let refused = error.as_service_error().and_then(|refusal| refusal.code().map(str::to_owned));
        match refused {
            Some(code) if code.starts_with("AccessDenied") => {
                InstancesError::NotAllowed { operation: OPERATION.to_owned(), request_id }
            }
            Some(code) => InstancesError::Refused {
                code,
                message: "STS does not say who we are".to_owned(),
                request_id,
            },
            None => InstancesError::Busy(DisplayErrorContext(&error).to_string()),
        }
    })?;
    let role = answer.arn().and_then(role);
    match (answer.account(), role) {
        (Some(account), Some(role)) => Ok(Caller { account: AccountId::new(account), role: role.to_owned() }),
        _ => Err(InstancesError::Busy("STS did not say who we are".to_owned())),
    }
}

/// The role's name, or the user's, out of an ARN such as
/// `arn:aws:sts::123456789012:assumed-role/BellhopOps/session`.
fn role(arn: &str) -> Option<&str> {
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
