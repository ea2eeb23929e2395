//! What a verb comes to, state by state, and what is warned of.

use super::*;
use crate::ids::{Alias, InstanceId, Region};
use crate::instance::{AUTO_SCALING_TAG, PROTECTED_TAG};
use crate::time::Millis;
use InstanceState::{Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};

const PLAIN: Flags =
    Flags { dry_run: false, force: false, hibernate: false, new_host: false, no_wait: false };
const STOP: Action = Action::Stop { force: false, hibernate: false };

fn instance(state: InstanceState, tags: &[&str]) -> Instance {
    Instance {
        id: InstanceId::parse("i-0123456789abcdef0").unwrap(),
        account: Alias::new("home"),
        region: Region::new("eu-west-1"),
        zone: "eu-west-1a".to_owned(),
        state,
        instance_type: "t3.micro".to_owned(),
        launched_at: Millis(0),
        image: "ami-1".to_owned(),
        vpc: None,
        subnet: None,
        private_ip: None,
        public_ip: None,
        keeps_public_ip: false,
        root_is_instance_store: false,
        spot: false,
        transition_reason: String::new(),
        state_reason: None,
        tags: tags.iter().map(|tag| ((*tag).to_owned(), "x".to_owned())).collect(),
    }
}

fn outcome(verb: Verb, flags: Flags, state: InstanceState, tags: &[&str]) -> Outcome {
    preflight(verb, flags, &instance(state, tags)).outcome
}

fn wrong(state: InstanceState, needs: Option<InstanceState>) -> Outcome {
    Outcome::WrongState { state, needs }
}

#[test]
fn every_verb_knows_every_state() {
    let idle = |state| Outcome::NothingToDo { state };
    for (verb, outcomes) in [
        (Verb::Find, InstanceState::ALL.map(idle)),
        (Verb::Check, InstanceState::ALL.map(idle)),
        (
            Verb::Start,
            [
                idle(Pending),
                idle(Running),
                wrong(Stopping, Some(Stopped)),
                Outcome::Go(Action::Start),
                wrong(ShuttingDown, None),
                Outcome::Gone,
            ],
        ),
        (
            Verb::Stop,
            [
                wrong(Pending, Some(Running)),
                Outcome::Go(STOP),
                idle(Stopping),
                idle(Stopped),
                wrong(ShuttingDown, None),
                Outcome::Gone,
            ],
        ),
        (
            Verb::Reboot,
            [
                wrong(Pending, Some(Running)),
                Outcome::Go(Action::Reboot),
                wrong(Stopping, Some(Running)),
                wrong(Stopped, Some(Running)),
                wrong(ShuttingDown, None),
                Outcome::Gone,
            ],
        ),
        (
            Verb::Restart,
            [
                wrong(Pending, Some(Running)),
                Outcome::Go(Action::Reboot),
                wrong(Stopping, Some(Running)),
                Outcome::OfferStart,
                wrong(ShuttingDown, None),
                Outcome::Gone,
            ],
        ),
        (
            Verb::Terminate,
            [
                Outcome::Go(Action::Terminate),
                Outcome::Go(Action::Terminate),
                Outcome::Go(Action::Terminate),
                Outcome::Go(Action::Terminate),
                idle(ShuttingDown),
                idle(Terminated),
            ],
        ),
    ] {
        for (state, expected) in InstanceState::ALL.into_iter().zip(outcomes) {
            assert_eq!(outcome(verb, PLAIN, state, &[]), expected, "{verb} {state}");
        }
    }
    for state in InstanceState::ALL {
        assert_eq!(outcome(Verb::Kill, PLAIN, state, &[]), outcome(Verb::Terminate, PLAIN, state, &[]));
    }
}

#[test]
fn flags_reach_the_stop() {
    let flags = Flags { hibernate: true, ..PLAIN };
    let hibernate = Outcome::Go(Action::Stop { force: false, hibernate: true });
    assert_eq!(outcome(Verb::Stop, flags, Running, &[]), hibernate);
    let flags = Flags { force: true, ..PLAIN };
    let force = Outcome::Go(Action::Stop { force: true, hibernate: false });
    assert_eq!(outcome(Verb::Stop, flags, Running, &[]), force);
    assert_eq!(outcome(Verb::Stop, flags, Stopping, &[]), force);
}

#[test]
fn on_a_new_host_a_restart_is_a_stop() {
    let flags = Flags { new_host: true, ..PLAIN };
    for state in InstanceState::ALL {
        let rebooted = outcome(Verb::Restart, PLAIN, state, &[]);
        let stopped = if state == Running { Outcome::Go(STOP) } else { rebooted };
        assert_eq!(outcome(Verb::Restart, flags, state, &[]), stopped, "{state}");
    }
}

#[test]
fn the_tag_protects_from_all_that_interrupts() {
    for (verb, state, protected) in [
        (Verb::Start, Stopped, false),
        (Verb::Stop, Running, true),
        (Verb::Stop, Pending, true),
        (Verb::Stop, Stopped, false),
        (Verb::Reboot, Running, true),
        (Verb::Restart, Running, true),
        (Verb::Terminate, Stopped, true),
        (Verb::Kill, Running, true),
        (Verb::Kill, Terminated, false),
    ] {
        let outcome = outcome(verb, PLAIN, state, &[PROTECTED_TAG]);
        assert_eq!(outcome == Outcome::Protected, protected, "{verb} {state}");
    }
}

/// An instance of which everything is to be lost.
fn rich(state: InstanceState) -> Instance {
    Instance {
        instance_type: "m5d.large".to_owned(),
        public_ip: Some("198.51.100.7".to_owned()),
        spot: true,
        ..instance(state, &[AUTO_SCALING_TAG])
    }
}

fn short(warning: &Warning) -> &str {
    match warning {
        Warning::AutoScaling { group } => {
            assert_eq!(group, "x");
            "group"
        }
        Warning::Spot => "spot",
        Warning::LosesPublicIp { address } => address,
        Warning::LosesInstanceStore => "store",
        Warning::EncryptedVolumes
        | Warning::StopProtected
        | Warning::TerminationProtected
        | Warning::WouldBeRefused { .. } => "a Describe does not tell this",
    }
}

fn warned(verb: Verb, flags: Flags, instance: &Instance) -> String {
    let warnings = preflight(verb, flags, instance).warnings;
    warnings.iter().map(short).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_lost_is_warned_of_before() {
    let all = "group spot 198.51.100.7 store";
    let force = Flags { force: true, ..PLAIN };
    let hibernate = Flags { hibernate: true, ..PLAIN };
    for (verb, flags, state, expected) in [
        (Verb::Find, PLAIN, Running, ""),
        (Verb::Check, PLAIN, Running, ""),
        (Verb::Start, PLAIN, Stopped, ""),
        (Verb::Stop, PLAIN, Running, all),
        (Verb::Stop, force, Running, all),
        (Verb::Stop, hibernate, Running, all),
        (Verb::Stop, force, Stopping, all),
        (Verb::Stop, PLAIN, Stopping, ""),
        (Verb::Stop, PLAIN, Stopped, ""),
        (Verb::Stop, PLAIN, Pending, ""),
        (Verb::Reboot, PLAIN, Running, ""),
        (Verb::Restart, PLAIN, Running, ""),
        (Verb::Restart, PLAIN, Stopped, ""),
        (Verb::Terminate, PLAIN, Running, all),
        (Verb::Kill, PLAIN, Pending, all),
        // A stopped one has lost what was on its host.
        (Verb::Terminate, PLAIN, Stopped, "group spot 198.51.100.7"),
        (Verb::Terminate, PLAIN, ShuttingDown, ""),
        (Verb::Terminate, PLAIN, Terminated, ""),
    ] {
        assert_eq!(warned(verb, flags, &rich(state)), expected, "{verb} {state}");
    }
}

#[test]
fn only_what_is_there_is_warned_of() {
    let on_instance_store = Instance { root_is_instance_store: true, ..instance(Running, &[]) };
    for (verb, instance, expected) in [
        (Verb::Stop, instance(Running, &[]), ""),
        (Verb::Terminate, instance(Running, &[]), ""),
        (Verb::Stop, instance(Running, &[AUTO_SCALING_TAG]), "group"),
        (Verb::Stop, Instance { spot: true, ..instance(Running, &[]) }, "spot"),
        (Verb::Stop, Instance { keeps_public_ip: true, ..rich(Running) }, "group spot store"),
        (Verb::Terminate, Instance { keeps_public_ip: true, ..rich(Running) }, "group spot store"),
        (Verb::Stop, Instance { public_ip: None, ..rich(Running) }, "group spot store"),
        (Verb::Terminate, on_instance_store.clone(), "store"),
        (Verb::Stop, on_instance_store, ""),
        (Verb::Stop, Instance { tags: instance(Running, &[PROTECTED_TAG]).tags, ..rich(Running) }, ""),
    ] {
        assert_eq!(warned(verb, PLAIN, &instance), expected, "{verb} {instance:?}");
    }
}

#[test]
fn what_runs_from_an_instance_store_is_never_stopped() {
    let instance = |state, tags| Instance { root_is_instance_store: true, ..instance(state, tags) };
    let force = Flags { force: true, ..PLAIN };
    for (verb, flags, state, expected) in [
        (Verb::Stop, PLAIN, Running, Outcome::Unstoppable),
        (Verb::Stop, force, Running, Outcome::Unstoppable),
        (Verb::Stop, PLAIN, Pending, wrong(Pending, Some(Running))),
        (Verb::Stop, PLAIN, Terminated, Outcome::Gone),
        (Verb::Reboot, PLAIN, Running, Outcome::Go(Action::Reboot)),
        (Verb::Restart, PLAIN, Running, Outcome::Go(Action::Reboot)),
        (Verb::Terminate, PLAIN, Running, Outcome::Go(Action::Terminate)),
    ] {
        assert_eq!(preflight(verb, flags, &instance(state, &[])).outcome, expected, "{verb} {state}");
    }
    let protected = preflight(Verb::Stop, PLAIN, &instance(Running, &[PROTECTED_TAG]));
    assert_eq!(protected.outcome, Outcome::Protected);
}

#[test]
fn families_tell_whether_there_is_an_instance_store() {
    for (types, expected) in [
        ("m5d.large m5ad.large m5dn.large c6gd.medium r6id.xlarge m6idn.large x2gd.medium", true),
        ("x2idn.16xlarge x2iedn.xlarge z1d.large g4dn.xlarge g4ad.xlarge p3dn.24xlarge p4de.24xlarge", true),
        (
            "hpc6id.32xlarge c8gd.medium i3.large i3en.large i4i.large i7ie.large im4gn.large is4gen.large",
            true,
        ),
        ("d2.xlarge d3en.xlarge h1.2xlarge f1.2xlarge g5.xlarge g6.xlarge gr6.4xlarge p5.48xlarge", true),
        ("trn1.2xlarge dl1.24xlarge x1e.xlarge m3.medium c3.large r3.large p6-b200.48xlarge i3.metal", true),
        (
            "t3.micro t4g.nano m5.large m5a.large m5n.large m6i.large m7i-flex.large c5.large c7gn.large",
            false,
        ),
        ("r5b.large g5g.xlarge g3.4xlarge p2.xlarge p3.2xlarge inf1.xlarge inf2.xlarge vt1.3xlarge", false),
        ("dl2q.24xlarge u-6tb1.metal u7in-16tb.224xlarge mac1.metal mac2-m2pro.metal a1.medium", false),
        ("hpc6a.48xlarge hpc7g.4xlarge x8g.large m4.large r4.large t2.micro trn3.48xlarge", false),
        ("d i im d.large .large i-d.large 5d.large µ5d.large", false),
    ] {
        for instance_type in types.split(' ') {
            assert_eq!(has_instance_store(instance_type), expected, "{instance_type}");
        }
    }
    assert!(!has_instance_store(""));
}

#[test]
fn progress_is_reached_at_the_goal_only() {
    for action in [Action::Start, STOP, Action::Reboot, Action::Terminate] {
        for state in InstanceState::ALL {
            let at_goal = goal(action).unwrap_or(Running) == state;
            assert_eq!(progress(action, state) == Progress::Reached, at_goal, "{action:?} {state}");
        }
    }
    for (action, state, expected) in [
        (Action::Start, Stopped, Progress::Unmoved),
        (Action::Start, Pending, Progress::Moving),
        (Action::Start, Stopping, Progress::Elsewhere),
        (STOP, Running, Progress::Unmoved),
        (STOP, Stopping, Progress::Moving),
        (STOP, Terminated, Progress::Elsewhere),
        (Action::Terminate, ShuttingDown, Progress::Moving),
        (Action::Terminate, Stopped, Progress::Unmoved),
        (Action::Reboot, Stopped, Progress::Elsewhere),
    ] {
        assert_eq!(progress(action, state), expected, "{action:?} {state}");
    }
}
