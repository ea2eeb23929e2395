//! The one function that every write of a job goes through.

use super::machine::{DRIVE_AFTER_MS, Ending, Machine, Status};
use super::moves::{Move, Refused};
use crate::ids::{Owner, PlanHash};
use crate::time::Millis;

/// The longest pause between two tries of one job.
const MAX_BACKOFF_MS: u64 = 600_000;

/// The machine after `change` at `now`, or why it may not be made.
///
/// The caller writes the answer on condition that the stored status, writer and
/// epoch are still those of `machine`.
pub fn step(machine: &Machine, change: &Move, now: Millis) -> Result<Machine, Refused> {
    if machine.is_closed() {
        return Err(Refused::Closed);
    }
    let mut next = match change {
        Move::Take { owner, until } => take(machine, owner, *until, now)?,
        Move::Ask { owner, plan_hash, expires } => {
            let held = held_by(machine, owner, now, &[Status::Claimed])?;
            let status = Status::Awaiting { plan_hash: plan_hash.clone(), expires: *expires };
            let_go(Machine { status, ..got_somewhere(held) }, *expires)
        }
        Move::Approve { writer, plan_hash } => {
            decided(machine, plan_hash, now)?;
            let_go(write(machine, writer, Status::Approved), now.plus(DRIVE_AFTER_MS))
        }
        Move::Deny { writer, plan_hash } => {
            decided(machine, plan_hash, now)?;
            let_go(write(machine, writer, Status::Denied), now)
        }
        Move::Expire { writer, until } => expire(machine, writer, *until, now)?,
        Move::Note { owner } => {
            let held = holder(machine, owner, now)?;
            write(held, owner, held.status.clone())
        }
        Move::Begin { owner } => {
            held_by(machine, owner, now, &[Status::Claimed])?;
            write(machine, owner, Status::Executing)
        }
        Move::Accepted { owner } => {
            let held = held_by(machine, owner, now, &[Status::Executing])?;
            Machine { status: Status::Waiting, ..got_somewhere(held) }
        }
        Move::LookAgain { owner, at } => {
            let held = held_by(machine, owner, now, &[Status::Claimed, Status::Waiting])?;
            let_go(got_somewhere(held), *at)
        }
        Move::Finish { owner, ending } => finish(machine, owner, *ending, now)?,
        Move::Release { owner } => {
            let held = holder(machine, owner, now)?;
            let_go(held.clone(), now.plus(backoff(held.takes)))
        }
        Move::Yield { owner } => {
            let held = held_by(machine, owner, now, &[Status::Claimed])?;
            // The sweeper's drives still count, so that a job that never gets enough time is parked.
            let_go(Machine { takes: held.takes.saturating_sub(1), ..held.clone() }, now)
        }
        Move::Told { owner } => {
            let held = holder(machine, owner, now)?;
            ended(held)?;
            Machine { told: true, due: None, held_until: None, ..held.clone() }
        }
        Move::Drive { writer } => drive(machine, writer, now)?,
        Move::Park { writer, until } => park(machine, writer, *until, now)?,
        Move::GiveUp { writer } => give_up(machine, writer, now)?,
    };
    next.epoch = machine.epoch.saturating_add(1);
    Ok(next)
}

fn take(machine: &Machine, owner: &Owner, until: Millis, now: Millis) -> Result<Machine, Refused> {
    free(machine, now)?;
    if machine.takes >= machine.tries() {
        return Err(Refused::WornOut);
    }
    let status = match &machine.status {
        Status::Awaiting { .. } => return Err(Refused::WrongStatus),
        Status::Pending | Status::Approved | Status::Claimed => Status::Claimed,
        kept => kept.clone(),
    };
    let taken = write(machine, owner, status);
    Ok(Machine { held_until: Some(until), due: Some(until), takes: machine.takes + 1, ..taken })
}

fn expire(machine: &Machine, writer: &Owner, until: Millis, now: Millis) -> Result<Machine, Refused> {
    match machine.status {
        Status::Awaiting { expires, .. } if now >= expires => Ok(Machine {
            held_until: Some(until),
            due: Some(until),
            ..got_somewhere(&write(machine, writer, Status::Expired))
        }),
        Status::Awaiting { .. } => Err(Refused::NotDue),
        _ => Err(Refused::WrongStatus),
    }
}

fn finish(machine: &Machine, owner: &Owner, ending: Ending, now: Millis) -> Result<Machine, Refused> {
    let held = holder(machine, owner, now)?;
    let status = match (&held.status, ending) {
        (Status::Claimed | Status::Executing | Status::Waiting, Ending::Done) => Status::Done,
        (Status::Claimed | Status::Executing | Status::Waiting, Ending::Failed) => Status::Failed,
        (Status::Waiting, Ending::Unfinished) => Status::Unfinished,
        (Status::Executing | Status::Waiting, Ending::Unknown) => Status::Unknown,
        _ => return Err(Refused::WrongStatus),
    };
    Ok(Machine { status, ..got_somewhere(held) })
}

fn drive(machine: &Machine, writer: &Owner, now: Millis) -> Result<Machine, Refused> {
    due(machine, now)?;
    free(machine, now)?;
    if machine.is_worn_out() {
        return Err(Refused::WornOut);
    }
    if matches!(machine.status, Status::Awaiting { .. }) {
        return Err(Refused::WrongStatus);
    }
    let driven = write(machine, writer, machine.status.clone());
    let pause = DRIVE_AFTER_MS + backoff(machine.drives);
    Ok(let_go(Machine { drives: machine.drives + 1, ..driven }, now.plus(pause)))
}

fn park(machine: &Machine, writer: &Owner, until: Millis, now: Millis) -> Result<Machine, Refused> {
    due(machine, now)?;
    free(machine, now)?;
    if machine.status.is_terminal() || !machine.is_worn_out() {
        return Err(Refused::WrongStatus);
    }
    let parked = got_somewhere(&write(machine, writer, Status::Parked));
    Ok(Machine { held_until: Some(until), due: Some(until), ..parked })
}

fn give_up(machine: &Machine, writer: &Owner, now: Millis) -> Result<Machine, Refused> {
    ended(machine)?;
    if holder(machine, writer, now).is_err() {
        free(machine, now)?;
        if !machine.is_worn_out() {
            return Err(Refused::NotHeld);
        }
    }
    let written = write(machine, writer, machine.status.clone());
    Ok(Machine { due: None, held_until: None, ..written })
}

/// Written by `writer`, who thereby holds nothing unless the status says so.
fn write(machine: &Machine, writer: &Owner, status: Status) -> Machine {
    Machine { status, writer: writer.clone(), ..machine.clone() }
}

fn got_somewhere(machine: &Machine) -> Machine {
    Machine { takes: 0, drives: 0, ..machine.clone() }
}

fn let_go(machine: Machine, due: Millis) -> Machine {
    Machine { held_until: None, due: Some(due), ..machine }
}

fn free(machine: &Machine, now: Millis) -> Result<(), Refused> {
    if machine.is_held(now) { Err(Refused::Held) } else { Ok(()) }
}

fn due(machine: &Machine, now: Millis) -> Result<(), Refused> {
    if machine.due.is_some_and(|due| due <= now) { Ok(()) } else { Err(Refused::NotDue) }
}

fn ended(machine: &Machine) -> Result<(), Refused> {
    if machine.status.is_terminal() { Ok(()) } else { Err(Refused::WrongStatus) }
}

fn holder<'a>(machine: &'a Machine, owner: &Owner, now: Millis) -> Result<&'a Machine, Refused> {
    if machine.writer == *owner && machine.is_held(now) { Ok(machine) } else { Err(Refused::NotHeld) }
}

fn held_by<'a>(
    machine: &'a Machine,
    owner: &Owner,
    now: Millis,
    allowed: &[Status],
) -> Result<&'a Machine, Refused> {
    let held = holder(machine, owner, now)?;
    if allowed.contains(&held.status) { Ok(held) } else { Err(Refused::WrongStatus) }
}

fn decided(machine: &Machine, seen: &PlanHash, now: Millis) -> Result<(), Refused> {
    match &machine.status {
        Status::Awaiting { plan_hash, expires } => {
            if plan_hash != seen {
                Err(Refused::OtherPlan)
            } else if now >= *expires {
                Err(Refused::Expired)
            } else {
                Ok(())
            }
        }
        _ => Err(Refused::WrongStatus),
    }
}

/// 0 s, 10 s, 20 s, 40 s … after 0, 1, 2, 3 … tries.
fn backoff(tries: u32) -> u64 {
    match tries.checked_sub(1) {
        None => 0,
        Some(doublings) => 10_000_u64.saturating_mul(1 << doublings.min(10)).min(MAX_BACKOFF_MS),
    }
}
