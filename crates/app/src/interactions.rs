//! `POST /slack/interactions`: from a click, or a modal that was submitted, to a
//! stored job and a woken worker. It does no work itself, except that it opens
//! modals: a worker would be too late.

mod apology;
mod clicks;
mod justify;
mod standups;

use std::sync::Arc;

use domain::ids::Owner;
use domain::job::Job;
use domain::standup::Field;
use domain::time::Millis;
use slack::interactions::{Interaction, Submission};
use slack::web::Client;

use crate::gateway;
use crate::http::{Request, Response};
use crate::messages;
use crate::metrics::{self, Refused};
use crate::ports::{BotTokens, Created, Entries, Installations, Jobs, Runs, SigningSecrets, Standups, Wake};
use apology::Apology;

/// The gateway of clicks and modals.
pub struct Interactions {
    /// Who may knock.
    pub secrets: Arc<dyn SigningSecrets>,
    /// For whom anything is done.
    pub installations: Arc<dyn Installations>,
    /// Where requests are kept.
    pub jobs: Arc<dyn Jobs>,
    /// Who does them.
    pub wake: Arc<dyn Wake>,
    /// The right to open a modal, and to ask who somebody is.
    pub tokens: Arc<dyn BotTokens>,
    /// What standups there are, to show in a modal.
    pub standups: Arc<dyn Standups>,
    /// What was asked in them.
    pub runs: Arc<dyn Runs>,
    /// What people have answered.
    pub entries: Arc<dyn Entries>,
    /// Slack, to open a modal, and to say that a click was not taken.
    pub slack: Client,
}

/// When, and in whose run, something came in.
#[derive(Clone)]
struct Run {
    now: Millis,
    writer: Owner,
}

impl Interactions {
    /// Answers one click or modal. `writer` names this run, and is never reused.
    ///
    /// Slack does not deliver either again. So a fault, or a whole request of more
    /// than 2.3 s, is told: see `Apology`.
    pub async fn handle(&self, request: &Request, now: Millis, writer: Owner) -> Response {
        let mut apology = Apology::None;
        let answer = self.answer(request, Run { now, writer }, &mut apology);
        match gateway::in_time("A click or modal", answer).await {
            Some(answer) => answer,
            None => apology.make(&self.slack).await,
        }
    }

    async fn answer(&self, request: &Request, run: Run, apology: &mut Apology) -> anyhow::Result<Response> {
        if let Err(refused) = gateway::admit(self.secrets.as_ref(), request, run.now).await? {
            return Ok(refused);
        }
        match Interaction::parse(&request.body) {
            Ok(Interaction::Actions(clicks)) => {
                self.click(&clicks, run, apology).await?;
                Ok(Response::empty(200))
            }
            Ok(Interaction::Submission(modal)) => self.submitted(&modal, run, apology).await,
            // Nothing of ours offers shortcuts.
            Ok(
                Interaction::Closed
                | Interaction::Shortcut
                | Interaction::Suggestion
                | Interaction::Other { .. },
            ) => Ok(Response::empty(200)),
            Err(error) => {
                metrics::refused(Refused::Malformed, format_args!("Refused a signed body: {error}"));
                Ok(Response::empty(400))
            }
        }
    }

    async fn submitted(
        &self,
        modal: &Submission,
        run: Run,
        apology: &mut Apology,
    ) -> anyhow::Result<Response> {
        let block = match modal.callback_id.as_str() {
            messages::JUSTIFICATION => messages::NAME.to_owned(),
            messages::ANSWERS => messages::block_of(0),
            messages::SET_UP => messages::input_of(Field::Name).to_owned(),
            // Nothing of ours opens other modals.
            _ => return Ok(Response::empty(200)),
        };
        *apology = Apology::in_modal(&block);
        match modal.callback_id.as_str() {
            messages::ANSWERS => self.answered(modal, run).await,
            messages::SET_UP => self.set_up(modal, run).await,
            _ => self.justified(modal, run).await,
        }
    }

    /// Puts `job` on record and wakes its worker, unless it is being done.
    async fn store(&self, job: &Job) -> anyhow::Result<Created> {
        let created = self.jobs.create(job).await?;
        if gateway::is_untouched(&created) {
            // On record it is safe: the sweeper wakes the worker if this fails.
            if let Err(error) = self.wake.wake(&job.team, &job.id).await {
                tracing::error!(job.id = %job.id, "The worker could not be woken: {error:#}");
            }
        }
        Ok(created)
    }
}

#[cfg(test)]
mod tests;
