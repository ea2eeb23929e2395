//! Roles of the fleet's accounts: who may assume one, and what they may do then.

mod rights;
mod session;

use std::time::Duration;

use domain::ids::AccountId;
use serde_json::{Value, json};

use super::sts::{Caller, Wish};
use crate::cloud::policy::{self, Asked, Verdict};

pub(super) use rights::Rights;
pub use session::Assumed;
pub(super) use session::{Keys, Session, Sessions};

/// The shortest and the longest that a role may allow its sessions to last.
const MAX_SESSION: (Duration, Duration) = (Duration::from_hours(1), Duration::from_hours(12));

/// An IAM role.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its name; it has no path.
    pub name: String,
    /// Who may assume it.
    pub trust: Trust,
    /// The statements of its policies, as in a template.
    pub statements: Vec<Value>,
    /// The longest that a session may last: 1 to 12 hours.
    pub max_session: Duration,
}

/// The trust policy of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// ARNs of roles or of sessions, accounts (`arn:aws:iam::…:root` or the number), or `*`.
    pub principals: Vec<String>,
    /// What `sts:ExternalId` must be, if the policy asks for one.
    pub external_id: Option<String>,
    /// What a session may say about who is behind it.
    pub source_identity: SourceIdentity,
}

/// What a trust policy says to `SourceIdentity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceIdentity {
    /// It does not allow `sts:SetSourceIdentity`.
    Forbidden,
    /// It allows any, and none.
    Allowed,
    /// It must be there and be like this (`*` is any text).
    Like(String),
}

impl Role {
    /// A role that nobody may assume and that may do nothing, for sessions of an hour.
    pub fn new(name: &str) -> Self {
        let trust =
            Trust { principals: Vec::new(), external_id: None, source_identity: SourceIdentity::Forbidden };
        Self { name: name.to_owned(), trust, statements: Vec::new(), max_session: MAX_SESSION.0 }
    }

    /// Lets one more principal assume it.
    #[must_use]
    pub fn trusting(mut self, principal: &str) -> Self {
        self.trust.principals.push(principal.to_owned());
        self
    }

    /// Asks for this `ExternalId`.
    #[must_use]
    pub fn with_external_id(mut self, id: &str) -> Self {
        self.trust.external_id = Some(id.to_owned());
        self
    }

    /// Sets what a session may say about who is behind it.
    #[must_use]
    pub fn with_source_identity(mut self, rule: SourceIdentity) -> Self {
        self.trust.source_identity = rule;
        self
    }

    /// Allows these actions on these resources.
    #[must_use]
    pub fn allowing(self, actions: &[&str], resources: &[&str]) -> Self {
        self.with_statement(json!({ "Effect": "Allow", "Action": actions, "Resource": resources }))
    }

    /// Adds a statement as a policy document has it.
    #[must_use]
    pub fn with_statement(mut self, statement: Value) -> Self {
        self.statements.push(statement);
        self
    }

    /// Lets sessions last this long, within what IAM allows.
    #[must_use]
    pub fn lasting(mut self, longest: Duration) -> Self {
        self.max_session = longest.clamp(MAX_SESSION.0, MAX_SESSION.1);
        self
    }
}

impl Trust {
    /// What of `wish` the caller may not do; nothing if the role admits it.
    pub(super) fn refused(&self, caller: &Caller, wish: &Wish) -> Option<Asked> {
        let statement = [self.statement()];
        let meant = self.principals.iter().any(|principal| is_meant(principal, caller));
        let refused = |asked: &Asked| !meant || policy::judge(&statement, asked) != Verdict::Allowed;
        wish.asked().into_iter().find(refused)
    }

    fn statement(&self) -> Value {
        let mut actions = vec!["sts:AssumeRole"];
        let mut equals = serde_json::Map::new();
        let mut like = serde_json::Map::new();
        if let Some(id) = &self.external_id {
            equals.insert("sts:ExternalId".to_owned(), json!(id));
        }
        match &self.source_identity {
            SourceIdentity::Forbidden => {}
            SourceIdentity::Allowed => actions.push("sts:SetSourceIdentity"),
            SourceIdentity::Like(pattern) => {
                actions.push("sts:SetSourceIdentity");
                like.insert("sts:SourceIdentity".to_owned(), json!(pattern));
            }
        }
        // A trust policy names no resource: it is the role's own.
        json!({
            "Effect": "Allow", "Action": actions, "Resource": "*",
            "Condition": { "StringEquals": equals, "StringLike": like },
        })
    }
}

/// Whether a trust policy's principal is this caller, by role, session or account.
fn is_meant(principal: &str, caller: &Caller) -> bool {
    let account = &caller.account;
    principal == "*"
        || principal == caller.role_arn
        || principal == caller.arn
        || principal == account.as_str()
        || principal == format!("arn:aws:iam::{account}:root")
}

/// The ARN of a role.
pub fn role_arn(account: &AccountId, name: &str) -> String {
    format!("arn:aws:iam::{account}:role/{name}")
}
