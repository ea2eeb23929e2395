//! What EC2 allows to be done to an instance in which state, and what doing it
//! changes.
//!
//! `decide` only looks; `begin` only does. A call for several instances decides
//! about all of them before it begins with the first.

use domain::instance::{Action, InstanceState};
use domain::time::Millis;

use super::date;
use super::machine::{Course, Machine, Protection, Purchase};
use super::refusal::Refusal;

/// What an allowed call means for one instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is there already, or on its way; success without a change.
    Nothing,
    /// The change begins.
    Begin,
    /// A forced stop of an instance that is already stopping: only quicker.
    Hurry,
}

/// Whether `action` is allowed on `machine` at `now`.
pub(super) fn decide(machine: &Machine, action: Action, now: Millis) -> Result<Verdict, Refusal> {
    let state = machine.state(now);
    match action {
        Action::Start => decide_start(machine, state),
        Action::Stop { force, hibernate } => decide_stop(machine, state, force, hibernate),
        Action::Reboot => decide_reboot(machine, state),
        Action::Terminate => decide_terminate(machine, state),
    }
}

fn decide_start(machine: &Machine, state: InstanceState) -> Result<Verdict, Refusal> {
    let id = &machine.id;
    match state {
        InstanceState::Running | InstanceState::Pending => Ok(Verdict::Nothing),
        InstanceState::Stopped if machine.purchase == Purchase::SpotInterrupted => Err(Refusal::client(
            "IncorrectSpotRequestState",
            format!(
                "You can't start the Spot Instance '{id}' because the associated Spot Instance request is not in an \
                 appropriate state to support start."
            ),
        )),
        InstanceState::Stopped => Ok(Verdict::Begin),
        InstanceState::Stopping | InstanceState::ShuttingDown | InstanceState::Terminated => {
            Err(Refusal::incorrect_state(format!(
                "The instance '{id}' is not in a state from which it can be started."
            )))
        }
    }
}

fn decide_stop(
    machine: &Machine,
    state: InstanceState,
    force: bool,
    hibernate: bool,
) -> Result<Verdict, Refusal> {
    let id = &machine.id;
    match state {
        InstanceState::ShuttingDown | InstanceState::Terminated => {
            return Err(Refusal::incorrect_state(format!(
                "This instance '{id}' is not in a state from which it can be stopped."
            )));
        }
        InstanceState::Pending => {
            return Err(Refusal::incorrect_state(format!(
                "Instance '{id}' cannot be stopped as it has never reached the 'running' state."
            )));
        }
        InstanceState::Running | InstanceState::Stopping | InstanceState::Stopped => {}
    }
    if machine.purchase == Purchase::SpotOnce {
        return Err(Refusal::client(
            "UnsupportedOperation",
            format!(
                "You can't stop the Spot Instance '{id}' because it is associated with a one-time Spot Instance \
                 request. You can only stop Spot Instances associated with persistent Spot Instance requests."
            ),
        ));
    }
    if machine.root_is_instance_store {
        return Err(Refusal::client(
            "UnsupportedOperation",
            format!("The instance '{id}' does not have an 'ebs' root device type and cannot be stopped."),
        ));
    }
    if machine.protection == Protection::Stop {
        return Err(Refusal::protected(id, "stopped", "disableApiStop"));
    }
    if hibernate && !machine.hibernation {
        return Err(Refusal::client(
            "UnsupportedHibernationConfiguration",
            format!(
                "The instance can't be hibernated because it was not configured at launch for hibernation: {id}"
            ),
        ));
    }
    Ok(match state {
        InstanceState::Running => Verdict::Begin,
        InstanceState::Stopping if force => Verdict::Hurry,
        _ => Verdict::Nothing,
    })
}

fn decide_reboot(machine: &Machine, state: InstanceState) -> Result<Verdict, Refusal> {
    match state {
        InstanceState::Running => Ok(Verdict::Begin),
        // "Requests to reboot terminated instances are ignored."
        // <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html>
        InstanceState::Terminated => Ok(Verdict::Nothing),
        _ => Err(Refusal::incorrect_state(format!(
            "The instance '{}' is not in the 'running' state.",
            machine.id
        ))),
    }
}

fn decide_terminate(machine: &Machine, state: InstanceState) -> Result<Verdict, Refusal> {
    if matches!(state, InstanceState::ShuttingDown | InstanceState::Terminated) {
        return Ok(Verdict::Nothing);
    }
    match machine.protection {
        Protection::None => Ok(Verdict::Begin),
        Protection::Termination => {
            Err(Refusal::protected(&machine.id, "terminated", "disableApiTermination"))
        }
        Protection::Stop => Err(Refusal::protected(&machine.id, "terminated", "disableApiStop")),
    }
}

/// Begins `action` at `now`; it will be done at `done_at`.
pub(super) fn begin(machine: &mut Machine, action: Action, now: Millis, done_at: Millis) {
    match action {
        Action::Start => {
            machine.launched_at = now;
            machine.launches += 1;
            machine.reason.clear();
            machine.state_reason = None;
            machine.changes.started += 1;
            machine.course = Course { via: InstanceState::Pending, to: InstanceState::Running, done_at };
        }
        Action::Stop { hibernate, .. } => {
            machine.state_reason = Some(if hibernate {
                ("Client.UserInitiatedHibernate", "Client.UserInitiatedHibernate: User initiated hibernate")
            } else {
                SHUTDOWN
            });
            machine.reason = user_initiated(now);
            machine.changes.stopped += 1;
            machine.course = Course { via: InstanceState::Stopping, to: InstanceState::Stopped, done_at };
        }
        Action::Reboot => machine.changes.rebooted += 1,
        Action::Terminate => {
            machine.state_reason = Some(SHUTDOWN);
            machine.reason = user_initiated(now);
            machine.changes.terminated += 1;
            machine.course =
                Course { via: InstanceState::ShuttingDown, to: InstanceState::Terminated, done_at };
        }
    }
}

/// Lets a start that has begun fail: EC2 accepts it, and finds out later that it cannot
/// use the key of a volume.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html>
pub(super) const fn fail_start(machine: &mut Machine) {
    machine.course.to = InstanceState::Stopped;
    machine.state_reason = Some(LAUNCH_FAILURE);
}

/// Brings the end of a change forward to `done_at`.
pub(super) fn hurry(machine: &mut Machine, done_at: Millis) {
    machine.course.done_at = machine.course.done_at.min(done_at);
}

/// What `StateReason` says after a stop or a termination by API call.
pub(super) const SHUTDOWN: (&str, &str) =
    ("Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown");

/// What `StateReason` says after a start for which a volume's key could not be used.
const LAUNCH_FAILURE: (&str, &str) = ("Client.InternalError", "Client.InternalError: Client error on launch");

/// EC2's transition reason for something a person or a program asked for.
pub(super) fn user_initiated(at: Millis) -> String {
    format!("User initiated ({})", date::gmt(at))
}
