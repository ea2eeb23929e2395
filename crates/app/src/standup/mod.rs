//! The `standup` worker: asks the members of a channel, keeps what they answer,
//! and posts one report of each day.
//!
//! A schedule that fires becomes a job (`firing`), as a command, a click and a
//! modal have before it. A job is decided (`duty`): what only touches records is
//! done at once (`command`, `setup`, `skip`), what talks to many people or to a
//! channel is begun, and then gone on with by as many runs as it takes:
//! `questions` with `gather`, `send` and `reconcile`; `report` with `refresh`;
//! `answer`. All of that may be done again at any point: what was done is read
//! from the record of the day, never remembered.

mod answer;
mod command;
mod deeds;
mod duty;
mod firing;
mod gather;
mod hand;
mod input;
mod now;
mod pace;
mod pages;
mod questions;
mod reconcile;
mod records;
mod refresh;
mod report;
mod rights;
mod send;
mod setup;
mod skip;
mod typed;

use std::sync::Arc;

use domain::account::HomeTeams;
use domain::time::Millis;
use secrecy::SecretString;
use slack::web::Client;

pub(crate) use answer::is_over;
pub use input::{Firing, Input};
pub(crate) use rights::may_change;
pub(crate) use typed::{asked_in, open_for};

use crate::hold::{Hands, Hold};
use crate::ports::{
    Absences, BotTokens, Clock, Deeds, Entries, Entropy, Installation, Inventory, Jobs, Runs, Schedules,
    Standups, WorkspaceSettings,
};
use crate::wake::WakeUp;

/// The worker's hands.
pub struct Standup {
    /// The jobs it does.
    pub jobs: Arc<dyn Jobs>,
    /// The right to speak.
    pub tokens: Arc<dyn BotTokens>,
    /// What the team's account managers have set.
    pub settings: Arc<dyn WorkspaceSettings>,
    /// The teams' standups.
    pub standups: Arc<dyn Standups>,
    /// Their days.
    pub runs: Arc<dyn Runs>,
    /// Who is asked on these days, and what they have answered.
    pub entries: Arc<dyn Entries>,
    /// Who is away.
    pub absences: Arc<dyn Absences>,
    /// What wakes this worker.
    pub schedules: Arc<dyn Schedules>,
    /// What people have done with Bellhop.
    pub deeds: Arc<dyn Deeds>,
    /// The names of instances.
    pub inventory: Arc<dyn Inventory>,
    /// Slack.
    pub slack: Client,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For names of runs.
    pub entropy: Arc<dyn Entropy>,
    /// The teams that may use the account that Bellhop runs in.
    pub home_teams: HomeTeams,
}

/// One invocation's surroundings.
struct Shift<'a> {
    worker: &'a Standup,
    installation: Installation,
    token: SecretString,
    /// When work must be over, so that there is time to write down how far it got.
    until: Millis,
}

impl Standup {
    /// Does the job that `wake` names, as far as it gets by `deadline`.
    ///
    /// # Errors
    /// Only if not even the record could be read or written: then Lambda tries
    /// again, and later the sweeper.
    pub async fn handle(&self, wake: &WakeUp, deadline: Millis) -> anyhow::Result<()> {
        let mut next = Vec::new();
        let hands = self.hands();
        let done = hands.hold(wake, deadline, async |hold| self.work(hold, deadline, &mut next).await).await;
        // What the command has asked for is a job of its own.
        for next in next {
            let going_on = async |hold: &mut Hold<'_>| self.work(hold, deadline, &mut Vec::new()).await;
            if let Err(error) = hands.hold(&next, deadline, going_on).await {
                tracing::error!(job.id = %next.job, "What was asked for is left to the sweeper: {error:#}");
            }
        }
        done
    }

    fn hands(&self) -> Hands<'_> {
        Hands { jobs: self.jobs.as_ref(), clock: self.clock.as_ref(), entropy: self.entropy.as_ref() }
    }
}

#[cfg(test)]
mod tests;
