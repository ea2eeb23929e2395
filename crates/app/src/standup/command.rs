//! `/standup`: from the text to an answer, and to the jobs it asks for.

use domain::ids::{ChannelId, UserId};
use domain::policy::Standing;
use domain::standup::{Command, Definition, parse};
use slack::blocks::Message;

use super::Shift;
use super::duty::End;
use crate::hold::{Hold, Stop};
use crate::messages::standup_replies as replies;
use crate::messages::{late, members_only};
use crate::metrics::Refused;
use crate::wake::WakeUp;

/// Which standup a command is about.
pub(super) enum Which {
    /// This one.
    One(Box<Definition>),
    /// There is none here, and none was named.
    NoneHere,
    /// It cannot be said.
    Unclear(Message),
}

impl Shift<'_> {
    /// Answers a command. Jobs that it asks for are named in `next`.
    pub(super) async fn command(
        &self,
        hold: &Hold<'_>,
        text: &str,
        next: &mut Vec<WakeUp>,
    ) -> Result<End, Stop> {
        let command = match parse(&slack::text::plain(text)) {
            Ok(command) => command,
            Err(misread) => return Ok(End::refused(replies::misread(&misread))),
        };
        let (person, profile) = self.who(&hold.job.request.user).await?;
        // Guests are asked, so they may want to be let off.
        let may_skip = matches!(person.standing, Standing::Member | Standing::Guest);
        let is_member = person.standing == Standing::Member;
        if !(is_member || may_skip && matches!(command, Command::Skip(_))) {
            let line = "Somebody who is no member has asked about standups";
            return Ok(End::forbidden(Refused::MembersOnly, line, members_only()));
        }
        if let (Command::Now { .. } | Command::Report { .. }, Some(age)) = (&command, self.late_by(hold)) {
            let typed = format!("/standup {}", slack::text::plain(text).trim());
            return Ok(End::refused(late(&typed, false, hold.job.created_at, age)));
        }
        let all = self.worker.standups.all(&hold.job.team).await?;
        match command {
            Command::Help => Ok(End::said(replies::help())),
            Command::List => {
                let seen = self.seen_by(&all, &hold.job.request.user).await?;
                Ok(End::said(replies::list(&seen, self.worker.clock.now())))
            }
            Command::SetUp => Ok(End::refused(replies::set_up_by_command())),
            Command::Now { name } => self.now(hold, all, name.as_deref(), next).await,
            Command::Report { name } => self.wants_report(hold, &all, name.as_deref(), next).await,
            Command::Skip(until) => self.skip(hold, &all, &until, profile.tz.as_deref(), next).await,
            Command::Unknown { word, nearest } => Ok(End::refused(replies::unknown(&word, nearest))),
        }
    }

    /// How long ago it was asked for, in milliseconds, if that is too long to just do it.
    pub(super) fn late_by(&self, hold: &Hold<'_>) -> Option<u64> {
        hold.job.late_by(self.worker.clock.now())
    }
}

impl Shift<'_> {
    /// Those of `all` that a command may be about: without a name, those that are held
    /// where it was typed; otherwise, and if there are none, those that `user` sees.
    pub(super) async fn candidates(
        &self,
        all: &[Definition],
        name: Option<&str>,
        channel: &ChannelId,
        user: &UserId,
    ) -> Result<Vec<Definition>, Stop> {
        let here: Vec<Definition> =
            all.iter().filter(|known| known.blueprint.channel == *channel).cloned().collect();
        if name.is_none() && !here.is_empty() {
            return Ok(here);
        }
        self.seen_by(all, user).await
    }
}

/// The one of `all` that is meant by `name`, typed in `channel` after `command`:
/// without a name, the only one that is held there.
pub(super) fn which(command: &str, all: &[Definition], name: Option<&str>, channel: &ChannelId) -> Which {
    if let Some(name) = name {
        let named = all.iter().find(|known| known.blueprint.is_called(name));
        return named.map_or_else(|| Which::Unclear(replies::no_such(name, all)), one);
    }
    let here: Vec<Definition> =
        all.iter().filter(|known| known.blueprint.channel == *channel).cloned().collect();
    match here.as_slice() {
        [] => Which::NoneHere,
        [known] => one(known),
        several => Which::Unclear(replies::which(command, several)),
    }
}

/// The only one of `all`, where none is held in the channel.
pub(super) fn only(command: &str, all: &[Definition]) -> Which {
    match all {
        [] => Which::Unclear(replies::none_yet()),
        [known] => one(known),
        several => Which::Unclear(replies::which(command, several)),
    }
}

fn one(known: &Definition) -> Which {
    Which::One(Box::new(known.clone()))
}
