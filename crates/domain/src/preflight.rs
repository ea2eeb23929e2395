//! The last look before a change: what a verb does to an instance in the
//! state it is in now, and whether it has arrived afterwards.

mod warning;

use serde::{Deserialize, Serialize};

use crate::command::{Flags, Tier, Verb};
use crate::instance::{Action, Instance, InstanceState};

pub use warning::{Warning, has_instance_store};

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
    /// Nothing: its root volume is an instance store, so it can be rebooted and
    /// terminated, and never be stopped.
    Unstoppable,
    /// Nothing: it is terminated.
    Gone,
}

/// What `verb` comes to for `instance` as it is now. Verbs that only look
/// have nothing to do.
pub fn preflight(verb: Verb, flags: Flags, instance: &Instance) -> Preflight {
    let by_state = by_state(verb, flags, instance.state);
    let is_idle = matches!(by_state, Outcome::NothingToDo { .. } | Outcome::Gone);
    let outcome = if !is_idle && verb.tier() >= Tier::Interrupt && instance.is_protected() {
        Outcome::Protected
    } else if matches!(by_state, Outcome::Go(Action::Stop { .. })) && instance.root_is_instance_store {
        Outcome::Unstoppable
    } else {
        by_state
    };
    let warnings = match outcome {
        Outcome::Go(action) => warning::warnings(action, instance),
        _ => Vec::new(),
    };
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
            InstanceState::Running if flags.new_host => {
                Outcome::Go(Action::Stop { force: false, hibernate: false })
            }
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
mod tests;
