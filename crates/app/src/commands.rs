//! `POST /slack/commands`: from a slash command to a stored job, a woken worker
//! and an acknowledgement that the person sees at once. It does no work itself,
//! with two exceptions: it opens the modal in which a standup is set up, since a
//! worker would be too late, and it asks Slack who wants a text, since the worker
//! of texts has no token.

mod set_up;

use std::sync::Arc;

use domain::ids::{JobId, Owner};
use domain::job::{Answers, Ask, Job, Request as JobRequest};
use domain::standup::Errand;
use domain::time::Millis;
use slack::blocks::Message;
use slack::commands::{Posted, SlashCommand, immediate};
use slack::web::Client;

use crate::gateway;
use crate::http::{Request, Response};
use crate::messages;
use crate::metrics::{self, Refused};
use crate::ports::{BotTokens, Installation, Installations, Jobs, SigningSecrets, Wake};

/// The gateway of slash commands.
pub struct Commands {
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
    /// Slack, for both.
    pub slack: Client,
}

impl Commands {
    /// Answers one command. `writer` names this run, and is never reused.
    ///
    /// Slack does not deliver a command again. So a fault, or a whole request of
    /// more than 2.3 s, is told to the person, who can.
    pub async fn handle(&self, request: &Request, now: Millis, writer: Owner) -> Response {
        let answer = gateway::in_time("A slash command", self.answer(request, now, writer)).await;
        answer.unwrap_or_else(|| shown(&messages::not_taken()))
    }

    async fn answer(&self, request: &Request, now: Millis, writer: Owner) -> anyhow::Result<Response> {
        if let Err(refused) = gateway::admit(self.secrets.as_ref(), request, now).await? {
            return Ok(refused);
        }
        match Posted::parse(&request.body) {
            Ok(Posted::SslCheck) => Ok(Response::empty(200)),
            Ok(Posted::Command(command)) => self.take(*command, now, writer).await,
            Err(error) => {
                metrics::refused(Refused::Malformed, format_args!("Refused a signed body: {error}"));
                Ok(Response::empty(400))
            }
        }
    }

    async fn take(&self, command: SlashCommand, now: Millis, writer: Owner) -> anyhow::Result<Response> {
        let candidates = command.installation_candidates.clone();
        let found = gateway::installation(self.installations.as_ref(), candidates).await?;
        let Some(installation) = found.filter(Installation::is_active) else {
            metrics::refused(
                Refused::NotInstalled,
                "Left a command of a team that has not installed the app",
            );
            return Ok(shown(&messages::not_installed()));
        };
        if set_up::is_wanted(&command) {
            // On the heap: few commands come here.
            return Box::pin(self.set_up(&command, &installation)).await;
        }
        let Some(ask) = ask(&command) else { return Ok(shown(&messages::unknown_command(&command.command))) };
        if matches!(ask, Ask::Reverse { .. } | Ask::Summarize { .. }) {
            let (tokens, team) = (self.tokens.as_ref(), &installation.team);
            let refused = gateway::not_served(tokens, &self.slack, team, &command.user);
            if let Some(refused) = Box::pin(refused).await? {
                return Ok(shown(&refused));
            }
        }
        let acknowledgement = messages::acknowledged(&ask).map(|message| shown(&message));
        let id = JobId::for_command(&ask.worker(), &installation.team, &command.trigger);
        let answers = Answers::Private { response_url: command.response_url };
        let request = JobRequest { user: command.user, channel: command.channel, ask, answers };
        let job = Job { asked_at: Some(now), ..Job::new(id, installation.team, request, writer, now) };
        if gateway::store(self.jobs.as_ref(), &job).await? {
            // On record it is safe: the sweeper wakes the worker if this fails.
            if let Err(error) = self.wake.wake(&job.team, &job.id).await {
                tracing::error!(job.id = %job.id, "The worker could not be woken: {error:#}");
            }
        }
        Ok(acknowledgement.unwrap_or_else(|| Response::empty(200)))
    }
}

/// What a command asks for, if it is one of ours.
fn ask(command: &SlashCommand) -> Option<Ask> {
    let text = command.text.clone();
    match command.command.as_str() {
        "/ec2" => Some(Ask::command(text)),
        "/reverse" => Some(Ask::Reverse { text }),
        "/summarize" => Some(Ask::Summarize { text }),
        "/standup" => Some(Ask::Standup { errand: Errand::Command { text } }),
        _ => None,
    }
}

fn shown(message: &Message) -> Response {
    Response {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: immediate(message),
        ..Response::default()
    }
}

#[cfg(test)]
mod tests;
