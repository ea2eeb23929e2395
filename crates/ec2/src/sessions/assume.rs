//! One `AssumeRole`: what is sent, and what the answer says about the role. Nothing
//! that fails here has done anything in the account.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use std::time::{Duration, SystemTime};

use app::ports::{Caller, InstancesError};
use aws_credential_types::Credentials;
use aws_sdk_sts::Client;
use aws_sdk_sts::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_sts::operation::assume_role::{AssumeRoleError, AssumeRoleOutput};
use domain::account::Roles;
use domain::ids::AccountId;

use super::{BELLHOP, Session};
use crate::caller::{self, request_id, silence};
use crate::{answer, refused};

/// How long a session lasts: as short as STS makes one.
const LASTING: Duration = Duration::from_mins(15);

/// What STS calls this operation, with its service.
const OPERATION: &str = "sts:AssumeRole";

/// What is asked of STS.
#[derive(Clone)]
pub(crate) struct Wish<'a> {
    /// The role's ARN.
    pub(crate) role: &'a str,
    pub(crate) external_id: Option<&'a str>,
    /// The session's name.
    pub(crate) name: String,
    /// Who is behind it.
    pub(crate) source_identity: Option<&'a str>,
    /// What it may do at most.
    pub(crate) policy: Option<String>,
}

impl<'a> Wish<'a> {
    /// For the session that looks.
    pub(crate) fn to_read(roles: &'a Roles) -> Self {
        Self::plain(&roles.read, Some(&roles.external_id))
    }

    /// For a session that no single person asked for.
    pub(crate) fn plain(role: &'a str, external_id: Option<&'a str>) -> Self {
        Self { role, external_id, name: BELLHOP.to_owned(), source_identity: Some(BELLHOP), policy: None }
    }
}

/// Why there is no session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotLetIn {
    /// `AccessDenied`: the role does not let us in, or nobody may let us ask.
    Denied {
        /// AWS's request id.
        request_id: String,
    },
    /// STS refuses for a reason that says nothing about who the role lets in.
    Refused {
        /// Its code.
        code: String,
        /// AWS's request id.
        request_id: String,
    },
    /// STS did not answer, or not now.
    NoAnswer(String),
    /// The role is in another account than it should be.
    OtherAccount(AccountId),
}

impl From<NotLetIn> for InstancesError {
    fn from(reason: NotLetIn) -> Self {
        match reason {
            NotLetIn::Denied { request_id } => {
                Self::NotAllowed { operation: OPERATION.to_owned(), request_id }
            }
            NotLetIn::Refused { code, request_id } => {
                Self::Refused { code, message: "STS makes no session of the role".to_owned(), request_id }
            }
            NotLetIn::NoAnswer(why) => Self::Busy(why),
            NotLetIn::OtherAccount(account) => {
                refused("WrongAccount", &format!("the role leads into the account {account}"))
            }
        }
    }
}

/// Assumes a role. STS may be asked again: a session that nobody uses does no harm.
pub(super) async fn assume(sts: &Client, now: SystemTime, wish: &Wish<'_>) -> Result<Session, NotLetIn> {
    let lasting = i32::try_from(LASTING.as_secs()).unwrap_or(i32::MAX);
    let request = sts
        .assume_role()
        .role_arn(wish.role)
        .role_session_name(&wish.name)
        .duration_seconds(lasting)
        .set_external_id(wish.external_id.map(str::to_owned))
        .set_source_identity(wish.source_identity.map(str::to_owned))
        .set_policy(wish.policy.clone());
    let answer = request.send().await.map_err(|error| reason(&error))?;
    session(&answer, now).ok_or_else(|| NotLetIn::NoAnswer("STS's answer is no session".to_owned()))
}

fn session(answer: &AssumeRoleOutput, now: SystemTime) -> Option<Session> {
    let user = answer.assumed_role_user()?.arn();
    let caller =
        Caller { account: AccountId::new(caller::account(user)?), role: caller::role(user)?.to_owned() };
    let keys = answer.credentials()?;
    let ends = SystemTime::try_from(*keys.expiration()).ok()?.min(now + LASTING);
    let token = Some(keys.session_token().to_owned());
    let credentials =
        Credentials::new(keys.access_key_id(), keys.secret_access_key(), token, Some(ends), "AssumeRole");
    Some(Session { identity: credentials.into(), ends, caller })
}

/// What a failure means. Nothing of STS's message goes along: it may quote the
/// external id or the policy.
fn reason(error: &SdkError<AssumeRoleError>) -> NotLetIn {
    let request_id = request_id(error);
    let code = error.as_service_error().and_then(|refusal| refusal.code());
    match code {
        Some("AccessDenied") => NotLetIn::Denied { request_id },
        Some(code) if answer::may_pass(code) => {
            NotLetIn::NoAnswer(format!("STS answered {code} (request {request_id})"))
        }
        Some(code) => NotLetIn::Refused { code: code.to_owned(), request_id },
        None => NotLetIn::NoAnswer(silence(error)),
    }
}
