//! The last look before a change: what a verb does to an instance in the
//! state it is in now, and whether it has arrived afterwards.

use serde::{Deserialize, Serialize};

use crate::command::{Flags, Tier, Verb};
use crate::instance::{Action, Instance, InstanceState};

/// What a verb comes to for one instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preflight {
    /// What is to be done.
    pub outcome: Outcome,
    /// What the person should know before they confirm it.
    pub warnings: Vec<Warning>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// This one EC2 call.
    Go(Action),
    /// Nothing: the instance is there already, or on its way.
    NothingToDo {
        /// The state it is in.
        state: InstanceState,
    },
    /// Nothing now: EC2 would refuse.
    WrongState {
        /// The state it is in.
        state: InstanceState,
        /// The state in which the verb works; `None` if it will never be in it again.
        needs: Option<InstanceState>,
    },
    /// Nothing: it is stopped, and a restart means something that runs. A
    /// start may be offered.
    OfferStart,
    /// Nothing: it carries the protection tag.
    Protected,
    /// Nothing: it is terminated.
    Gone,
}

/// What else will happen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Its Auto Scaling group will replace it.
    AutoScaling {
        /// The group's name.
        group: String,
    },
}

/// What `verb` comes to for `instance` as it is now. Verbs that only look
/// have nothing to do.
pub fn preflight(verb: Verb, flags: Flags, instance: &Instance) -> Preflight {
    let by_state = by_state(verb, flags, instance.state);
    let is_idle = matches!(by_state, Outcome::NothingToDo { .. } | Outcome::Gone);
    let outcome = if !is_idle && verb.tier() >= Tier::Interrupt && instance.is_protected() {
        Outcome::Protected
    } else {
        by_state
    };
    let replaced = matches!(outcome, Outcome::Go(Action::Stop { .. } | Action::Terminate));
    let group = instance.auto_scaling_group().filter(|_| replaced);
    let warnings = group.map(|group| Warning::AutoScaling { group: group.to_owned() }).into_iter().collect();
    Preflight { outcome, warnings }
}

const fn by_state(verb: Verb, flags: Flags, state: InstanceState) -> Outcome {
    match verb {
        Verb::Find | Verb::Check => Outcome::NothingToDo { state },
        Verb::Start => start(state),
        Verb::Stop => stop(flags, state),
        Verb::Reboot => reboot(state),
        Verb::Restart => match state {
            InstanceState::Stopped => Outcome::OfferStart,
            state => reboot(state),
        },
        Verb::Terminate | Verb::Kill => match state {
            InstanceState::ShuttingDown | InstanceState::Terminated => Outcome::NothingToDo { state },
            InstanceState::Pending
            | InstanceState::Running
            | InstanceState::Stopping
            | InstanceState::Stopped => Outcome::Go(Action::Terminate),
        },
    }
}

const fn start(state: InstanceState) -> Outcome {
    match state {
        InstanceState::Stopped => Outcome::Go(Action::Start),
        InstanceState::Pending | InstanceState::Running => Outcome::NothingToDo { state },
        InstanceState::Stopping => Outcome::WrongState { state, needs: Some(InstanceState::Stopped) },
        InstanceState::ShuttingDown => Outcome::WrongState { state, needs: None },
        InstanceState::Terminated => Outcome::Gone,
    }
}

const fn stop(flags: Flags, state: InstanceState) -> Outcome {
    match state {
        InstanceState::Running => {
            Outcome::Go(Action::Stop { force: flags.force, hibernate: flags.hibernate })
        }
        // Force is AWS's own remedy for an instance that hangs while stopping:
        // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/TroubleshootingInstancesStopping.html
        InstanceState::Stopping if flags.force => Outcome::Go(Action::Stop { force: true, hibernate: false }),
        InstanceState::Stopping | InstanceState::Stopped => Outcome::NothingToDo { state },
        InstanceState::Pending => Outcome::WrongState { state, needs: Some(InstanceState::Running) },
        InstanceState::ShuttingDown => Outcome::WrongState { state, needs: None },
        InstanceState::Terminated => Outcome::Gone,
    }
}

const fn reboot(state: InstanceState) -> Outcome {
    match state {
        InstanceState::Running => Outcome::Go(Action::Reboot),
        InstanceState::Pending | InstanceState::Stopping | InstanceState::Stopped => {
            Outcome::WrongState { state, needs: Some(InstanceState::Running) }
        }
        InstanceState::ShuttingDown => Outcome::WrongState { state, needs: None },
        InstanceState::Terminated => Outcome::Gone,
    }
}

/// The state an action leads to; a reboot leads to none that could be observed.
pub const fn goal(action: Action) -> Option<InstanceState> {
    match action {
        Action::Start => Some(InstanceState::Running),
        Action::Stop { .. } => Some(InstanceState::Stopped),
        Action::Reboot => None,
        Action::Terminate => Some(InstanceState::Terminated),
    }
}

/// How far an accepted action has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// At its goal.
    Reached,
    /// On the way.
    Moving,
    /// Where it began. Soon after the call that only means that EC2's list
    /// lags behind; later it means that the action failed.
    Unmoved,
    /// Somewhere the action does not lead to and will not lead away from:
    /// somebody else has changed it.
    Elsewhere,
}

/// How far `action` has come if the instance is now in `state`.
pub const fn progress(action: Action, state: InstanceState) -> Progress {
    use InstanceState::{Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};
    match (action, state) {
        (Action::Start | Action::Reboot, Running)
        | (Action::Stop { .. }, Stopped)
        | (Action::Terminate, Terminated) => Progress::Reached,
        (Action::Start, Pending) | (Action::Stop { .. }, Stopping) | (Action::Terminate, ShuttingDown) => {
            Progress::Moving
        }
        (Action::Start, Stopped)
        | (Action::Stop { .. }, Running)
        | (Action::Terminate, Pending | Running | Stopping | Stopped) => Progress::Unmoved,
        (Action::Start, Stopping | ShuttingDown | Terminated)
        | (Action::Stop { .. }, Pending | ShuttingDown | Terminated)
        | (Action::Reboot, Pending | Stopping | Stopped | ShuttingDown | Terminated) => Progress::Elsewhere,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ids::{InstanceId, Region};
    use crate::instance::{AUTO_SCALING_TAG, PROTECTED_TAG};
    use crate::time::Millis;
    use InstanceState::{Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};

    const PLAIN: Flags = Flags { dry_run: false, force: false, hibernate: false, no_wait: false };
    const STOP: Action = Action::Stop { force: false, hibernate: false };

    fn instance(state: InstanceState, tags: &[&str]) -> Instance {
        Instance {
            id: InstanceId::parse("i-0123456789abcdef0").unwrap(),
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
            spot: false,
            transition_reason: String::new(),
            tags: tags.iter().map(|tag| ((*tag).to_owned(), "x".to_owned())).collect::<BTreeMap<_, _>>(),
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

    #[test]
    fn auto_scaling_is_warned_of_where_it_replaces() {
        for (verb, state, warned) in [
            (Verb::Start, Stopped, false),
            (Verb::Stop, Running, true),
            (Verb::Stop, Stopped, false),
            (Verb::Reboot, Running, false),
            (Verb::Terminate, Stopped, true),
        ] {
            let warnings = preflight(verb, PLAIN, &instance(state, &[AUTO_SCALING_TAG])).warnings;
            assert_eq!(!warnings.is_empty(), warned, "{verb} {state}");
        }
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
}
