//! Everything that can happen next, and the one thing that happens next when
//! nothing goes wrong.

mod person;
mod sweeper;
mod worker;

use domain::job::{Machine, Move, Status};

use crate::model::{NOW, Pc, With, World, Write, moved, word};
use person::click;
use sweeper::{expire, sweep};
use worker::{accept, ask, ask_uninvited, call, hold, reconcile, start, tell};

/// At most this many invocations wait in the queue; more would do the same again.
const MAX_WAKES: u8 = 2;

/// Which process moves.
#[derive(Clone, Copy)]
enum Who {
    Gateway,
    Worker(usize),
    Sweeper,
    Click(usize),
}

const PROCESSES: [Who; 6] =
    [Who::Gateway, Who::Worker(0), Who::Worker(1), Who::Sweeper, Who::Click(0), Who::Click(1)];

/// Every world that may follow.
pub(crate) fn all(world: &World) -> Vec<World> {
    let mut worlds = begins(world);
    // Even if it is not told to look.
    worlds.extend(expire(world).filter(|_| world.sweeper == Pc::Idle));
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
            Some(record) if record.status == Status::Pending => {
                worlds.push(set(next, Who::Gateway, Pc::Wake));
            }
            Some(_) => worlds.push(next),
        }
    }
    if world.sweeper == Pc::Idle {
        worlds.extend(sweep(world));
    }
    let hand = world.clicks.iter().position(|pc| *pc == Pc::Idle);
    if let (Some(hand), true) = (hand, world.budget.clicks > 0) {
        worlds.extend((1..=world.plans).flat_map(|plan| click(world, Who::Click(hand), plan)));
    }
    worlds
}

/// The ways in which a process may take its next step; the good one first.
fn steps(world: &World, who: Who, pc: &Pc) -> Vec<World> {
    let mut next = world.clone();
    match pc {
        Pc::Idle => Vec::new(),
        Pc::Start => std::iter::once(start(next.clone(), who)).chain(ask_uninvited(next, who)).collect(),
        Pc::Writing(write, then) => {
            let then = if next.put(write) { (**then).clone() } else { Pc::Idle };
            vec![set(next, who, then)]
        }
        Pc::Holding(machine) => hold(&next, who, machine),
        Pc::Call(machine) => {
            call(&mut next);
            vec![set(next, who, Pc::Accept(machine.clone()))]
        }
        Pc::Accept(machine) => {
            accept(next.clone(), who, machine).into_iter().chain(ask(next, who, machine)).collect()
        }
        Pc::Reconcile(machine) => reconcile(&next, who, machine),
        Pc::Tell(machine) => {
            tell(next.clone(), who, machine).into_iter().chain(ask(next, who, machine)).collect()
        }
        Pc::Wake => {
            next.wakes = (next.wakes + 1).min(MAX_WAKES);
            vec![set(next, who, Pc::Idle)]
        }
    }
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
    writing_with(world, who, before, after, With::Nothing, then)
}

fn writing_with(world: World, who: Who, before: Machine, after: Machine, with: With, then: Pc) -> World {
    set(world, who, Pc::Writing(Box::new(Write { before, after, with }), Box::new(then)))
}

fn pc(world: &World, who: Who) -> &Pc {
    match who {
        Who::Gateway => &world.gateway,
        Who::Worker(index) => &world.workers[index],
        Who::Sweeper => &world.sweeper,
        Who::Click(index) => &world.clicks[index],
    }
}

fn set(mut world: World, who: Who, pc: Pc) -> World {
    match who {
        Who::Gateway => world.gateway = pc,
        Who::Worker(index) => world.workers[index] = pc,
        Who::Sweeper => world.sweeper = pc,
        Who::Click(index) => world.clicks[index] = pc,
    }
    world
}
