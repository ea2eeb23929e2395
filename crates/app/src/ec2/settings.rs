//! `log` and `share`: where changes are announced, and in which channels that
//! another company reads Bellhop may be used openly.

use domain::command::{SettingsCommand, Where};
use domain::ids::{Alias, ChannelId, UserId};
use domain::job::{Audience, Ending, Request};
use domain::policy::{self, Decision, Denial, Person};
use domain::settings::{LogChannel, Settings};
use slack::blocks::Message;
use slack::web::NewMessage;

use super::Run;
use super::decide::Answer;
use crate::hold::Stop;
use crate::messages::{self, Unfit};
use crate::metrics::{self, Refused};
use crate::sharing;
use crate::telling::is_hopeless;

/// How often a change is tried while others change the settings.
const TRIES: usize = 5;

impl Run<'_> {
    /// Shows or changes what `person` asks about, if they may.
    pub(super) async fn configure(
        &self,
        request: &Request,
        person: &Person,
        command: &SettingsCommand,
    ) -> Result<Answer, Stop> {
        if !matches!(command, SettingsCommand::ShowLog | SettingsCommand::ShowShared) {
            match policy::may_manage(person) {
                Decision::Allow => {}
                Decision::Deny(Denial::NotYours) | Decision::Require(_) => {
                    metrics::refused(
                        Refused::NotAllowed,
                        "A member who is no admin has asked to change settings",
                    );
                    return Ok(Answer::refusal(messages::settings_for_admins()));
                }
                Decision::Deny(_) => return Ok(Answer::refusal(messages::members_only())),
            }
        }
        let here = |channel: &Where| match channel {
            Where::Here => request.channel.clone(),
            Where::Channel(channel) => channel.clone(),
        };
        match command {
            SettingsCommand::ShowLog => Ok(private(messages::log_shown(&self.settings().await?))),
            SettingsCommand::ShowShared => Ok(private(messages::shared_shown(&self.settings().await?))),
            SettingsCommand::Log { channel, account } => {
                self.set_log(&person.id, here(channel), account.as_ref()).await
            }
            SettingsCommand::LogOff { account } => {
                let off = |settings: &mut Settings| match account {
                    None => settings.log = None,
                    Some(alias) => _ = settings.account_logs.remove(alias),
                };
                self.change(off, messages::log_off(account.as_ref())).await
            }
            SettingsCommand::Share { channel, on } => self.set_shared(here(channel), *on).await,
        }
    }

    /// What is set for the workspace.
    pub(super) async fn settings(&self) -> Result<Settings, Stop> {
        Ok(self.worker.settings.find(&self.installation.team).await?.unwrap_or_default())
    }

    async fn set_log(
        &self,
        user: &UserId,
        channel: ChannelId,
        account: Option<&Alias>,
    ) -> Result<Answer, Stop> {
        if let Some(alias) = account
            && !self.accounts.iter().any(|known| known.alias == *alias)
        {
            return Ok(Answer::refusal(messages::log_of_unknown(alias)));
        }
        if let Some(why) = self.unfit_for_log(&channel).await? {
            return Ok(Answer::refusal(messages::unfit(&channel, why)));
        }
        let new = NewMessage {
            channel: channel.clone(),
            message: messages::log_begins(user, account),
            thread_ts: None,
            metadata: None,
        };
        match self.worker.slack.post_message(&self.token, &new).await {
            Ok(_) => {}
            Err(error) if is_hopeless(&error) => {
                tracing::info!(team.id = %self.installation.team, "A channel takes no log: {error}");
                return Ok(Answer::refusal(messages::unfit(&channel, Unfit::NotThere)));
            }
            Err(error) => {
                return Err(Stop::Fault(anyhow::Error::new(error).context("posting to a log channel")));
            }
        }
        let log = LogChannel { channel: channel.clone(), set_by: user.clone(), reported_unusable: false };
        let set = |settings: &mut Settings| match account {
            None => settings.log = Some(log.clone()),
            Some(alias) => _ = settings.account_logs.insert(alias.clone(), log.clone()),
        };
        self.change(set, messages::log_set(&channel, account)).await
    }

    async fn unfit_for_log(&self, channel: &ChannelId) -> Result<Option<Unfit>, Stop> {
        if channel.is_direct() {
            return Ok(Some(Unfit::Direct));
        }
        match self.worker.slack.conversation_info(&self.token, channel).await {
            Ok(info) if info.is_archived == Some(true) => Ok(Some(Unfit::Archived)),
            Ok(info) if info.is_member == Some(false) => Ok(Some(Unfit::NotThere)),
            Ok(info) if info.is_shared_outside() => {
                let is_allowed = self.settings().await?.shared_channels.contains(channel);
                Ok((!is_allowed).then_some(Unfit::Shared))
            }
            Ok(_) => Ok(None),
            Err(error) if is_hopeless(&error) => Ok(Some(Unfit::NotThere)),
            Err(error) => Err(Stop::Fault(anyhow::Error::new(error).context("asking about a channel"))),
        }
    }

    async fn set_shared(&self, channel: ChannelId, on: bool) -> Result<Answer, Stop> {
        let set = |settings: &mut Settings| {
            if on {
                settings.shared_channels.insert(channel.clone());
            } else {
                settings.shared_channels.remove(&channel);
            }
        };
        if on {
            if channel.is_direct() {
                return Ok(Answer::refusal(messages::unfit(&channel, Unfit::Direct)));
            }
            // What is allowed counts only in a channel that is shared: nothing is
            // allowed ahead of the day on which it may be.
            let (slack, token) = (&self.worker.slack, &self.token);
            if !sharing::is_shared_outside(slack, token, &channel).await? {
                return Ok(Answer::refusal(messages::unfit(&channel, Unfit::NotShared)));
            }
        }
        self.change(set, messages::shared_set(&channel, on)).await
    }

    /// Makes a change of the settings, on what is on record now.
    async fn change(&self, change: impl Fn(&mut Settings), said: Message) -> Result<Answer, Stop> {
        let (store, team) = (&self.worker.settings, &self.installation.team);
        for _ in 0..TRIES {
            let before = store.find(team).await?;
            let mut after = before.clone().unwrap_or_default();
            change(&mut after);
            if before.as_ref() == Some(&after) || store.store(team, &after, before.as_ref()).await? {
                tracing::info!(team.id = %team, "Changed the settings of the workspace");
                return Ok(private(said));
            }
        }
        Ok(Answer::refusal(messages::settings_changed_meanwhile()))
    }
}

/// An answer for who asked alone, that is no refusal.
fn private(message: Message) -> Answer {
    Answer { ending: Ending::Done, audience: Audience::Requester, message }
}
