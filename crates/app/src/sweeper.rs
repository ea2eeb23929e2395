//! The sweeper: once a minute it looks at every job that is due and wakes its
//! worker again, lets plans lapse, and takes jobs that get nowhere out of
//! circulation. Nothing ends in silence while it runs.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::Context as _;
use domain::ids::{JobId, Owner, Worker};
use domain::job::{Ask, Audience, EC2, Job, Move, Progress, Status, TEXT};
use domain::standup::STANDUP;
use domain::time::Millis;
use slack::blocks::Message;
use slack::web::Client;

use crate::announce::Announcer;
use crate::hold::{Hold, Stop, new_owner};
use crate::messages;
use crate::metrics;
use crate::ports::{Advanced, BotTokens, Clock, Entropy, Jobs, OpenJobs, Wake, WorkspaceSettings};
use crate::telling::{self, Voice};

/// How many jobs of one worker are looked at in one sweep.
const PER_SWEEP: usize = 200;

/// How long before its own end a sweep stops taking up jobs.
const RESERVE_MS: u64 = 8_000;

/// How long a job is left alone whose record cannot be read: long enough that such
/// jobs do not keep a sweep from others, and short enough that they are heard of
/// again. A later version may be able to read them.
const ASIDE_MS: u64 = 60 * 60_000;

/// What a sweep has met.
#[derive(Default)]
struct Counts {
    due: usize,
    driven: usize,
    unreadable: usize,
}

/// What became of one job.
enum Swept {
    /// Its worker was woken.
    Driven,
    /// Its record cannot be read, and it was set aside.
    Unreadable,
    /// It was ended, left alone, or met a fault.
    Otherwise,
}

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
    /// Where changes are announced.
    pub settings: Arc<dyn WorkspaceSettings>,
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
    [EC2, TEXT, STANDUP].map(Worker::new).into()
}

impl Sweeper {
    /// Sweeps once, as far as it gets by `deadline`. A fault with one job does
    /// not keep it from the next.
    ///
    /// # Errors
    /// If the open jobs of a worker could not be listed.
    pub async fn handle(&self, deadline: Millis) -> anyhow::Result<()> {
        let mut counts = Counts::default();
        let mut listed = Ok(());
        for worker in &self.workers {
            listed = self.sweep_worker(worker, deadline, &mut counts).await;
            if listed.is_err() || self.is_over(deadline) {
                break;
            }
        }
        metrics::swept(counts.due, counts.driven);
        if counts.unreadable > 0 {
            let unreadable = counts.unreadable;
            tracing::error!(unreadable, "Set aside {unreadable} jobs whose records cannot be read");
        }
        listed
    }

    /// Looks after the jobs of one worker. Those that cannot be read are set aside,
    /// and then the next ones are listed: they do not take the place of others.
    async fn sweep_worker(
        &self,
        worker: &Worker,
        deadline: Millis,
        counts: &mut Counts,
    ) -> anyhow::Result<()> {
        // The list may lag behind, and name again what was looked after.
        let mut seen = HashSet::new();
        loop {
            let due = self.open.due(worker, self.clock.now(), PER_SWEEP).await;
            let due = due.with_context(|| format!("listing the open jobs of {worker}"))?;
            let mut unreadable = 0;
            for id in due {
                if !seen.insert(id.clone()) {
                    continue;
                }
                if self.is_over(deadline) {
                    tracing::warn!("The sweep ran out of time; the next one goes on");
                    return Ok(());
                }
                counts.due += 1;
                match self.look_after(&id, deadline).await {
                    Swept::Driven => counts.driven += 1,
                    Swept::Unreadable => unreadable += 1,
                    Swept::Otherwise => {}
                }
            }
            counts.unreadable += unreadable;
            if unreadable == 0 {
                return Ok(());
            }
        }
    }

    fn is_over(&self, deadline: Millis) -> bool {
        self.clock.now().plus(RESERVE_MS) > deadline
    }

    async fn look_after(&self, id: &JobId, deadline: Millis) -> Swept {
        let error = match self.jobs.find(id).await {
            Ok(None) => return Swept::Otherwise,
            // On the heap: it is the greater part of a sweep's memory.
            Ok(Some(job)) => match Box::pin(self.sweep(job, deadline)).await {
                Ok(true) => return Swept::Driven,
                Ok(false) | Err(Stop::Lost) => return Swept::Otherwise,
                Err(Stop::Refused(error)) => error.into(),
                Err(Stop::Fault(error)) => error,
            },
            Err(error) => {
                let until = self.clock.now().plus(ASIDE_MS);
                match self.open.set_aside_unreadable(id, until).await {
                    Ok(true) => {
                        tracing::error!(job.id = %id, "The job is set aside for an hour: {error:#}");
                        return Swept::Unreadable;
                    }
                    Ok(false) => error,
                    Err(aside) => aside.context(error),
                }
            }
        };
        tracing::error!(job.id = %id, "The job could not be looked after: {error:#}");
        Swept::Otherwise
    }

    /// Whether its worker was woken.
    async fn sweep(&self, job: Job, deadline: Millis) -> Result<bool, Stop> {
        let now = self.clock.now();
        // The list may lag behind: this is the record.
        if job.machine.is_held(now) || job.machine.due.is_none_or(|due| due > now) {
            return Ok(false);
        }
        let writer = new_owner(self.entropy.as_ref())?;
        let until = deadline.plus(RESERVE_MS);
        match &job.machine.status {
            Status::Awaiting { .. } => {
                let expire = Move::Expire { writer: writer.clone(), until };
                self.end(job, &expire, writer, expired).await
            }
            status if status.is_terminal() && job.machine.is_worn_out() => self.give_up(&job, writer).await,
            // The worker had its chance, or has no right to say it.
            status if *status == Status::Parked || is_left_to_us(&job) => {
                let take = Move::Take { owner: writer.clone(), until };
                self.end(job, &take, writer, parked).await
            }
            _ if job.machine.is_worn_out() => {
                let status = job.machine.status.name();
                tracing::error!(job.id = %job.id, job.status = status, "Parked a job that gets nowhere");
                let park = Move::Park { writer: writer.clone(), until };
                self.end(job, &park, writer, parked).await
            }
            _ => return self.drive(&job, writer, now).await.map(|()| true),
        }?;
        Ok(false)
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
        // Another writer may have told it, or may be telling it now.
        if let Advanced::Lost(_) = self.jobs.advance(job, &after).await? {
            return Err(Stop::Lost);
        }
        tracing::error!(job.id = %job.id, "Nobody could be told how the job ended");
        Ok(())
    }

    /// Makes the move that ends the job, and says how it ended: what is on
    /// record as its reply, else what `untold` says.
    async fn end(
        &self,
        job: Job,
        change: &Move,
        writer: Owner,
        untold: impl FnOnce(&Job) -> Message,
    ) -> Result<(), Stop> {
        let reply = job.reply.clone();
        let reply = reply.unwrap_or_else(|| telling::reply(audience(&job), &untold(&job), &job.request));
        let mut hold = Hold::of(self.jobs.as_ref(), self.clock.as_ref(), writer.clone(), job);
        let is_cut_off = hold.job.machine.status == Status::Executing;
        hold.go(change, |job| {
            job.reply = Some(reply);
            if is_cut_off {
                lose_sight(job);
            }
        })
        .await?;
        let Some((_, token)) = self.tokens.active(&hold.job.team).await? else {
            return hold.go(&Move::GiveUp { writer }, |_| {}).await;
        };
        let voice = Voice { slack: &self.slack, token: Some(&token) };
        let (slack, settings) = (&self.slack, self.settings.as_ref());
        let announcer = Announcer { slack, token: &token, settings, may_report: false };
        let unannounced = announcer.announce(&mut hold).await?;
        match voice.tell(&telling::noting(&hold.job, unannounced.as_ref())).await {
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

/// What is said of a plan that nobody has decided in time.
fn expired(job: &Job) -> Message {
    match (&job.plan, job.asked.last()) {
        (Some(plan), Some(asked)) => messages::expired(plan, asked),
        _ => messages::fault(&job.id),
    }
}

/// Who hears that a job has come to nothing. A click's is nobody else's business.
const fn audience(job: &Job) -> Audience {
    match job.request.ask {
        Ask::Decide { .. } | Ask::Standup { .. } => Audience::Requester,
        _ => Audience::Thread,
    }
}

/// What is said of a job that got nowhere. Of one that may have shown something
/// to a channel, nobody can say that nothing was done.
fn parked(job: &Job) -> Message {
    match &job.request.ask {
        Ask::Share { job: of } if job.machine.status == Status::Executing => {
            messages::perhaps_shared(Some(of.clone()))
        }
        Ask::Summarize { .. } if job.machine.status == Status::Executing => messages::perhaps_shared(None),
        _ => messages::parked(job),
    }
}

/// A call may have been made that is not answered on record: from now on that is what
/// is known of these instances.
fn lose_sight(job: &mut Job) {
    for target in job.plan.iter_mut().flat_map(|plan| &mut plan.targets) {
        if target.progress == Progress::Planned {
            target.progress = Progress::Lost { state: None };
        }
    }
}

/// Whether a worker without a token has left it to us to say how the job ended.
fn is_left_to_us(job: &Job) -> bool {
    let direct = job.reply.as_ref().is_some_and(|reply| reply.audience == Audience::DirectMessage);
    direct && job.machine.status.is_terminal()
}

#[cfg(test)]
mod tests;
