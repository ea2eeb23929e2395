//! Everything behind the fleet's lock.

use std::collections::VecDeque;
use std::time::Duration;

use super::clock::millis;
use super::fault::Faults;
use super::log::Log;
use super::roles::Sessions;
use super::world::World;
use crate::cloud::BusEvent;

/// How fast the fleet changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How long a start, a stop or a termination takes.
    pub change: Duration,
    /// How long status checks say `initializing` after a start.
    pub checks: Duration,
}

impl Default for Pace {
    /// Fast enough to watch, slow enough to see every state.
    fn default() -> Self {
        Self { change: Duration::from_secs(2), checks: Duration::from_secs(4) }
    }
}

/// What the fleet is and remembers.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) world: World,
    pub(super) pace: Pace,
    pub(super) faults: Faults,
    pub(super) log: Log,
    pub(super) sessions: Sessions,
    /// State changes that nobody has taken yet.
    pub(super) news: VecDeque<BusEvent>,
    /// How many calls there have been.
    pub(super) calls: u64,
}

impl State {
    pub(super) fn change_ms(&self) -> u64 {
        millis(self.pace.change)
    }

    pub(super) fn checks_ms(&self) -> u64 {
        millis(self.pace.checks)
    }
}
