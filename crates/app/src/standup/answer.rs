//! What somebody says: kept at once, then shown in their direct message and in
//! the report, if that is there.

use domain::ids::UserId;
use domain::standup::{Answer, Asking, Definition, Entry, Run, RunKey, instances_named, is_about_hindrances};
use domain::time::Millis;

use super::Shift;
use super::duty::{Decided, End, Outcome};
use super::hand::hand;
use super::pace::Late;
use super::questions::{Day, later};
use crate::hold::{Hold, Stop};
use crate::messages::standup;
use crate::metrics::Refused;
use crate::ports::Entries;

/// How often a message is edited again because somebody has said more meanwhile.
const TRIES: usize = 5;

/// What somebody's word is about.
pub(super) struct Theirs {
    known: Definition,
    pub(super) run: Run,
    entry: Entry,
}

/// Whether it is too late for `user` to answer for the day of `key`: the standup
/// has asked them again.
///
/// # Errors
/// If the records cannot be read.
pub(crate) async fn is_over(
    entries: &dyn Entries,
    known: &Definition,
    key: &RunKey,
    user: &UserId,
    now: Millis,
) -> anyhow::Result<bool> {
    let Some(later) = later(known, key) else { return Ok(false) };
    let entry = entries.find(&later, user).await?;
    Ok(entry.is_some_and(|entry| has_asked(&entry, now)))
}

/// Whether it was their turn to be asked.
pub(super) fn has_asked(entry: &Entry, now: Millis) -> bool {
    entry.ask_at <= now && entry.asking != Asking::Spared
}

fn not_theirs() -> End {
    let line = "Somebody who is not asked in a standup has answered it";
    End::forbidden(Refused::NotAllowed, line, standup::not_theirs())
}

impl Shift<'_> {
    /// Keeps what somebody has answered.
    pub(super) async fn keep_answer(
        &self,
        hold: &Hold<'_>,
        key: &RunKey,
        texts: Vec<String>,
    ) -> Result<Decided, Stop> {
        let Some(theirs) = self.theirs(hold, key).await? else {
            return Ok(Decided::End(not_theirs()));
        };
        let at = hold.job.created_at;
        // An earlier run may have kept it, and died.
        let given = &theirs.entry.answer;
        if matches!(given, Answer::Given { at: kept, texts: known, .. } if *kept == at && *known == texts) {
            return Ok(Decided::GoOn);
        }
        if self.is_too_late(&theirs, key).await? {
            return Ok(Decided::End(End::refused(standup::over())));
        }
        let instances = self.hindrances(&theirs.run, key, &texts).await;
        let answered = |entry: &Entry| entry.answered(texts.clone(), at, instances.clone());
        self.change_entry(key, &theirs.entry.user, answered).await?;
        Ok(Decided::GoOn)
    }

    /// Lets somebody off for the day.
    pub(super) async fn keep_skip(&self, hold: &Hold<'_>, key: &RunKey) -> Result<Decided, Stop> {
        let Some(theirs) = self.theirs(hold, key).await? else {
            return Ok(Decided::End(not_theirs()));
        };
        let at = hold.job.created_at;
        let is_kept = matches!(&theirs.entry.answer, Answer::Skipped { at: kept } if *kept == at);
        if !is_kept && self.is_too_late(&theirs, key).await? {
            return Ok(Decided::End(End::refused(standup::over())));
        }
        self.change_entry(key, &theirs.entry.user, |entry| entry.skipped(at)).await?;
        Ok(Decided::GoOn)
    }

    /// Shows what is on record of whoever has just said something.
    pub(super) async fn show(&self, hold: &Hold<'_>, key: &RunKey) -> Result<Outcome, Stop> {
        let Some(run) = self.worker.runs.find(key).await? else { return Ok(Outcome::End(End::silent())) };
        let day = Day { key: key.clone(), blueprint: run.blueprint, hand: hand(hold) };
        if let Err(Late(at)) = self.show_entry(&day, &hold.job.request.user).await? {
            return Ok(Outcome::Later(at));
        }
        Ok(match self.refresh(hold, &day, Vec::new()).await? {
            Ok(()) => Outcome::End(End::silent()),
            Err(Late(at)) => Outcome::Later(at),
        })
    }

    async fn show_entry(&self, day: &Day, user: &UserId) -> Result<Result<(), Late>, Stop> {
        let mut shown = None;
        for _ in 0..TRIES {
            let Some(entry) = self.worker.entries.find(&day.key, user).await? else { break };
            // Whoever sends the message at this moment sees to it that it is right.
            let Asking::Asked { channel, ts } = &entry.asking else { break };
            if shown.as_ref() == Some(&entry.answer) {
                break;
            }
            if let Err(late) = self.show_direct(day, &entry.answer, channel, ts).await? {
                return Ok(Err(late));
            }
            shown = Some(entry.answer);
        }
        Ok(Ok(()))
    }

    pub(super) async fn theirs(&self, hold: &Hold<'_>, key: &RunKey) -> Result<Option<Theirs>, Stop> {
        let Some(known) = self.worker.standups.find(&key.team, &key.standup).await? else { return Ok(None) };
        let Some(run) = self.worker.runs.find(key).await? else { return Ok(None) };
        let entry = self.worker.entries.find(key, &hold.job.request.user).await?;
        Ok(entry.map(|entry| Theirs { known, run, entry }))
    }

    pub(super) async fn is_too_late(&self, theirs: &Theirs, key: &RunKey) -> Result<bool, Stop> {
        let Theirs { known, entry, .. } = theirs;
        let entries = self.worker.entries.as_ref();
        Ok(is_over(entries, known, key, &entry.user, self.worker.clock.now()).await?)
    }

    /// The instances that are named in what hinders somebody.
    async fn hindrances(&self, run: &Run, key: &RunKey, texts: &[String]) -> Vec<String> {
        let asked = run.blueprint.questions.iter().zip(texts);
        let hindrances: Vec<String> = asked
            .filter(|(question, text)| is_about_hindrances(question) && !text.trim().is_empty())
            .map(|(_, text)| text.clone())
            .collect();
        if hindrances.is_empty() {
            return Vec::new();
        }
        let names = self.names(&key.team).await;
        instances_named(&hindrances, &names.all())
    }
}
