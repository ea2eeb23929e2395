//! The modal in which the requester types the name of what is to be terminated
//! and says why: opened at a click, and taken when it is submitted.
//!
//! Of a button and of a modal only the plan's name is believed. What it is about
//! is read from the record, each time anew.

use domain::ids::{JobId, TeamId, UserId};
use domain::job::{Answers, Ask, Job, Move, PlanTarget, Progress, Request as JobRequest, Verdict};
use domain::policy;
use slack::blocks::Message;
use slack::interactions::{Actions, Submission, errors};
use slack::web::{Followup, OpenError};

use super::apology::json;
use super::{Interactions, Run};
use crate::gateway;
use crate::http::Response;
use crate::matter::Matter;
use crate::messages::{self, NAME, Pointed, REASON, REASON_LENGTH, Shut, TYPED};
use crate::metrics::{self, Refused};
use crate::ports::Installation;
use crate::telling;

impl Interactions {
    /// Opens the modal for the plan that the button points at, or tells why not.
    pub(super) async fn justify(
        &self,
        clicks: &Actions,
        pointed: &Pointed,
        team: &TeamId,
        run: &Run,
    ) -> anyhow::Result<()> {
        let Some(matter) = self.find(team, pointed).await? else {
            return self.refuse(clicks, Shut::Unknown).await;
        };
        let target = match awaited(&matter, &clicks.user, run) {
            Ok(target) => target,
            Err(why) => return self.refuse(clicks, why).await,
        };
        let modal =
            messages::justification(&matter.plan, target, matter.job.consent.reason.as_deref(), pointed)?;
        let Some(trigger) = &clicks.trigger else { anyhow::bail!("the click has no trigger") };
        // The token is asked for last: most clicks have no use for it.
        let Some((_, token)) = self.tokens.active(team).await? else {
            metrics::refused(
                Refused::NotInstalled,
                "Left a click of a team that has just uninstalled the app",
            );
            return Ok(());
        };
        match self.slack.open_view(&token, trigger, &modal).await {
            Ok(_) => Ok(()),
            Err(OpenError::Trigger(code)) => {
                tracing::info!(job.id = %pointed.job, "Opened no modal: {code}");
                self.whisper(clicks, messages::clicked_too_long_ago()).await
            }
            Err(OpenError::Api(error)) if telling::is_denied(&error) => {
                tracing::warn!(job.id = %pointed.job, "Opened no modal: {error}");
                self.whisper(clicks, messages::refused_by_slack(&error)).await
            }
            Err(OpenError::Api(error)) => Err(anyhow::Error::new(error).context("opening a modal")),
        }
    }

    /// Takes a justification: a job, or an error in the modal.
    pub(super) async fn justified(&self, modal: &Submission, run: Run) -> anyhow::Result<Response> {
        let candidates = modal.installation_candidates.clone();
        let found = gateway::installation(self.installations.as_ref(), candidates).await?;
        let Some(Installation { team, .. }) = found.filter(Installation::is_active) else {
            metrics::refused(Refused::NotInstalled, "Left a modal of a team that has not installed the app");
            return Ok(wrong(NAME, &messages::nobody_here()));
        };
        let Ok(pointed) = serde_json::from_str::<Pointed>(&modal.private_metadata) else {
            return Ok(wrong(NAME, &messages::shut_here(Shut::Unknown)));
        };
        let Some(matter) = self.find(&team, &pointed).await? else {
            return Ok(wrong(NAME, &messages::shut_here(Shut::Unknown)));
        };
        let verdict = match awaited(&matter, &modal.user, &run) {
            Ok(target) => filled_in(target, modal),
            Err(why) => Err(wrong(NAME, &messages::shut_here(why))),
        };
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(answer) => return Ok(answer),
        };
        let job = matter.job;
        let (user, channel, answers) = (modal.user.clone(), job.request.channel.clone(), answers(&job));
        let ask = Ask::Decide { job: job.id, plan: pointed.plan, verdict };
        let id = JobId::for_view(&ask.worker(), &team, &modal.view);
        let request = JobRequest { user, channel, ask, answers };
        self.store(&Job::new(id, team, request, run.writer, run.now)).await?;
        Ok(Response::empty(200))
    }

    /// Tells whoever clicked, and nobody else, why nothing was opened.
    pub(super) async fn refuse(&self, clicks: &Actions, why: Shut<'_>) -> anyhow::Result<()> {
        self.whisper(clicks, messages::shut_at_click(why)).await
    }

    pub(super) async fn whisper(&self, clicks: &Actions, message: Message) -> anyhow::Result<()> {
        let Some(url) = &clicks.response_url else { anyhow::bail!("the click has no response_url") };
        Ok(self.slack.respond(url, &Followup::Private(message)).await?)
    }

    /// The plan that `pointed` names, if `team` has such a one.
    async fn find(&self, team: &TeamId, pointed: &Pointed) -> anyhow::Result<Option<Matter>> {
        Matter::find(self.jobs.as_ref(), team, &pointed.job, &pointed.plan).await
    }
}

/// What is to go by the plan, if it waits for `user` to justify it.
fn awaited<'a>(matter: &'a Matter, user: &UserId, run: &Run) -> Result<&'a PlanTarget, Shut<'a>> {
    let Matter { job, plan, asked, .. } = matter;
    if job.request.user != *user {
        return Err(Shut::NotTheirs(job));
    }
    // Nothing is written here; whether it could be is what counts.
    let change = Move::Approve { writer: run.writer.clone(), plan_hash: asked.plan.clone() };
    job.after(&change, run.now).map_err(|refused| matter.shut(refused))?;
    let word = Verdict::Justify { typed: String::new(), reason: String::new() };
    if !policy::is_asked_for(matter.verb, &word, &job.consent) {
        return Err(Shut::Unknown);
    }
    plan.targets.iter().find(|target| target.progress == Progress::Planned).ok_or(Shut::Unknown)
}

/// What was submitted, or the error to show in the modal.
fn filled_in(target: &PlanTarget, modal: &Submission) -> Result<Verdict, Response> {
    let filled = |block| modal.values.get(block, TYPED).unwrap_or_default().trim();
    let (typed, reason) = (filled(NAME), filled(REASON));
    if !target.is_called(typed) {
        return Err(wrong(NAME, &messages::not_its_name(target)));
    }
    if reason.is_empty() || slack::text::length(reason) > REASON_LENGTH {
        return Err(wrong(REASON, &messages::no_reason()));
    }
    Ok(Verdict::Justify { typed: typed.to_owned(), reason: reason.to_owned() })
}

/// Where `job` is answered. Its card has opened the thread.
fn answers(job: &Job) -> Answers {
    match &job.request.answers {
        Answers::Channel { thread, .. } if job.card.is_some() => {
            Answers::Channel { thread: thread.clone(), open_thread: Some(thread.clone()) }
        }
        answers => answers.clone(),
    }
}

/// The answer that keeps the modal open, with `sentence` at the input `block`.
fn wrong(block: &str, sentence: &str) -> Response {
    json(errors([(block, sentence)]))
}
