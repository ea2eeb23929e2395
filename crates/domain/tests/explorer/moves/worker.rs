//! What a worker does with a job: decide, call, look, and say how it ended.

use domain::job::{Duty, Ending, Machine, Move, Status};

use super::{Who, set, write_move, writing, writing_with};
use crate::model::{Ec2, HOLD_ENDS, Pc, With, World, begin_duty, finish, hash, moved, word};

pub(super) fn start(mut world: World, who: Who) -> World {
    let owner = world.new_owner();
    let Some(record) = world.record.clone() else { return set(world, who, Pc::Idle) };
    match moved(&record, &Move::Take { owner, until: HOLD_ENDS }) {
        Some(after) => {
            let then = begin_duty(after.clone());
            writing(world, who, record, after, then)
        }
        None => set(world, who, Pc::Idle),
    }
}

/// A holder decides, or looks; it may also meet a fault, run out of time, or be unable to look.
pub(super) fn hold(world: &World, who: Who, machine: &Machine) -> Vec<World> {
    let mut worlds = Vec::new();
    let owner = machine.writer.clone();
    worlds.extend(ask(world.clone(), who, machine));
    if machine.duty() == Some(Duty::Decide) && !world.is_agreed() {
        worlds.extend(ending(world.clone(), who, machine, Ending::Failed));
    } else if machine.duty() == Some(Duty::Decide) {
        let begin = Move::Begin { owner: owner.clone() };
        worlds.extend(write_move(world.clone(), who, machine, &begin, Pc::Call));
        worlds.extend(ending(world.clone(), who, machine, Ending::Failed));
    } else if world.ec2 == Ec2::Stopped {
        worlds.extend(ending(world.clone(), who, machine, Ending::Done));
    } else if world.ec2 == Ec2::Running {
        // The call's answer was lost, and only now can it be seen that nothing came of it.
        worlds.extend(ending(world.clone(), who, machine, Ending::Unknown));
    } else {
        let again = Move::LookAgain { owner: owner.clone(), at: HOLD_ENDS };
        worlds.extend(write_move(world.clone(), who, machine, &again, |_| Pc::Idle));
    }
    if world.budget.faults > 0 {
        let mut fault = world.clone();
        fault.budget.faults -= 1;
        let again = Move::LookAgain { owner: owner.clone(), at: HOLD_ENDS };
        for change in [Move::Release { owner: owner.clone() }, Move::Yield { owner }, again] {
            worlds.extend(write_move(fault.clone(), who, machine, &change, |_| Pc::Idle));
        }
        // It takes too long, or cannot be looked at for too long.
        if machine.status == Status::Waiting && world.ec2 == Ec2::Stopping {
            worlds.extend(ending(fault, who, machine, Ending::Unfinished));
        }
    }
    worlds
}

/// A worker looks what became of a call whose answer was lost; it may be unable to, and leave
/// that to a later look. The call is never made again.
pub(super) fn reconcile(world: &World, who: Who, machine: &Machine) -> Vec<World> {
    let found = if world.ec2 == Ec2::Running {
        ending(world.clone(), who, machine, Ending::Unknown)
    } else {
        accept(world.clone(), who, machine)
    };
    let mut worlds: Vec<World> = found.into_iter().chain(ask(world.clone(), who, machine)).collect();
    if world.budget.faults > 0 {
        let mut unseen = world.clone();
        unseen.budget.faults -= 1;
        worlds.extend(accept(unseen, who, machine));
    }
    worlds
}

/// People are asked, wherever the machine lets a worker ask; when all have
/// agreed, a worker has no reason to.
pub(super) fn ask(mut world: World, who: Who, machine: &Machine) -> Option<World> {
    if world.rounds == 0 || (machine.status == Status::Claimed && world.is_agreed()) {
        return None;
    }
    let plan = world.new_plan();
    let ask = Move::Ask { owner: machine.writer.clone(), plan_hash: hash(plan), expires: HOLD_ENDS };
    let after = moved(machine, &ask)?;
    Some(writing_with(world, who, machine.clone(), after, With::Plan(plan), Pc::Idle))
}

/// The same by a worker that does not hold the job.
pub(super) fn ask_uninvited(mut world: World, who: Who) -> Option<World> {
    let record = world.record.clone()?;
    let (owner, plan) = (world.new_owner(), world.new_plan());
    let after = moved(&record, &Move::Ask { owner, plan_hash: hash(plan), expires: HOLD_ENDS })?;
    Some(writing_with(world, who, record, after, With::Plan(plan), Pc::Idle))
}

pub(super) fn call(world: &mut World) {
    world.check_call();
    world.calls += 1;
    if world.ec2 == Ec2::Running {
        world.ec2 = Ec2::Stopping;
    }
}

pub(super) fn accept(world: World, who: Who, machine: &Machine) -> Option<World> {
    write_move(world, who, machine, &Move::Accepted { owner: machine.writer.clone() }, Pc::Holding)
}

pub(super) fn ending(world: World, who: Who, machine: &Machine, ending: Ending) -> Option<World> {
    write_move(world, who, machine, &finish(machine, ending), Pc::Tell)
}

pub(super) fn tell(mut world: World, who: Who, machine: &Machine) -> Option<World> {
    world.told.insert(word(machine));
    write_move(world, who, machine, &Move::Told { owner: machine.writer.clone() }, |_| Pc::Idle)
}
