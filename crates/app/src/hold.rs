//! A hold on a job: the one hand that may move it, and the writes it makes.

use domain::ids::{JobId, Owner};
use domain::job::{Job, Move, Refused};
use domain::time::Millis;
use slack::web::ApiError;

use crate::metrics;
use crate::ports::{Advanced, Clock, Entropy, Jobs};
use crate::telling;
use crate::wake::WakeUp;

/// How much longer than the invocation a hold lasts, so that no process that
/// could still write outlives its hold.
const LEASE_MARGIN_MS: u64 = 30_000;

/// Why the holder must stop.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The job is no longer ours; whoever has it will see to it.
    Lost,
    /// Slack refuses a call, and would again. Trying again does not help, so the job
    /// ends by saying why.
    Refused(ApiError),
    /// Something failed; it may be tried again later.
    Fault(anyhow::Error),
}

impl Stop {
    /// Why a call to Slack, made while `doing` that, keeps the job from going on.
    pub(crate) fn slack(error: ApiError, doing: &'static str) -> Self {
        if telling::is_hopeless(&error) {
            Self::Refused(error)
        } else {
            Self::Fault(anyhow::Error::new(error).context(doing))
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// What a worker takes jobs up with.
pub(crate) struct Hands<'a> {
    /// The jobs.
    pub(crate) jobs: &'a dyn Jobs,
    /// The time.
    pub(crate) clock: &'a dyn Clock,
    /// For names of runs.
    pub(crate) entropy: &'a dyn Entropy,
}

impl<'a> Hands<'a> {
    /// Takes the job up that `wake` names, unless somebody else has, and does
    /// `work` on it. After a fault it lets go, and the sweeper wakes us again.
    ///
    /// # Errors
    /// Only if not even the record could be read or written.
    pub(crate) async fn hold(
        &self,
        wake: &WakeUp,
        deadline: Millis,
        work: impl AsyncFnOnce(&mut Hold<'a>) -> Result<(), Stop>,
    ) -> anyhow::Result<()> {
        if wake.v != WakeUp::VERSION {
            anyhow::bail!("version {} of the payload is not known", wake.v);
        }
        anyhow::ensure!(JobId::parse(wake.job.as_str()).is_some(), "the payload does not name a job");
        let owner = new_owner(self.entropy)?;
        let mut hold = match Hold::take(self.jobs, self.clock, owner, &wake.job, deadline).await {
            Ok(Some(hold)) => hold,
            Ok(None) | Err(Stop::Lost) => return Ok(()),
            Err(Stop::Refused(error)) => return Err(error.into()),
            Err(Stop::Fault(error)) => return Err(error),
        };
        match work(&mut hold).await {
            Ok(()) => Ok(()),
            Err(Stop::Lost) => {
                tracing::info!(job.id = %wake.job, "Somebody else has taken the job over");
                Ok(())
            }
            Err(Stop::Refused(error)) => hold.release(&error.into()).await,
            Err(Stop::Fault(error)) => hold.release(&error).await,
        }
    }
}

/// A job in our hand.
pub(crate) struct Hold<'a> {
    jobs: &'a dyn Jobs,
    clock: &'a dyn Clock,
    owner: Owner,
    /// The job as it is on record.
    pub(crate) job: Job,
}

impl<'a> Hold<'a> {
    /// Takes the job up, unless that is not allowed now or somebody else is faster.
    async fn take(
        jobs: &'a dyn Jobs,
        clock: &'a dyn Clock,
        owner: Owner,
        id: &JobId,
        deadline: Millis,
    ) -> Result<Option<Self>, Stop> {
        let Some(job) = jobs.find(id).await? else {
            tracing::warn!(job.id = %id, "There is no such job");
            return Ok(None);
        };
        let until = deadline.plus(LEASE_MARGIN_MS);
        let mut hold = Self { jobs, clock, owner: owner.clone(), job };
        match hold.try_to(&Move::Take { owner, until }, |_| {}).await? {
            Ok(()) => Ok(Some(hold)),
            Err(refused) => {
                tracing::info!(job.id = %id, "Left the job alone: {refused}");
                Ok(None)
            }
        }
    }

    /// A hold that came with a move already made (the sweeper's).
    pub(crate) fn of(jobs: &'a dyn Jobs, clock: &'a dyn Clock, owner: Owner, job: Job) -> Self {
        Self { jobs, clock, owner, job }
    }

    async fn release(&mut self, error: &anyhow::Error) -> anyhow::Result<()> {
        let job = &self.job;
        tracing::error!(job.id = %job.id, takes = job.machine.takes, "The job met a fault: {error:#}");
        let release = Move::Release { owner: self.owner() };
        match self.go(&release, |_| {}).await {
            Ok(()) | Err(Stop::Lost) => Ok(()),
            Err(Stop::Refused(error)) => Err(error.into()),
            Err(Stop::Fault(error)) => Err(error),
        }
    }

    /// Whose hold this is.
    pub(crate) fn owner(&self) -> Owner {
        self.owner.clone()
    }

    /// Makes a move that the holder may make, with `edit` in the same write.
    pub(crate) async fn go(&mut self, change: &Move, edit: impl FnOnce(&mut Job)) -> Result<(), Stop> {
        match self.try_to(change, edit).await? {
            Ok(()) => Ok(()),
            // The hold has ended under us, or the flow asks for what the machine forbids.
            Err(Refused::NotHeld) => Err(Stop::Lost),
            Err(refused) => Err(Stop::Fault(anyhow::Error::new(refused).context("moving the job"))),
        }
    }

    async fn try_to(
        &mut self,
        change: &Move,
        edit: impl FnOnce(&mut Job),
    ) -> Result<Result<(), Refused>, Stop> {
        let mut after = match self.job.after(change, self.clock.now()) {
            Ok(after) => after,
            Err(refused) => return Ok(Err(refused)),
        };
        edit(&mut after);
        match self.jobs.advance(&self.job, &after).await? {
            Advanced::Written => {
                metrics::ended(&self.job, &after, self.clock.now());
                self.job = after;
                Ok(Ok(()))
            }
            Advanced::Lost(_) => Err(Stop::Lost),
        }
    }
}

/// A name for one run of one process, never used again.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn new_owner(entropy: &dyn Entropy) -> anyhow::Result<Owner> {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes)?;
    Ok(Owner::new(hex::encode(bytes)))
}
