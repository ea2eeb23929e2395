//! What a process is about to do, and the write that it tries.

use domain::job::{Duty, Machine};

/// What a process does next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pc {
    /// Not running.
    Idle,
    /// A worker reads the record and wants to take it up.
    Start,
    /// A write is under way; then go on.
    Writing(Box<Write>, Box<Pc>),
    /// A worker holds this machine and does its duty.
    Holding(Machine),
    /// `begin` is on record: make the call.
    Call(Machine),
    /// The call's answer did not come: look.
    Reconcile(Machine),
    /// The call's answer came: record it.
    Accept(Machine),
    /// Say how it ended.
    Tell(Machine),
    /// A gateway or the sweeper is about to wake a worker.
    Wake,
}

impl Pc {
    /// Whether its next write must fail, with no effect before it. The epoch of
    /// a record only grows, so that cannot change again.
    pub(super) fn is_too_late(&self, record: &Machine) -> bool {
        let stored = |machine: &Machine| machine.writer == record.writer && machine.epoch == record.epoch;
        match self {
            Self::Writing(write, _) => !stored(&write.before) && !stored(&write.after),
            Self::Holding(machine) | Self::Reconcile(machine) | Self::Accept(machine) => !stored(machine),
            Self::Idle | Self::Start | Self::Wake | Self::Call(_) | Self::Tell(_) => false,
        }
    }

    pub(super) fn each_machine(&mut self, visit: &mut impl FnMut(&mut Machine)) {
        match self {
            Self::Idle | Self::Start | Self::Wake => {}
            Self::Writing(write, then) => {
                visit(&mut write.before);
                visit(&mut write.after);
                then.each_machine(visit);
            }
            Self::Holding(machine)
            | Self::Call(machine)
            | Self::Reconcile(machine)
            | Self::Accept(machine)
            | Self::Tell(machine) => visit(machine),
        }
    }
}

/// A conditional write that is being tried.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Write {
    pub(crate) before: Machine,
    pub(crate) after: Machine,
    pub(crate) with: With,
}

/// What else stands in a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum With {
    Nothing,
    /// The plan that people are asked about.
    Plan(u8),
    /// What somebody says of the plan that they saw.
    Word(u8, Word),
}

/// How one asking ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Word {
    Yes,
    No,
    Expired,
}

/// What a holder does first.
pub(crate) fn begin_duty(machine: Machine) -> Pc {
    match machine.duty() {
        Some(Duty::Tell) => Pc::Tell(machine),
        Some(Duty::Reconcile) => Pc::Reconcile(machine),
        Some(Duty::Decide | Duty::Look) => Pc::Holding(machine),
        None => Pc::Idle,
    }
}
