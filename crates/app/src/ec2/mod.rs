//! The `ec2` worker: does one job, from the text that somebody typed to the
//! last edit of its card.
//!
//! It takes a hold on the job and then does whatever the job's status asks for
//! next, so that it goes on just as well where another run left off:
//! `decide`, `act`, `look`, `finish`.

mod act;
mod decide;
mod finish;
mod fleet;
mod list;
mod look;
mod person;

use std::sync::Arc;

use domain::ids::Region;
use domain::job::{Audience, Duty, Ending, Move};
use domain::time::Millis;
use secrecy::SecretString;
use slack::web::Client;

use crate::hold::{Hands, Hold, Stop};
use crate::ports::{BotTokens, Clock, Entropy, Installation, Instances, Jobs, Threads};
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
    /// EC2.
    pub instances: Arc<dyn Instances>,
    /// Slack.
    pub slack: Client,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For names of runs.
    pub entropy: Arc<dyn Entropy>,
    /// The regions it may look in and act in; at least one.
    pub regions: Vec<Region>,
}

/// One run's surroundings.
struct Run<'a> {
    worker: &'a Ec2,
    installation: Installation,
    token: SecretString,
    /// When work must be over, so that there is time to write down how far it got.
    until: Millis,
}

impl Run<'_> {
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
        let hands =
            Hands { jobs: self.jobs.as_ref(), clock: self.clock.as_ref(), entropy: self.entropy.as_ref() };
        hands.hold(wake, deadline, async |hold| self.work(hold, deadline).await).await
    }

    async fn work(&self, hold: &mut Hold<'_>, deadline: Millis) -> Result<(), Stop> {
        let Some((installation, token)) = self.tokens.active(&hold.job.team).await? else {
            return self.abandon(hold).await;
        };
        let until = Millis(deadline.0.saturating_sub(RESERVE_MS));
        let run = Run { worker: self, installation, token, until };
        while let Some(duty) = hold.job.machine.duty() {
            match duty {
                Duty::Decide => run.decide(hold).await?,
                Duty::Reconcile => run.reconcile(hold).await?,
                Duty::Look => {
                    if !run.look(hold).await? {
                        return Ok(());
                    }
                }
                Duty::Tell => run.tell(hold).await?,
            }
        }
        Ok(())
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

#[cfg(test)]
mod tests;
