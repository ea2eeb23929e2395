//! The modal in which the requester types the name of what is to be terminated
//! and says why: opened at a click, and taken when it is submitted.
//!
//! Of a button and of a modal only the plan's name is believed. What it is about
//! is read from the record, each time anew.

use domain::command::Verb;
use domain::ids::{JobId, PlanHash, TeamId, UserId};
use domain::job::{
    Answers, Ask, EC2, Job, Move, Plan, PlanTarget, Progress, Refused, Request as JobRequest, Status, Verdict,
};
use domain::policy;
use slack::blocks::Message;
use slack::interactions::{Actions, Submission, errors};
use slack::web::{Followup, OpenError};

use super::apology::json;
use super::{Interactions, Run};
use crate::gateway;
use crate::http::Response;
use crate::messages::{self, NAME, Pointed, REASON, REASON_LENGTH, Shut, TYPED};
use crate::ports::Installation;

/// The longest id of a job that is looked for: the table takes no longer key.
const MAX_JOB_ID_BYTES: usize = 2_048;

/// A plan that waits for its justification.
struct Awaited<'a> {
    plan: &'a Plan,
    target: &'a PlanTarget,
}

impl Interactions {
    /// Opens the modal for the plan that the button points at, or tells why not.
    pub(super) async fn justify(
        &self,
        clicks: &Actions,
        pointed: &Pointed,
        team: &TeamId,
        run: &Run,
    ) -> anyhow::Result<()> {
        let job = self.find(&pointed.job).await?;
        let awaited = match awaited(job.as_ref(), team, &pointed.plan, &clicks.user, run) {
            Ok(awaited) => awaited,
            Err(why) => return self.refuse(clicks, why).await,
        };
        let modal = messages::justification(awaited.plan, awaited.target, pointed)?;
        let Some(trigger) = &clicks.trigger else { anyhow::bail!("the click has no trigger") };
        // The token is asked for last: most clicks have no use for it.
        let Some((_, token)) = self.tokens.active(team).await? else {
            tracing::info!("Left a click of a team that has just uninstalled the app");
            return Ok(());
        };
        match self.slack.open_view(&token, trigger, &modal).await {
            Ok(_) => Ok(()),
            Err(OpenError::Trigger(code)) => {
                tracing::info!(job.id = %pointed.job, "Opened no modal: {code}");
                self.whisper(clicks, messages::clicked_too_long_ago()).await
            }
            Err(OpenError::Api(error)) => Err(anyhow::Error::new(error).context("opening a modal")),
        }
    }

    /// Takes a justification: a job, or an error in the modal.
    pub(super) async fn justified(&self, modal: &Submission, run: Run) -> anyhow::Result<Response> {
        let candidates = modal.installation_candidates.clone();
        let found = gateway::installation(self.installations.as_ref(), candidates).await?;
        let Some(Installation { team, .. }) = found.filter(Installation::is_active) else {
            tracing::info!("Left a modal of a team that has not installed the app");
            return Ok(wrong(NAME, &messages::nobody_here()));
        };
        let Ok(pointed) = serde_json::from_str::<Pointed>(&modal.private_metadata) else {
            return Ok(wrong(NAME, &messages::shut_here(Shut::Unknown)));
        };
        let job = self.find(&pointed.job).await?;
        let verdict = match awaited(job.as_ref(), &team, &pointed.plan, &modal.user, &run) {
            Ok(awaited) => awaited.verdict(modal),
            Err(why) => Err(wrong(NAME, &messages::shut_here(why))),
        };
        let (job, verdict) = match (job, verdict) {
            (Some(job), Ok(verdict)) => (job, verdict),
            (_, Err(answer)) => return Ok(answer),
            (None, Ok(_)) => anyhow::bail!("a plan of no job was justified"),
        };
        let (user, channel, answers) = (modal.user.clone(), job.request.channel.clone(), answers(&job));
        let ask = Ask::Decide { job: job.id, plan: pointed.plan, verdict };
        let id = JobId::for_view(&ask.worker(), &team, &modal.view);
        let request = JobRequest { user, channel, ask, answers };
        self.store(&Job::new(id, team, request, run.writer, run.now)).await?;
        Ok(Response::empty(200))
    }

    /// Tells whoever clicked, and nobody else, why nothing was opened.
    pub(super) async fn refuse(&self, clicks: &Actions, why: Shut<'_>) -> anyhow::Result<()> {
        self.whisper(clicks, messages::shut(why)).await
    }

    async fn whisper(&self, clicks: &Actions, message: Message) -> anyhow::Result<()> {
        let Some(url) = &clicks.response_url else { anyhow::bail!("the click has no response_url") };
        Ok(self.slack.respond(url, &Followup::Private(message)).await?)
    }

    /// The job `id`, if it is one that has plans.
    async fn find(&self, id: &JobId) -> anyhow::Result<Option<Job>> {
        let is_one = id.worker().as_str() == EC2 && id.as_str().len() <= MAX_JOB_ID_BYTES;
        if is_one { self.jobs.find(id).await } else { Ok(None) }
    }
}

/// The plan `hash` of `job`, if it waits for `user` to justify it. Of another
/// team's job nothing is told, not even that there is one.
fn awaited<'a>(
    job: Option<&'a Job>,
    team: &TeamId,
    hash: &PlanHash,
    user: &UserId,
    run: &Run,
) -> Result<Awaited<'a>, Shut<'a>> {
    let job = job.filter(|job| job.team == *team).ok_or(Shut::Unknown)?;
    let plan = job.plan.as_ref().ok_or(Shut::Unknown)?;
    let round = job.asked.iter().position(|asked| asked.plan == *hash).ok_or(Shut::Unknown)?;
    let asked = job.asked.get(round).ok_or(Shut::Unknown)?;
    if job.request.user != *user {
        return Err(Shut::NotTheirs(job));
    }
    // Nothing is written here; whether it could be is what counts.
    let change = Move::Approve { writer: run.writer.clone(), plan_hash: hash.clone() };
    job.after(&change, run.now).map_err(|refused| match (refused, &job.machine.status) {
        _ if asked.decided_by.is_some() => Shut::Decided(job, round > 0),
        (Refused::Expired, _) | (_, Status::Expired) => Shut::Expired(job, plan, asked),
        (_, Status::Pending | Status::Claimed) => Shut::NotReady(asked),
        _ => Shut::Closed(asked),
    })?;
    let verb = Verb::read(&plan.verb).ok_or(Shut::Unknown)?;
    let word = Verdict::Justify { typed: String::new(), reason: String::new() };
    if !policy::is_asked_for(verb, &word, &job.consent) {
        return Err(Shut::Unknown);
    }
    let target = plan.targets.iter().find(|target| target.progress == Progress::Planned);
    Ok(Awaited { plan, target: target.ok_or(Shut::Unknown)? })
}

impl Awaited<'_> {
    /// What was submitted, or the error to show in the modal.
    fn verdict(&self, modal: &Submission) -> Result<Verdict, Response> {
        let filled = |block| modal.values.get(block, TYPED).unwrap_or_default().trim();
        let (typed, reason) = (filled(NAME), filled(REASON));
        if typed != self.target.label.trim() && typed != self.target.id.as_str() {
            return Err(wrong(NAME, &messages::not_its_name(self.target)));
        }
        if reason.is_empty() || slack::text::length(reason) > REASON_LENGTH {
            return Err(wrong(REASON, &messages::no_reason()));
        }
        Ok(Verdict::Justify { typed: typed.to_owned(), reason: reason.to_owned() })
    }
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
