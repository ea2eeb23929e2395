//! Who signed a call: a function's process, whoever runs the cloud, or a session.

use domain::ids::AccountId;
use domain::time::Millis;
use serde_json::Value;

use super::super::derive;
use super::super::refusal::Refusal;
use super::super::roles::{Assumed, Rights, Session, role_arn};
use super::super::state::State;
use crate::cloud::{OPERATOR, QueryCall};

/// Who signed a call.
#[derive(Clone, Debug)]
pub(in crate::fleet) struct Caller {
    pub(in crate::fleet) account: AccountId,
    /// The ARN of the session, which AWS names in its answers.
    pub(in crate::fleet) arn: String,
    /// The ARN of the role, which trust policies name.
    pub(in crate::fleet) role_arn: String,
    pub(in crate::fleet) user_id: String,
    /// Whether it is a role that calls, so that another role's session is limited to an hour.
    pub(in crate::fleet) is_role: bool,
    /// What was sent along when a role was assumed, if it is a session of one.
    pub(in crate::fleet) session: Option<Assumed>,
    /// What it may do; none for whoever runs the cloud, who may do everything. What a
    /// function's process may do in STS is the front's matter.
    pub(in crate::fleet) rights: Option<Rights>,
}

impl Caller {
    /// Who signed `call`, or how its service refuses the credentials.
    pub(in crate::fleet) fn of(state: &State, call: &QueryCall, now: Millis) -> Result<Self, Refusal> {
        if call.function.is_some() {
            return Ok(Self::process(call));
        }
        let invalid = || Refusal::invalid_credentials(&call.service);
        let session = state.sessions.get(&call.access_key).ok_or_else(invalid)?;
        if call.session_token.as_deref() != Some(&session.keys.token) {
            return Err(invalid());
        }
        if now >= session.keys.expires {
            return Err(Refusal::expired_credentials(&call.service));
        }
        // What the role may do counts when it is done, not when it was assumed.
        let role = state.world.role(&session.assumed.role).ok_or_else(invalid)?;
        let (name, own) = (role.name.clone(), role.statements.clone());
        let rights = Rights { name, role: own, session: session.policy.clone() };
        Ok(Self::session(session, &role.name, rights))
    }

    /// A function's process acts as a session of its role, named after the function.
    fn process(call: &QueryCall) -> Self {
        let name = call.function.as_deref().unwrap_or_default();
        let (account, role) = (AccountId::new(&call.account), &call.role_name);
        let rights = |role: &Vec<Value>| Rights { name: name.to_owned(), role: role.clone(), session: None };
        Self {
            rights: call.statements.as_ref().map(rights),
            arn: session_arn(&account, role, name),
            user_id: format!("AROA{:016X}:{name}", derive::fnv(role)),
            role_arn: role_arn(&account, role),
            is_role: role != OPERATOR,
            account,
            session: None,
        }
    }

    fn session(session: &Session, role: &str, rights: Rights) -> Self {
        let name = &session.assumed.session_name;
        Self {
            account: session.account.clone(),
            arn: session_arn(&session.account, role, name),
            user_id: session_id(&session.assumed),
            role_arn: session.assumed.role.clone(),
            is_role: true,
            session: Some(session.assumed.clone()),
            rights: Some(rights),
        }
    }
}

/// The ARN of a session.
pub(super) fn session_arn(account: &AccountId, role: &str, session: &str) -> String {
    format!("arn:aws:sts::{account}:assumed-role/{role}/{session}")
}

/// The id of a session: the role's own and the session's name.
pub(super) fn session_id(assumed: &Assumed) -> String {
    format!("AROA{:016X}:{}", derive::fnv(&assumed.role), assumed.session_name)
}
