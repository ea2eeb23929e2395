//! What bounds a session that changes something: the names it carries, and its
//! policy.

use app::ports::{InstancesError, Place};
use domain::ids::{InstanceId, JobId, UserId};
use domain::instance::Action;
use serde_json::json;

use crate::endpoint::{instance_arn, partition_name};
use crate::refused;

/// The most instances that one session may change: with their ARNs a policy stays within
/// the 2,048 characters that STS takes, and away from the limit of its packed form, which
/// AWS does not document.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
const MAX_INSTANCES: usize = 25;

/// How long the name of a session, and who is behind it, may be.
const NAMES: std::ops::RangeInclusive<usize> = 2..=64;

/// Whether STS takes `letter` in such names.
fn fits(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter)
}

/// The name of the session for `job`. Of an id that is too long the end stays: jobs
/// differ there.
pub(super) fn session_name(job: &JobId) -> String {
    let letters: Vec<char> =
        job.as_str().chars().map(|letter| if fits(letter) { letter } else { '-' }).collect();
    letters.iter().skip(letters.len().saturating_sub(*NAMES.end())).collect()
}

/// The name of the person behind a session. It is not made to fit: two people must
/// not become one.
pub(super) fn source_identity(user: &UserId) -> Result<&str, InstancesError> {
    let name = user.as_str();
    let right = NAMES.contains(&name.len()) && name.chars().all(fits);
    if right { Ok(name) } else { Err(refused("InvalidUser", "the user's id cannot be told to AWS")) }
}

/// The policy that allows `action` on these instances in `place`, and nothing else. The
/// ARNs name no region and no account: ids are unique, and the session is in one account.
///
/// EC2 starts an instance with encrypted volumes only if the caller may create a grant
/// on their KMS key, for EC2's own use; and one with a license configuration or in a host
/// resource group only if the caller may start instances there.
/// <https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html>
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>
pub(crate) fn policy(place: &Place, action: Action, ids: &[InstanceId]) -> Result<String, InstancesError> {
    if ids.len() > MAX_INSTANCES {
        return Err(refused("TooManyInstances", "a role changes at most 25 instances at once"));
    }
    let mut resources: Vec<String> = ids.iter().map(|id| instance_arn(&place.region, id)).collect();
    let mut statements = Vec::new();
    if action == Action::Start {
        let partition = partition_name(&place.region);
        resources.push(format!("arn:{partition}:license-manager:*:*:license-configuration:*"));
        resources.push(format!("arn:{partition}:resource-groups:*:*:group/*"));
        statements.push(json!({
            "Effect": "Allow",
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {
                "Bool": { "kms:GrantIsForAWSResource": "true" },
                "StringLike": { "kms:ViaService": "ec2.*.amazonaws.com" },
            },
        }));
    }
    statements.insert(
        0,
        json!({
            "Effect": "Allow",
            "Action": format!("ec2:{}", action.operation()),
            "Resource": resources,
        }),
    );
    Ok(json!({ "Version": "2012-10-17", "Statement": statements }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_named_after_the_end_of_its_job() {
        let long = format!("ec2#T1#click#{}#U1#1.2", "9".repeat(60));
        for (job, name) in [
            ("ec2#T1#C1#1712345678.000100", "ec2-T1-C1-1712345678.000100"),
            ("ec2#T1#command#13345224609.8534564800.6f8ab1f53e13d0cd15f96106292d5536", "#"),
            ("a b/ö:_+=,.@-", "a-b---_+=,.@-"),
            (long.as_str(), "#"),
        ] {
            let found = session_name(&JobId::new(job));
            assert!(found.len() <= 64 && found.chars().all(fits), "{found}");
            if name == "#" {
                let tail: String = job.chars().skip(job.len().saturating_sub(64)).collect();
                assert_eq!(found, tail.replace('#', "-"), "{job}");
            } else {
                assert_eq!(found, name, "{job}");
            }
        }
    }

    #[test]
    fn only_what_sts_takes_is_behind_a_session() {
        for (user, right) in [("U0ANN00001", true), ("W1", true), ("U", false), ("", false), ("U 1", false)] {
            assert_eq!(source_identity(&UserId::new(user)).is_ok(), right, "{user}");
        }
        assert!(source_identity(&UserId::new("U".repeat(65))).is_err());
    }
}
