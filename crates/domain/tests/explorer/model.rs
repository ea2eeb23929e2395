//! The world of the model: one record, one instance, one channel, and the
//! processes and people that act on them.

mod normal;
mod process;
mod promises;

use std::collections::BTreeSet;

use domain::ids::{Owner, PlanHash};
use domain::job::{Ending, Machine, Move, Status, step};
use domain::time::Millis;

pub(crate) use process::{Pc, With, Word, Write, begin_duty};

/// The clock stands still; a tick makes every hold and due date of the record
/// lie in the past instead. The machine only compares, so nothing is lost, and
/// the states stay finite.
pub(crate) const NOW: Millis = Millis(1_000_000_000);

/// The end of a hold that is on.
pub(crate) const HOLD_ENDS: Millis = Millis(NOW.0 + 150_000);

/// Nobody waits for what is due only after this.
const FOREVER: Millis = Millis(NOW.0 + 24 * 3_600_000);

/// How much may go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Budget {
    pub(crate) deliveries: u8,
    pub(crate) crashes: u8,
    pub(crate) lost: u8,
    pub(crate) ticks: u8,
    pub(crate) faults: u8,
    pub(crate) clicks: u8,
}

impl Budget {
    /// Nothing goes wrong any more, and nobody clicks.
    const NOTHING: Self = Self { deliveries: 0, crashes: 0, lost: 0, ticks: 0, faults: 0, clicks: 0 };
}

/// The instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ec2 {
    Running,
    Stopping,
    Stopped,
}

/// Everything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) budget: Budget,
    pub(crate) record: Option<Machine>,
    pub(crate) wakes: u8,
    pub(crate) gateway: Pc,
    pub(crate) workers: [Pc; 2],
    pub(crate) sweeper: Pc,
    /// Clicks that are being written down.
    pub(crate) clicks: [Pc; 2],
    pub(crate) runs: u8,
    pub(crate) ec2: Ec2,
    pub(crate) calls: u8,
    pub(crate) told: BTreeSet<&'static str>,
    /// How many times people have to agree: not to a start, once to a stop, twice
    /// to a terminate.
    pub(crate) rounds: u8,
    /// How many plans were made. Each has its number for a hash, and a card may
    /// show any of them.
    pub(crate) plans: u8,
    /// The plan on record.
    pub(crate) plan: u8,
    /// What was said of which plan, in the words of those who said it.
    pub(crate) said: Vec<(u8, Word)>,
}

impl World {
    pub(crate) fn new(budget: Budget) -> Self {
        Self {
            budget,
            record: None,
            wakes: 0,
            gateway: Pc::Idle,
            workers: [Pc::Idle, Pc::Idle],
            sweeper: Pc::Idle,
            clicks: [Pc::Idle, Pc::Idle],
            runs: 0,
            ec2: Ec2::Running,
            calls: 0,
            told: BTreeSet::new(),
            rounds: 0,
            plans: 0,
            plan: 0,
            said: Vec::new(),
        }
    }

    /// A world in which people have to agree so many times.
    pub(crate) fn asking(rounds: u8, budget: Budget) -> Self {
        Self { rounds, ..Self::new(budget) }
    }

    /// A world in which the job has been tried so often that one more try is
    /// its last.
    pub(crate) fn nearly_worn_out(budget: Budget) -> Self {
        let last = |machine: &Machine| machine.tries() - 1;
        let mut world = Self::new(budget);
        let fresh = Machine::new(world.new_owner(), NOW);
        world.record = Some(Machine { takes: last(&fresh), drives: last(&fresh), ..fresh });
        world
    }

    /// A world in which the job is done and telling has failed nearly as often
    /// as it is tried.
    pub(crate) fn nearly_given_up(budget: Budget) -> Self {
        let mut world = Self::nearly_worn_out(budget);
        (world.ec2, world.calls) = (Ec2::Stopped, 1);
        world.record = world.record.map(|record| {
            let done = Machine { status: Status::Done, ..record };
            Machine { takes: done.tries() - 2, drives: done.tries() - 2, ..done }
        });
        world
    }

    /// A name that no process has used before.
    pub(crate) fn new_owner(&mut self) -> Owner {
        self.runs += 1;
        Owner::new((self.runs - 1).to_string())
    }

    /// A plan that nobody has made before.
    pub(crate) fn new_plan(&mut self) -> u8 {
        self.plans += 1;
        self.plans
    }

    /// Whether everybody has agreed who has to, as the record tells.
    pub(crate) fn is_agreed(&self) -> bool {
        let yes = self.said.iter().filter(|(_, word)| *word == Word::Yes).count();
        yes == usize::from(self.rounds)
    }

    /// Applies a conditional write as DynamoDB does, our own earlier write
    /// counting as success.
    pub(crate) fn put(&mut self, write: &Write) -> bool {
        let Some(stored) = &self.record else { return false };
        let unchanged = (stored.status.name(), &stored.writer, stored.epoch)
            == (write.before.status.name(), &write.before.writer, write.before.epoch);
        if unchanged {
            let stored = stored.clone();
            self.record = Some(write.after.clone());
            self.keep(write.with, &stored);
            return true;
        }
        stored.writer == write.after.writer && stored.epoch == write.after.epoch
    }

    /// What a write does besides, and what must hold of it. `stored` is what it
    /// has replaced.
    fn keep(&mut self, with: With, stored: &Machine) {
        match with {
            With::Nothing => {
                let is_open = matches!(stored.status, Status::Awaiting { .. });
                assert!(!is_open, "a question was dropped that nobody had answered: {self:#?}");
            }
            With::Plan(plan) => {
                assert_eq!(self.calls, 0, "asked about what was done: {self:#?}");
                let asker = self.record.as_ref().map(|record| &record.writer);
                assert_eq!(
                    asker,
                    Some(&stored.writer),
                    "somebody asked who does not hold the job: {self:#?}"
                );
                self.plan = plan;
            }
            With::Word(seen, word) => {
                assert_eq!(seen, self.plan, "{word:?} is said of another plan: {self:#?}");
                assert!(self.said.iter().all(|(plan, _)| *plan != seen), "decided twice: {self:#?}");
                let Status::Awaiting { expires, .. } = &stored.status else {
                    panic!("{word:?} is said of what nobody asks about: {stored:?}")
                };
                assert!(word != Word::Expired || *expires <= NOW, "it lapsed early: {self:#?}");
                self.said.push((seen, word));
            }
        }
    }

    /// Whether some process that is alive holds the record.
    pub(crate) fn holder_lives(&self) -> bool {
        let Some(record) = &self.record else { return false };
        let acts = |pc: &Pc| match pc {
            Pc::Holding(machine)
            | Pc::Call(machine)
            | Pc::Reconcile(machine)
            | Pc::Accept(machine)
            | Pc::Tell(machine) => machine.writer == record.writer,
            Pc::Writing(write, _) => write.after.writer == record.writer,
            Pc::Idle | Pc::Start | Pc::Wake => false,
        };
        record.is_held(NOW) && (self.workers.iter().any(acts) || acts(&self.sweeper))
    }

    /// Time passes: the record becomes due, and holds of the dead end.
    pub(crate) fn tick(&mut self) {
        if let Some(record) = &mut self.record {
            record.held_until = record.held_until.map(|_| Millis(0));
            record.due = record.due.map(|due| if due > FOREVER { due } else { Millis(0) });
            if let Status::Awaiting { expires, .. } = &mut record.status {
                *expires = Millis(0);
            }
        }
        if self.ec2 == Ec2::Stopping {
            self.ec2 = Ec2::Stopped;
        }
    }
}

/// The machine after `change`, which the model's processes only ask for when it is allowed.
pub(crate) fn moved(machine: &Machine, change: &Move) -> Option<Machine> {
    step(machine, change, NOW).ok()
}

/// The word for how a job ended.
pub(crate) fn word(machine: &Machine) -> &'static str {
    match machine.status {
        Status::Done => "done",
        Status::Failed => "nothing to do",
        Status::Unfinished => "unfinished",
        Status::Unknown => "unknown",
        Status::Denied => "denied",
        Status::Expired => "expired",
        Status::Parked => "parked",
        ref other => panic!("{other:?} is not an end"),
    }
}

/// Shorthand for a finish.
pub(crate) fn finish(machine: &Machine, ending: Ending) -> Move {
    Move::Finish { owner: machine.writer.clone(), ending }
}

/// The hash of a plan.
pub(crate) fn hash(plan: u8) -> PlanHash {
    PlanHash::new(plan.to_string())
}
