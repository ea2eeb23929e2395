//! The sweeper: once a minute it looks at every job that is due and wakes its
//! worker again, lets plans lapse, and takes jobs that get nowhere out of
//! circulation. Nothing ends in silence while it runs.

use std::sync::Arc;

use anyhow::Context as _;
use domain::ids::{JobId, Owner, Worker};
use domain::job::{Audience, Job, Move, Status};
use domain::time::Millis;
use slack::web::Client;

use crate::hold::{Hold, Stop, new_owner};
use crate::messages;
use crate::ports::{Advanced, BotTokens, Clock, Entropy, Jobs, OpenJobs, Wake};
use crate::telling;

/// How many jobs of one worker are looked at in one sweep.
const PER_SWEEP: usize = 200;

/// How long before its own end a sweep stops taking up jobs.
const RESERVE_MS: u64 = 8_000;

/// Looks after jobs that are open.
pub struct Sweeper {
    /// The jobs.
    pub jobs: Arc<dyn Jobs>,
    /// Which of them are due.
    pub open: Arc<dyn OpenJobs>,
    /// Who does them.
    pub wake: Arc<dyn Wake>,
    /// The right to speak, for the jobs that nobody else can end.
    pub tokens: Arc<dyn BotTokens>,
    /// Slack.
    pub slack: Client,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For names of runs.
    pub entropy: Arc<dyn Entropy>,
    /// The workers whose jobs it looks after.
    pub workers: Vec<Worker>,
}

/// All workers that have jobs.
pub fn workers() -> Vec<Worker> {
    vec![Worker::new(crate::events::WORKER)]
}

impl Sweeper {
    /// Sweeps once, as far as it gets by `deadline`. A fault with one job does
    /// not keep it from the next.
    ///
    /// # Errors
    /// If the open jobs of a worker could not be listed.
    pub async fn handle(&self, deadline: Millis) -> anyhow::Result<()> {
        for worker in &self.workers {
            let due = self.open.due(worker, self.clock.now(), PER_SWEEP).await;
            let due = due.with_context(|| format!("listing the open jobs of {worker}"))?;
            let found = due.len();
            for id in due {
                if self.clock.now().plus(RESERVE_MS) > deadline {
                    tracing::warn!("The sweep ran out of time; the next one goes on");
                    return Ok(());
                }
                self.look_after(&id, deadline).await;
            }
            if found > 0 {
                tracing::info!(jobs = found, "Looked after {found} jobs of {worker}");
            }
        }
        Ok(())
    }

    async fn look_after(&self, id: &JobId, deadline: Millis) {
        match self.sweep(id, deadline).await {
            Ok(()) | Err(Stop::Lost) => {}
            Err(Stop::Fault(error)) => {
                tracing::error!(job.id = %id, "The job could not be looked after: {error:#}");
            }
        }
    }

    async fn sweep(&self, id: &JobId, deadline: Millis) -> Result<(), Stop> {
        let Some(job) = self.jobs.find(id).await? else { return Ok(()) };
        let now = self.clock.now();
        // The list may lag behind: this is the record.
        if job.machine.is_held(now) || job.machine.due.is_none_or(|due| due > now) {
            return Ok(());
        }
        let writer = new_owner(self.entropy.as_ref())?;
        let until = deadline.plus(RESERVE_MS);
        match &job.machine.status {
            Status::Awaiting { .. } => {
                self.end(job, &Move::Expire { writer: writer.clone(), until }, writer).await
            }
            status if status.is_terminal() && job.machine.is_worn_out() => self.give_up(&job, writer).await,
            // The worker had its chance.
            Status::Parked => self.end(job, &Move::Take { owner: writer.clone(), until }, writer).await,
            _ if job.machine.is_worn_out() => {
                self.end(job, &Move::Park { writer: writer.clone(), until }, writer).await
            }
            _ => self.drive(&job, writer, now).await,
        }
    }

    async fn drive(&self, job: &Job, writer: Owner, now: Millis) -> Result<(), Stop> {
        let after = job.after(&Move::Drive { writer }, now)?;
        if let Advanced::Lost(_) = self.jobs.advance(job, &after).await? {
            return Err(Stop::Lost);
        }
        tracing::info!(
            job.id = %job.id, job.status = job.machine.status.name(), drives = after.machine.drives,
            "Wakes the worker again"
        );
        Ok(self.wake.wake(&job.team, &job.id).await?)
    }

    async fn give_up(&self, job: &Job, writer: Owner) -> Result<(), Stop> {
        let after = job.after(&Move::GiveUp { writer }, self.clock.now())?;
        self.jobs.advance(job, &after).await?;
        tracing::error!(job.id = %job.id, "Nobody could be told how the job ended");
        Ok(())
    }

    /// Makes the move that ends the job, and says how it ended.
    async fn end(&self, job: Job, change: &Move, writer: Owner) -> Result<(), Stop> {
        let message = if let Status::Awaiting { .. } = &job.machine.status {
            messages::expired()
        } else {
            tracing::error!(job.id = %job.id, job.status = job.machine.status.name(), "Parked a job that gets nowhere");
            messages::parked(&job)
        };
        let had_reply = job.reply.clone();
        let mut hold = Hold::of(self.jobs.as_ref(), self.clock.as_ref(), writer.clone(), job);
        hold.go(change, |job| {
            job.reply = had_reply.or_else(|| Some(telling::reply(Audience::Thread, &message)));
        })
        .await?;
        let Some((_, token)) = self.tokens.active(&hold.job.team).await? else {
            return hold.go(&Move::GiveUp { writer }, |_| {}).await;
        };
        match telling::tell(&self.slack, &token, &hold.job).await {
            Ok(()) => hold.go(&Move::Told { owner: writer }, |_| {}).await,
            Err(error) if telling::is_hopeless(&error) => {
                tracing::error!(job.id = %hold.job.id, "Nobody can be told how the job ended: {error}");
                hold.go(&Move::GiveUp { writer }, |_| {}).await
            }
            Err(error) => {
                tracing::warn!(job.id = %hold.job.id, "Telling failed, and is tried again: {error}");
                hold.go(&Move::Release { owner: writer }, |_| {}).await
            }
        }
    }
}

#[cfg(test)]
mod tests;
