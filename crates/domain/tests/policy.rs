//! What holds of every answer, whatever is asked.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail as loudly as the test")]

use std::collections::BTreeMap;

use domain::command::{Tier, Verb};
use domain::ids::{Alias, InstanceId, Region, UserId};
use domain::instance::{Instance, InstanceState, PROTECTED_TAG};
use domain::job::{Consent, Given, Verdict};
use domain::policy::{
    Approver, Decision, Denial, Moment, Person, Question, Requirement, Standing, decide, may_manage,
};
use domain::time::Millis;
use proptest::prelude::*;

/// Everything that a question refers to.
#[derive(Clone, Debug)]
struct Case {
    person: Person,
    verb: Verb,
    instance: Option<Instance>,
    when: When,
}

#[derive(Clone, Debug)]
enum When {
    Request { is_broad: bool },
    Click { requester: UserId, verdict: Verdict, may_approve: bool },
    Execution { consent: Consent, approver: Option<(Person, bool)> },
}

impl Case {
    fn decide(&self) -> Decision {
        let moment = match &self.when {
            When::Request { is_broad } => Moment::Request { is_broad: *is_broad },
            When::Click { requester, verdict, may_approve } => {
                Moment::Click { requester, verdict, may_approve: *may_approve }
            }
            When::Execution { consent, approver } => {
                let approver = approver.as_ref().map(|(person, may)| Approver { person, may_approve: *may });
                Moment::Execution { consent, approver }
            }
        };
        let (person, verb, instance) = (&self.person, self.verb, self.instance.as_ref());
        decide(&Question { person, verb, instance, moment })
    }

    fn consent(&self) -> Option<(&Consent, Option<&(Person, bool)>)> {
        match &self.when {
            When::Execution { consent, approver } => Some((consent, approver.as_ref())),
            When::Request { .. } | When::Click { .. } => None,
        }
    }
}

/// How much a decision lets somebody do.
fn leeway(decision: Decision) -> u8 {
    match decision {
        Decision::Deny(_) => 0,
        Decision::Require(_) => 1,
        Decision::Allow => 2,
    }
}

fn instance(is_protected: bool, state: InstanceState) -> Instance {
    let tags = is_protected.then(|| (PROTECTED_TAG.to_owned(), String::new())).into_iter();
    Instance {
        id: InstanceId::parse("i-12345678").unwrap(),
        account: Alias::new("home"),
        region: Region::new("eu-west-1"),
        zone: String::new(),
        state,
        instance_type: "t3.micro".to_owned(),
        launched_at: Millis(0),
        image: String::new(),
        vpc: None,
        subnet: None,
        private_ip: None,
        public_ip: None,
        keeps_public_ip: false,
        root_is_instance_store: false,
        spot: false,
        transition_reason: String::new(),
        state_reason: None,
        tags: tags.collect::<BTreeMap<_, _>>(),
    }
}

/// Few people, so that they often meet themselves.
fn user() -> impl Strategy<Value = UserId> {
    prop::sample::select(vec!["U1", "U2", "U3"]).prop_map(UserId::new)
}

fn person() -> impl Strategy<Value = Person> {
    let standings = prop_oneof![
        6 => Just(Standing::Member),
        1 => Just(Standing::Guest),
        1 => Just(Standing::Stranger),
        1 => Just(Standing::Bot),
        1 => Just(Standing::Deactivated),
    ];
    (user(), standings, any::<bool>()).prop_map(|(id, standing, is_admin)| Person {
        id,
        other_ids: Vec::new(),
        standing,
        is_admin,
    })
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop::sample::select(vec![
        Verdict::Confirm,
        Verdict::Justify { typed: "web-1".to_owned(), reason: "old".to_owned() },
        Verdict::DryRun,
        Verdict::Cancel,
        Verdict::Approve,
        Verdict::Deny,
    ])
}

fn consent() -> impl Strategy<Value = Consent> {
    let given = || user().prop_map(|by| Given { by, at: Millis(1) });
    let reasons = vec![None, Some(String::new()), Some(" ".to_owned()), Some("old".to_owned())];
    (
        prop::sample::select(reasons),
        prop::option::of(given()),
        prop::collection::vec(given(), 0..3),
        prop::option::weighted(0.1, given()),
    )
        .prop_map(|(reason, confirmed, approved, refused)| Consent {
            reason,
            confirmed,
            approved,
            refused,
        })
}

fn when() -> impl Strategy<Value = When> {
    let click = (user(), verdict(), any::<bool>())
        .prop_map(|(requester, verdict, may_approve)| When::Click { requester, verdict, may_approve });
    let execution = (consent(), prop::option::of((person(), any::<bool>())))
        .prop_map(|(consent, approver)| When::Execution { consent, approver });
    let request = any::<bool>().prop_map(|is_broad| When::Request { is_broad });
    prop_oneof![1 => request, 3 => click, 6 => execution]
}

fn case() -> impl Strategy<Value = Case> {
    let instances =
        prop::option::weighted(0.8, (any::<bool>(), prop::sample::select(InstanceState::ALL.to_vec())))
            .prop_map(|seen| seen.map(|(is_protected, state)| instance(is_protected, state)));
    (person(), prop::sample::select(Verb::ALL.to_vec()), instances, when())
        .prop_map(|(person, verb, instance, when)| Case { person, verb, instance, when })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_but_a_member_is_allowed_anything(case in case()) {
        if case.person.standing != Standing::Member {
            prop_assert!(matches!(
                case.decide(),
                Decision::Deny(Denial::Guest | Denial::Stranger | Denial::Bot | Denial::Deactivated)
            ));
            let manages = may_manage(&case.person);
            prop_assert!(matches!(manages, Decision::Deny(_)));
        }
    }

    #[test]
    fn what_is_protected_is_left_alone(mut case in case()) {
        let brings_about = match &case.when {
            When::Request { .. } | When::Execution { .. } => true,
            When::Click { verdict, .. } => {
                matches!(verdict, Verdict::Confirm | Verdict::Justify { .. } | Verdict::Approve)
            }
        };
        case.instance = Some(instance(true, InstanceState::Running));
        if brings_about && case.verb.tier() >= Tier::Interrupt {
            prop_assert!(matches!(case.decide(), Decision::Deny(_)));
        }
    }

    #[test]
    fn one_person_alone_destroys_nothing(mut case in case(), may_approve in any::<bool>()) {
        // Whatever the requester has said, and whatever they are.
        let own = case.person.id.clone();
        let is_own = |given: &Given| given.by == own;
        if case.verb.tier() == Tier::Destroy {
            match &mut case.when {
                When::Request { .. } => {}
                When::Click { requester, verdict, .. } => {
                    requester.clone_from(&own);
                    if matches!(verdict, Verdict::Approve) {
                        prop_assert!(matches!(case.decide(), Decision::Deny(_)));
                    }
                    return Ok(());
                }
                When::Execution { consent, approver } => {
                    consent.approved.retain(is_own);
                    if let Some((person, may)) = approver {
                        (person.id, *may) = (own.clone(), may_approve);
                    }
                }
            }
            prop_assert_ne!(case.decide(), Decision::Allow);
        }
    }

    #[test]
    fn what_is_executed_was_agreed_to_by_those_who_have_to(case in case()) {
        let Some((consent, approver)) = case.consent() else { return Ok(()) };
        if case.decide() != Decision::Allow || case.verb.tier() < Tier::Raise {
            return Ok(());
        }
        let own = &case.person.id;
        prop_assert!(consent.confirmed.as_ref().is_some_and(|given| given.by == *own));
        prop_assert!(consent.refused.is_none());
        let is_free = case.instance.as_ref().is_some_and(|instance| !instance.is_protected());
        prop_assert!(is_free || case.verb.tier() == Tier::Raise);
        if case.verb.tier() == Tier::Destroy {
            let (approver, may_approve) = approver.unwrap();
            prop_assert!(*may_approve && approver.standing == Standing::Member && approver.id != *own);
            prop_assert!(consent.approved.iter().any(|given| given.by == approver.id));
            prop_assert!(!consent.reason.as_deref().unwrap().trim().is_empty());
        }
    }

    /// What is not known never gives a right that is not there with it known.
    #[test]
    fn a_missing_word_never_helps(case in case(), missing in 0..5) {
        let mut poorer = case.clone();
        match (&mut poorer.when, missing) {
            (_, 0) if case.consent().is_some() => poorer.instance = None,
            (When::Execution { consent, .. }, 1) => consent.reason = None,
            (When::Execution { consent, .. }, 2) => consent.confirmed = None,
            (When::Execution { consent, .. }, 3) => consent.approved.clear(),
            (When::Execution { approver, .. }, 4) => *approver = None,
            (When::Click { may_approve, .. }, _) => *may_approve = false,
            _ => return Ok(()),
        }
        let (known, unknown) = (case.decide(), poorer.decide());
        let is_execution = case.consent().is_some();
        // Without a word there is less to deny, and then it is required instead.
        prop_assert!(unknown != Decision::Allow || known == Decision::Allow, "{known:?} → {unknown:?}");
        prop_assert!(is_execution || leeway(unknown) <= leeway(known), "{known:?} → {unknown:?}");
    }

    #[test]
    fn each_answer_fits_its_moment(case in case()) {
        let decision = case.decide();
        match (&case.when, case.verb.tier()) {
            (When::Request { .. } | When::Execution { .. }, Tier::Look)
            | (When::Request { is_broad: false }, Tier::Raise) => {
                prop_assert!(!matches!(decision, Decision::Require(_)));
            }
            (When::Request { .. }, _) => prop_assert_ne!(decision, Decision::Allow),
            (When::Click { .. }, Tier::Look) => {
                prop_assert!(matches!(decision, Decision::Deny(_)));
            }
            (When::Click { .. }, _) => prop_assert!(!matches!(decision, Decision::Require(_))),
            (When::Execution { .. }, Tier::Raise | Tier::Interrupt) => {
                prop_assert_ne!(decision, Decision::Require(Requirement::Approval));
            }
            (When::Execution { .. }, Tier::Destroy) => {}
        }
    }
}
