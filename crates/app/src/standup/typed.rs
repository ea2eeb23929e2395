//! What people type in the direct messages in which they are asked. It is no answer until
//! they save it, and under a question it is never a command.

use domain::command;
use domain::ids::{MessageTs, TeamId, UserId};
use domain::standup::{Answer, Asking, Command, Definition, Entry, RunDate, RunKey, StandupId, parse};
use domain::time::Millis;
use futures_util::future::join_all;
use slack::events::moment;

use super::Shift;
use super::answer::has_asked;
use super::duty::End;
use crate::hold::{Hold, Stop};
use crate::messages::standup::{self, Typed};
use crate::ports::{Entries, Standups};
use crate::wake::WakeUp;

/// How many days back a question may still be open where everybody is asked in their own
/// zone: there the next day has begun somewhere before it has begun for everybody.
const OVERLAP_DAYS: usize = 3;

/// By how much Slack's clock may be behind ours.
const CLOCKS_MS: u64 = 5_000;

/// The day whose question `thread`, of the direct messages of `user`, stands under.
///
/// # Errors
/// If the records cannot be read.
pub(crate) async fn asked_in(
    standups: &dyn Standups,
    entries: &dyn Entries,
    team: &TeamId,
    user: &UserId,
    thread: &MessageTs,
) -> anyhow::Result<Option<RunKey>> {
    let Some(at) = moment(thread.as_str()) else { return Ok(None) };
    let all = standups.all(team).await?;
    let keys = all.iter().flat_map(|known| {
        // A question is asked on its day; where that has begun depends on the zone.
        let today = known.blueprint.today(at);
        let mut dates = vec![today.previous(), today.next(), today];
        dates.extend(known.last_run.clone());
        dates.sort();
        dates.dedup();
        dates.into_iter().map(|date| key(team, known, date))
    });
    let looks = keys.map(async |key| {
        let entry = entries.find(&key, user).await?;
        anyhow::Ok(entry.filter(|entry| stands_under(entry, thread, at)).map(|_| key))
    });
    let found: anyhow::Result<Vec<Option<RunKey>>> = join_all(looks).await.into_iter().collect();
    Ok(found?.into_iter().flatten().next())
}

/// Whether `thread`, begun at `at`, is that of the question of `entry`. While a question is
/// being sent, its name is not on record yet.
fn stands_under(entry: &Entry, thread: &MessageTs, at: Millis) -> bool {
    match &entry.asking {
        Asking::Asked { ts, .. } => ts == thread,
        Asking::Sending { since, .. } => at.plus(CLOCKS_MS) >= *since,
        Asking::Waiting { .. } | Asking::Failed { .. } | Asking::Spared => false,
    }
}

/// The days that `user` is asked about and has said nothing of, the one asked last first.
///
/// # Errors
/// If the records cannot be read.
pub(crate) async fn open_for(
    standups: &dyn Standups,
    entries: &dyn Entries,
    team: &TeamId,
    user: &UserId,
    now: Millis,
) -> anyhow::Result<Vec<RunKey>> {
    let all = standups.all(team).await?;
    let looks = all.iter().map(|known| latest_open(entries, team, known, user, now));
    let found: anyhow::Result<Vec<Option<(MessageTs, RunKey)>>> = join_all(looks).await.into_iter().collect();
    let mut open: Vec<(MessageTs, RunKey)> = found?.into_iter().flatten().collect();
    open.sort_by(|one, other| other.0.cmp(&one.0));
    Ok(open.into_iter().map(|(_, key)| key).collect())
}

/// The day of a standup about which `user` was asked last, if they have said nothing of it.
async fn latest_open(
    entries: &dyn Entries,
    team: &TeamId,
    known: &Definition,
    user: &UserId,
    now: Millis,
) -> anyhow::Result<Option<(MessageTs, RunKey)>> {
    let own_zones = known.blueprint.timing.as_ref().is_some_and(|timing| timing.own_zones);
    let days = if own_zones { 1 + OVERLAP_DAYS } else { 1 };
    let dates = std::iter::successors(known.last_run.clone(), |date| Some(date.previous()));
    for date in dates.take(days) {
        let key = key(team, known, date);
        let Some(entry) = entries.find(&key, user).await? else { continue };
        if has_asked(&entry, now) {
            let Asking::Asked { ts, .. } = entry.asking else { return Ok(None) };
            return Ok((entry.answer == Answer::None).then_some((ts, key)));
        }
    }
    Ok(None)
}

fn key(team: &TeamId, known: &Definition, date: RunDate) -> RunKey {
    RunKey { team: team.clone(), standup: known.id.clone(), date }
}

impl Shift<'_> {
    /// Offers to save what somebody has typed as their answer for one of `days`, or lets
    /// them off if that is what they typed.
    pub(super) async fn typed(
        &self,
        hold: &Hold<'_>,
        text: &str,
        days: &[(StandupId, RunDate)],
        in_thread: bool,
        next: &mut Vec<WakeUp>,
    ) -> Result<End, Stop> {
        let mut open = Vec::new();
        for (standup, date) in days {
            let (team, standup, date) = (hold.job.team.clone(), standup.clone(), date.clone());
            let key = RunKey { team, standup, date };
            let Some(theirs) = self.theirs(hold, &key).await? else { continue };
            if !self.is_too_late(&theirs, &key).await? {
                open.push((key, theirs.run.blueprint));
            }
        }
        if open.is_empty() {
            return Ok(End::refused(standup::typed_too_late()));
        }
        if let Ok(Command::Skip(_)) = parse(&slack::text::plain(text)) {
            return self.command(hold, text, next).await;
        }
        let parsed = command::parse(text, Some(&self.installation.bot_user));
        let is_command = !matches!(parsed, command::Parsed::Refused(_) | command::Parsed::Empty);
        let typed = Typed { job: &hold.job.id, in_thread, is_command };
        Ok(End::said(standup::offer(&open, &typed)))
    }
}
