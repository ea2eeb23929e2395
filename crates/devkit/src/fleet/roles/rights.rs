//! What a session may do: what its role may, and of that only what the session
//! policy allows as well.

use serde_json::Value;

use crate::cloud::policy::{self, Asked, Verdict};

/// The policies that bound a session.
#[derive(Clone, Debug)]
pub(in crate::fleet) struct Rights {
    /// The role's name.
    pub(in crate::fleet) name: String,
    /// The role's, as they are now.
    pub(in crate::fleet) role: Vec<Value>,
    /// The session's, if it was given one.
    pub(in crate::fleet) session: Option<Vec<Value>>,
}

impl Rights {
    /// Whether the session policy allows it, if there is one.
    pub(in crate::fleet) fn session_allows(&self, asked: &Asked) -> bool {
        let session = self.session.as_deref().map(|statements| policy::judge(statements, asked));
        matches!(session, None | Some(Verdict::Allowed))
    }

    /// Nothing if it is allowed; else why not, as AWS says it. A Deny anywhere wins.
    pub(in crate::fleet) fn refusal(&self, asked: &Asked) -> Option<String> {
        let (role, grounds) = policy::weigh(&self.role, asked);
        let session = self.session.as_deref().map(|statements| policy::judge(statements, asked));
        let decided = role == Verdict::Denied || matches!(session, None | Some(Verdict::Allowed));
        if decided && policy::is_for_a_function() {
            policy::note(&self.name, &self.role, &grounds);
        }
        let not_allowed = |kind| format!("because no {kind} policy allows the {} action", asked.action);
        match (role, session) {
            (Verdict::Denied, _) => Some("with an explicit deny in an identity-based policy".to_owned()),
            (_, Some(Verdict::Denied)) => Some("with an explicit deny in a session policy".to_owned()),
            (Verdict::NotAllowed, _) => Some(not_allowed("identity-based")),
            (_, Some(Verdict::NotAllowed)) => Some(not_allowed("session")),
            (Verdict::Allowed, None | Some(Verdict::Allowed)) => None,
        }
    }
}
