//! One instance of the little EC2: its states move on the clock, and it keeps
//! what was done to it.

use domain::ids::InstanceId;
use domain::instance::{Action, Instance, InstanceState};
use domain::time::Millis;

use crate::ports::Protection;

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
    /// AWS's own protection.
    pub(super) protection: Protection,
    pub(super) done: Vec<&'static str>,
}

impl Machine {
    pub(super) fn settle(&mut self, now: Millis) {
        if let Some((state, at)) = self.bound_for
            && at <= now
        {
            self.seen.state = state;
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
            self.bound_for = Some((goal, now.plus(self.takes_ms)));
        } else if action == Action::Reboot {
            self.done.push("reboot");
        }
        (self.seen.id.clone(), self.seen.state)
    }
}
