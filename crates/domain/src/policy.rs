//! Who may do what. Rights are decided by ids and by what Slack says about a
//! person, never by a name, and are decided anew at the request, at the click
//! and at the execution.
//!
//! [`decide`] asks four functions in this order: what is denied whatever else
//! holds, what somebody has to agree to first, what is allowed, and what holds
//! where none of them says anything. A rule of any kind joins one of the four.
//! What is not known counts against the person: a missing word, a missing
//! approver or an instance that was not looked at never turns a denial into a
//! permission.

mod deny;

use serde::{Deserialize, Serialize};

use crate::command::{Command, Target, Tier, Verb};
use crate::ids::UserId;
use crate::instance::Instance;
use crate::job::{Consent, Verdict};

/// A person as Slack describes them now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who it is, as Slack named them when they asked or clicked.
    pub id: UserId,
    /// The other ids by which Slack knows the same person. Members of an
    /// Enterprise organisation have a local (`U…`) and a global id (`W…`).
    #[serde(default)]
    pub other_ids: Vec<UserId>,
    /// Where they stand. Of several that are true, the one listed last in
    /// [`Standing`] is the one that counts.
    pub standing: Standing,
    /// Whether they administer or own the workspace. By itself it gives no right
    /// to instances: it may make them an approver, and they may link accounts.
    pub is_admin: bool,
}

impl Person {
    /// Whether `id` is one of the person's ids. Rights that belong to a named
    /// person are compared by this, never by [`Person::id`] alone.
    pub fn is(&self, id: &UserId) -> bool {
        self.id == *id || self.other_ids.contains(id)
    }

    /// Whether both are one person.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.is(&other.id) || other.is(&self.id) || other.other_ids.iter().any(|id| self.is(id))
    }
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

/// What is to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// Who wants it; see [`Moment`].
    pub person: &'a Person,
    /// What is wanted of the instance. At a click, the verb of the plan.
    pub verb: Verb,
    /// The instance as it is now. At the request and the click it may not be
    /// known yet. At the execution of what interrupts or destroys it has to be
    /// given: one that was not looked at counts as protected.
    pub instance: Option<&'a Instance>,
    /// When it is asked.
    pub moment: Moment<'a>,
}

/// When rights are decided, with what is known then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment<'a> {
    /// The person asks for it.
    Request {
        /// Whether it is about more than one instance, or about those that fit a pattern
        /// or a filter: then what is meant may be more than what was thought of.
        is_broad: bool,
    },
    /// The person has clicked a button of the plan.
    Click {
        /// Who asked for it.
        requester: &'a UserId,
        /// What the click says.
        verdict: &'a Verdict,
        /// Whether the person is one of those who may approve in the account.
        may_approve: bool,
    },
    /// It is about to be done; the person is who asked for it.
    Execution {
        /// Who has agreed.
        consent: &'a Consent,
        /// One of those who have approved, as they are now.
        approver: Option<Approver<'a>>,
    },
}

/// Somebody who has approved a plan, as they are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approver<'a> {
    /// Who.
    pub person: &'a Person,
    /// Whether they are still one of those who may.
    pub may_approve: bool,
}

/// Whether somebody may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// They may.
    Allow,
    /// They may once somebody has agreed.
    Require(Requirement),
    /// They may not.
    Deny(Denial),
}

/// Who has to agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    /// The requester: to the plan and, with what cannot be undone, by typing
    /// the name and giving a reason.
    Confirmation,
    /// A second person, after the requester.
    Approval,
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
    /// The instance carries the protection tag.
    Protected,
    /// It is for somebody else to say: for the requester, or, where accounts
    /// are linked, for an admin.
    NotYours,
    /// It is their own request, which somebody else has to approve.
    OwnRequest,
    /// They are not among those who may approve.
    NotAnApprover,
    /// It is not asked for: the plan needs no such word, or was refused.
    NotNeeded,
}

/// Whether the person may do what the question is about.
///
/// At the execution, [`Decision::Require`] names what is missing next.
pub fn decide(question: &Question<'_>) -> Decision {
    if let Some(denial) = deny::denied(question) {
        return Decision::Deny(denial);
    }
    if let Some(requirement) = required(question) {
        return Decision::Require(requirement);
    }
    if allowed(question) {
        return Decision::Allow;
    }
    by_default(question)
}

/// Whether `person` may link accounts and say who approves there. Only a current
/// admin or owner of the workspace may: any member can install the app again, so
/// having installed it gives no right.
pub fn may_manage(person: &Person) -> Decision {
    match deny::standing(person) {
        Some(denial) => Decision::Deny(denial),
        None if person.is_admin => Decision::Allow,
        None => Decision::Deny(Denial::NotYours),
    }
}

/// Whether `verdict` answers what is asked of people now, given who has agreed
/// so far. A plan that cannot be undone is asked about twice, first its
/// requester and then a second person, and a word for the one time is none for
/// the other.
pub fn is_asked_for(verb: Verb, verdict: &Verdict, consent: &Consent) -> bool {
    let is_justified = consent.confirmed.is_some() && has_reason(consent);
    let is_turn = match verdict {
        Verdict::Confirm => consent.confirmed.is_none(),
        Verdict::Justify { .. } => !is_justified,
        Verdict::Approve | Verdict::Deny => is_justified,
        Verdict::DryRun | Verdict::Cancel => true,
    };
    deny::fits(verb.tier(), verdict) && consent.refused.is_none() && is_turn
}

/// Whether `command`, which would change `count` instances, is broad in the sense of
/// [`Moment::Request`].
pub fn is_broad(command: &Command, count: usize) -> bool {
    let is_pattern = |target: &Target| matches!(target, Target::Pattern(_));
    count > 1 || command.targets.is_empty() || command.targets.iter().any(is_pattern)
}

/// Who has to agree before anything is done: at the execution, whoever has not. Only a plan
/// that people were asked about is decided then; a start of one instance is not.
fn required(question: &Question<'_>) -> Option<Requirement> {
    let Moment::Execution { consent, approver } = question.moment else { return None };
    let requester = question.person;
    let is_confirmed = consent.confirmed.as_ref().is_some_and(|given| requester.is(&given.by));
    match question.verb.tier() {
        Tier::Look => None,
        Tier::Raise | Tier::Interrupt => (!is_confirmed).then_some(Requirement::Confirmation),
        Tier::Destroy if !(is_confirmed && has_reason(consent)) => Some(Requirement::Confirmation),
        Tier::Destroy => {
            let is_approved = approver.is_some_and(|approver| {
                approved_by_others(consent, requester).any(|by| approver.person.is(by))
            });
            (!is_approved).then_some(Requirement::Approval)
        }
    }
}

fn has_reason(consent: &Consent) -> bool {
    consent.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty())
}

fn approved_by_others<'a>(consent: &'a Consent, requester: &'a Person) -> impl Iterator<Item = &'a UserId> {
    consent.approved.iter().map(|given| &given.by).filter(|by| !requester.is(by))
}

/// What is allowed outright: a word from whom it is for, and what everybody has
/// agreed to who has to.
const fn allowed(question: &Question<'_>) -> bool {
    matches!(question.moment, Moment::Click { .. } | Moment::Execution { .. })
}

/// What holds where no rule says anything. Each verb is named, so that a new
/// one is not allowed by accident.
const fn by_default(question: &Question<'_>) -> Decision {
    match question.verb {
        // Running instances cost money.
        Verb::Start if matches!(question.moment, Moment::Request { is_broad: true }) => {
            Decision::Require(Requirement::Confirmation)
        }
        Verb::Find | Verb::Check | Verb::Start => Decision::Allow,
        Verb::Stop | Verb::Reboot | Verb::Restart => Decision::Require(Requirement::Confirmation),
        Verb::Terminate | Verb::Kill => Decision::Require(Requirement::Approval),
    }
}

#[cfg(test)]
mod tests;
