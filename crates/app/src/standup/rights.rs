//! Who may do what with a standup, by ids and what Slack says about a person now.

use std::collections::HashMap;

use domain::ids::{ChannelId, UserId};
use domain::policy::{Person, Standing};
use domain::standup::Definition;
use slack::web::{ApiError, User};

use super::Shift;
use crate::hold::Stop;
use crate::install;
use crate::person::{known, person};

/// How many pages of members are read: 50,000 of them.
const PAGES: usize = 250;

/// Whether somebody is in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// They are.
    There,
    /// They are not.
    NotThere,
    /// The bot does not see who is.
    Unseen,
}

/// Whether `person` may change or remove `known`.
pub(crate) fn may_change(person: &Person, known: &Definition) -> bool {
    person.standing == Standing::Member && (person.is_admin || person.is(&known.owner))
}

/// Whether Slack refuses a call because of the channel that it is about: it is closed
/// to the app, or of a kind that the app does not ask to see, such as group direct
/// messages (`mpim:read`). A scope that the app asks for and was not granted is another
/// matter.
pub(super) fn is_about_place(error: &ApiError) -> bool {
    match error {
        ApiError::NoAccess(_) | ApiError::Refused { .. } => true,
        ApiError::MissingScope { needed: Some(needed), .. } => {
            let mut needed = needed.split(',').map(str::trim);
            !needed.any(|scope| install::SCOPES.contains(&scope))
        }
        _ => false,
    }
}

impl Shift<'_> {
    /// Who `user` is, and what else Slack says of them.
    pub(super) async fn who(&self, user: &UserId) -> Result<(Person, User), Stop> {
        let known = known(&self.worker.slack, &self.token, user).await;
        let known = known.map_err(|error| Stop::slack(error, "asking Slack who this is"))?;
        Ok((person(user, &known, &self.installation.team), known))
    }

    /// Those of `all` whose channels `user` sees, and their own: the name of a standup,
    /// and that there is one, is known to those who may know the channel.
    pub(super) async fn seen_by(&self, all: &[Definition], user: &UserId) -> Result<Vec<Definition>, Stop> {
        let mut channels: HashMap<&ChannelId, bool> = HashMap::new();
        let mut seen = Vec::new();
        for known in all {
            let channel = &known.blueprint.channel;
            let is_seen = match channels.get(channel) {
                Some(is_seen) => *is_seen,
                None => self.sees(channel, user).await?,
            };
            channels.insert(channel, is_seen);
            if is_seen || known.owner == *user {
                seen.push(known.clone());
            }
        }
        Ok(seen)
    }

    /// Whether `user` sees `channel`: it is public, or they are in it.
    async fn sees(&self, channel: &ChannelId, user: &UserId) -> Result<bool, Stop> {
        match self.worker.slack.conversation_info(&self.token, channel).await {
            Ok(info) if info.is_private == Some(false) => Ok(true),
            Ok(_) => Ok(self.presence(channel, user).await? == Presence::There),
            Err(ApiError::NoAccess(_) | ApiError::Refused { .. }) => Ok(false),
            Err(error) => Err(Stop::Fault(anyhow::Error::new(error).context("asking about a channel"))),
        }
    }

    /// Whether `user` is in `channel`.
    pub(super) async fn presence(&self, channel: &ChannelId, user: &UserId) -> Result<Presence, Stop> {
        let mut cursor = None::<String>;
        for _ in 0..PAGES {
            let page = self.worker.slack.conversation_members(&self.token, channel, cursor.as_deref());
            let (members, next) = match page.await {
                Ok(page) => page,
                Err(error) if is_about_place(&error) => return Ok(Presence::Unseen),
                Err(error) => return Err(Stop::slack(error, "asking who is in a channel")),
            };
            if members.contains(user) {
                return Ok(Presence::There);
            }
            match next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        Ok(Presence::NotThere)
    }
}
