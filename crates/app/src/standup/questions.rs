//! Asking everybody who is to be asked by now, each once.

use std::collections::HashSet;

use domain::ids::{Owner, UserId};
use domain::standup::{Answer, Asking, Blueprint, Definition, Entry, Run, RunKey};
use domain::time::Millis;

use super::Shift;
use super::answer::has_asked;
use super::duty::{Decided, End, Outcome};
use super::gather::Gathered;
use super::hand::hand;
use super::pace::{Late, Pace};
use crate::hold::{Hold, Stop};
use crate::messages::standup::{self, Unasked};
use crate::ports::Stored;

/// How often something is tried while others are faster.
const TRIES: usize = 5;

/// The pause before somebody is tried again; it doubles with each further try.
const AGAIN_MS: u64 = 1_000;

/// How soon another run looks again at those whom Slack tells nothing about, and
/// for how long that is tried.
const UNKNOWN_MS: u64 = 60_000;
const UNKNOWN_FOR_MS: u64 = 10 * 60_000;

/// The firings of a standup that is held in everybody's own zone are so far apart,
/// and a little more: a failure is told of by the one that has met it.
const FIRINGS_MS: u64 = 20 * 60_000;

/// A day of a standup, and who works on it.
pub(super) struct Day {
    pub(super) key: RunKey,
    pub(super) blueprint: Blueprint,
    pub(super) hand: Owner,
}

/// Whom to ask, and how fast.
struct Round<'a> {
    day: &'a Day,
    at_once: bool,
    pace: &'a Pace<'a>,
}

impl Shift<'_> {
    /// Begins the day, unless a later one has begun.
    pub(super) async fn begin_day(&self, key: &RunKey) -> Result<Decided, Stop> {
        let Some(mut known) = self.worker.standups.find(&key.team, &key.standup).await? else {
            tracing::info!(standup.id = %key.standup, "There is no such standup any more");
            return Ok(Decided::End(End::silent()));
        };
        let run = self.worker.runs.find(key).await?;
        let is_over = known.last_run.as_ref().is_some_and(|last| *last > key.date);
        if is_over && !run.as_ref().is_some_and(is_in_own_zones) {
            tracing::info!(standup.id = %key.standup, "Nobody is asked for {}: a later day has begun", key.date);
            return Ok(Decided::End(End::silent()));
        }
        if run.is_none() {
            let run = Run::new(known.blueprint.clone(), self.worker.clock.now());
            // Somebody else may be faster: then it has begun.
            self.worker.runs.store(key, &run, None).await?;
        }
        for _ in 0..TRIES {
            let Some(after) = known.begun(&key.date) else { return Ok(Decided::GoOn) };
            if self.worker.standups.store(&key.team, &after, Some(&known)).await? == Stored::Written {
                return Ok(Decided::GoOn);
            }
            let Some(now) = self.worker.standups.find(&key.team, &key.standup).await? else {
                return Ok(Decided::End(End::silent()));
            };
            known = now;
        }
        Err(Stop::Fault(anyhow::anyhow!("the standup changed under every try to begin a day")))
    }

    /// Asks all who are to be asked by now; with `at_once`, all.
    pub(super) async fn ask_all(
        &self,
        hold: &Hold<'_>,
        key: &RunKey,
        at_once: bool,
    ) -> Result<Outcome, Stop> {
        let Some(run) = self.worker.runs.find(key).await? else { return Ok(Outcome::End(End::silent())) };
        let pace = Pace::new(self.worker.clock.as_ref(), self.until);
        let day = Day { key: key.clone(), blueprint: run.blueprint.clone(), hand: hand(hold) };
        let mut unknown = false;
        if !run.gathered || at_once {
            let patience = hold.job.created_at.plus(UNKNOWN_FOR_MS);
            match self.gather(&day, at_once, patience, &pace).await? {
                Gathered::All => {
                    self.change_run(key, |run| (!run.gathered).then(|| run.gathered())).await?;
                }
                Gathered::But => unknown = true,
                Gathered::Late(Late(at)) => return Ok(Outcome::Later(at)),
                Gathered::Refused(code) => {
                    return Ok(Outcome::End(End::refused(standup::no_members(&day.blueprint, &code))));
                }
            }
        }
        let outcome = self.ask_in_rounds(hold, &Round { day: &day, at_once, pace: &pace }).await?;
        Ok(match outcome {
            Outcome::End(_) if unknown => Outcome::Later(self.worker.clock.now().plus(UNKNOWN_MS)),
            outcome => outcome,
        })
    }

    async fn ask_in_rounds(&self, hold: &Hold<'_>, round: &Round<'_>) -> Result<Outcome, Stop> {
        let Round { day, at_once, pace } = round;
        loop {
            let entries = self.worker.entries.all(&day.key).await?;
            let unsettled = match self.reconcile(hold, day, &entries, pace).await? {
                Ok(unsettled) => unsettled,
                Err(Late(at)) => return Ok(Outcome::Later(at)),
            };
            let due = self.due(day, *at_once).await?;
            if due.is_empty() {
                let Some(at) = unsettled else { return self.asked(hold, day, *at_once).await };
                if let Err(Late(at)) = self.wait_until(at).await {
                    return Ok(Outcome::Later(at));
                }
                continue;
            }
            if let Some(tries) = due.iter().map(Entry::tries).min().filter(|tries| *tries > 0) {
                let pause = AGAIN_MS << tries.min(5);
                if let Err(Late(at)) = self.wait_until(self.worker.clock.now().plus(pause)).await {
                    return Ok(Outcome::Later(at));
                }
            }
            if let Err(Late(at)) = self.send_all(day, &due, pace).await? {
                return Ok(Outcome::Later(at));
            }
        }
    }

    /// Those who are to be asked now.
    async fn due(&self, day: &Day, at_once: bool) -> Result<Vec<Entry>, Stop> {
        let now = self.worker.clock.now();
        let moment = if at_once { Millis(u64::MAX) } else { now };
        let entries = self.worker.entries.all(&day.key).await?;
        let mut due: Vec<Entry> = entries.into_iter().filter(|entry| entry.is_due(moment)).collect();
        if due.is_empty() {
            return Ok(due);
        }
        let asked_later = self.asked_later(&day.key, now).await?;
        due.retain(|entry| !asked_later.contains(&entry.user));
        Ok(due)
    }

    /// Those whom a later day has asked already. Days overlap where everybody is
    /// asked in their own zone.
    async fn asked_later(&self, key: &RunKey, now: Millis) -> Result<HashSet<UserId>, Stop> {
        let known = self.worker.standups.find(&key.team, &key.standup).await?;
        let Some(later) = known.as_ref().and_then(|known| later(known, key)) else {
            return Ok(HashSet::new());
        };
        let entries = self.worker.entries.all(&later).await?;
        Ok(entries.into_iter().filter(|entry| has_asked(entry, now)).map(|entry| entry.user).collect())
    }

    async fn wait_until(&self, at: Millis) -> Result<(), Late> {
        let now = self.worker.clock.now();
        if at >= self.until {
            return Err(Late(at));
        }
        self.worker.clock.sleep(at.since(now)).await;
        Ok(())
    }

    /// Nobody is left to be asked now. Whoever wanted it hears whom it has not reached.
    async fn asked(&self, hold: &Hold<'_>, day: &Day, at_once: bool) -> Result<Outcome, Stop> {
        let entries = self.worker.entries.all(&day.key).await?;
        let is_split = !at_once && day.blueprint.timing.as_ref().is_some_and(|timing| timing.own_zones);
        let is_of_this_job = |entry: &Entry| !is_split || entry.ask_at.plus(FIRINGS_MS) > hold.job.created_at;
        let unasked = |entry: Entry| match entry.asking {
            Asking::Failed { ref why } if entry.answer == Answer::None && is_of_this_job(&entry) => {
                Some(Unasked { user: entry.user.clone(), why: why.clone() })
            }
            _ => None,
        };
        let mut failed: Vec<Unasked> = entries.into_iter().filter_map(unasked).collect();
        failed.sort_by(|one, other| one.user.cmp(&other.user));
        let end = if failed.is_empty() {
            End::silent()
        } else {
            End::said(standup::unasked(&day.blueprint, &failed))
        };
        Ok(Outcome::End(end))
    }
}

fn is_in_own_zones(run: &Run) -> bool {
    run.blueprint.timing.as_ref().is_some_and(|timing| timing.own_zones)
}

/// The latest day of this standup, if that is later than `key`.
pub(super) fn later(known: &Definition, key: &RunKey) -> Option<RunKey> {
    let last = known.last_run.as_ref().filter(|last| **last > key.date)?;
    Some(RunKey { date: last.clone(), ..key.clone() })
}
