//! `/standup skip`: whoever is away is not asked, and what they were asked today
//! counts as skipped.

use domain::standup::{Absence, Answer, Definition, Errand, RunDate, RunKey, UTC, Until};

use super::Shift;
use super::answer::is_over;
use super::duty::End;
use crate::hold::{Hold, Stop};
use crate::messages::standup_replies as replies;
use crate::wake::WakeUp;

impl Shift<'_> {
    /// Lets somebody off until a day; `zone` is the one of their profile.
    pub(super) async fn skip(
        &self,
        hold: &Hold<'_>,
        all: &[Definition],
        until: &Until,
        zone: Option<&str>,
        next: &mut Vec<WakeUp>,
    ) -> Result<End, Stop> {
        // A command that is done late means the day on which it was typed.
        let today = RunDate::at(hold.job.created_at, zone.unwrap_or(UTC));
        let until = match until.date(&today) {
            Ok(until) => until,
            Err(why) => return Ok(End::refused(replies::out_of_reach(&why))),
        };
        let user = hold.job.request.user.clone();
        let absence = Absence { user, until: until.clone() };
        self.worker.absences.store(&hold.job.team, &absence).await?;
        for known in all {
            for date in self.dates(known, &today, &until) {
                if self.is_asked(hold, known, &date).await? {
                    let name = format!("{}#{date}", known.id);
                    let errand = Errand::Skip { standup: known.id.clone(), date };
                    next.push(self.follow(hold, &name, errand).await?);
                }
            }
        }
        Ok(End::said(replies::away(&until, &today)))
    }

    /// The days of a standup that are going on and that somebody skips who is away
    /// until `until`.
    fn dates(&self, known: &Definition, today: &RunDate, until: &RunDate) -> Vec<RunDate> {
        let here = known.blueprint.today(self.worker.clock.now());
        let last = known.last_run.clone().filter(|last| *last >= here);
        let mut dates: Vec<RunDate> = [Some(today.clone()), Some(here), last].into_iter().flatten().collect();
        dates.sort();
        dates.dedup();
        dates.retain(|date| date < until);
        dates
    }

    /// Whether they are asked on that day, and have said nothing yet.
    async fn is_asked(&self, hold: &Hold<'_>, known: &Definition, date: &RunDate) -> Result<bool, Stop> {
        let (standup, date) = (known.id.clone(), date.clone());
        let key = RunKey { team: hold.job.team.clone(), standup, date };
        let user = &hold.job.request.user;
        let Some(entry) = self.worker.entries.find(&key, user).await? else { return Ok(false) };
        let (entries, now) = (self.worker.entries.as_ref(), self.worker.clock.now());
        Ok(entry.answer == Answer::None && !is_over(entries, known, &key, user, now).await?)
    }
}
