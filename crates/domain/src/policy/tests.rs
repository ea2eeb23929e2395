//! Who may do what, row by row. The answer in each row is decided, not computed.
//!
//! Alice asks for everything. A `+` behind a name says that they are among those
//! who may approve.

mod clicks;
mod executions;
mod requests;

use std::collections::BTreeMap;

use super::*;
use crate::ids::{Alias, InstanceId, Region};
use crate::instance::InstanceState::{self, Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};
use crate::instance::PROTECTED_TAG;
use crate::job::Given;
use crate::time::Millis;
use Verb::{Check, Find, Kill, Reboot, Restart, Start, Stop, Terminate};
use clicks::CLICKS;
use executions::EXECUTIONS;
use requests::REQUESTS;

const ALLOW: Decision = Decision::Allow;
const CONFIRM: Decision = Decision::Require(Requirement::Confirmation);
const APPROVE: Decision = Decision::Require(Requirement::Approval);
const GUEST: Decision = Decision::Deny(Denial::Guest);
const STRANGER: Decision = Decision::Deny(Denial::Stranger);
const BOT: Decision = Decision::Deny(Denial::Bot);
const GONE: Decision = Decision::Deny(Denial::Deactivated);
const PROTECTED: Decision = Decision::Deny(Denial::Protected);
const NOT_YOURS: Decision = Decision::Deny(Denial::NotYours);
const OWN: Decision = Decision::Deny(Denial::OwnRequest);
const NOT_AN_APPROVER: Decision = Decision::Deny(Denial::NotAnApprover);
const NOT_NEEDED: Decision = Decision::Deny(Denial::NotNeeded);

/// No instance was looked at.
const UNSEEN: &str = "unseen";

/// Who, what, to an instance with which tag, in which state, when, and the answer.
type Row = (&'static str, Verb, &'static str, InstanceState, &'static str, Decision);

fn person(name: &str) -> (Person, bool) {
    let (name, may_approve) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
    let standing = match name {
        "alice" | "bob" | "carol" | "admin" => Standing::Member,
        "guest" => Standing::Guest,
        "stranger" => Standing::Stranger,
        "bot" => Standing::Bot,
        "gone" => Standing::Deactivated,
        other => panic!("nobody is called {other}"),
    };
    let is_admin = matches!(name, "admin" | "guest" | "stranger" | "bot" | "gone");
    (Person { id: UserId::new(name), other_ids: Vec::new(), standing, is_admin }, may_approve)
}

fn instance(tag: &str, state: InstanceState) -> Option<Instance> {
    let tags = [tag].into_iter().filter(|tag| !tag.is_empty()).map(|tag| (tag.to_owned(), "no".to_owned()));
    (tag != UNSEEN).then(|| Instance {
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
    })
}

fn verdict(words: &str) -> Verdict {
    match words {
        "confirm" => Verdict::Confirm,
        "justify" => Verdict::Justify { typed: "web-1".to_owned(), reason: "old".to_owned() },
        "dry run" => Verdict::DryRun,
        "cancel" => Verdict::Cancel,
        "approve" => Verdict::Approve,
        "deny" => Verdict::Deny,
        other => panic!("no verdict is called {other}"),
    }
}

/// `alice confirms, because old, bob approves, seen bob+`.
fn agreed(words: &str) -> (Consent, Option<(Person, bool)>) {
    let (mut consent, mut seen) = (Consent::default(), None);
    let given = |name: &str| Given { by: UserId::new(name), at: Millis(1) };
    for word in words.split(", ").filter(|word| !word.is_empty()) {
        match word.split_once(' ') {
            Some((name, "confirms")) => consent.confirmed = Some(given(name)),
            Some((name, "approves")) => consent.approved.push(given(name)),
            Some((name, "refuses")) => consent.refused = Some(given(name)),
            Some(("because", reason)) => consent.reason = Some(reason.replace("nothing", " \n")),
            Some(("seen", name)) => seen = Some(person(name)),
            _ => panic!("nobody says {word}"),
        }
    }
    (consent, seen)
}

fn answer(who: &str, verb: Verb, tag: &str, state: InstanceState, when: &str) -> Decision {
    let (person, may_approve) = person(who);
    let instance = instance(tag, state);
    let ask = |moment| decide(&Question { person: &person, verb, instance: instance.as_ref(), moment });
    if let Some(words) = when.strip_prefix("asks") {
        return ask(Moment::Request { is_broad: words == " for several" });
    }
    if let Some(said) = when.strip_prefix("clicks ") {
        let (requester, verdict) = (UserId::new("alice"), verdict(said));
        return ask(Moment::Click { requester: &requester, verdict: &verdict, may_approve });
    }
    let words = when.strip_prefix("runs").unwrap_or_else(|| panic!("{when}"));
    let (consent, seen) = agreed(words.trim_start_matches(": "));
    let approver = seen.as_ref().map(|(person, may_approve)| Approver { person, may_approve: *may_approve });
    ask(Moment::Execution { consent: &consent, approver })
}

fn check(rows: &[Row]) {
    for (who, verb, tag, state, when, expected) in rows {
        let decision = answer(who, *verb, tag, *state, when);
        assert_eq!(decision, *expected, "{who} {verb} [{tag}] {state} {when}");
    }
}

const P: &str = PROTECTED_TAG;

#[test]
fn no_row_is_said_twice() {
    let rows = || REQUESTS.iter().chain(&CLICKS).chain(&EXECUTIONS);
    let mut said: Vec<String> =
        rows().map(|(who, verb, tag, state, when, _)| format!("{who} {verb} {tag} {state} {when}")).collect();
    let count = said.len();
    said.sort_unstable();
    said.dedup();
    assert_eq!((said.len(), count), (count, 238));
}

#[test]
fn only_current_admins_manage_accounts() {
    for (who, expected) in [
        ("admin", ALLOW),
        ("carol", NOT_YOURS),
        ("bob+", NOT_YOURS),
        ("guest", GUEST),
        ("stranger", STRANGER),
        ("bot", BOT),
        ("gone", GONE),
    ] {
        assert_eq!(may_manage(&person(who).0), expected, "{who}");
    }
}

/// Alice as Slack names her elsewhere: by her global id.
fn alice_by_her_global_id() -> Person {
    Person { id: UserId::new("W-alice"), other_ids: vec![UserId::new("alice")], ..person("alice").0 }
}

#[test]
fn a_second_id_of_the_requester_is_the_requester() {
    let alias = alice_by_her_global_id();
    let requester = UserId::new("alice");
    let click = |verdict| {
        let moment = Moment::Click { requester: &requester, verdict, may_approve: true };
        decide(&Question { person: &alias, verb: Terminate, instance: None, moment })
    };
    assert_eq!(click(&Verdict::Approve), OWN);
    assert_eq!(click(&Verdict::Cancel), ALLOW);

    // She confirmed under one id and approved under the other.
    let given = |by: &str| Given { by: UserId::new(by), at: Millis(1) };
    let consent = Consent {
        reason: Some("old".to_owned()),
        confirmed: Some(given("alice")),
        approved: vec![given("W-alice")],
        refused: None,
    };
    let instance = instance("", Running);
    for (requester, approver) in
        [(alice_by_her_global_id(), person("alice").0), (person("alice").0, alice_by_her_global_id())]
    {
        let approver = Approver { person: &approver, may_approve: true };
        let moment = Moment::Execution { consent: &consent, approver: Some(approver) };
        let question = Question { person: &requester, verb: Terminate, instance: instance.as_ref(), moment };
        assert_eq!(decide(&question), OWN, "{:?}", requester.id);
    }
}

#[test]
fn patterns_filters_and_several_instances_are_broad() {
    for (text, count, expected) in [
        ("start web-1", 1, false),
        ("start i-12345678", 1, false),
        ("start #2", 1, false),
        ("start web-1 env=dev", 1, false),
        ("start this", 1, false),
        ("start this", 2, true),
        ("start web-1 web-2", 2, true),
        // Only one of them is stopped.
        ("start web-1 web-2", 1, false),
        ("start web-*", 1, true),
        ("start web-1 web-?", 1, true),
        ("start env=dev", 1, true),
    ] {
        let crate::command::Parsed::Command(command) = crate::command::parse(text, None) else {
            panic!("{text}");
        };
        assert_eq!(is_broad(&command, count), expected, "{text} ({count})");
    }
}

#[test]
fn each_word_has_its_turn() {
    const VERDICTS: [&str; 6] = ["confirm", "justify", "dry run", "cancel", "approve", "deny"];
    for (verb, so_far, asked_for) in [
        (Find, "", ""),
        (Start, "", "confirm, dry run, cancel"),
        (Start, "alice confirms", "dry run, cancel"),
        (Stop, "", "confirm, dry run, cancel"),
        (Reboot, "because old", "confirm, dry run, cancel"),
        (Restart, "alice confirms", "dry run, cancel"),
        (Stop, "alice refuses", ""),
        (Terminate, "", "justify, dry run, cancel"),
        (Terminate, "because old", "justify, dry run, cancel"),
        (Kill, "alice confirms", "justify, dry run, cancel"),
        (Kill, "alice confirms, because nothing", "justify, dry run, cancel"),
        (Terminate, "alice confirms, because old", "dry run, cancel, approve, deny"),
        (Kill, "alice confirms, because old, bob approves", "dry run, cancel, approve, deny"),
        (Terminate, "alice confirms, because old, bob refuses", ""),
    ] {
        let (consent, _) = agreed(so_far);
        let is_turn = |words: &&&str| is_asked_for(verb, &verdict(words), &consent);
        let turns: Vec<&str> = VERDICTS.iter().filter(is_turn).copied().collect();
        assert_eq!(turns.join(", "), asked_for, "{verb} [{so_far}]");
    }
}
