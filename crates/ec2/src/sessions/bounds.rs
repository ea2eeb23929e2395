//! What bounds a session that changes something: the names it carries, and its
//! policy.

use app::ports::{InstancesError, Place};
use domain::ids::{InstanceId, JobId, UserId};
use domain::instance::Action;
use serde_json::json;

use crate::endpoint::instance_arn;
use crate::refused;

/// The most instances that one session may change: with their ARNs a policy is close to
/// the 2,048 characters that STS takes.
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

/// The policy that allows `action` on these instances in `place`, and nothing else.
pub(crate) fn policy(place: &Place, action: Action, ids: &[InstanceId]) -> Result<String, InstancesError> {
    if ids.len() > MAX_INSTANCES {
        return Err(refused("TooManyInstances", "a role changes at most 25 instances at once"));
    }
    let arn = |id| instance_arn(&place.region, &place.account.id, id);
    let statement = json!({
        "Effect": "Allow",
        "Action": format!("ec2:{}", action.operation()),
        "Resource": ids.iter().map(arn).collect::<Vec<_>>(),
    });
    Ok(json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string())
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
