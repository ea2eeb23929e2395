//! `POST /slack/interactions`: from a click to a stored job and a woken worker.
//! It does no work itself.

use std::sync::Arc;
use std::time::Duration;

use domain::ids::{ChannelId, JobId, Owner, ResponseUrl};
use domain::job::{Answers, Ask, Job, Request as JobRequest, Status};
use domain::time::Millis;
use slack::interactions::{Action, Actions, ClickedMessage, Interaction};
use slack::web::{Client, Followup};

use crate::gateway;
use crate::http::{Request, Response};
use crate::messages::{self, PAGE, RUN, SHARE};
use crate::ports::{Created, Installation, Installations, Jobs, SigningSecrets, Wake};

/// How long it may take to tell somebody that their click was not taken: what
/// is left of Slack's 3 s.
const APOLOGY: Duration = Duration::from_millis(400);

/// How the id of a direct message begins.
const DIRECT: char = 'D';

/// The gateway of clicks.
pub struct Interactions {
    /// Who may knock.
    pub secrets: Arc<dyn SigningSecrets>,
    /// For whom anything is done.
    pub installations: Arc<dyn Installations>,
    /// Where requests are kept.
    pub jobs: Arc<dyn Jobs>,
    /// Who does them.
    pub wake: Arc<dyn Wake>,
    /// Slack, to say that a click was not taken.
    pub slack: Client,
}

impl Interactions {
    /// Answers one click. `writer` names this run, and is never reused.
    ///
    /// Slack does not deliver a click again, and shows nothing of the answer's
    /// body. So a fault, or a whole request of more than 2.3 s, is told through
    /// the click's `response_url`; if that fails too, Slack marks the button.
    pub async fn handle(&self, request: &Request, now: Millis, writer: Owner) -> Response {
        let mut door = None;
        let answer = self.answer(request, now, writer, &mut door);
        if let Some(answer) = gateway::in_time("A click", answer).await {
            return answer;
        }
        let Some(response_url) = door else { return Response::empty(500) };
        let apology = Followup::Private(messages::not_taken());
        match self.slack.within(APOLOGY).respond(&response_url, &apology).await {
            Ok(()) => Response::empty(200),
            Err(error) => {
                tracing::error!("Nobody could be told that a click was not taken: {error}");
                Response::empty(500)
            }
        }
    }

    async fn answer(
        &self,
        request: &Request,
        now: Millis,
        writer: Owner,
        door: &mut Option<ResponseUrl>,
    ) -> anyhow::Result<Response> {
        if let Err(refused) = gateway::admit(self.secrets.as_ref(), request, now).await? {
            return Ok(refused);
        }
        match Interaction::parse(&request.body) {
            Ok(Interaction::Actions(clicks)) => {
                door.clone_from(&clicks.response_url);
                self.take(&clicks, now, writer).await?;
                Ok(Response::empty(200))
            }
            // Nothing of ours opens modals or offers shortcuts.
            Ok(
                Interaction::Submission
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

    async fn take(&self, clicks: &Actions, now: Millis, writer: Owner) -> anyhow::Result<()> {
        let Some(message) = &clicks.message else { return Ok(()) };
        let clicked =
            clicks.actions.iter().find_map(|action| Some((action, asked(action, clicks, message)?)));
        let Some((action, request)) = clicked else { return Ok(()) };
        let candidates = clicks.installation_candidates.clone();
        let found = gateway::installation(self.installations.as_ref(), candidates).await?;
        let Some(installation) = found.filter(Installation::is_active) else {
            tracing::info!("Left a click of a team that has not installed the app");
            return Ok(());
        };
        let (worker, team) = (request.ask.worker(), &installation.team);
        let id = match request.ask {
            Ask::Share { .. } => JobId::for_single_click(&worker, team, &message.ts, &clicks.user),
            _ => JobId::for_click(&worker, team, &message.ts, &clicks.user, &action.moment),
        };
        let job = Job::new(id, installation.team, request, writer, now);
        let created = self.jobs.create(&job).await?;
        if gateway::is_untouched(&created) {
            // On record it is safe: the sweeper wakes the worker if this fails.
            if let Err(error) = self.wake.wake(&job.team, &job.id).await {
                tracing::error!(job.id = %job.id, "The worker could not be woken: {error:#}");
            }
        }
        if let (true, Answers::Private { response_url }) =
            (has_come_to_nothing(&created), &job.request.answers)
        {
            self.slack.respond(response_url, &Followup::Private(messages::nothing_to_share())).await?;
        }
        Ok(())
    }
}

/// Whether it is a share that was tried, and that did not surely succeed: its
/// button is still there, and must not be clicked in vain.
fn has_come_to_nothing(created: &Created) -> bool {
    let Created::Exists(known) = created else { return false };
    let is_share = matches!(known.request.ask, Ask::Share { .. });
    is_share && known.machine.is_closed() && known.machine.status != Status::Done
}

/// What a click asks for, if it is on something of ours.
fn asked(action: &Action, clicks: &Actions, message: &ClickedMessage) -> Option<JobRequest> {
    let text = action.value.clone()?;
    let answers = answers(action, clicks, message)?;
    let is_private = matches!(answers, Answers::Private { .. });
    let spent = clicks.response_url.clone().filter(|_| message.is_ephemeral && !is_private);
    let (kind, number) = action.id.split_once('.').unwrap_or((&action.id, ""));
    let ask = match kind {
        RUN => Ask::Command { text, page: 1, spent },
        PAGE => Ask::Command { text, page: number.parse().ok().filter(|page| *page > 0)?, spent },
        SHARE => Ask::Share { job: JobId::new(text) },
        _ => return None,
    };
    // Without a moment every click on this message is one click.
    let ids = [clicks.user.as_str(), message.channel.as_str(), message.ts.as_str()];
    let request = JobRequest { user: clicks.user.clone(), channel: message.channel.clone(), ask, answers };
    ids.into_iter().all(gateway::is_id).then_some(request)
}

/// In the thread that the block names; else to the person alone.
fn answers(action: &Action, clicks: &Actions, message: &ClickedMessage) -> Option<Answers> {
    let thread = action.block.as_deref().and_then(messages::thread_of);
    match thread.filter(|thread| gateway::is_id(thread.as_str())) {
        Some(thread) if is_direct(&message.channel) => Some(Answers::Direct { thread }),
        Some(thread) => Some(Answers::Channel { thread, open_thread: message.thread.clone() }),
        None => clicks.response_url.clone().map(|response_url| Answers::Private { response_url }),
    }
}

fn is_direct(channel: &ChannelId) -> bool {
    channel.as_str().starts_with(DIRECT)
}

#[cfg(test)]
mod tests;
