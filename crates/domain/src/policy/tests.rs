//! Who may do what, row by row. The answer in each row is decided, not computed.
//!
//! Alice asks for everything. A `+` behind a name says that they are among those
//! who may approve.

use std::collections::BTreeMap;

use super::*;
use crate::ids::{Alias, InstanceId, Region};
use crate::instance::InstanceState::{self, Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};
use crate::instance::PROTECTED_TAG;
use crate::job::Given;
use crate::time::Millis;
use Verb::{Check, Find, Kill, Reboot, Restart, Start, Stop, Terminate};

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
    (Person { id: UserId::new(name), standing, is_admin }, may_approve)
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
    if when == "asks" {
        return ask(Moment::Request);
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

#[rustfmt::skip]
const REQUESTS: [Row; 58] = [
    ("alice", Find, "", Running, "asks", ALLOW),
    ("alice", Check, "", Stopped, "asks", ALLOW),
    ("alice", Start, "", Stopped, "asks", ALLOW),
    ("alice", Stop, "", Running, "asks", CONFIRM),
    ("alice", Reboot, "", Running, "asks", CONFIRM),
    ("alice", Restart, "", Running, "asks", CONFIRM),
    ("alice", Terminate, "", Running, "asks", APPROVE),
    ("alice", Kill, "", Stopped, "asks", APPROVE),
    // Nor does it help to be an admin, or an approver.
    ("admin", Find, "", Running, "asks", ALLOW),
    ("admin", Start, "", Stopped, "asks", ALLOW),
    ("admin+", Stop, "", Running, "asks", CONFIRM),
    ("admin+", Terminate, "", Running, "asks", APPROVE),
    ("bob+", Kill, "", Running, "asks", APPROVE),
    // Not yet looked at.
    ("alice", Find, UNSEEN, Running, "asks", ALLOW),
    ("alice", Start, UNSEEN, Running, "asks", ALLOW),
    ("alice", Stop, UNSEEN, Running, "asks", CONFIRM),
    ("alice", Terminate, UNSEEN, Running, "asks", APPROVE),
    // The protection tag, whatever its value; and tags that are none.
    ("alice", Find, P, Running, "asks", ALLOW),
    ("alice", Check, P, Running, "asks", ALLOW),
    ("alice", Start, P, Stopped, "asks", ALLOW),
    ("alice", Stop, P, Running, "asks", PROTECTED),
    ("alice", Stop, P, Stopped, "asks", PROTECTED),
    ("alice", Reboot, P, Running, "asks", PROTECTED),
    ("alice", Restart, P, Stopped, "asks", PROTECTED),
    ("alice", Terminate, P, Running, "asks", PROTECTED),
    ("alice", Terminate, P, Terminated, "asks", PROTECTED),
    ("alice", Kill, P, Stopping, "asks", PROTECTED),
    ("admin+", Stop, P, Running, "asks", PROTECTED),
    ("admin+", Terminate, P, Running, "asks", PROTECTED),
    ("alice", Stop, "protected", Running, "asks", CONFIRM),
    ("alice", Stop, "Bellhop:Protected", Running, "asks", CONFIRM),
    ("alice", Terminate, "bellhop:protected ", Running, "asks", APPROVE),
    ("alice", Terminate, "Env", Running, "asks", APPROVE),
    // States are for the preflight, not for rights.
    ("alice", Stop, "", Pending, "asks", CONFIRM),
    ("alice", Stop, "", Stopping, "asks", CONFIRM),
    ("alice", Stop, "", Terminated, "asks", CONFIRM),
    ("alice", Terminate, "", ShuttingDown, "asks", APPROVE),
    ("alice", Start, "", Terminated, "asks", ALLOW),
    // Guests, strangers, bots and accounts that were switched off: never.
    ("guest", Find, "", Running, "asks", GUEST),
    ("guest", Check, "", Running, "asks", GUEST),
    ("guest", Start, "", Stopped, "asks", GUEST),
    ("guest", Stop, "", Running, "asks", GUEST),
    ("guest+", Terminate, "", Running, "asks", GUEST),
    ("guest", Stop, P, Running, "asks", GUEST),
    ("guest", Find, UNSEEN, Running, "asks", GUEST),
    ("stranger", Find, "", Running, "asks", STRANGER),
    ("stranger", Check, P, Running, "asks", STRANGER),
    ("stranger", Start, "", Stopped, "asks", STRANGER),
    ("stranger", Reboot, "", Running, "asks", STRANGER),
    ("stranger+", Kill, "", Running, "asks", STRANGER),
    ("bot", Find, "", Running, "asks", BOT),
    ("bot", Start, "", Stopped, "asks", BOT),
    ("bot", Restart, "", Running, "asks", BOT),
    ("bot+", Terminate, "", Running, "asks", BOT),
    ("gone", Find, "", Running, "asks", GONE),
    ("gone", Start, "", Stopped, "asks", GONE),
    ("gone", Stop, UNSEEN, Running, "asks", GONE),
    ("gone+", Terminate, P, Running, "asks", GONE),
];

#[rustfmt::skip]
const CLICKS: [Row; 86] = [
    // Tier 2: the requester confirms or cancels, and nobody is asked to approve.
    ("alice", Stop, "", Running, "clicks confirm", ALLOW),
    ("alice+", Stop, UNSEEN, Running, "clicks confirm", ALLOW),
    ("alice", Reboot, "", Running, "clicks confirm", ALLOW),
    ("alice", Restart, UNSEEN, Running, "clicks confirm", ALLOW),
    ("alice", Stop, "", Running, "clicks cancel", ALLOW),
    ("alice", Stop, "", Running, "clicks dry run", ALLOW),
    ("carol", Stop, "", Running, "clicks dry run", ALLOW),
    ("bob+", Stop, "", Running, "clicks confirm", NOT_YOURS),
    ("carol", Stop, "", Running, "clicks confirm", NOT_YOURS),
    ("admin+", Reboot, "", Running, "clicks confirm", NOT_YOURS),
    ("admin+", Stop, "", Running, "clicks cancel", NOT_YOURS),
    ("bob+", Restart, "", Running, "clicks cancel", NOT_YOURS),
    ("alice", Stop, "", Running, "clicks justify", NOT_NEEDED),
    ("alice+", Stop, "", Running, "clicks approve", NOT_NEEDED),
    ("bob+", Stop, "", Running, "clicks approve", NOT_NEEDED),
    ("bob+", Reboot, "", Running, "clicks deny", NOT_NEEDED),
    ("carol", Restart, "", Running, "clicks deny", NOT_NEEDED),
    ("carol", Stop, "", Running, "clicks justify", NOT_NEEDED),
    // Tier 3: the requester justifies, and a second person approves or denies.
    ("alice", Terminate, "", Running, "clicks justify", ALLOW),
    ("alice", Kill, UNSEEN, Running, "clicks justify", ALLOW),
    ("alice", Terminate, "", Running, "clicks cancel", ALLOW),
    ("alice", Terminate, "", Running, "clicks dry run", ALLOW),
    ("carol", Kill, "", Running, "clicks dry run", ALLOW),
    ("bob+", Terminate, "", Running, "clicks approve", ALLOW),
    ("bob+", Terminate, "", Running, "clicks deny", ALLOW),
    ("bob+", Kill, UNSEEN, Stopped, "clicks approve", ALLOW),
    ("admin+", Kill, "", Running, "clicks deny", ALLOW),
    ("alice", Terminate, "", Running, "clicks confirm", NOT_NEEDED),
    ("bob+", Terminate, "", Running, "clicks confirm", NOT_NEEDED),
    ("bob+", Terminate, "", Running, "clicks justify", NOT_YOURS),
    ("carol", Kill, "", Running, "clicks justify", NOT_YOURS),
    ("bob+", Terminate, "", Running, "clicks cancel", NOT_YOURS),
    ("admin+", Terminate, "", Running, "clicks cancel", NOT_YOURS),
    ("alice", Terminate, "", Running, "clicks approve", OWN),
    ("alice+", Terminate, "", Running, "clicks approve", OWN),
    ("alice+", Kill, UNSEEN, Running, "clicks approve", OWN),
    ("alice+", Terminate, "", Running, "clicks deny", OWN),
    ("alice", Kill, "", Running, "clicks deny", OWN),
    ("carol", Terminate, "", Running, "clicks approve", NOT_AN_APPROVER),
    ("carol", Terminate, "", Running, "clicks deny", NOT_AN_APPROVER),
    ("bob", Kill, "", Running, "clicks approve", NOT_AN_APPROVER),
    ("admin", Terminate, "", Running, "clicks approve", NOT_AN_APPROVER),
    // What needs nobody's word has no buttons.
    ("alice", Start, "", Stopped, "clicks confirm", NOT_NEEDED),
    ("alice", Start, "", Stopped, "clicks cancel", NOT_NEEDED),
    ("alice", Start, "", Stopped, "clicks dry run", NOT_NEEDED),
    ("bob+", Start, "", Stopped, "clicks approve", NOT_NEEDED),
    ("alice", Find, "", Running, "clicks confirm", NOT_NEEDED),
    ("bob+", Check, "", Running, "clicks deny", NOT_NEEDED),
    ("alice", Find, "", Running, "clicks justify", NOT_NEEDED),
    // The tag came in between: nobody brings it about, and everybody may say no.
    ("alice", Stop, P, Running, "clicks confirm", PROTECTED),
    ("alice", Restart, P, Stopped, "clicks confirm", PROTECTED),
    ("alice", Terminate, P, Running, "clicks justify", PROTECTED),
    ("bob+", Terminate, P, Running, "clicks approve", PROTECTED),
    ("admin+", Kill, P, Running, "clicks approve", PROTECTED),
    ("carol", Terminate, P, Running, "clicks approve", PROTECTED),
    ("carol", Stop, P, Running, "clicks confirm", PROTECTED),
    ("alice", Stop, P, Running, "clicks cancel", ALLOW),
    ("alice", Terminate, P, Running, "clicks cancel", ALLOW),
    ("bob+", Terminate, P, Running, "clicks deny", ALLOW),
    ("alice", Terminate, P, Running, "clicks dry run", ALLOW),
    ("carol", Stop, P, Running, "clicks dry run", ALLOW),
    ("carol", Terminate, P, Running, "clicks deny", NOT_AN_APPROVER),
    ("alice+", Terminate, P, Running, "clicks deny", OWN),
    ("bob+", Stop, P, Running, "clicks cancel", NOT_YOURS),
    // Whoever is no member clicks in vain, whatever group they are in.
    ("guest", Stop, "", Running, "clicks confirm", GUEST),
    ("guest", Stop, "", Running, "clicks dry run", GUEST),
    ("guest", Stop, "", Running, "clicks cancel", GUEST),
    ("guest+", Terminate, "", Running, "clicks approve", GUEST),
    ("guest+", Terminate, "", Running, "clicks deny", GUEST),
    ("guest+", Stop, P, Running, "clicks approve", GUEST),
    ("stranger", Stop, "", Running, "clicks confirm", STRANGER),
    ("stranger", Terminate, "", Running, "clicks dry run", STRANGER),
    ("stranger+", Terminate, "", Running, "clicks approve", STRANGER),
    ("stranger+", Kill, "", Running, "clicks deny", STRANGER),
    ("stranger", Start, "", Running, "clicks cancel", STRANGER),
    ("bot", Stop, "", Running, "clicks confirm", BOT),
    ("bot", Reboot, "", Running, "clicks dry run", BOT),
    ("bot+", Terminate, "", Running, "clicks approve", BOT),
    ("bot+", Kill, "", Running, "clicks deny", BOT),
    ("bot", Terminate, "", Running, "clicks justify", BOT),
    ("gone", Stop, "", Running, "clicks confirm", GONE),
    ("gone", Stop, "", Running, "clicks cancel", GONE),
    ("gone+", Terminate, "", Running, "clicks approve", GONE),
    ("gone+", Terminate, "", Running, "clicks deny", GONE),
    ("gone", Kill, "", Running, "clicks justify", GONE),
    ("gone", Find, "", Running, "clicks dry run", GONE),
];

#[rustfmt::skip]
const EXECUTIONS: [Row; 80] = [
    // Tiers 0 and 1 need nobody's word.
    ("alice", Find, "", Running, "runs", ALLOW),
    ("alice", Check, UNSEEN, Running, "runs", ALLOW),
    ("alice", Start, "", Stopped, "runs", ALLOW),
    ("alice", Start, UNSEEN, Stopped, "runs", ALLOW),
    ("alice", Start, P, Stopped, "runs", ALLOW),
    ("alice", Start, "", Stopped, "runs: seen guest", ALLOW),
    // Tier 2 needs the requester's.
    ("alice", Stop, "", Running, "runs", CONFIRM),
    ("alice", Reboot, "", Running, "runs: because old", CONFIRM),
    ("alice", Restart, "", Running, "runs: bob approves, seen bob+", CONFIRM),
    ("alice", Stop, "", Running, "runs: alice approves", CONFIRM),
    ("alice", Stop, "", Running, "runs: alice confirms", ALLOW),
    ("alice", Reboot, "", Running, "runs: alice confirms", ALLOW),
    ("alice", Restart, "", Running, "runs: alice confirms", ALLOW),
    ("alice", Stop, "", Stopped, "runs: alice confirms", ALLOW),
    ("alice", Stop, "", Running, "runs: alice confirms, seen guest", ALLOW),
    ("admin", Stop, "", Running, "runs: admin confirms", ALLOW),
    ("alice", Stop, "", Running, "runs: bob confirms", NOT_YOURS),
    ("alice", Stop, "", Running, "runs: admin confirms", NOT_YOURS),
    ("alice", Reboot, "", Running, "runs: bob confirms, bob approves, seen bob+", NOT_YOURS),
    ("alice", Stop, "", Running, "runs: alice confirms, alice refuses", NOT_NEEDED),
    ("alice", Stop, "", Running, "runs: alice confirms, bob refuses", NOT_NEEDED),
    ("alice", Stop, "", Running, "runs: bob refuses", NOT_NEEDED),
    // Tier 3 needs the requester's with a reason, and a second person's.
    ("alice", Terminate, "", Running, "runs", CONFIRM),
    ("alice", Terminate, "", Running, "runs: because old", CONFIRM),
    ("alice", Terminate, "", Running, "runs: alice confirms", CONFIRM),
    ("alice", Kill, "", Running, "runs: alice confirms, because nothing", CONFIRM),
    ("alice", Terminate, "", Running, "runs: alice confirms, bob approves, seen bob+", CONFIRM),
    ("alice", Kill, "", Running, "runs: because old, bob approves, seen bob+", CONFIRM),
    ("alice", Kill, "", Running, "runs: bob approves, seen bob+", CONFIRM),
    ("alice", Terminate, "", Running, "runs: alice confirms, because nothing, bob approves, seen bob+", CONFIRM),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old", APPROVE),
    ("alice", Kill, "", Stopped, "runs: alice confirms, because old", APPROVE),
    ("alice+", Terminate, "", Running, "runs: alice confirms, because old", APPROVE),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, seen bob+", APPROVE),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, bob approves, seen admin+", APPROVE),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, alice approves", APPROVE),
    ("alice+", Terminate, "", Running, "runs: alice confirms, because old, alice approves, alice approves", APPROVE),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, alice approves, seen bob+", APPROVE),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, bob approves, seen bob+", ALLOW),
    ("alice", Kill, "", Stopped, "runs: alice confirms, because old, admin approves, seen admin+", ALLOW),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, alice approves, bob approves, seen bob+", ALLOW),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, carol approves, bob approves, seen bob+", ALLOW),
    ("admin+", Terminate, "", Running, "runs: admin confirms, because old, bob approves, seen bob+", ALLOW),
    // The approver is somebody else, and still may.
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, bob approves", NOT_AN_APPROVER),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, bob approves, seen bob", NOT_AN_APPROVER),
    ("alice", Kill, "", Running, "runs: alice confirms, because old, carol approves, seen carol", NOT_AN_APPROVER),
    ("alice", Terminate, "", Running, "runs: bob approves", NOT_AN_APPROVER),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, alice approves, seen alice+", OWN),
    ("alice+", Kill, "", Running, "runs: alice confirms, because old, bob approves, seen alice+", OWN),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, guest approves, seen guest+", GUEST),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, stranger approves, seen stranger+", STRANGER),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, bot approves, seen bot+", BOT),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, gone approves, seen gone+", GONE),
    ("alice", Terminate, "", Running, "runs: seen gone+", GONE),
    ("alice", Terminate, "", Running, "runs: bob confirms, because old, bob approves, seen bob+", NOT_YOURS),
    ("alice", Kill, "", Running, "runs: bob confirms, because old, carol approves, seen carol+", NOT_YOURS),
    ("alice", Terminate, "", Running, "runs: alice confirms, because old, bob approves, seen bob+, carol refuses", NOT_NEEDED),
    ("alice", Kill, "", Running, "runs: alice confirms, because old, bob approves, seen bob+, alice refuses", NOT_NEEDED),
    // The tag came in between, or nobody has looked.
    ("alice", Stop, P, Running, "runs: alice confirms", PROTECTED),
    ("alice", Stop, P, Running, "runs", PROTECTED),
    ("alice", Reboot, P, Running, "runs: alice confirms", PROTECTED),
    ("alice", Terminate, P, Running, "runs: alice confirms, because old, bob approves, seen bob+", PROTECTED),
    ("alice", Kill, P, Stopped, "runs: alice confirms, because old, admin approves, seen admin+", PROTECTED),
    ("alice", Terminate, P, Running, "runs: bob refuses", PROTECTED),
    ("alice", Stop, UNSEEN, Running, "runs: alice confirms", PROTECTED),
    ("alice", Restart, UNSEEN, Running, "runs", PROTECTED),
    ("alice", Terminate, UNSEEN, Running, "runs: alice confirms, because old, bob approves, seen bob+", PROTECTED),
    ("alice", Stop, "Env", Running, "runs: alice confirms", ALLOW),
    // The requester has left in between.
    ("guest", Start, "", Stopped, "runs", GUEST),
    ("guest", Stop, "", Running, "runs: guest confirms", GUEST),
    ("guest", Terminate, "", Running, "runs: guest confirms, because old, bob approves, seen bob+", GUEST),
    ("stranger", Start, "", Stopped, "runs", STRANGER),
    ("stranger", Stop, "", Running, "runs: stranger confirms", STRANGER),
    ("stranger", Kill, "", Running, "runs: stranger confirms, because old, bob approves, seen bob+", STRANGER),
    ("bot", Stop, "", Running, "runs: bot confirms", BOT),
    ("bot", Terminate, "", Running, "runs: bot confirms, because old, bob approves, seen bob+", BOT),
    ("gone", Start, UNSEEN, Stopped, "runs", GONE),
    ("gone", Stop, "", Running, "runs: gone confirms", GONE),
    ("gone", Terminate, "", Running, "runs: gone confirms, because old, bob approves, seen bob+", GONE),
    ("gone", Terminate, P, Running, "runs", GONE),
];

#[test]
fn requests_are_allowed_by_tier_to_members() {
    check(&REQUESTS);
}

#[test]
fn clicks_are_for_whom_they_are_for() {
    check(&CLICKS);
}

#[test]
fn nothing_is_executed_without_everybody_s_word() {
    check(&EXECUTIONS);
}

#[test]
fn no_row_is_said_twice() {
    let rows = || REQUESTS.iter().chain(&CLICKS).chain(&EXECUTIONS);
    let mut said: Vec<String> =
        rows().map(|(who, verb, tag, state, when, _)| format!("{who} {verb} {tag} {state} {when}")).collect();
    let count = said.len();
    said.sort_unstable();
    said.dedup();
    assert_eq!((said.len(), count), (count, 224));
}

#[test]
fn admins_and_the_installer_manage_accounts() {
    let installer = UserId::new("carol");
    for (who, expected) in [
        ("admin", ALLOW),
        ("carol", ALLOW),
        ("alice", NOT_YOURS),
        ("bob+", NOT_YOURS),
        ("guest", GUEST),
        ("stranger", STRANGER),
        ("bot", BOT),
        ("gone", GONE),
    ] {
        assert_eq!(may_manage(&person(who).0, &installer), expected, "{who}");
    }
    for (who, expected) in [("guest", GUEST), ("gone", GONE)] {
        assert_eq!(may_manage(&person(who).0, &UserId::new(who)), expected, "{who} has installed it");
    }
}

#[test]
fn each_word_has_its_turn() {
    const VERDICTS: [&str; 6] = ["confirm", "justify", "dry run", "cancel", "approve", "deny"];
    for (verb, so_far, asked_for) in [
        (Find, "", ""),
        (Start, "", ""),
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
