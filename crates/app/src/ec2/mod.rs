//! The `ec2` worker: does one job, from the text that somebody typed to the
//! last edit of its card.
//!
//! It takes a hold on the job and then does whatever the job's status asks for
//! next, so that it goes on just as well where another run left off: `decide`,
//! and for what interrupts or destroys `plan`, `card` and, when people have
//! agreed, `recheck`; then `act` with `call` and `audit`, `look`, `finish`.
//! What somebody says of a plan is a job of its own: `verdict`. So is the start
//! of each instance that `restart` has stopped; it runs beside the job that stopped it.

mod accounts;
mod act;
mod audit;
mod call;
mod card;
mod decide;
mod edits;
mod finish;
mod fleet;
mod list;
mod look;
mod memory;
mod person;
mod places;
mod plan;
mod recheck;
mod restart;
mod settings;
mod verdict;

use std::sync::Arc;

use domain::account::{Account, HomeTeams};
use domain::job::{Audience, Duty, Ending, Move};
use domain::time::Millis;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use secrecy::SecretString;
use slack::web::Client;
use tokio::sync::mpsc::{self, UnboundedSender};

use crate::announce::Announcer;
use crate::hold::{Hands, Hold, Stop};
use crate::ports::{
    Accounts, Audit, BotTokens, Clock, Doors, Entropy, Installation, Instances, Inventory, Jobs, Threads,
    WorkspaceSettings,
};
use crate::telling::{self, Voice};
use crate::wake::WakeUp;

/// How much of an invocation is kept for writing down how far it got.
const RESERVE_MS: u64 = 10_000;

/// The worker's hands.
pub struct Ec2 {
    /// The jobs it does.
    pub jobs: Arc<dyn Jobs>,
    /// The right to speak.
    pub tokens: Arc<dyn BotTokens>,
    /// What `#2` and `this` mean.
    pub threads: Arc<dyn Threads>,
    /// The team's accounts.
    pub accounts: Arc<dyn Accounts>,
    /// What the team's account managers have set.
    pub settings: Arc<dyn WorkspaceSettings>,
    /// What was seen in them.
    pub inventory: Arc<dyn Inventory>,
    /// Where every change is written down.
    pub audit: Arc<dyn Audit>,
    /// EC2.
    pub instances: Arc<dyn Instances>,
    /// Whether accounts may be linked.
    pub doors: Arc<dyn Doors>,
    /// Slack.
    pub slack: Client,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For names of runs.
    pub entropy: Arc<dyn Entropy>,
    /// The account that Bellhop runs in.
    pub home: Account,
    /// The teams that may use that.
    pub home_teams: HomeTeams,
}

/// One run's surroundings.
struct Run<'a> {
    worker: &'a Ec2,
    installation: Installation,
    token: SecretString,
    /// The accounts of the team, those not yet to be used among them.
    accounts: Vec<Arc<Account>>,
    /// When work must be over, so that there is time to write down how far it got.
    until: Millis,
    /// What it saw, for the inventory.
    notes: memory::Notes,
    /// Takes the jobs that are to run beside this one.
    beside: UnboundedSender<WakeUp>,
}

impl Run<'_> {
    /// Does whatever the job asks for next, until nothing is left to do or it is released.
    async fn go_through(&self, hold: &mut Hold<'_>, next: &mut Option<WakeUp>) -> Result<(), Stop> {
        while let (Some(duty), Some(_)) = (hold.job.machine.duty(), hold.job.machine.held_until) {
            match duty {
                Duty::Decide => self.decide(hold, next).await?,
                Duty::Reconcile => self.reconcile(hold).await?,
                Duty::Look => self.look(hold).await?,
                Duty::Tell => self.tell(hold).await?,
            }
        }
        Ok(())
    }

    fn announcer(&self) -> Announcer<'_> {
        let settings = self.worker.settings.as_ref();
        Announcer { slack: &self.worker.slack, token: &self.token, settings, may_report: true }
    }

    fn voice(&self) -> Voice<'_> {
        Voice { slack: &self.worker.slack, token: Some(&self.token) }
    }
}

impl Ec2 {
    /// Does the job that `wake` names, as far as it gets by `deadline`, and beside it
    /// the jobs that it creates.
    ///
    /// # Errors
    /// Only if not even the record could be read or written: then Lambda tries
    /// again, and later the sweeper.
    pub async fn handle(&self, wake: &WakeUp, deadline: Millis) -> anyhow::Result<()> {
        let (beside, mut created) = mpsc::unbounded_channel();
        let mut runs = FuturesUnordered::new();
        runs.push(self.run(wake.clone(), deadline, &beside));
        let mut outcome = Ok(());
        loop {
            let ended = tokio::select! {
                biased;
                Some(job) = created.recv() => {
                    runs.push(self.run(job, deadline, &beside));
                    continue;
                }
                ended = runs.next() => ended,
            };
            match ended {
                None => return outcome,
                Some((job, done)) if job == *wake => outcome = done,
                Some((job, done)) => left_to_the_sweeper(&job, done),
            }
        }
    }

    /// Does the job that `wake` names; if that decides a plan, then the job of the plan too,
    /// since a person waits for what comes of it.
    async fn run(
        &self,
        wake: WakeUp,
        deadline: Millis,
        beside: &UnboundedSender<WakeUp>,
    ) -> (WakeUp, anyhow::Result<()>) {
        let mut next = None;
        let hands = self.hands();
        let work = async |hold: &mut Hold<'_>| self.work(hold, deadline, &mut next, beside).await;
        let done = hands.hold(&wake, deadline, work).await;
        while let Some(following) = next.take() {
            let going_on = async |hold: &mut Hold<'_>| self.work(hold, deadline, &mut next, beside).await;
            left_to_the_sweeper(&following, hands.hold(&following, deadline, going_on).await);
        }
        (wake, done)
    }

    fn hands(&self) -> Hands<'_> {
        Hands { jobs: self.jobs.as_ref(), clock: self.clock.as_ref(), entropy: self.entropy.as_ref() }
    }

    /// Does the job in `hold`. If that decides what becomes of another job, that one is named
    /// in `next`; what it creates goes to `beside`.
    async fn work(
        &self,
        hold: &mut Hold<'_>,
        deadline: Millis,
        next: &mut Option<WakeUp>,
        beside: &UnboundedSender<WakeUp>,
    ) -> Result<(), Stop> {
        let Some((installation, token)) = self.tokens.active(&hold.job.team).await? else {
            return self.abandon(hold).await;
        };
        let until = Millis(deadline.0.saturating_sub(RESERVE_MS));
        let accounts = self.accounts_of(&installation).await?;
        let notes = memory::Notes::default();
        let beside = beside.clone();
        let run = Run { worker: self, installation, token, accounts, until, notes, beside };
        // On the heap: it is the greater part of a run's memory.
        let done = Box::pin(run.go_through(hold, next)).await;
        // Nobody waits for this any more.
        run.keep_notes().await;
        done
    }

    /// The team has uninstalled the app: nothing is done any more, and there is
    /// nobody to tell.
    async fn abandon(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        let owner = hold.owner();
        let ending = match hold.job.machine.duty() {
            Some(Duty::Decide) => Some(Ending::Failed),
            Some(Duty::Reconcile | Duty::Look) => Some(Ending::Unknown),
            Some(Duty::Tell) | None => None,
        };
        tracing::info!(job.id = %hold.job.id, "Dropped the job: the team has uninstalled the app");
        if let Some(ending) = ending {
            let nobody =
                telling::reply(Audience::Nobody, &crate::messages::fault(&hold.job.id), &hold.job.request);
            let finish = Move::Finish { owner: owner.clone(), ending };
            hold.go(&finish, |job| job.reply = Some(nobody)).await?;
        }
        hold.go(&Move::GiveUp { writer: owner }, |_| {}).await
    }
}

/// Logs that a job could not even be released, so that only the sweeper will go on with it.
fn left_to_the_sweeper(wake: &WakeUp, done: anyhow::Result<()>) {
    if let Err(error) = done {
        tracing::error!(job.id = %wake.job, "The job is left to the sweeper: {error:#}");
    }
}

#[cfg(test)]
mod tests;
