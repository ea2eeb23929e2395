//! Who may do what. Rights are decided by what Slack says about a person,
//! never by a name, and are decided anew at the request, the click and the
//! execution.
//!
//! Rules take effect in the order deny, require, allow, default. Today there
//! are only the denials that hold everywhere, and the defaults; how a change
//! is confirmed follows from its [`Tier`](crate::command::Tier).

use serde::{Deserialize, Serialize};

use crate::command::Verb;
use crate::ids::UserId;

/// A person as Slack describes them now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who it is.
    pub id: UserId,
    /// Where they stand. Of several that are true, the one listed last in
    /// [`Standing`] is the one that counts.
    pub standing: Standing,
    /// Whether they administer the workspace. Gives no right to instances.
    pub is_admin: bool,
}

/// Where somebody stands towards the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// A full member.
    Member,
    /// A guest, of one channel or several.
    Guest,
    /// Somebody from another workspace, in a channel shared over Slack Connect.
    Stranger,
    /// An app or a workflow.
    Bot,
    /// An account that was switched off.
    Deactivated,
}

/// Whether somebody may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// They may.
    Allow,
    /// They may not.
    Deny(Denial),
}

/// Why somebody may not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Denial {
    /// They are a guest.
    Guest,
    /// They belong to another workspace.
    Stranger,
    /// They are no human.
    Bot,
    /// Their account is switched off.
    Deactivated,
}

/// Whether `person` may use `verb`.
pub const fn decide(person: &Person, verb: Verb) -> Decision {
    match denial(person.standing) {
        Some(denial) => Decision::Deny(denial),
        None => by_default(verb),
    }
}

/// What holds whatever the rules say.
const fn denial(standing: Standing) -> Option<Denial> {
    match standing {
        Standing::Member => None,
        Standing::Guest => Some(Denial::Guest),
        Standing::Stranger => Some(Denial::Stranger),
        Standing::Bot => Some(Denial::Bot),
        Standing::Deactivated => Some(Denial::Deactivated),
    }
}

/// What holds where no rule says anything. Each verb is named, so that a new
/// one is not allowed by accident.
const fn by_default(verb: Verb) -> Decision {
    match verb {
        Verb::Find
        | Verb::Check
        | Verb::Start
        | Verb::Stop
        | Verb::Reboot
        | Verb::Restart
        | Verb::Terminate
        | Verb::Kill => Decision::Allow,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_members_may_do_anything() {
        for (standing, decision) in [
            (Standing::Member, Decision::Allow),
            (Standing::Guest, Decision::Deny(Denial::Guest)),
            (Standing::Stranger, Decision::Deny(Denial::Stranger)),
            (Standing::Bot, Decision::Deny(Denial::Bot)),
            (Standing::Deactivated, Decision::Deny(Denial::Deactivated)),
        ] {
            for verb in Verb::ALL {
                for is_admin in [false, true] {
                    let person = Person { id: UserId::new("U1"), standing, is_admin };
                    assert_eq!(decide(&person, verb), decision, "{verb} by {person:?}");
                }
            }
        }
    }
}
