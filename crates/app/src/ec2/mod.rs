//! The `ec2` worker: does one job, from the text that somebody typed to the
//! last edit of its card.
//!
//! It takes a hold on the job and then does whatever the job's status asks for
//! next, so that it goes on just as well where another run left off: `decide`,
//! and for what interrupts or destroys `plan`, `card` and, when people have
//! agreed, `recheck`; then `act` with `call` and `audit`, `look`, `finish`.
//! What somebody says of a plan is a job of its own: `verdict`. So is the start
//! that follows what `restart` has stopped.

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
mod reviewers;
mod settings;
mod verdict;

use std::sync::Arc;

use domain::account::{Account, HomeTeams};
use domain::job::{Audience, Duty, Ending, Move};
use domain::time::Millis;
use secrecy::SecretString;
use slack::web::{ApiError, Client};

use crate::announce::Announcer;
use crate::hold::{Hands, Hold, Stop};
use crate::messages;
use crate::ports::{
    Accounts, Audit, BotTokens, Clock, Doors, Entropy, Installation, Instances, Inventory, Jobs, Threads,
    WorkspaceSettings,
};
use crate::telling::{self, Voice};
use crate::wake::WakeUp;
use decide::Answer;

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
}

impl Run<'_> {
    /// Does whatever the job asks for next, until nothing is left that this run can do.
    async fn go_through(&self, hold: &mut Hold<'_>, next: &mut Option<WakeUp>) -> Result<(), Stop> {
        while let Some(duty) = hold.job.machine.duty() {
            match duty {
                Duty::Decide => match self.decide(hold, next).await {
                    Err(Stop::Refused(error)) => self.refused(hold, &error).await?,
                    decided => decided?,
                },
                Duty::Reconcile => self.reconcile(hold).await?,
                Duty::Look => {
                    if !self.look(hold, next).await? {
                        return Ok(());
                    }
                }
                Duty::Tell => self.tell(hold).await?,
            }
        }
        Ok(())
    }

    fn announcer(&self) -> Announcer<'_> {
        let settings = self.worker.settings.as_ref();
        Announcer { slack: &self.worker.slack, token: &self.token, settings, may_report: true }
    }

    /// Ends a job that Slack keeps from being decided. Nothing was changed.
    async fn refused(&self, hold: &mut Hold<'_>, error: &ApiError) -> Result<(), Stop> {
        telling::log_refusal(&hold.job, error);
        self.answer(hold, Answer::refusal(messages::refused_by_slack(error))).await
    }

    fn voice(&self) -> Voice<'_> {
        Voice { slack: &self.worker.slack, token: Some(&self.token) }
    }
}

impl Ec2 {
    /// Does the job that `wake` names, as far as it gets by `deadline`.
    ///
    /// # Errors
    /// Only if not even the record could be read or written: then Lambda tries
    /// again, and later the sweeper.
    pub async fn handle(&self, wake: &WakeUp, deadline: Millis) -> anyhow::Result<()> {
        let mut next = None;
        let hands = self.hands();
        let done = hands.hold(wake, deadline, async |hold| self.work(hold, deadline, &mut next).await).await;
        // A plan was decided, or is half done: somebody waits for what comes of it.
        while let Some(following) = next.take() {
            let going_on = async |hold: &mut Hold<'_>| self.work(hold, deadline, &mut next).await;
            if let Err(error) = hands.hold(&following, deadline, going_on).await {
                tracing::error!(job.id = %following.job, "The job is left to the sweeper: {error:#}");
            }
        }
        done
    }

    fn hands(&self) -> Hands<'_> {
        Hands { jobs: self.jobs.as_ref(), clock: self.clock.as_ref(), entropy: self.entropy.as_ref() }
    }

    /// Does the job in `hold`. If that decides what becomes of another job, or makes
    /// one, that one is named in `next`.
    async fn work(
        &self,
        hold: &mut Hold<'_>,
        deadline: Millis,
        next: &mut Option<WakeUp>,
    ) -> Result<(), Stop> {
        let Some((installation, token)) = self.tokens.active(&hold.job.team).await? else {
            return self.abandon(hold).await;
        };
        let until = Millis(deadline.0.saturating_sub(RESERVE_MS));
        let accounts = self.accounts_of(&installation).await?;
        let notes = memory::Notes::default();
        let run = Run { worker: self, installation, token, accounts, until, notes };
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
            let nobody = telling::reply(Audience::Nobody, &messages::fault(&hold.job.id), &hold.job.request);
            let finish = Move::Finish { owner: owner.clone(), ending };
            hold.go(&finish, |job| job.reply = Some(nobody)).await?;
        }
        hold.go(&Move::GiveUp { writer: owner }, |_| {}).await
    }
}

#[cfg(test)]
mod tests;
