//! Announcing changes where others see them: one line for each change, in the log
//! channels that account managers have set, and in the channel in which it was
//! asked for if the answer there is for one person alone.
//!
//! A change is announced when its job has ended, before its requester is told: an
//! ended job is taken up again until both are done. Which channels have the line is
//! on the job's record, written right after each post; a run that dies between the
//! two posts it again, so that it is said at least once.

use std::collections::BTreeMap;

use domain::ids::{ChannelId, TeamId};
use domain::job::{Answers, Job, Move, PlanTarget};
use domain::settings::{LogChannel, Settings};
use secrecy::SecretString;
use slack::web::{Client, NewMessage};

use crate::hold::{Hold, Stop};
use crate::messages::{self, Unannounced};
use crate::ports::WorkspaceSettings;
use crate::sharing::is_closed_to_us;
use crate::telling::is_hopeless;

/// What changes are announced with.
pub(crate) struct Announcer<'a> {
    /// Slack.
    pub(crate) slack: &'a Client,
    /// The right to speak as the bot.
    pub(crate) token: &'a SecretString,
    /// Where the team's changes are to be announced.
    pub(crate) settings: &'a dyn WorkspaceSettings,
    /// Whether it may note in the settings that a log channel cannot be used.
    pub(crate) may_report: bool,
}

/// A channel in which a change is announced.
struct Destination<'a> {
    channel: ChannelId,
    targets: Vec<&'a PlanTarget>,
    /// Whether it is a log channel.
    log: Option<&'a LogChannel>,
}

/// Why a channel cannot be posted to.
enum Post {
    Done,
    Impossible(String),
}

impl Announcer<'_> {
    /// Announces what the job in `hold` has changed, if it has. If the requester alone
    /// sees it then, says why.
    pub(crate) async fn announce(&self, hold: &mut Hold<'_>) -> Result<Option<Unannounced>, Stop> {
        let job = hold.job.clone();
        let changed: Vec<&PlanTarget> = job.changed().collect();
        if changed.is_empty() {
            return Ok(None);
        }
        let settings = self.settings.find(&job.team).await?.unwrap_or_default();
        let mut is_seen = matches!(job.request.answers, Answers::Channel { .. });
        let mut unusable = None;
        for destination in destinations(&job, &settings, &changed) {
            match self.post(hold, &settings, &destination).await? {
                Post::Done => is_seen = true,
                Post::Impossible(why) => {
                    let Some(log) = destination.log else { continue };
                    tracing::warn!(job.id = %job.id, "A change is not announced in a log channel: {why}");
                    self.report_unusable(&job.team, log, &why).await;
                    unusable = Some(log.clone());
                }
            }
        }
        Ok((!is_seen).then(|| unusable.map_or(Unannounced::NoLog, Unannounced::Unusable)))
    }

    async fn post(
        &self,
        hold: &mut Hold<'_>,
        settings: &Settings,
        destination: &Destination<'_>,
    ) -> Result<Post, Stop> {
        let channel = &destination.channel;
        if hold.job.announced.contains(channel) {
            return Ok(Post::Done);
        }
        if let Some(why) = is_closed_to_us(self.slack, self.token, settings, channel).await? {
            return Ok(Post::Impossible(why));
        }
        let is_origin = *channel == hold.job.request.channel;
        let new = NewMessage {
            channel: channel.clone(),
            message: messages::announcement(&hold.job, &destination.targets, is_origin),
            thread_ts: None,
            metadata: None,
        };
        match self.slack.post_message(self.token, &new).await {
            Ok(_) => {}
            Err(error) if is_hopeless(&error) => return Ok(Post::Impossible(error.to_string())),
            Err(error) => return Err(Stop::Fault(anyhow::Error::new(error).context("announcing a change"))),
        }
        // Right after the post: a line that is not on record is posted again.
        let note = Move::Note { owner: hold.owner() };
        hold.go(&note, |job| job.announced.push(channel.clone())).await?;
        if let Some(log) = destination.log.filter(|log| log.reported_unusable) {
            self.note_reported(&hold.job.team, log, false).await;
        }
        Ok(Post::Done)
    }

    /// Tells who has set a log channel, once, that it cannot be used any more. If
    /// that fails, the change is no less announced where it can be.
    async fn report_unusable(&self, team: &TeamId, log: &LogChannel, why: &str) {
        if log.reported_unusable || !self.may_report {
            return;
        }
        let new = NewMessage {
            channel: ChannelId::new(log.set_by.as_str()),
            message: messages::log_unusable(&log.channel),
            thread_ts: None,
            metadata: None,
        };
        match self.slack.post_message(self.token, &new).await {
            Ok(_) => self.note_reported(team, log, true).await,
            Err(error) => {
                tracing::warn!(team.id = %team, "A log channel is unusable ({why}), and {} is not told: {error}", log.set_by);
            }
        }
    }

    /// Notes whether it was reported that `log` is unusable, unless the settings have
    /// changed meanwhile: then the next change finds out again.
    async fn note_reported(&self, team: &TeamId, log: &LogChannel, reported: bool) {
        if !self.may_report {
            return;
        }
        let noted = async {
            let Some(before) = self.settings.find(team).await? else { return Ok(()) };
            let mut after = before.clone();
            let logs = after.log.iter_mut().chain(after.account_logs.values_mut());
            for known in logs.filter(|known| known.channel == log.channel) {
                known.reported_unusable = reported;
            }
            self.settings.store(team, &after, Some(&before)).await?;
            anyhow::Ok(())
        };
        if let Err(error) = noted.await {
            tracing::warn!(team.id = %team, "Whether a log channel is usable was not noted: {error:#}");
        }
    }
}

/// Where `changed` of `job` is to be announced.
fn destinations<'a>(job: &Job, settings: &'a Settings, changed: &[&'a PlanTarget]) -> Vec<Destination<'a>> {
    let mut logs: BTreeMap<&ChannelId, Destination<'a>> = BTreeMap::new();
    for target in changed {
        let Some(log) = settings.log_of(&target.account) else { continue };
        let destination = logs.entry(&log.channel).or_insert_with(|| Destination {
            channel: log.channel.clone(),
            targets: Vec::new(),
            log: Some(log),
        });
        destination.targets.push(target);
    }
    let origin = &job.request.channel;
    let is_private = matches!(job.request.answers, Answers::Private { .. }) && !origin.is_direct();
    // As the log of some of them it names only these.
    let names_all = logs.get(origin).is_some_and(|known| known.targets.len() == changed.len());
    let mut all: Vec<Destination<'a>> = Vec::new();
    if is_private && !names_all {
        logs.remove(origin);
        all.push(Destination { channel: origin.clone(), targets: changed.to_vec(), log: None });
    }
    all.extend(logs.into_values());
    all
}
