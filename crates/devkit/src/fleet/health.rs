//! Status checks: what `DescribeInstanceStatus` says about an instance.

use super::filter::Seen;
use super::machine::Machine;

/// The result of one of the two checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Check {
    /// `ok`, `impaired`, `initializing` or `not-applicable`.
    pub(super) status: &'static str,
    /// `passed`, `failed`, `initializing`, or nothing when it does not run.
    pub(super) reachability: &'static str,
}

const OK: Check = Check { status: "ok", reachability: "passed" };
const IMPAIRED: Check = Check { status: "impaired", reachability: "failed" };
const INITIALIZING: Check = Check { status: "initializing", reachability: "initializing" };
const NOT_APPLICABLE: Check = Check { status: "not-applicable", reachability: "" };

/// The instance status check, which an impaired machine fails.
pub(super) fn of(seen: &Seen<'_>) -> Check {
    check(seen, |machine| if machine.impaired { IMPAIRED } else { OK })
}

/// The system status check: the fleet's hosts are sound.
pub(super) fn of_system(seen: &Seen<'_>) -> Check {
    check(seen, |_| OK)
}

fn check(seen: &Seen<'_>, settled: impl Fn(&Machine) -> Check) -> Check {
    match seen.machine.running_since(seen.now) {
        None => NOT_APPLICABLE,
        Some(since) if seen.now.since(since) < seen.checks_ms => INITIALIZING,
        Some(_) => settled(seen.machine),
    }
}
