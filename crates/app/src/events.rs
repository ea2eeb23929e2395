//! `POST /slack/events`: from a delivery of Slack's Events API to a stored job
//! and a woken worker. It does no work itself.

use std::sync::Arc;

use domain::command::{Parsed, parse, with_typed_asterisks};
use domain::ids::{JobId, MessageTs, Owner};
use domain::job::{Answers, Ask, Edit, Job, Request as JobRequest};
use domain::standup::{Errand, RunKey};
use domain::time::Millis;
use slack::events::{Envelope, Event, EventCallback, Message, Retry, moment};

use crate::gateway;
use crate::http::{Request, Response};
use crate::metrics::{self, Refused};
use crate::ports::{Created, Entries, Installation, Installations, Jobs, SigningSecrets, Standups, Wake};
use crate::standup;

/// `event_time` counts whole seconds: an uninstallation may have come up to
/// this much later.
const EVENT_TIME_RESOLUTION_MS: u64 = 999;

/// Where a message to the bot was written.
#[derive(Clone, Copy)]
enum Place {
    Channel,
    Direct,
}

/// The gateway of Slack's Events API.
pub struct Events {
    /// Who may knock.
    pub secrets: Arc<dyn SigningSecrets>,
    /// For whom anything is done.
    pub installations: Arc<dyn Installations>,
    /// Where requests are kept.
    pub jobs: Arc<dyn Jobs>,
    /// Who does them.
    pub wake: Arc<dyn Wake>,
    /// What standups there are: what is typed where people are asked is for their worker.
    pub standups: Arc<dyn Standups>,
    /// Who is asked in them, and under which message.
    pub entries: Arc<dyn Entries>,
}

impl Events {
    /// Answers one delivery. `writer` names this run, and is never reused.
    ///
    /// A fault, or a whole request of more than 2.3 s, is a 500: Slack then
    /// delivers again, and the job's id keeps it from being done twice.
    pub async fn handle(&self, request: &Request, now: Millis, writer: Owner) -> Response {
        let answer = gateway::in_time("A delivery", self.answer(request, now, writer)).await;
        answer.unwrap_or_else(|| Response::empty(500))
    }

    async fn answer(&self, request: &Request, now: Millis, writer: Owner) -> anyhow::Result<Response> {
        if let Err(refused) = gateway::admit(self.secrets.as_ref(), request, now).await? {
            return Ok(refused);
        }
        log_retry(request);
        match Envelope::parse(&request.body) {
            Ok(Envelope::UrlVerification { challenge }) => Ok(echo(&challenge)),
            Ok(Envelope::EventCallback(callback)) => {
                self.take(&callback, now, writer).await?;
                Ok(Response::empty(200))
            }
            Ok(Envelope::AppRateLimited { team, .. }) => {
                tracing::warn!(team.id = ?team, "Slack leaves out events: more than 30,000 came within an hour");
                Ok(Response::empty(200))
            }
            Ok(Envelope::Unknown { .. }) => Ok(Response::empty(200)),
            Err(error) => {
                metrics::refused(Refused::Malformed, format_args!("Refused a signed body: {error}"));
                Ok(Response::empty(400))
            }
        }
    }

    async fn take(&self, callback: &EventCallback, now: Millis, writer: Owner) -> anyhow::Result<()> {
        match &callback.event {
            Event::AppMention(message) => self.store(callback, message, Place::Channel, now, writer).await,
            Event::Message(message) if message.channel_type.as_deref() == Some("im") => {
                self.store(callback, message, Place::Direct, now, writer).await
            }
            Event::AppUninstalled => self.uninstall(callback, |_| true, now).await,
            Event::TokensRevoked { bot, .. } => {
                self.uninstall(callback, |installation| bot.contains(&installation.bot_user), now).await
            }
            Event::Message(_) | Event::Other { .. } => Ok(()),
        }
    }

    async fn store(
        &self,
        callback: &EventCallback,
        message: &Message,
        place: Place,
        now: Millis,
        writer: Owner,
    ) -> anyhow::Result<()> {
        let found = self.installation(callback).await?;
        let Some(installation) = found.filter(Installation::is_active) else {
            metrics::refused(
                Refused::NotInstalled,
                "Left a message of a team that has not installed the app",
            );
            return Ok(());
        };
        let Some(message) = message.as_written() else { return Ok(()) };
        if !message.is_from_person(&installation.bot_user) {
            return Ok(());
        }
        let Some((ts, mut request)) = job_request(message, place) else { return Ok(()) };
        if let Place::Direct = place {
            // On the heap: most messages are mentions.
            let errand = Box::pin(self.about_standup(message, &request, &installation, now)).await?;
            request.ask = errand.map_or(request.ask, |errand| Ask::Standup { errand });
        }
        let id = JobId::for_message(&request.ask.worker(), &installation.team, &request.channel, &ts);
        let edit = message.edited.as_ref().and_then(|edited| edited.ts.clone());
        let edit = edit.filter(|ts| gateway::is_id(ts.as_str())).map(|ts| Edit { ts, first: None });
        let asked_at = Some(moment(ts.as_str()).unwrap_or(now));
        let job = Job { asked_at, edit, ..Job::new(id, installation.team, request, writer, now) };
        Box::pin(self.read(job)).await
    }

    /// What a direct message asks the worker of standups for: it stands under a question, or
    /// it is no command while a question is open.
    async fn about_standup(
        &self,
        message: &Message,
        request: &JobRequest,
        installation: &Installation,
        now: Millis,
    ) -> anyhow::Result<Option<Errand>> {
        let Ask::Command { text, .. } = &request.ask else { return Ok(None) };
        let (standups, entries) = (self.standups.as_ref(), self.entries.as_ref());
        let (team, user) = (&installation.team, &request.user);
        let typed = |days: Vec<RunKey>, in_thread| Errand::Typed {
            text: message.text.clone().unwrap_or_default(),
            days: days.into_iter().map(|key| (key.standup, key.date)).collect(),
            in_thread,
        };
        if let Some(thread) = message.thread_ts.as_ref().filter(|thread| message.ts.as_ref() != Some(*thread))
            && let Some(day) = standup::asked_in(standups, entries, team, user, thread).await?
        {
            return Ok(Some(typed(vec![day], true)));
        }
        if !matches!(parse(text, Some(&installation.bot_user)), Parsed::Refused(_)) {
            return Ok(None);
        }
        let open = standup::open_for(standups, entries, team, user, now).await?;
        Ok((!open.is_empty()).then(|| typed(open, false)))
    }

    /// Stores the job that reads a message, and wakes its worker. The text of a message that
    /// another job has read before, with another text, is for a job of its own.
    async fn read(&self, job: Job) -> anyhow::Result<()> {
        let created = self.jobs.create(&job).await?;
        let job = match (&created, &job.edit) {
            (Created::Exists(known), Some(edit)) if is_another_text(known, &job, edit) => {
                let id = JobId::for_edit(&job.id, &edit.ts);
                let edit = Edit { first: Some(job.id.clone()), ..edit.clone() };
                let job = Job { id, edit: Some(edit), ..job };
                if !gateway::store(self.jobs.as_ref(), &job).await? {
                    return Ok(());
                }
                job
            }
            _ if gateway::is_untouched(&created) => job,
            _ => return Ok(()),
        };
        self.wake.wake(&job.team, &job.id).await
    }

    async fn uninstall(
        &self,
        callback: &EventCallback,
        concerns: impl Fn(&Installation) -> bool,
        now: Millis,
    ) -> anyhow::Result<()> {
        let Some(installation) = self.installation(callback).await? else { return Ok(()) };
        if concerns(&installation) {
            let at = callback.event_time.map_or(now, |time| time.plus(EVENT_TIME_RESOLUTION_MS));
            if self.installations.uninstall(&installation.team, at).await? {
                tracing::info!(team.id = %installation.team, "Uninstalled from team {}", installation.team);
            }
        }
        Ok(())
    }

    async fn installation(&self, callback: &EventCallback) -> anyhow::Result<Option<Installation>> {
        let candidates = callback.installation_candidates();
        gateway::installation(self.installations.as_ref(), candidates).await
    }
}

/// Whether `known` has read the message of `job` before this edit of its text.
fn is_another_text(known: &Job, job: &Job, edit: &Edit) -> bool {
    let is_the_same = known.edit.as_ref().is_some_and(|known| known.ts == edit.ts);
    !is_the_same && known.request.ask != job.request.ask
}

fn echo(challenge: &str) -> Response {
    Response {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: serde_json::json!({ "challenge": challenge }).to_string(),
        ..Response::default()
    }
}

/// A retry is only noted: that it is one does not say that the first arrived.
fn log_retry(request: &Request) {
    let first = |name| request.header_values(name).next();
    let retry = Retry::from_headers(first("x-slack-retry-num"), first("x-slack-retry-reason"));
    if let Some(retry) = retry {
        tracing::info!("Slack delivers again: {retry:?}");
    }
}

/// The message's own name, and what it asks for.
fn job_request(message: &Message, place: Place) -> Option<(MessageTs, JobRequest)> {
    let ts = message.ts.clone().filter(|ts| gateway::is_id(ts.as_str()))?;
    let open_thread = message.thread_ts.clone().filter(|ts| gateway::is_id(ts.as_str()));
    let thread = open_thread.clone().unwrap_or_else(|| ts.clone());
    let request = JobRequest {
        user: message.user.clone().filter(|user| gateway::is_id(user.as_str()))?,
        channel: message.channel.clone().filter(|channel| gateway::is_id(channel.as_str()))?,
        ask: Ask::command(typed(message)),
        answers: match place {
            Place::Channel => Answers::Channel { thread, open_thread },
            Place::Direct => Answers::Direct { thread },
        },
    };
    Some((ts, request))
}

/// The words of `message`. What is bold in it has no asterisks; without its styles, a word
/// between asterisks may be either.
fn typed(message: &Message) -> String {
    match &message.unstyled {
        Some(unstyled) => with_typed_asterisks(unstyled),
        None => message.text.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
