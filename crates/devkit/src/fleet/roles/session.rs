//! Sessions: the temporary credentials that `AssumeRole` handed out.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::ids::AccountId;
use domain::time::Millis;
use serde_json::Value;

use crate::cloud::random;

/// Sessions that are remembered, expired ones included; a laptop may run for days.
const SESSIONS_KEPT: usize = 10_000;

/// What was sent along when a role was assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumed {
    /// The ARN of the role.
    pub role: String,
    /// `RoleSessionName`
    pub session_name: String,
    /// `SourceIdentity`
    pub source_identity: Option<String>,
    /// `ExternalId`
    pub external_id: Option<String>,
    /// `Policy`, as it was sent.
    pub policy: Option<String>,
}

/// Temporary credentials.
#[derive(Clone, Debug)]
pub(in crate::fleet) struct Keys {
    pub(in crate::fleet) access_key: String,
    pub(in crate::fleet) secret: String,
    pub(in crate::fleet) token: String,
    pub(in crate::fleet) expires: Millis,
}

impl Keys {
    /// New ones, of the alphabets that AWS uses.
    pub(in crate::fleet) fn new(expires: Millis) -> Self {
        Self {
            access_key: format!("ASIA{}", random::hex(8)),
            secret: STANDARD.encode(random::hex(15)),
            token: STANDARD.encode(random::hex(130)),
            expires,
        }
    }
}

/// One session.
#[derive(Clone, Debug)]
pub(in crate::fleet) struct Session {
    pub(in crate::fleet) keys: Keys,
    pub(in crate::fleet) account: AccountId,
    pub(in crate::fleet) assumed: Assumed,
    /// The statements of the session policy.
    pub(in crate::fleet) policy: Option<Vec<Value>>,
}

/// The sessions by access key.
#[derive(Debug, Default)]
pub(in crate::fleet) struct Sessions(BTreeMap<String, Session>);

impl Sessions {
    pub(in crate::fleet) fn add(&mut self, session: Session, now: Millis) {
        if self.0.len() >= SESSIONS_KEPT {
            self.0.retain(|_, session| session.keys.expires > now);
        }
        self.0.insert(session.keys.access_key.clone(), session);
    }

    pub(in crate::fleet) fn get(&self, access_key: &str) -> Option<&Session> {
        self.0.get(access_key)
    }
}
