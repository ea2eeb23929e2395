//! Making the change: the card, the calls, and what is known of them after.

use domain::ids::InstanceId;
use domain::instance::{Action, InstanceState};
use domain::job::{Answers, Audience, Ending, Move, Plan, PlanTarget, Progress};
use domain::preflight;
use slack::blocks::Message;

use super::Run;
use super::call::with;
use super::decide::{Answer, Intent};
use super::places::by_place;
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::telling;

/// How much of a run must be left for a change to be begun: the call, its
/// answer, and writing it down.
const ROOM_TO_BEGIN_MS: u64 = 15_000;

impl Run<'_> {
    /// Fails if too little time is left for EC2 to be asked for a change.
    pub(super) fn has_room(&self) -> Result<(), Stop> {
        if self.worker.clock.now().plus(ROOM_TO_BEGIN_MS) > self.until {
            return Err(Stop::Fault(anyhow::anyhow!("too little time is left to begin a change")));
        }
        Ok(())
    }

    /// Begins a change: says so, writes it down, makes the call.
    pub(super) async fn act(&self, hold: &mut Hold<'_>, intent: Intent) -> Result<(), Stop> {
        let Intent { mut plan, reason, refers_to_thread } = intent;
        self.has_room()?;
        // The card shows it; the next write records it.
        hold.job.consent.reason.clone_from(&reason);
        if !self.show_card(hold, messages::ack(&plan)).await? {
            return Ok(());
        }
        plan.begun_at = self.worker.clock.now();
        let begin = Move::Begin { owner: hold.owner() };
        hold.go(&begin, |job| {
            job.plan = Some(plan.clone());
            job.consent.reason = reason;
        })
        .await?;
        tracing::info!(
            job.id = %hold.job.id, user.id = %hold.job.request.user, instances = plan.targets.len(),
            "Begins {} for {}", plan.action.operation(), hold.job.request.user
        );
        if refers_to_thread {
            self.remember_card(hold, &plan).await;
        }
        self.carry_out(hold, plan).await
    }

    /// Makes `this` mean what the card is about. If that fails, it means what
    /// it meant before, which is no reason to leave a begun change undone.
    async fn remember_card(&self, hold: &Hold<'_>, plan: &Plan) {
        let rows: Vec<InstanceId> = plan.targets.iter().map(|target| target.id.clone()).collect();
        if let Err(Stop::Fault(error)) = self.remember_rows(hold, &rows).await {
            tracing::warn!(job.id = %hold.job.id, "The thread keeps its last rows: {error:#}");
        }
    }

    async fn carry_out(&self, hold: &mut Hold<'_>, plan: Plan) -> Result<(), Stop> {
        let results = self.call(&hold.job, &plan).await;
        let plan = with(plan, results);
        if plan.targets.iter().any(|target| matches!(target.progress, Progress::Lost { .. })) {
            // What was answered is kept; the rest is found out by looking.
            let note = Move::Note { owner: hold.owner() };
            hold.go(&note, |job| job.plan = Some(plan.clone())).await?;
            return self.reconciled(hold, plan).await;
        }
        self.called(hold, plan).await
    }

    /// The call may have been made by a run that is gone: looks what it did,
    /// and never makes it again.
    pub(super) async fn reconcile(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        let Some(mut plan) = hold.job.plan.clone() else {
            return Err(Stop::Fault(anyhow::anyhow!("a job is executing without a plan")));
        };
        if plan.dry_run {
            // It changes nothing, so it is the one call that may be made again.
            return self.carry_out(hold, plan).await;
        }
        for target in &mut plan.targets {
            if target.progress == Progress::Planned {
                target.progress = Progress::Lost { state: None };
            }
        }
        self.reconciled(hold, plan).await
    }

    async fn reconciled(&self, hold: &mut Hold<'_>, mut plan: Plan) -> Result<(), Stop> {
        let lost = by_place(&plan, |progress| matches!(progress, Progress::Lost { .. }));
        let seen = self.see_again(&lost).await?;
        if let Some((place, error)) = seen.blind.into_iter().next() {
            let error = anyhow::Error::new(error)
                .context(format!("looking in {} what a call has done", place.region));
            return Err(Stop::Fault(error));
        }
        let action = plan.action;
        let mut looked_at = Vec::new();
        for target in &mut plan.targets {
            if matches!(target.progress, Progress::Lost { .. }) {
                let found = seen.fleet.iter().find(|instance| instance.id == target.id);
                target.progress = found_after(action, target, found.map(|instance| instance.state));
                looked_at.push(target.clone());
            }
        }
        for target in &looked_at {
            self.book_found(&hold.job, &plan, target).await?;
        }
        self.called(hold, plan).await
    }

    /// Writes down what the call has come to: there is something to wait for,
    /// or an end.
    async fn called(&self, hold: &mut Hold<'_>, plan: Plan) -> Result<(), Stop> {
        let owner = hold.owner();
        let waits = plan.targets.iter().any(|target| matches!(target.progress, Progress::Accepted { .. }));
        if waits {
            let accepted = accepted(&plan);
            return hold
                .go(&Move::Accepted { owner }, |job| {
                    job.plan = Some(plan);
                    job.accepted = accepted;
                })
                .await;
        }
        let ending = ending(&plan);
        let reply = telling::reply(Audience::Thread, &messages::result(&plan), &hold.job.request);
        let finish = Move::Finish { owner, ending };
        hold.go(&finish, |job| {
            job.plan = Some(plan);
            job.reply = Some(reply);
        })
        .await
    }

    /// Posts the card, or changes what it says. False if nobody could be told how
    /// it goes: then nothing is changed.
    pub(super) async fn show_card(&self, hold: &mut Hold<'_>, message: Message) -> Result<bool, Stop> {
        match self.voice().show_card(&hold.job, &message).await {
            Ok(card) if card == hold.job.card => Ok(true),
            Ok(card) => {
                // Right after the post: a card that is not on record stays as it is for ever.
                let note = Move::Note { owner: hold.owner() };
                hold.go(&note, |job| job.card = card).await?;
                Ok(true)
            }
            Err(error) if telling::is_hopeless(&error) => {
                tracing::warn!(job.id = %hold.job.id, "Nothing was done, for nobody could be told: {error}");
                let message = match hold.job.request.answers {
                    Answers::Channel { .. } | Answers::Direct { .. } => messages::no_place_to_answer(),
                    Answers::Private { .. } | Answers::Letter => messages::too_late_to_answer(),
                };
                self.answer(hold, Answer::refusal(message)).await?;
                Ok(false)
            }
            Err(error) => Err(Stop::Fault(anyhow::Error::new(error).context("posting the card"))),
        }
    }
}

/// What was found of an instance after a call whose answer was lost. A change
/// that shows is being, or was, made; one that does not show may still have
/// been, and a reboot never shows.
fn found_after(action: Action, target: &PlanTarget, state: Option<InstanceState>) -> Progress {
    let Some(state) = state else { return Progress::Lost { state: None } };
    let moved = state != target.before && preflight::goal(action).is_some();
    match preflight::progress(action, state) {
        preflight::Progress::Reached | preflight::Progress::Moving if moved => Progress::Accepted { state },
        _ => Progress::Lost { state: Some(state) },
    }
}

/// The instances whose change EC2 has accepted.
fn accepted(plan: &Plan) -> Vec<InstanceId> {
    let accepted = plan.targets.iter().filter(|target| matches!(target.progress, Progress::Accepted { .. }));
    accepted.map(|target| target.id.clone()).collect()
}

/// How a plan ended in which nothing moves any more.
pub(super) fn ending(plan: &Plan) -> Ending {
    let any = |fits: fn(&Progress) -> bool| plan.targets.iter().any(|target| fits(&target.progress));
    if any(|progress| matches!(progress, Progress::Lost { .. })) {
        Ending::Unknown
    } else if any(|progress| matches!(progress, Progress::Refused { .. })) {
        Ending::Failed
    } else {
        Ending::Done
    }
}
