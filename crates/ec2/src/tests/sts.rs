//! STS's answers, as it documents them.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use super::Step;

/// A session of `role` in `account`, with this access key; it ends in the far future.
pub(super) fn session(account: &str, role: &str, key: &str) -> Step {
    session_until(account, role, key, "2099-01-01T00:00:00Z")
}

pub(super) fn session_until(account: &str, role: &str, key: &str, ends: &str) -> Step {
    Step::Answer(
        200,
        format!(
            "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>\
             <AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId>\
             <Arn>arn:aws:sts::{account}:assumed-role/{role}/x</Arn></AssumedRoleUser><Credentials>\
             <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>SECRET-{key}</SecretAccessKey>\
             <SessionToken>TOKEN-{key}</SessionToken><Expiration>{ends}</Expiration></Credentials>\
             </AssumeRoleResult><ResponseMetadata><RequestId>c6104cbe</RequestId></ResponseMetadata>\
             </AssumeRoleResponse>"
        ),
    )
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>
pub(super) fn refusal(status: u16, code: &str) -> Step {
    Step::Answer(
        status,
        format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>value 'bellhop-4f1d9c0e7a' at 'externalId'</Message></Error>\
             <RequestId>a1b2c3d4</RequestId></ErrorResponse>"
        ),
    )
}

pub(super) fn denied() -> Step {
    refusal(403, "AccessDenied")
}
