//! `POST /slack/events`: from a delivery of Slack's Events API to a stored job
//! and a woken worker. It does no work itself.

use std::sync::Arc;
use std::time::Duration;

use domain::ids::{JobId, Owner, Worker};
use domain::job::{Job, Request as JobRequest, RequestKind, Status};
use domain::time::Millis;
use slack::events::{Envelope, Event, EventCallback, Message, Retry};

use crate::gateway::{self, DEADLINE_MS};
use crate::http::{Request, Response};
use crate::ports::{Created, Installation, Installations, Jobs, SigningSecrets, Wake};

/// The worker that mentions and direct messages go to.
pub const WORKER: &str = "ec2";

/// `event_time` counts whole seconds: an uninstallation may have come up to
/// this much later.
const EVENT_TIME_RESOLUTION_MS: u64 = 999;

/// The longest id that is taken for one.
const MAX_ID_BYTES: usize = 255;

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
}

impl Events {
    /// Answers one delivery. `writer` names this run, and is never reused.
    ///
    /// A fault, or a whole request of more than 2.3 s, is a 500: Slack then
    /// delivers again, and the job's id keeps it from being done twice.
    pub async fn handle(&self, request: &Request, now: Millis, writer: Owner) -> Response {
        let deadline = Duration::from_millis(DEADLINE_MS);
        match tokio::time::timeout(deadline, self.answer(request, now, writer)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                tracing::error!("A delivery could not be stored: {error:#}");
                Response::empty(500)
            }
            Err(_) => {
                tracing::error!("A delivery took longer than {DEADLINE_MS} ms");
                Response::empty(500)
            }
        }
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
                tracing::info!("Refused a signed body: {error}");
                Ok(Response::empty(400))
            }
        }
    }

    async fn take(&self, callback: &EventCallback, now: Millis, writer: Owner) -> anyhow::Result<()> {
        match &callback.event {
            Event::AppMention(message) => {
                self.store(callback, message, RequestKind::Mention, now, writer).await
            }
            Event::Message(message) if message.channel_type.as_deref() == Some("im") => {
                self.store(callback, message, RequestKind::Direct, now, writer).await
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
        kind: RequestKind,
        now: Millis,
        writer: Owner,
    ) -> anyhow::Result<()> {
        let found = self.installation(callback).await?;
        let Some(installation) = found.filter(Installation::is_active) else {
            tracing::info!(event.id = ?callback.event_id, "Left a message of a team that has not installed the app");
            return Ok(());
        };
        if !message.is_from_person(&installation.bot_user) {
            return Ok(());
        }
        let Some(request) = job_request(message, kind) else { return Ok(()) };
        let worker = Worker::new(WORKER);
        let id = JobId::for_message(&worker, &installation.team, &request.channel, &request.message);
        let job = Job::new(id, installation.team, request, writer, now);
        match self.jobs.create(&job).await? {
            Created::New => self.wake.wake(&job.team, &job.id).await,
            // The first delivery may have got no further than this.
            Created::Exists(known) if known.machine.status == Status::Pending => {
                self.wake.wake(&known.team, &known.id).await
            }
            Created::Exists(_) => Ok(()),
        }
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

    /// The installation that the event is for: the first candidate on record,
    /// even if it is a tombstone. A later candidate may be a stranger's workspace.
    async fn installation(&self, callback: &EventCallback) -> anyhow::Result<Option<Installation>> {
        for team in callback.installation_candidates() {
            if !is_id(team.as_str()) {
                continue;
            }
            let found = self.installations.find(&team).await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
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

/// Whether `id` may be one of Slack's, which are a few dozen characters long. A
/// longer one would be no key of a table either.
fn is_id(id: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&id.len())
}

fn job_request(message: &Message, kind: RequestKind) -> Option<JobRequest> {
    Some(JobRequest {
        kind,
        user: message.user.clone().filter(|user| is_id(user.as_str()))?,
        channel: message.channel.clone().filter(|channel| is_id(channel.as_str()))?,
        message: message.ts.clone().filter(|ts| is_id(ts.as_str()))?,
        thread: message.thread_ts.clone().filter(|ts| is_id(ts.as_str())),
        text: message.text.clone().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests;
