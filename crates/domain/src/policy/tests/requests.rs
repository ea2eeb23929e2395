//! Who may ask for what.

use super::*;

#[rustfmt::skip]
pub(super) const REQUESTS: [Row; 65] = [
    ("alice", Find, "", Running, "asks", ALLOW),
    ("alice", Check, "", Stopped, "asks", ALLOW),
    ("alice", Start, "", Stopped, "asks", ALLOW),
    ("alice", Start, "", Stopped, "asks for several", CONFIRM),
    ("alice", Start, P, Stopped, "asks for several", CONFIRM),
    ("admin+", Start, UNSEEN, Stopped, "asks for several", CONFIRM),
    ("guest", Start, "", Stopped, "asks for several", GUEST),
    ("alice", Find, "", Stopped, "asks for several", ALLOW),
    ("alice", Stop, "", Running, "asks for several", CONFIRM),
    ("alice", Terminate, "", Running, "asks for several", APPROVE),
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

#[test]
fn requests_are_allowed_by_tier_to_members() {
    check(&REQUESTS);
}
