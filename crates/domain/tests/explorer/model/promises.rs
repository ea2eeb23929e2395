//! What must hold: at every moment, when EC2 is called, and in the end.

use std::collections::HashSet;

use domain::job::Machine;

use super::{Budget, Ec2, Word, World};
use crate::moves;

impl World {
    /// What must hold at every moment.
    pub(crate) fn check(&self) {
        assert!(self.calls <= 1, "EC2 was called twice: {self:#?}");
        assert!(self.told.len() <= 1, "two different ends were told: {self:#?}");
        if let Some(record) = &self.record {
            // Only after all tries may a job be closed untold, which raises an alarm.
            let ends_well = !self.told.is_empty() || record.is_worn_out();
            assert!(!record.is_closed() || ends_well, "a silent end: {self:#?}");
            assert!(!record.told || record.is_closed(), "told, and yet open: {self:#?}");
        }
    }

    /// What must hold when EC2 is called: everybody has agreed who has to, to this
    /// very plan, and nobody has refused it.
    pub(crate) fn check_call(&self) {
        let of_plan = |(plan, _): &&(u8, Word)| *plan == self.plan;
        let words: Vec<Word> = self.said.iter().filter(of_plan).map(|(_, word)| *word).collect();
        let wanted: &[Word] = if self.rounds == 0 { &[] } else { &[Word::Yes] };
        assert_eq!(words, wanted, "EC2 was called without consent: {self:#?}");
        assert!(self.is_agreed(), "EC2 was called with less consent than it needs: {self:#?}");
    }

    /// If nothing more goes wrong, the person is told the truth.
    ///
    /// `good` are worlds known to recover.
    pub(crate) fn recovers(&self, good: &mut HashSet<World>) {
        if self.record.is_none() {
            return;
        }
        let mut world = self.clone();
        world.budget = Budget::NOTHING;
        let mut path = Vec::new();
        for _ in 0..400 {
            world = world.normal();
            if good.contains(&world) {
                good.extend(path);
                return;
            }
            path.push(world.clone());
            world = match moves::next_good(&world) {
                Some(next) => next,
                None if world.record.as_ref().is_some_and(Machine::is_closed) => break,
                None => {
                    let mut later = world.clone();
                    later.tick();
                    later
                }
            };
            world.check();
        }
        let record = world.record.as_ref().expect("a record is never deleted");
        let ends = record.is_closed() && (record.told || record.is_worn_out());
        assert!(ends, "it never ends: {world:#?}\nfrom {self:#?}");
        let Some(told) = world.told.iter().next() else { return };
        let truth = match *told {
            "done" => world.calls == 1 && world.ec2 == Ec2::Stopped,
            "nothing to do" => world.calls == 0,
            // "It is still stopping": by the time it is read it may have stopped.
            "unfinished" => world.calls == 1,
            // "It is running now; I did not try again": nor may anybody else, afterwards.
            "unknown" => world.calls == 0 && world.ec2 == Ec2::Running,
            "denied" => world.calls == 0 && world.said.contains(&(world.plan, Word::No)),
            "expired" => world.calls == 0 && world.said.contains(&(world.plan, Word::Expired)),
            // The person is told that the outcome is not known, and a reference to ask with.
            "parked" => true,
            other => panic!("no such end: {other}"),
        };
        assert!(truth, "“{told}” is not true: {world:#?}\nfrom {self:#?}");
        good.extend(path);
    }
}
