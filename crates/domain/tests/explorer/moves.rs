//! Everything that can happen next, and the one thing that happens next when
//! nothing goes wrong.

use domain::job::{Duty, Ending, Machine, Move, Status};

use crate::model::{
    Ec2, HOLD_ENDS, NOW, Pc, With, Word, World, Write, begin_duty, finish, hash, moved, word,
};

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

/// Somebody agrees to the plan that they see, or does not, or withdraws it;
/// whatever has become of it.
fn click(world: &World, who: Who, seen: u8) -> Vec<World> {
    let Some(record) = &world.record else { return Vec::new() };
    let mut worlds = Vec::new();
    for word in [Word::Yes, Word::No] {
        let mut next = world.clone();
        next.budget.clicks -= 1;
        let (writer, plan_hash) = (next.new_owner(), hash(seen));
        let change = match word {
            Word::Yes => Move::Approve { writer, plan_hash },
            Word::No | Word::Expired => Move::Deny { writer, plan_hash },
        };
        if let Some(after) = moved(record, &change) {
            if let Status::Awaiting { expires, .. } = &record.status {
                assert!(NOW < *expires, "{word:?} is said too late: {world:#?}");
            }
            worlds.push(writing_with(next, who, record.clone(), after, With::Word(seen, word), Pc::Wake));
        }
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
    if record.due.is_some_and(|due| due <= NOW)
        && let Some(expired) = expire(world)
    {
        return Some(expired);
    }
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

/// The sweeper lets the plan lapse.
fn expire(world: &World) -> Option<World> {
    let record = world.record.as_ref()?;
    let mut next = world.clone();
    let expire = Move::Expire { writer: next.new_owner(), until: HOLD_ENDS };
    let after = moved(record, &expire)?;
    let with = With::Word(world.plan, Word::Expired);
    Some(writing_with(next, Who::Sweeper, record.clone(), after.clone(), with, Pc::Tell(after)))
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
        Pc::Reconcile(machine) => {
            let found = if next.ec2 == Ec2::Running {
                ending(next.clone(), who, machine, Ending::Unknown)
            } else {
                accept(next.clone(), who, machine)
            };
            found.into_iter().chain(ask(next, who, machine)).collect()
        }
        Pc::Tell(machine) => {
            tell(next.clone(), who, machine).into_iter().chain(ask(next, who, machine)).collect()
        }
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
    worlds.extend(ask(world.clone(), who, machine));
    if machine.duty() == Some(Duty::Decide) && !world.is_agreed() {
        worlds.extend(ending(world.clone(), who, machine, Ending::Failed));
    } else if machine.duty() == Some(Duty::Decide) {
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

/// People are asked, wherever the machine lets a worker ask; when all have
/// agreed, a worker has no reason to.
fn ask(mut world: World, who: Who, machine: &Machine) -> Option<World> {
    if world.rounds == 0 || (machine.status == Status::Claimed && world.is_agreed()) {
        return None;
    }
    let plan = world.new_plan();
    let ask = Move::Ask { owner: machine.writer.clone(), plan_hash: hash(plan), expires: HOLD_ENDS };
    let after = moved(machine, &ask)?;
    Some(writing_with(world, who, machine.clone(), after, With::Plan(plan), Pc::Idle))
}

/// The same by a worker that does not hold the job.
fn ask_uninvited(mut world: World, who: Who) -> Option<World> {
    let record = world.record.clone()?;
    let (owner, plan) = (world.new_owner(), world.new_plan());
    let after = moved(&record, &Move::Ask { owner, plan_hash: hash(plan), expires: HOLD_ENDS })?;
    Some(writing_with(world, who, record, after, With::Plan(plan), Pc::Idle))
}

fn call(world: &mut World) {
    world.check_call();
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
