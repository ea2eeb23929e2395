//! One instance of the little EC2: its states move on the clock, and it keeps
//! what was done to it.

use domain::ids::InstanceId;
use domain::instance::{Action, Instance, InstanceState, StateReason};
use domain::time::Millis;

use super::fleet::protected;
use crate::ports::{Change, InstancesError, Protection};

/// How long a start or a stop takes, unless a test says otherwise.
pub(super) const TAKES_MS: u64 = 4_500;

/// An instance.
pub(super) struct Machine {
    pub(super) seen: Instance,
    /// The state it is on its way to, and when it arrives.
    pub(super) bound_for: Option<(InstanceState, Millis)>,
    pub(super) takes_ms: u64,
    /// The code with which EC2 refuses every change.
    pub(super) refuses: Option<&'static str>,
    /// AWS's own protection, and whether a dry run shows it.
    pub(super) protection: Option<(Protection, bool)>,
    /// Whether the key of its encrypted volume may be used, if it has one.
    pub(super) key: Option<bool>,
    pub(super) done: Vec<&'static str>,
}

impl Machine {
    pub(super) fn settle(&mut self, now: Millis) {
        if let Some((state, at)) = self.bound_for
            && at <= now
        {
            let fails = state == InstanceState::Running && self.key == Some(false);
            self.seen.state = if fails { InstanceState::Stopped } else { state };
            self.seen.state_reason = fails.then(|| StateReason {
                code: "Client.InternalError".to_owned(),
                message: "Client.InternalError: Client error on launch".to_owned(),
            });
            self.bound_for = None;
        }
    }

    pub(super) fn allows(&self, action: Action) -> Result<(), &'static str> {
        use InstanceState::{Pending, Running, Stopped, Stopping};
        if let Some(code) = self.refuses {
            return Err(code);
        }
        match (action, self.seen.state) {
            (Action::Stop { .. }, Running | Stopping | Stopped)
            | (Action::Start, Stopped | Pending | Running)
            | (Action::Reboot, Running)
            | (Action::Terminate, _) => Ok(()),
            _ => Err("IncorrectInstanceState"),
        }
    }

    /// How EC2 refuses a change to an instance that is protected against it.
    pub(super) fn guarded(&self, change: &Change) -> Option<InstancesError> {
        let (protection, shows) = self.protection?;
        let attribute = match (protection, change.action) {
            (Protection::Stop, Action::Stop { .. } | Action::Terminate) => "disableApiStop",
            (Protection::Termination, Action::Terminate) => "disableApiTermination",
            _ => return None,
        };
        (shows || !change.dry_run).then(|| protected(attribute))
    }

    pub(super) fn change(&mut self, action: Action, now: Millis) -> (InstanceId, InstanceState) {
        use InstanceState::{Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};
        let way = match (action, self.seen.state) {
            (Action::Stop { .. }, Running) => Some(("stop", Stopping, Stopped)),
            (Action::Start, Stopped) => Some(("start", Pending, Running)),
            (Action::Terminate, Pending | Running | Stopping | Stopped) => {
                Some(("terminate", ShuttingDown, Terminated))
            }
            _ => None,
        };
        if let Some((what, over, goal)) = way {
            self.done.push(what);
            self.seen.state = over;
            if action == Action::Start {
                self.seen.launched_at = now;
            }
            self.bound_for = Some((goal, now.plus(self.takes_ms)));
        } else if action == Action::Reboot {
            self.done.push("reboot");
        }
        (self.seen.id.clone(), self.seen.state)
    }
}
