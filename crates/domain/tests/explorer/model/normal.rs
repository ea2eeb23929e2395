//! Worlds that behave alike are one state: each in its one shape.

use domain::ids::Owner;
use domain::job::Machine;

use super::{Pc, World};

impl World {
    /// The same world with its owners numbered in the order in which they are
    /// met and its epochs counted from the record's: worlds that differ only in
    /// these behave alike, and are one state. So do worlds in which the two
    /// workers change places, and those in which a process is idle or about to
    /// find out that its next write comes too late.
    pub(crate) fn normal(mut self) -> Self {
        if let Some(record) = self.record.clone() {
            let [first, second] = &mut self.workers;
            let [one, other] = &mut self.clicks;
            for pc in [first, second, &mut self.sweeper, one, other] {
                if pc.is_too_late(&record) {
                    *pc = Pc::Idle;
                }
            }
        }
        sort(&mut self.workers);
        sort(&mut self.clicks);
        let base = self.record.as_ref().map_or(0, |record| record.epoch);
        let mut names: Vec<Owner> = Vec::new();
        self.each_machine(&mut |machine| {
            let known = names.iter().position(|name| *name == machine.writer);
            let index = known.unwrap_or_else(|| {
                names.push(machine.writer.clone());
                names.len() - 1
            });
            machine.writer = Owner::new(index.to_string());
            machine.epoch = machine.epoch + 1_000 - base;
        });
        self.runs = u8::try_from(names.len()).expect("a handful of processes");
        self
    }

    fn each_machine(&mut self, visit: &mut impl FnMut(&mut Machine)) {
        self.record.iter_mut().for_each(&mut *visit);
        let [first, second] = &mut self.workers;
        let [one, other] = &mut self.clicks;
        for pc in [&mut self.gateway, first, second, &mut self.sweeper, one, other] {
            pc.each_machine(visit);
        }
    }
}

/// Puts two processes that are alike in one order, the idle first.
fn sort(pair: &mut [Pc; 2]) {
    let [first, second] = &*pair;
    let is_turned = match (first, second) {
        (Pc::Idle, _) => false,
        (_, Pc::Idle) => true,
        (first, second) => format!("{first:?}") > format!("{second:?}"),
    };
    if is_turned {
        pair.reverse();
    }
}
