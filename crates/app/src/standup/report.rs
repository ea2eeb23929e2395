//! Posting the report, once. That it is being posted is on record before it is;
//! of two who want to, one does, and nobody posts it again who does not know
//! that it is not there.

use domain::ids::MessageTs;
use domain::job::{Answers, Ask};
use domain::standup::{Errand, Report, Run, RunKey};
use domain::time::Millis;
use slack::blocks::Message;
use slack::web::{ApiError, NewMessage};

use super::Shift;
use super::duty::{End, Outcome};
use super::hand::{Grip, hand, is_own};
use super::pace::{Late, ONE_CALL_MS, after};
use super::questions::Day;
use crate::hold::{Hold, Stop};
use crate::messages::{self, standup};

/// How often the record is read anew while others change it.
const TRIES: usize = 20;

/// What the record allows.
enum Turn {
    /// To post it.
    Post,
    /// To bring it up to date.
    Refresh,
    /// To wait for somebody else.
    Wait(Millis),
    /// To put on record that whoever was posting it is gone.
    Vanished,
    /// Nothing: nobody knows whether it is there.
    Lost,
}

impl Shift<'_> {
    /// Posts the report, or brings it up to date. With `again` it is posted although
    /// it may be there.
    pub(super) async fn report(&self, hold: &Hold<'_>, key: &RunKey, again: bool) -> Result<Outcome, Stop> {
        for _ in 0..TRIES {
            let Some(run) = self.worker.runs.find(key).await? else { return self.nothing(hold, key).await };
            let day = Day { key: key.clone(), blueprint: run.blueprint.clone(), hand: hand(hold) };
            match self.turn(hold, &run, again).await? {
                Turn::Wait(at) => return Ok(Outcome::Later(at)),
                Turn::Lost => return Ok(lost(&day)),
                Turn::Vanished => {
                    self.worker.runs.store(key, &run.lost(), Some(&run)).await?;
                }
                Turn::Refresh => return self.posted(hold, &day, Vec::new()).await,
                Turn::Post if self.worker.clock.now().plus(ONE_CALL_MS) > self.until => {
                    return Ok(Outcome::Later(self.worker.clock.now()));
                }
                Turn::Post if self.is_read_outside(&day.blueprint.channel).await? => {
                    return Ok(Outcome::End(End::refused(standup::report_withheld(&day.blueprint))));
                }
                Turn::Post => {
                    // Between the intent and the post nothing else may go wrong.
                    let entries = self.worker.entries.all(key).await?;
                    let view = messages::report(&day.blueprint, &key.date, &entries);
                    let posting = run.posting(day.hand.clone(), self.worker.clock.now());
                    if self.worker.runs.store(key, &posting, Some(&run)).await? {
                        return self.post(hold, &day, &run, view).await;
                    }
                }
            }
        }
        Err(Stop::Fault(anyhow::anyhow!("the run changed under every try to post its report")))
    }

    async fn turn(&self, hold: &Hold<'_>, run: &Run, again: bool) -> Result<Turn, Stop> {
        Ok(match &run.report {
            Report::None => Turn::Post,
            Report::Posted { .. } => Turn::Refresh,
            Report::Lost if again => Turn::Post,
            Report::Lost => Turn::Lost,
            Report::Posting { by, since } => match self.grip(hold, by, *since).await? {
                Grip::Until(at) => Turn::Wait(at),
                // What this job itself has tried is not what it was asked to repeat.
                Grip::Free if is_own(hold, by) => Turn::Lost,
                Grip::Free => Turn::Vanished,
            },
        })
    }

    async fn nothing(&self, hold: &Hold<'_>, key: &RunKey) -> Result<Outcome, Stop> {
        // Nobody waits for what a schedule does.
        if hold.job.request.answers == Answers::Letter {
            tracing::info!(standup.id = %key.standup, "Nobody was asked on {}", key.date);
            return Ok(Outcome::End(End::silent()));
        }
        let known = self.worker.standups.find(&key.team, &key.standup).await?;
        let name = known.map_or_else(|| "standup".to_owned(), |known| known.blueprint.name);
        Ok(Outcome::End(End::refused(standup::nothing_asked(&name))))
    }

    async fn post(
        &self,
        hold: &Hold<'_>,
        day: &Day,
        before: &Run,
        view: Vec<Message>,
    ) -> Result<Outcome, Stop> {
        let Some(first) = view.into_iter().next() else { return Ok(Outcome::End(End::silent())) };
        let new = NewMessage {
            channel: day.blueprint.channel.clone(),
            message: first.clone(),
            thread_ts: None,
            metadata: None,
        };
        let error = match self.worker.slack.trying(1).post_message(&self.token, &new).await {
            Ok(posted) => {
                self.is_posted(day, &posted.ts).await?;
                return self.posted(hold, day, vec![first]).await;
            }
            Err(error) => error,
        };
        tracing::warn!(standup.id = %day.key.standup, "The report was not posted: {error}");
        if let ApiError::Unclear(_) = &error {
            return Ok(lost(day));
        }
        self.is_not_posted(day, before).await?;
        match error {
            ApiError::NoAccess(code) | ApiError::Refused { code, .. } => {
                Ok(Outcome::End(End::refused(standup::report_refused(&day.blueprint, &code))))
            }
            ApiError::Auth(_) | ApiError::MissingScope { .. } => {
                Err(Stop::slack(error, "posting the report"))
            }
            error => Ok(Outcome::Later(after(&error, self.worker.clock.now()))),
        }
    }

    async fn is_posted(&self, day: &Day, ts: &MessageTs) -> Result<(), Stop> {
        let posted = |run: &Run| is_by(run, day).then(|| run.posted(vec![ts.clone()]));
        self.change_run(&day.key, posted).await.map(|_| ())
    }

    /// As it was: not there, or perhaps there from before.
    async fn is_not_posted(&self, day: &Day, before: &Run) -> Result<(), Stop> {
        let was_lost = before.report != Report::None;
        let undone =
            |run: &Run| is_by(run, day).then(|| if was_lost { run.lost() } else { run.not_posted() });
        self.change_run(&day.key, undone).await.map(|_| ())
    }

    /// It stands in the channel; what has come in since, and what did not fit into
    /// its first message, follows.
    async fn posted(&self, hold: &Hold<'_>, day: &Day, shown: Vec<Message>) -> Result<Outcome, Stop> {
        Ok(match self.refresh(hold, day, shown).await? {
            Ok(()) if is_again(hold) => Outcome::End(End::said(standup::there(&day.blueprint))),
            Ok(()) => Outcome::End(End::silent()),
            Err(Late(at)) => Outcome::Later(at),
        })
    }
}

/// The record goes on saying that this job is posting it: then an end of this run
/// before the person is told changes nothing.
fn lost(day: &Day) -> Outcome {
    tracing::error!(standup.id = %day.key.standup, "Whether the report was posted is not known");
    Outcome::End(End::unknown(standup::lost_report(&day.key, &day.blueprint)))
}

/// Whether this run is posting the report.
fn is_by(run: &Run, day: &Day) -> bool {
    matches!(&run.report, Report::Posting { by, .. } if *by == day.hand)
}

/// Whether somebody has asked for it once more: they hear that it is there.
fn is_again(hold: &Hold<'_>) -> bool {
    matches!(&hold.job.request.ask, Ask::Standup { errand: Errand::Report { again: true, .. } })
}
