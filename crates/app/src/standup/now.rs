//! `/standup now` and `/standup report`: what they ask for is a job of its own,
//! done right after the command's.

use domain::ids::{ChannelId, JobId};
use domain::job::{Ask, Job, Request};
use domain::standup::{Blueprint, Definition, Errand, QUESTIONS, Report, RunKey, UTC};

use super::Shift;
use super::command::{Which, only, which};
use super::duty::End;
use super::setup::{TRIES, id_of};
use crate::hold::{Hold, Stop, new_owner};
use crate::messages::standup;
use crate::messages::standup_replies as replies;
use crate::ports::Stored;
use crate::wake::WakeUp;

/// What a standup is called that nobody has named.
const NAME: &str = "standup";

impl Shift<'_> {
    /// Asks everybody at once. A channel without a standup gets one.
    pub(super) async fn now(
        &self,
        hold: &Hold<'_>,
        mut all: Vec<Definition>,
        name: Option<&str>,
        next: &mut Vec<WakeUp>,
    ) -> Result<End, Stop> {
        let request = &hold.job.request;
        for _ in 0..TRIES {
            let candidates = self.candidates(&all, name, &request.channel, &request.user).await?;
            let (known, is_new) = match meant(&candidates, name, &request.channel) {
                Which::One(known) => (*known, false),
                Which::NoneHere => {
                    let blueprint = plain(&all, &request.channel);
                    (Definition::new(id_of(&hold.job.id), blueprint, request.user.clone()), true)
                }
                Which::Unclear(message) => return Ok(End::refused(message)),
            };
            let refused = if is_new {
                self.no_place(&known.blueprint.channel, &request.user).await?
            } else {
                self.not_inside(&known.blueprint.channel, &request.user).await?
            };
            if let Some(refused) = refused {
                return Ok(End::refused(refused));
            }
            if !is_new || self.made(hold, &known).await? {
                return self.ask_now(hold, &known, next).await;
            }
            // Another command has just made a standup with this name, perhaps for this channel.
            all = self.worker.standups.all(&hold.job.team).await?;
        }
        Err(Stop::Fault(anyhow::anyhow!("the name of a new standup was taken at every try")))
    }

    /// Puts `new` on record; false if another standup has its name.
    async fn made(&self, hold: &Hold<'_>, new: &Definition) -> Result<bool, Stop> {
        match self.worker.standups.store(&hold.job.team, new, None).await? {
            Stored::NameTaken => Ok(false),
            Stored::Written => {
                let user = &hold.job.request.user;
                tracing::info!(standup.id = %new.id, user.id = %user, "Made a standup for a channel");
                Ok(true)
            }
            // An earlier run of this job has made it, and it was changed since.
            Stored::Changed => Ok(true),
        }
    }

    async fn ask_now(
        &self,
        hold: &Hold<'_>,
        known: &Definition,
        next: &mut Vec<WakeUp>,
    ) -> Result<End, Stop> {
        // Where everybody is asked in their own zone, tomorrow may have begun somewhere.
        let today = known.blueprint.today(self.worker.clock.now());
        let date = known.last_run.clone().map_or(today.clone(), |last| last.max(today));
        let errand = Errand::Questions { standup: known.id.clone(), date, at_once: true };
        next.push(self.follow(hold, "then", errand).await?);
        Ok(End::said(replies::asking_now(&known.blueprint)))
    }

    /// Posts the report of the last day, or brings it up to date.
    pub(super) async fn wants_report(
        &self,
        hold: &Hold<'_>,
        all: &[Definition],
        name: Option<&str>,
        next: &mut Vec<WakeUp>,
    ) -> Result<End, Stop> {
        let request = &hold.job.request;
        let candidates = self.candidates(all, name, &request.channel, &request.user).await?;
        let found = match which("report", &candidates, name, &request.channel) {
            Which::NoneHere => only("report", &candidates),
            found => found,
        };
        let known = match found {
            Which::One(known) => *known,
            Which::Unclear(message) => return Ok(End::refused(message)),
            Which::NoneHere => return Ok(End::refused(replies::none_yet())),
        };
        if let Some(refused) = self.not_inside(&known.blueprint.channel, &request.user).await? {
            return Ok(End::refused(refused));
        }
        let Some(date) = known.last_run.clone() else {
            return Ok(End::refused(standup::nothing_asked(&known.blueprint.name)));
        };
        let key = RunKey { team: hold.job.team.clone(), standup: known.id.clone(), date: date.clone() };
        let run = self.worker.runs.find(&key).await?;
        let is_there = run.is_some_and(|run| matches!(run.report, Report::Posted { .. }));
        let errand = Errand::Report { standup: known.id.clone(), date, again: false };
        next.push(self.follow(hold, "then", errand).await?);
        Ok(End::said(replies::reporting(&known.blueprint, is_there)))
    }

    /// Puts a job on record that the one in `hold` asks for. However often that is
    /// done, it is one job.
    pub(super) async fn follow(&self, hold: &Hold<'_>, name: &str, errand: Errand) -> Result<WakeUp, Stop> {
        let request = Request { ask: Ask::Standup { errand }, ..hold.job.request.clone() };
        let id = JobId::new(format!("{}#{name}", hold.job.id));
        let (team, now) = (hold.job.team.clone(), self.worker.clock.now());
        let job = Job::new(id, team, request, new_owner(self.worker.entropy.as_ref())?, now);
        self.worker.jobs.create(&job).await?;
        Ok(WakeUp::new(job.team, job.id))
    }
}

/// Which of `all` is to be asked.
fn meant(all: &[Definition], name: Option<&str>, channel: &ChannelId) -> Which {
    match which("now", all, name, channel) {
        // No standup is held in a direct message.
        Which::NoneHere if channel.is_direct() => only("now", all),
        found => found,
    }
}

/// What is asked in a channel where nobody has said what.
fn plain(all: &[Definition], channel: &ChannelId) -> Blueprint {
    let is_free = |name: &String| !all.iter().any(|known| known.blueprint.is_called(name));
    let mut names =
        std::iter::once(NAME.to_owned()).chain((2..).map(|number: usize| format!("{NAME}-{number}")));
    Blueprint {
        name: names.find(is_free).unwrap_or_else(|| NAME.to_owned()),
        channel: channel.clone(),
        questions: QUESTIONS.map(str::to_owned).into(),
        zone: UTC.to_owned(),
        timing: None,
    }
}
