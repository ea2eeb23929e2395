//! Setting a standup up, changing it, and removing it.

use domain::ids::{ChannelId, JobId, TeamId, UserId};
use domain::policy::Standing;
use domain::standup::{Blueprint, Definition, StandupId};
use sha2::{Digest as _, Sha256};
use slack::blocks::Message;

use super::Shift;
use super::duty::End;
use super::rights::{Presence, is_about_place, may_change};
use crate::hold::{Hold, Stop};
use crate::messages::standup_replies as replies;
use crate::messages::{late, members_only};
use crate::metrics::{self, Refused};
use crate::ports::Stored;
use crate::sharing;

/// How often a write is tried while others change the standups of the team.
pub(super) const TRIES: usize = 5;

/// The name of the standup that this job makes: the same, however often it is done.
pub(super) fn id_of(job: &JobId) -> StandupId {
    let digest: [u8; 32] = Sha256::digest(job.as_str().as_bytes()).into();
    let [one, two, three, four, ..] = digest;
    StandupId::random([one, two, three, four])
}

fn not_yours() -> End {
    let line = "Somebody who may not change a standup has asked for that";
    End::forbidden(Refused::NotAllowed, line, replies::not_yours())
}

impl Shift<'_> {
    /// Sets a standup up, or changes one.
    pub(super) async fn set_up(
        &self,
        hold: &Hold<'_>,
        standup: Option<StandupId>,
        blueprint: Blueprint,
    ) -> Result<End, Stop> {
        let (team, user) = (&hold.job.team, &hold.job.request.user);
        let (person, _) = self.who(user).await?;
        if person.standing != Standing::Member {
            let line = "Somebody who is no member has filled in a standup's form";
            return Ok(End::forbidden(Refused::MembersOnly, line, members_only()));
        }
        let all = self.worker.standups.all(team).await?;
        let is_new = standup.is_none();
        let id = standup.unwrap_or_else(|| id_of(&hold.job.id));
        let known = all.iter().find(|known| known.id == id);
        match known {
            None if !is_new => return Ok(End::refused(replies::gone())),
            Some(known) if !may_change(&person, known) => return Ok(not_yours()),
            _ => {}
        }
        if all.iter().any(|other| other.id != id && other.blueprint.is_called(&blueprint.name)) {
            return Ok(End::refused(replies::name_taken(&blueprint.name)));
        }
        if let Some(refused) = self.no_place(&blueprint.channel, user).await? {
            return Ok(End::refused(refused));
        }
        let wanted = match known {
            None => Definition::new(id, blueprint, user.clone()),
            Some(known) if known.blueprint == blueprint && !known.paused => known.clone(),
            Some(known) => known.changed(blueprint),
        };
        if known != Some(&wanted) {
            match self.worker.standups.store(team, &wanted, known).await? {
                Stored::Written => {}
                Stored::Changed => return Ok(End::refused(replies::changed_under())),
                Stored::NameTaken => {
                    return Ok(End::refused(replies::name_taken(&wanted.blueprint.name)));
                }
            }
        }
        self.keep_schedules(team, &wanted).await?;
        tracing::info!(standup.id = %wanted.id, user.id = %user, "Set up a standup");
        let is_there = self.is_there(&wanted.blueprint.channel).await;
        Ok(End::said(replies::saved(&wanted.blueprint, self.worker.clock.now(), is_there)))
    }

    /// Makes the schedules those of `known`, or of what others have made of it by the
    /// time that they are.
    async fn keep_schedules(&self, team: &TeamId, known: &Definition) -> Result<(), Stop> {
        let mut known = known.clone();
        for _ in 0..TRIES {
            self.worker.schedules.set(team, &known).await?;
            match self.worker.standups.find(team, &known.id).await? {
                Some(now) if now.blueprint == known.blueprint => return Ok(()),
                Some(now) => known = now,
                None => return Ok(self.worker.schedules.remove(team, &known.id).await?),
            }
        }
        Err(Stop::Fault(anyhow::anyhow!("the standup changed under every try to set its schedules")))
    }

    /// Removes a standup. Its schedules go last: whoever changes it at the same moment
    /// and sets them again finds that it is gone. A run that has died in between is
    /// made up for, since they are removed in any case.
    pub(super) async fn remove(&self, hold: &Hold<'_>, standup: &StandupId) -> Result<End, Stop> {
        let (team, user) = (&hold.job.team, &hold.job.request.user);
        let (person, _) = self.who(user).await?;
        for _ in 0..TRIES {
            let Some(known) = self.worker.standups.find(team, standup).await? else {
                self.worker.schedules.remove(team, standup).await?;
                return Ok(End::said(replies::gone()));
            };
            if !may_change(&person, &known) {
                return Ok(not_yours());
            }
            if let Some(age) = self.late_by(hold) {
                let asked = format!("delete {}", known.blueprint.name);
                return Ok(End::refused(late(&asked, false, hold.job.created_at, age)));
            }
            if self.worker.standups.remove(team, &known).await? {
                self.worker.schedules.remove(team, standup).await?;
                tracing::info!(standup.id = %standup, user.id = %user, "Removed a standup");
                return Ok(End::said(replies::removed(&known.blueprint.name)));
            }
        }
        Err(Stop::Fault(anyhow::anyhow!("the standup changed under every try to remove it")))
    }

    /// Why `user` cannot hold a standup in `channel`.
    pub(super) async fn no_place(&self, channel: &ChannelId, user: &UserId) -> Result<Option<Message>, Stop> {
        if channel.is_direct() {
            return Ok(Some(replies::no_channel()));
        }
        match self.worker.slack.conversation_info(&self.token, channel).await {
            Ok(info) if info.is_archived == Some(true) || info.is_im == Some(true) => {
                return Ok(Some(replies::closed_channel(channel)));
            }
            Ok(info) if info.is_shared_outside() => {
                let settings = self.worker.settings.find(&self.installation.team).await?.unwrap_or_default();
                if !settings.shared_channels.contains(channel) {
                    return Ok(Some(replies::shared_channel(channel)));
                }
            }
            Ok(_) => {}
            Err(error) if is_about_place(&error) => return Ok(Some(replies::unseen(channel))),
            Err(error) => return Err(Stop::slack(error, "asking about a channel")),
        }
        self.not_inside(channel, user).await
    }

    /// Whether another company would read what is posted in `channel`.
    pub(super) async fn is_read_outside(&self, channel: &ChannelId) -> Result<bool, Stop> {
        let (slack, settings) = (&self.worker.slack, self.worker.settings.as_ref());
        sharing::is_read_outside(slack, &self.token, settings, &self.installation.team, channel).await
    }

    /// Why `user` has no say in what happens in `channel`.
    pub(super) async fn not_inside(
        &self,
        channel: &ChannelId,
        user: &UserId,
    ) -> Result<Option<Message>, Stop> {
        Ok(match self.presence(channel, user).await? {
            Presence::There => None,
            Presence::NotThere => {
                metrics::refused(
                    Refused::NotAllowed,
                    "Somebody who is not in a channel has asked for its standup",
                );
                Some(replies::not_in_channel(channel))
            }
            Presence::Unseen => Some(replies::unseen(channel)),
        })
    }

    /// Whether the bot can speak there, as far as that is known.
    async fn is_there(&self, channel: &ChannelId) -> bool {
        match self.worker.slack.conversation_info(&self.token, channel).await {
            Ok(info) => info.is_member != Some(false),
            Err(error) => {
                tracing::warn!("Whether the bot is in a channel is not known: {error}");
                true
            }
        }
    }
}
