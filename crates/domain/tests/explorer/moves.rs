//! Everything that can happen next, and the one thing that happens next when
//! nothing goes wrong.

use domain::job::{Duty, Ending, Machine, Move};

use crate::model::{Ec2, HOLD_ENDS, NOW, Pc, World, Write, begin_duty, finish, moved, word};

/// At most this many invocations wait in the queue; more would do the same again.
const MAX_WAKES: u8 = 2;

/// Which process moves.
#[derive(Clone, Copy)]
enum Who {
    Gateway,
    Worker(usize),
    Sweeper,
}

const PROCESSES: [Who; 4] = [Who::Gateway, Who::Worker(0), Who::Worker(1), Who::Sweeper];

/// Every world that may follow.
pub(crate) fn all(world: &World) -> Vec<World> {
    let mut worlds = begins(world);
    for who in PROCESSES {
        let pc = pc(world, who).clone();
        if pc == Pc::Idle {
            continue;
        }
        worlds.extend(steps(world, who, &pc));
        if world.budget.crashes > 0 {
            let mut crashed = world.clone();
            crashed.budget.crashes -= 1;
            worlds.push(set(crashed, who, Pc::Idle));
        }
        if world.budget.lost > 0 {
            worlds.extend(reply_lost(world, who, &pc));
        }
    }
    if world.budget.ticks > 0 && !world.holder_lives() {
        let mut later = world.clone();
        later.budget.ticks -= 1;
        later.tick();
        worlds.push(later);
    }
    worlds
}

/// The next step without any mishap, or nothing if only time can help.
pub(crate) fn next_good(world: &World) -> Option<World> {
    for who in PROCESSES {
        let pc = pc(world, who).clone();
        if pc != Pc::Idle {
            return steps(world, who, &pc).into_iter().next();
        }
    }
    begins(world).into_iter().next()
}

/// Processes that may start: a delivery, a worker that was woken, a sweep.
fn begins(world: &World) -> Vec<World> {
    let mut worlds = Vec::new();
    let free = world.workers.iter().position(|pc| *pc == Pc::Idle);
    if let (Some(free), true) = (free, world.wakes > 0) {
        let mut next = world.clone();
        next.wakes -= 1;
        worlds.push(set(next, Who::Worker(free), Pc::Start));
    }
    if world.gateway == Pc::Idle && world.budget.deliveries > 0 {
        let mut next = world.clone();
        next.budget.deliveries -= 1;
        let owner = next.new_owner();
        match &next.record {
            None => {
                next.record = Some(Machine::new(owner, NOW));
                worlds.push(set(next, Who::Gateway, Pc::Wake));
            }
            Some(record) if record.status == domain::job::Status::Pending => {
                worlds.push(set(next, Who::Gateway, Pc::Wake));
            }
            Some(_) => worlds.push(next),
        }
    }
    if world.sweeper == Pc::Idle {
        worlds.extend(sweep(world));
    }
    worlds
}

/// What the sweeper does with a job that is due.
fn sweep(world: &World) -> Option<World> {
    let record = world.record.as_ref()?;
    let mut next = world.clone();
    let writer = next.new_owner();
    let park = Move::Park { writer: writer.clone(), until: HOLD_ENDS };
    let give_up = Move::GiveUp { writer: writer.clone() };
    let (after, then) = if let Some(after) = moved(record, &Move::Drive { writer }) {
        (after, Pc::Wake)
    } else if let Some(after) = moved(record, &park) {
        (after.clone(), Pc::Tell(after))
    } else if record.due.is_some_and(|due| due <= NOW) {
        (moved(record, &give_up)?, Pc::Idle)
    } else {
        return None;
    };
    Some(writing(next, Who::Sweeper, record.clone(), after, then))
}

/// The ways in which a process may take its next step; the good one first.
fn steps(world: &World, who: Who, pc: &Pc) -> Vec<World> {
    let mut next = world.clone();
    match pc {
        Pc::Idle => Vec::new(),
        Pc::Start => vec![start(next, who)],
        Pc::Writing(write, then) => {
            let then = if next.put(write) { (**then).clone() } else { Pc::Idle };
            vec![set(next, who, then)]
        }
        Pc::Holding(machine) => hold(&next, who, machine),
        Pc::Call(machine) => {
            call(&mut next);
            vec![set(next, who, Pc::Accept(machine.clone()))]
        }
        Pc::Accept(machine) => accept(next, who, machine).into_iter().collect(),
        Pc::Reconcile(machine) => {
            if next.ec2 == Ec2::Running {
                ending(next, who, machine, Ending::Unknown).into_iter().collect()
            } else {
                accept(next, who, machine).into_iter().collect()
            }
        }
        Pc::Tell(machine) => tell(next, who, machine).into_iter().collect(),
        Pc::Wake => {
            next.wakes = (next.wakes + 1).min(MAX_WAKES);
            vec![set(next, who, Pc::Idle)]
        }
    }
}

fn start(mut world: World, who: Who) -> World {
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

/// A holder decides, or looks; it may also meet a fault and let go.
fn hold(world: &World, who: Who, machine: &Machine) -> Vec<World> {
    let mut worlds = Vec::new();
    let owner = machine.writer.clone();
    if machine.duty() == Some(Duty::Decide) {
        let begin = Move::Begin { owner: owner.clone() };
        worlds.extend(write_move(world.clone(), who, machine, &begin, Pc::Call));
        worlds.extend(ending(world.clone(), who, machine, Ending::Failed));
    } else if world.ec2 == Ec2::Stopped {
        worlds.extend(ending(world.clone(), who, machine, Ending::Done));
    } else {
        let again = Move::LookAgain { owner: owner.clone(), at: HOLD_ENDS };
        worlds.extend(write_move(world.clone(), who, machine, &again, |_| Pc::Idle));
    }
    if world.budget.faults > 0 {
        let mut fault = world.clone();
        fault.budget.faults -= 1;
        worlds.extend(write_move(fault, who, machine, &Move::Release { owner }, |_| Pc::Idle));
    }
    worlds
}

fn call(world: &mut World) {
    world.calls += 1;
    if world.ec2 == Ec2::Running {
        world.ec2 = Ec2::Stopping;
    }
}

fn accept(world: World, who: Who, machine: &Machine) -> Option<World> {
    write_move(world, who, machine, &Move::Accepted { owner: machine.writer.clone() }, Pc::Holding)
}

fn ending(world: World, who: Who, machine: &Machine, ending: Ending) -> Option<World> {
    write_move(world, who, machine, &finish(machine, ending), Pc::Tell)
}

fn tell(mut world: World, who: Who, machine: &Machine) -> Option<World> {
    world.told.insert(word(machine));
    write_move(world, who, machine, &Move::Told { owner: machine.writer.clone() }, |_| Pc::Idle)
}

/// A step that has its effect, but whose reply does not arrive.
fn reply_lost(world: &World, who: Who, pc: &Pc) -> Option<World> {
    let mut next = world.clone();
    next.budget.lost -= 1;
    match pc {
        // The client sends the same conditional write again.
        Pc::Writing(write, _) => {
            next.put(write);
            Some(next)
        }
        Pc::Call(machine) => {
            call(&mut next);
            Some(set(next, who, Pc::Reconcile(machine.clone())))
        }
        Pc::Tell(machine) => {
            next.told.insert(word(machine));
            let release = Move::Release { owner: machine.writer.clone() };
            write_move(next, who, machine, &release, |_| Pc::Idle)
        }
        _ => None,
    }
}

fn write_move(
    world: World,
    who: Who,
    before: &Machine,
    change: &Move,
    then: impl Fn(Machine) -> Pc,
) -> Option<World> {
    let after = moved(before, change)?;
    let then = then(after.clone());
    Some(writing(world, who, before.clone(), after, then))
}

fn writing(world: World, who: Who, before: Machine, after: Machine, then: Pc) -> World {
    set(world, who, Pc::Writing(Box::new(Write { before, after }), Box::new(then)))
}

fn pc(world: &World, who: Who) -> &Pc {
    match who {
        Who::Gateway => &world.gateway,
        Who::Worker(index) => &world.workers[index],
        Who::Sweeper => &world.sweeper,
    }
}

fn set(mut world: World, who: Who, pc: Pc) -> World {
    match who {
        Who::Gateway => world.gateway = pc,
        Who::Worker(index) => world.workers[index] = pc,
        Who::Sweeper => world.sweeper = pc,
    }
    world
}
