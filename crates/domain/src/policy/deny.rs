//! What nobody may do, whatever else is said.

use super::{Approver, Denial, Moment, Person, Question, Standing, approved_by_others};
use crate::command::Tier;
use crate::instance::Instance;
use crate::job::{Consent, Verdict};

/// What holds whatever else is said.
pub(super) fn denied(question: &Question<'_>) -> Option<Denial> {
    standing(question.person).or_else(|| protected(question)).or_else(|| match question.moment {
        Moment::Request { .. } => None,
        Moment::Click { verdict, .. } if !fits(question.verb.tier(), verdict) => Some(Denial::NotNeeded),
        Moment::Click { requester, verdict, may_approve } => {
            not_theirs(verdict, question.person.is(requester), may_approve)
        }
        Moment::Execution { consent, approver } => worthless(question, consent, approver),
    })
}

/// What holds of everybody who is no member.
pub(super) const fn standing(person: &Person) -> Option<Denial> {
    match person.standing {
        Standing::Member => None,
        Standing::Guest => Some(Denial::Guest),
        Standing::Stranger => Some(Denial::Stranger),
        Standing::Bot => Some(Denial::Bot),
        Standing::Deactivated => Some(Denial::Deactivated),
    }
}

/// The protection tag keeps an instance from all that interrupts or destroys.
/// It does not keep anybody from saying no, nor from asking what AWS would say.
fn protected(question: &Question<'_>) -> Option<Denial> {
    let (brings_it_about, if_unseen) = match question.moment {
        Moment::Request { .. } => (true, false),
        Moment::Click { verdict, .. } => (
            match verdict {
                Verdict::Confirm | Verdict::Justify { .. } | Verdict::Approve => true,
                Verdict::DryRun | Verdict::Cancel | Verdict::Deny => false,
            },
            false,
        ),
        Moment::Execution { .. } => (true, true),
    };
    let is_protected = question.instance.map_or(if_unseen, Instance::is_protected);
    (brings_it_about && is_protected && question.verb.tier() >= Tier::Interrupt).then_some(Denial::Protected)
}

/// Whether a plan of `tier` has a button for `verdict` at all.
pub(super) const fn fits(tier: Tier, verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Confirm => matches!(tier, Tier::Raise | Tier::Interrupt),
        Verdict::Justify { .. } | Verdict::Approve | Verdict::Deny => matches!(tier, Tier::Destroy),
        Verdict::DryRun | Verdict::Cancel => {
            matches!(tier, Tier::Raise | Tier::Interrupt | Tier::Destroy)
        }
    }
}

/// Why it is not for this person to say so.
const fn not_theirs(verdict: &Verdict, is_own: bool, may_approve: bool) -> Option<Denial> {
    match verdict {
        Verdict::Confirm | Verdict::Justify { .. } | Verdict::Cancel if !is_own => Some(Denial::NotYours),
        Verdict::Approve | Verdict::Deny if is_own => Some(Denial::OwnRequest),
        Verdict::Approve | Verdict::Deny if !may_approve => Some(Denial::NotAnApprover),
        Verdict::Confirm
        | Verdict::Justify { .. }
        | Verdict::Cancel
        | Verdict::Approve
        | Verdict::Deny
        | Verdict::DryRun => None,
    }
}

/// Why what people have said is worth nothing at the execution: it was refused,
/// confirmed by the wrong person, or approved by somebody who may not.
fn worthless(question: &Question<'_>, consent: &Consent, approver: Option<Approver<'_>>) -> Option<Denial> {
    let (tier, requester) = (question.verb.tier(), question.person);
    if tier < Tier::Raise {
        return None;
    }
    if consent.refused.is_some() {
        return Some(Denial::NotNeeded);
    }
    if consent.confirmed.as_ref().is_some_and(|given| !requester.is(&given.by)) {
        return Some(Denial::NotYours);
    }
    if tier < Tier::Destroy {
        return None;
    }
    match approver {
        Some(Approver { person, may_approve }) => {
            let is_own = person.is_same_as(requester);
            standing(person).or(not_theirs(&Verdict::Approve, is_own, may_approve))
        }
        // They have approved, but nobody has found out whether they still may.
        None => approved_by_others(consent, requester).next().map(|_| Denial::NotAnApprover),
    }
}
