//! `POST /slack/interactions`: from a click, or a modal that was submitted, to a
//! stored job and a woken worker. It does no work itself, except that it opens
//! the modal in which a termination is justified: a worker would be too late.

mod apology;
mod clicks;
mod justify;

use std::sync::Arc;

use domain::ids::Owner;
use domain::job::Job;
use domain::time::Millis;
use slack::interactions::Interaction;
use slack::web::Client;

use crate::gateway;
use crate::http::{Request, Response};
use crate::messages;
use crate::ports::{BotTokens, Created, Installations, Jobs, SigningSecrets, Wake};
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
    /// The right to open a modal.
    pub tokens: Arc<dyn BotTokens>,
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
            Ok(Interaction::Submission(modal)) if modal.callback_id == messages::JUSTIFICATION => {
                *apology = Apology::in_modal();
                self.justified(&modal, run).await
            }
            // Nothing of ours opens other modals or offers shortcuts.
            Ok(
                Interaction::Submission(_)
                | Interaction::Closed
                | Interaction::Shortcut
                | Interaction::Suggestion
                | Interaction::Other { .. },
            ) => Ok(Response::empty(200)),
            Err(error) => {
                tracing::info!("Refused a signed body: {error}");
                Ok(Response::empty(400))
            }
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
