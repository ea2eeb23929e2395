//! What went wrong with a call of AWS, and what mends it.

use std::error::Error;
use std::fmt;

use aws_sdk_ssm::error::{ProvideErrorMetadata, SdkError};

/// Error codes of credentials that AWS does not take, or no longer.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
const NOT_TAKEN: [&str; 7] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// The longest that is shown of what AWS says.
const MOST_WORDS: usize = 300;

/// How to get credentials.
const SIGN_IN: &str = "aws sso login, or aws configure; AWS_PROFILE chooses a profile";

/// A problem, and what mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) what: String,
    pub(crate) cure: String,
}

impl Trouble {
    pub(crate) fn new(what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { what: what.into(), cure: cure.into() }
    }

    /// From the failure of a call that needs the IAM action `right`.
    pub(crate) fn of<E, R>(error: &SdkError<E, R>, right: &str) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: fmt::Debug,
        SdkError<E, R>: Error + 'static,
    {
        let service = error.as_service_error();
        let (code, message) =
            (service.and_then(|one| one.code()), service.and_then(|one| one.message()).unwrap_or_default());
        match code {
            Some(code) if code.starts_with("AccessDenied") => denied(right, message),
            Some(code) if NOT_TAKEN.contains(&code) => {
                Self::new(format!("AWS does not take the credentials ({code})"), SIGN_IN)
            }
            Some(code) => Self::new(
                shown(&format!("{right} fails: {code} {message}")),
                "look at https://health.aws.amazon.com, then run the doctor again",
            ),
            None => Self::unanswered(error, right),
        }
    }

    fn unanswered(error: &(dyn Error + 'static), right: &str) -> Self {
        let chain = chain(error);
        if chain.contains("credentials") {
            return Self::new("there are no AWS credentials", SIGN_IN);
        }
        Self::new(
            shown(&format!("{right} gets no answer: {chain}")),
            "check the network, the region (--region) and AWS_ENDPOINT_URL",
        )
    }

    /// From a fault of an adapter, which says only in words what AWS said.
    pub(crate) fn of_fault(fault: &anyhow::Error, right: &str, cure: &str) -> Self {
        let words = shown(&format!("{fault:#}"));
        if words.contains("AccessDenied") { denied(right, &words) } else { Self::new(words, cure) }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nto mend it: {}", self.what, self.cure)
    }
}

impl Error for Trouble {}

/// AWS often names the action itself, which may be another one (`kms:Decrypt`).
fn denied(right: &str, message: &str) -> Trouble {
    let named = message.split_once("to perform: ").and_then(|(_, rest)| rest.split_whitespace().next());
    let right = shown(named.unwrap_or(right));
    Trouble::new(
        format!("the right {right} is missing"),
        format!("allow {right} to whoever runs this (cargo admin doctor --help lists the rights)"),
    )
}

/// An error and its sources, in one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    anyhow::Chain::new(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Words from outside as they may be shown: in one line, and not too long.
pub(crate) fn shown(words: &str) -> String {
    let plain = words.chars().map(|one| if one.is_control() { ' ' } else { one });
    plain.take(MOST_WORDS).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missing_right_is_the_one_that_aws_names() {
        let message = "User: arn:aws:iam::1:user/a is not authorized to perform: kms:Decrypt on resource: x";
        assert_eq!(denied("ssm:GetParameters", message).what, "the right kms:Decrypt is missing");
        assert_eq!(denied("ssm:GetParameters", "").what, "the right ssm:GetParameters is missing");
    }

    #[test]
    fn words_from_outside_stay_in_their_line() {
        assert_eq!(shown("a\nok b\u{1b}[0m "), "a ok b [0m");
        assert_eq!(shown(&"x".repeat(1_000)).len(), MOST_WORDS);
    }
}
