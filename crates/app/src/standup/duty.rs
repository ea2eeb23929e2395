//! Whatever a job asks for next, until nothing is left that this run can do.

use domain::job::{Ask, Audience, Duty, Ending, Move};
use domain::standup::{Errand, RunDate, RunKey, StandupId};
use domain::time::Millis;
use slack::blocks::Message;
use slack::web::ApiError;

use super::{Shift, Standup};
use crate::hold::{Hold, Stop};
use crate::messages::{self, standup};
use crate::metrics::{self, Refused};
use crate::telling::{self, Voice};
use crate::wake::WakeUp;

/// How much of an invocation is kept for writing down how far it got.
const RESERVE_MS: u64 = 10_000;

/// After this nobody tries any more what Slack does not let us finish.
const GIVE_UP_MS: u64 = 6 * 3_600_000;

/// How a job ends: what is said to whoever asked for it, if anything.
pub(super) struct End {
    ending: Ending,
    said: Option<Message>,
}

impl End {
    /// It is done, and there is nothing to say.
    pub(super) const fn silent() -> Self {
        Self { ending: Ending::Done, said: None }
    }

    /// It is done.
    pub(super) const fn said(message: Message) -> Self {
        Self { ending: Ending::Done, said: Some(message) }
    }

    /// It is not done.
    pub(super) const fn refused(message: Message) -> Self {
        Self { ending: Ending::Failed, said: Some(message) }
    }

    /// It is not done, since the person may not have it done; that is counted.
    pub(super) fn forbidden(kind: Refused, line: &str, message: Message) -> Self {
        metrics::refused(kind, line);
        Self::refused(message)
    }

    /// Whether it was done is not known.
    pub(super) const fn unknown(message: Message) -> Self {
        Self { ending: Ending::Unknown, said: Some(message) }
    }
}

/// What a decision comes to.
pub(super) enum Decided {
    /// All is done.
    End(End),
    /// It goes on with what talks to Slack, in as many runs as that takes.
    GoOn,
}

/// How far a run has got.
pub(super) enum Outcome {
    /// To the end.
    End(End),
    /// Another run has to go on, at this moment.
    Later(Millis),
}

impl Standup {
    /// Does the job in `hold`. Jobs that it leads to are named in `next`.
    pub(super) async fn work(
        &self,
        hold: &mut Hold<'_>,
        deadline: Millis,
        next: &mut Vec<WakeUp>,
    ) -> Result<(), Stop> {
        let Some((installation, token)) = self.tokens.active(&hold.job.team).await? else {
            return abandon(hold).await;
        };
        let until = Millis(deadline.0.saturating_sub(RESERVE_MS));
        let shift = Shift { worker: self, installation, token, until };
        // On the heap: it is the greater part of a run's memory.
        Box::pin(shift.go_through(hold, next)).await
    }
}

impl Shift<'_> {
    async fn go_through(&self, hold: &mut Hold<'_>, next: &mut Vec<WakeUp>) -> Result<(), Stop> {
        while let Some(duty) = hold.job.machine.duty() {
            match duty {
                Duty::Decide => match self.decide(hold, next).await {
                    Err(Stop::Refused(error)) => finish(hold, refused(hold, &error)).await?,
                    Err(stop) => return Err(stop),
                    Ok(Decided::End(end)) => finish(hold, end).await?,
                    Ok(Decided::GoOn) => hold.go(&Move::Begin { owner: hold.owner() }, |_| {}).await?,
                },
                // Whatever follows may be done again.
                Duty::Reconcile => hold.go(&Move::Accepted { owner: hold.owner() }, |_| {}).await?,
                Duty::Look => match self.look(hold).await {
                    Err(Stop::Refused(error)) => finish(hold, refused(hold, &error)).await?,
                    Err(stop) => return Err(stop),
                    Ok(Outcome::End(end)) => finish(hold, end).await?,
                    Ok(Outcome::Later(at)) if self.is_worth_it(hold) => {
                        return hold.go(&Move::LookAgain { owner: hold.owner(), at }, |_| {}).await;
                    }
                    Ok(Outcome::Later(_)) => self.give_up(hold).await?,
                },
                Duty::Tell => self.tell(hold).await?,
            }
        }
        Ok(())
    }

    async fn decide(&self, hold: &Hold<'_>, next: &mut Vec<WakeUp>) -> Result<Decided, Stop> {
        let end = match errand(hold)? {
            Errand::Command { text } => self.command(hold, &text, next).await?,
            Errand::Typed { text, days, in_thread } => {
                self.typed(hold, &text, &days, in_thread, next).await?
            }
            Errand::SetUp { standup, blueprint } => self.set_up(hold, standup, blueprint).await?,
            Errand::Remove { standup } => self.remove(hold, &standup).await?,
            Errand::Questions { standup, date, .. } => {
                return self.begin_day(&key(hold, standup, date)).await;
            }
            Errand::Report { .. } => return Ok(Decided::GoOn),
            Errand::Answer { standup, date, texts } => {
                return self.keep_answer(hold, &key(hold, standup, date), texts).await;
            }
            Errand::Skip { standup, date } => return self.keep_skip(hold, &key(hold, standup, date)).await,
        };
        Ok(Decided::End(end))
    }

    async fn look(&self, hold: &Hold<'_>) -> Result<Outcome, Stop> {
        match errand(hold)? {
            Errand::Questions { standup, date, at_once } => {
                self.ask_all(hold, &key(hold, standup, date), at_once).await
            }
            Errand::Report { standup, date, again } => {
                self.report(hold, &key(hold, standup, date), again).await
            }
            Errand::Answer { standup, date, .. } | Errand::Skip { standup, date } => {
                self.show(hold, &key(hold, standup, date)).await
            }
            Errand::Command { .. } | Errand::Typed { .. } | Errand::SetUp { .. } | Errand::Remove { .. } => {
                Err(Stop::Fault(anyhow::anyhow!("there is nothing to wait for")))
            }
        }
    }

    fn is_worth_it(&self, hold: &Hold<'_>) -> bool {
        self.worker.clock.now().since(hold.job.created_at) < GIVE_UP_MS
    }

    async fn give_up(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        let message = match errand(hold)? {
            Errand::Questions { standup, .. } | Errand::Report { standup, .. } => {
                let known = self.worker.standups.find(&hold.job.team, &standup).await?;
                standup::gave_up(known.as_ref().map_or("standup", |known| &known.blueprint.name))
            }
            _ => messages::fault(&hold.job.id),
        };
        tracing::error!(job.id = %hold.job.id, "Gave up what Slack does not let us finish");
        finish(hold, End { ending: Ending::Failed, said: Some(message) }).await
    }

    /// Tells the person how the job ended, and closes it.
    async fn tell(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        let (owner, clock) = (hold.owner(), self.worker.clock.as_ref());
        let voice = Voice { slack: &self.worker.slack, token: Some(&self.token) };
        match voice.tell_patiently(&hold.job, clock, self.until).await {
            Ok(()) => {
                hold.go(&Move::Told { owner }, |_| {}).await?;
                tracing::info!(
                    job.id = %hold.job.id, job.status = hold.job.machine.status.name(),
                    age_ms = clock.now().since(hold.job.created_at), "The job is closed"
                );
                Ok(())
            }
            Err(error) if telling::is_hopeless(&error) => {
                tracing::error!(job.id = %hold.job.id, "Nobody can be told how the job ended: {error}");
                hold.go(&Move::GiveUp { writer: owner }, |_| {}).await
            }
            Err(error) => Err(Stop::Fault(anyhow::Error::new(error).context("telling how the job ended"))),
        }
    }
}

fn errand(hold: &Hold<'_>) -> Result<Errand, Stop> {
    match &hold.job.request.ask {
        Ask::Standup { errand } => Ok(errand.clone()),
        _ => Err(Stop::Fault(anyhow::anyhow!("this is no job for this worker"))),
    }
}

fn key(hold: &Hold<'_>, standup: StandupId, date: RunDate) -> RunKey {
    RunKey { team: hold.job.team.clone(), standup, date }
}

/// The end of a job that Slack keeps from going on.
fn refused(hold: &Hold<'_>, error: &ApiError) -> End {
    telling::log_refusal(&hold.job, error);
    End::refused(messages::refused_by_slack(error))
}

/// Finishes the job; what is to be said is told next.
async fn finish(hold: &mut Hold<'_>, end: End) -> Result<(), Stop> {
    let request = &hold.job.request;
    let reply = match &end.said {
        Some(message) => telling::reply(Audience::Requester, message, request),
        None => telling::reply(Audience::Nobody, &Message::text(""), request),
    };
    let finish = Move::Finish { owner: hold.owner(), ending: end.ending };
    hold.go(&finish, |job| job.reply = Some(reply)).await
}

/// The team has uninstalled the app: nothing is done any more, and there is
/// nobody to tell.
async fn abandon(hold: &mut Hold<'_>) -> Result<(), Stop> {
    tracing::info!(job.id = %hold.job.id, "Dropped the job: the team has uninstalled the app");
    if !hold.job.machine.status.is_terminal() {
        finish(hold, End { ending: Ending::Failed, said: None }).await?;
    }
    hold.go(&Move::GiveUp { writer: hold.owner() }, |_| {}).await
}
