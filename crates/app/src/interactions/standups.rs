//! The modals of standups: opened at a click, and taken when they are submitted.
//!
//! Of a button and of a modal only the names of the standup and of the day are
//! believed. Whether it is theirs to answer, and still time, is read from the
//! record, each time anew.

use domain::ids::{JobId, TeamId, UserId};
use domain::job::{Answers, Ask, Job, Request as JobRequest};
use domain::standup::{Entry, Errand, Run as Day, RunKey, STANDUP, StandupId, blueprint};
use secrecy::SecretString;
use slack::blocks::Modal;
use slack::interactions::{Actions, Submission, errors};
use slack::text::plain;

use super::apology::json;
use super::{Interactions, Run};
use crate::gateway;
use crate::http::Response;
use crate::messages::standup::{Pointed, TypedFor};
use crate::messages::{self, SetUpOf};
use crate::metrics::{self, Refused};
use crate::modal::{self, Opened};
use crate::person::who;
use crate::ports::Installation;
use crate::{standup, telling};

/// What a click opens.
pub(super) enum Window {
    /// The questions of a day.
    Answers(Pointed),
    /// The same, with what the person has typed.
    Typed(TypedFor),
    /// The definition of a standup.
    SetUp(StandupId),
}

/// The questions that somebody may answer.
struct Open {
    key: RunKey,
    run: Day,
    entry: Entry,
}

impl Interactions {
    /// Opens a window, or tells why not: in it, or, if it is too late for that, alone.
    pub(super) async fn open_window(
        &self,
        clicks: &Actions,
        window: &Window,
        installation: &Installation,
        run: &Run,
    ) -> anyhow::Result<()> {
        let Some(trigger) = &clicks.trigger else { anyhow::bail!("the click has no trigger") };
        let Some((_, token)) = self.tokens.active(&installation.team).await? else {
            metrics::refused(
                Refused::NotInstalled,
                "Left a click of a team that has just uninstalled the app",
            );
            return Ok(());
        };
        let content = async {
            match window {
                Window::Answers(of) => self.questions(installation, of, &clicks.user, run, None).await,
                Window::Typed(TypedFor { of, job }) => {
                    match self.typed(&installation.team, &clicks.user, job).await? {
                        Some(text) => self.questions(installation, of, &clicks.user, run, Some(&text)).await,
                        None => Ok(messages::not_open(messages::NOT_KEPT)),
                    }
                }
                Window::SetUp(id) => self.definition(installation, id, clicks, &token).await,
            }
        };
        match modal::open(&self.slack, &token, trigger, messages::STANDUP_TITLE, content).await? {
            Opened::Yes => Ok(()),
            Opened::TooLate => self.whisper(clicks, messages::clicked_too_long_ago()).await,
            Opened::Refused(error) => self.whisper(clicks, messages::refused_by_slack(&error)).await,
        }
    }

    async fn questions(
        &self,
        installation: &Installation,
        of: &Pointed,
        user: &UserId,
        run: &Run,
        typed: Option<&str>,
    ) -> anyhow::Result<Modal> {
        Ok(match self.awaited(installation, of, user, run).await? {
            Ok(open) => messages::questions(&open.key, &open.run, &open.entry, typed)?,
            Err(sentence) => messages::not_open(sentence),
        })
    }

    /// What `user` has typed, in plain text, as the job has it that the button names.
    async fn typed(&self, team: &TeamId, user: &UserId, job: &JobId) -> anyhow::Result<Option<String>> {
        if job.worker().as_str() != STANDUP {
            return Ok(None);
        }
        let known = self.jobs.find(job).await?;
        let known = known.filter(|known| known.team == *team && known.request.user == *user);
        Ok(known.and_then(|known| match known.request.ask {
            Ask::Standup { errand: Errand::Typed { text, .. } } => Some(plain(&text)),
            _ => None,
        }))
    }

    async fn definition(
        &self,
        installation: &Installation,
        id: &StandupId,
        clicks: &Actions,
        token: &SecretString,
    ) -> anyhow::Result<Modal> {
        let Some(known) = self.standups.find(&installation.team, id).await? else {
            return Ok(messages::not_open(messages::NOT_THEIRS));
        };
        let person = match who(&self.slack, token, &installation.team, &clicks.user).await {
            Ok(person) => person,
            Err(error) if telling::is_denied(&error) => {
                tracing::warn!("Slack does not say who has clicked: {error}");
                return Ok(messages::not_open(messages::refused_by_slack(&error).fallback()));
            }
            Err(error) => return Err(anyhow::Error::new(error).context("asking Slack who has clicked")),
        };
        if !standup::may_change(&person, &known) {
            return Ok(messages::not_open(messages::NOT_YOUR_STANDUP));
        }
        let of = SetUpOf { standup: Some(id.clone()), response_url: clicks.response_url.clone() };
        Ok(messages::set_up(&of, Some(&known.blueprint), None, &known.blueprint.zone)?)
    }

    /// The questions of a day, if they are still to be answered by `user`; else why not.
    async fn awaited(
        &self,
        installation: &Installation,
        of: &Pointed,
        user: &UserId,
        run: &Run,
    ) -> anyhow::Result<Result<Open, &'static str>> {
        let (standup, date) = (of.standup.clone(), of.date.clone());
        let key = RunKey { team: installation.team.clone(), standup, date };
        let known = self.standups.find(&key.team, &key.standup).await?;
        let day = self.runs.find(&key).await?;
        let entry = self.entries.find(&key, user).await?;
        let (Some(known), Some(day), Some(entry)) = (known, day, entry) else {
            return Ok(Err(messages::NOT_THEIRS));
        };
        if standup::is_over(self.entries.as_ref(), &known, &key, user, run.now).await? {
            return Ok(Err(messages::OVER));
        }
        Ok(Ok(Open { key, run: day, entry }))
    }

    /// Takes answers: a job, or an error in the modal.
    pub(super) async fn answered(&self, modal: &Submission, run: Run) -> anyhow::Result<Response> {
        let wrong = |sentence: &str| Ok(json(errors([(messages::block_of(0).as_str(), sentence)])));
        let Some(installation) = self.team_of(modal).await? else { return wrong(&messages::nobody_here()) };
        let Ok(of) = serde_json::from_str::<Pointed>(&modal.private_metadata) else {
            return wrong(messages::NOT_THEIRS);
        };
        let open = match self.awaited(&installation, &of, &modal.user, &run).await? {
            Ok(open) => open,
            Err(sentence) => return wrong(sentence),
        };
        let texts = messages::answers(&modal.values, open.run.blueprint.questions.len());
        if texts.iter().all(String::is_empty) {
            return wrong(&messages::empty_answers());
        }
        let request = JobRequest {
            user: modal.user.clone(),
            channel: open.run.blueprint.channel,
            ask: Ask::Standup { errand: Errand::Answer { standup: of.standup, date: of.date, texts } },
            answers: Answers::Letter,
        };
        self.submit(modal, request, installation, run).await
    }

    /// Takes a definition: a job, or errors in the modal.
    pub(super) async fn set_up(&self, modal: &Submission, run: Run) -> anyhow::Result<Response> {
        let first = messages::input_of(domain::standup::Field::Name);
        let wrong = |sentence: &str| Ok(json(errors([(first, sentence)])));
        let Some(installation) = self.team_of(modal).await? else { return wrong(&messages::nobody_here()) };
        let Ok(of) = serde_json::from_str::<SetUpOf>(&modal.private_metadata) else {
            return wrong(&messages::not_submitted());
        };
        let blueprint = match blueprint(&messages::form(&modal.values)) {
            Ok(blueprint) => blueprint,
            Err(complaints) => {
                let sentences: Vec<(&str, String)> = complaints
                    .iter()
                    .map(|(field, complaint)| (messages::input_of(*field), messages::complaint(complaint)))
                    .collect();
                let sentences = sentences.iter().map(|(block, sentence)| (*block, sentence.as_str()));
                return Ok(json(errors(sentences)));
            }
        };
        let channel = blueprint.channel.clone();
        let ask = Ask::Standup { errand: Errand::SetUp { standup: of.standup, blueprint } };
        let answers = of.response_url.map_or(Answers::Letter, |url| Answers::Private { response_url: url });
        let request = JobRequest { user: modal.user.clone(), channel, ask, answers };
        self.submit(modal, request, installation, run).await
    }

    async fn team_of(&self, modal: &Submission) -> anyhow::Result<Option<Installation>> {
        let candidates = modal.installation_candidates.clone();
        let found = gateway::installation(self.installations.as_ref(), candidates).await?;
        Ok(found.filter(Installation::is_active))
    }

    /// Puts what was submitted on record. A modal is submitted once: whoever submits
    /// it again has lost the answer, not the job.
    async fn submit(
        &self,
        modal: &Submission,
        request: JobRequest,
        installation: Installation,
        run: Run,
    ) -> anyhow::Result<Response> {
        let id = JobId::for_view(&request.ask.worker(), &installation.team, &modal.view);
        self.store(&Job::new(id, installation.team, request, run.writer, run.now)).await?;
        Ok(Response::empty(200))
    }
}
