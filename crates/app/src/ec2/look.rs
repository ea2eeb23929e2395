//! Waiting until the new state is reached: by looking now and then, over as
//! many runs as it takes. What cannot be looked at does not hold up the rest.

use std::collections::BTreeSet;

use domain::ids::InstanceId;
use domain::instance::{Action, Instance, InstanceState, StateReason};
use domain::job::{Answers, Audience, Job, Move, Plan, PlanTarget, Progress, Unseen};
use domain::preflight::{self, goal};
use domain::time::Millis;
use slack::blocks::Message;

use super::Run;
use super::act::{ending, found_after};
use super::places::ByPlace;
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::telling;

/// The pause between two looks: short at first, while somebody watches.
const QUICK_LOOK_MS: u64 = 1_000;
const SLOW_LOOK_MS: u64 = 5_000;
const QUICK_LOOKS_FOR_MS: u64 = 20_000;

/// For how long EC2's list may lag behind a call before an instance that has
/// not moved counts as one that will not.
const LAG_MS: u64 = 60_000;

/// The same for the reason of a state.
const REASON_LAG_MS: u64 = 10_000;

/// For how long an account or region may be out of reach before people are told.
pub(super) const BLIP_MS: u64 = 10_000;

/// After this the person hears that it takes long, and looks become rare.
pub(super) const LONG_MS: u64 = 10 * 60_000;

/// How soon another run looks again, before and after [`LONG_MS`].
const NEXT_RUN_MS: u64 = 60_000;
pub(super) const RARE_RUN_MS: u64 = 20 * 60_000;

/// How often a sweep wakes what is due.
const SWEEP_MS: u64 = 60_000;

/// After this nobody looks any more.
pub(super) const GIVE_UP_MS: u64 = messages::GIVE_UP_HOURS * 3_600_000;

impl Run<'_> {
    /// Looks until the plan is at its end or this run is. Then the job is finished, or
    /// released for another run that looks again.
    pub(super) async fn look(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        let Some(mut plan) = hold.job.plan.clone() else {
            return Err(Stop::Fault(anyhow::anyhow!("a job is waiting without a plan")));
        };
        let mut started: BTreeSet<InstanceId> = BTreeSet::new();
        let mut shown = None;
        loop {
            self.update(&hold.job, &mut plan, PlanTarget::is_open).await?;
            self.start_stopped(hold, &plan, &mut started).await?;
            let now = self.worker.clock.now();
            let elapsed = now.since(plan.begun_at);
            let open = plan.targets.iter().any(PlanTarget::is_open);
            if !open || !plan.wait || elapsed > GIVE_UP_MS {
                return self.settle(hold, plan).await;
            }
            if elapsed <= LONG_MS {
                self.show_unseen(hold, &plan, now, &mut shown).await?;
            }
            let pause = pause(elapsed);
            if elapsed > LONG_MS || is_out_of_sight(&plan, now) || now.plus(pause) >= self.until {
                return self.hand_over(hold, plan, elapsed).await;
            }
            self.worker.clock.sleep(pause).await;
        }
    }

    /// Looks once at the instances of `plan` that `fits`. Those that cannot be looked at keep
    /// their progress and get the reason.
    pub(super) async fn update(
        &self,
        job: &Job,
        plan: &mut Plan,
        fits: impl Fn(&PlanTarget) -> bool,
    ) -> Result<(), Stop> {
        let mut wanted = ByPlace::new();
        for target in plan.targets.iter().filter(|target| fits(target)) {
            let place = (target.account.clone(), target.region.clone());
            wanted.entry(place).or_default().push(target.id.clone());
        }
        let now = self.worker.clock.now();
        let seen = self.see_what_can_be_seen(&wanted).await;
        let (action, elapsed) = (plan.action, now.since(plan.begun_at));
        let mut were_lost = Vec::new();
        for target in plan.targets.iter_mut().filter(|target| fits(target)) {
            if let Some(why) = seen.unseen.get(&(target.account.clone(), target.region.clone())) {
                target.unseen.get_or_insert_with(|| Unseen { since: now, why: why.clone() });
                continue;
            }
            target.unseen = None;
            let found = seen.fleet.iter().find(|instance| instance.id == target.id);
            if let Progress::Lost { .. } = target.progress {
                target.progress = found_after(action, target, found.map(|instance| instance.state));
                were_lost.push(target.clone());
            } else {
                target.progress = progress(action, target, found, elapsed);
            }
        }
        for target in &were_lost {
            self.book_found(job, plan, target).await?;
        }
        Ok(())
    }

    /// Shows what cannot be looked at, once that has lasted a moment.
    async fn show_unseen(
        &self,
        hold: &mut Hold<'_>,
        plan: &Plan,
        now: Millis,
        shown: &mut Option<Message>,
    ) -> Result<(), Stop> {
        if shown.is_none() && !plan.targets.iter().any(|target| is_unseen(target, now)) {
            return Ok(());
        }
        let message = messages::out_of_sight(plan);
        if shown.as_ref() != Some(&message) {
            self.report(hold, &message).await?;
            *shown = Some(message);
        }
        Ok(())
    }

    /// Shows on the card how it goes. A failure does not keep the job from going on. Where a
    /// card could not be edited later, nothing is shown.
    pub(super) async fn report(&self, hold: &mut Hold<'_>, message: &Message) -> Result<(), Stop> {
        if matches!(hold.job.request.answers, Answers::Letter) {
            return Ok(());
        }
        match self.voice().show_card(&hold.job, message).await {
            Ok(card) if card == hold.job.card => Ok(()),
            Ok(card) => {
                let note = Move::Note { owner: hold.owner() };
                hold.go(&note, |job| job.card = card).await
            }
            Err(error) => {
                tracing::warn!(job.id = %hold.job.id, "The card could not be shown: {error}");
                Ok(())
            }
        }
    }

    async fn settle(&self, hold: &mut Hold<'_>, plan: Plan) -> Result<(), Stop> {
        // What became of their calls will not be looked up any more.
        for target in plan.targets.iter().filter(|target| target.is_open()) {
            if let Progress::Lost { .. } = target.progress {
                self.book_found(&hold.job, &plan, target).await?;
            }
        }
        let reply = telling::reply(Audience::Thread, &messages::result(&plan), &hold.job.request);
        let finish = Move::Finish { owner: hold.owner(), ending: ending(&plan) };
        hold.go(&finish, |job| {
            job.plan = Some(plan);
            job.reply = Some(reply);
        })
        .await
    }

    /// Leaves the job to a later run, and says so if it has taken long.
    async fn hand_over(&self, hold: &mut Hold<'_>, plan: Plan, elapsed: u64) -> Result<(), Stop> {
        let is_long = elapsed > LONG_MS;
        // What a restart has stopped stays down until it is seen to have stopped.
        let (next, at_the_latest) = match (plan.starts_again(), is_long) {
            (true, _) => (0, SWEEP_MS),
            (false, true) => (RARE_RUN_MS, RARE_RUN_MS),
            (false, false) => (NEXT_RUN_MS, NEXT_RUN_MS),
        };
        if is_long {
            self.report(hold, &messages::still_waiting(&plan, elapsed, at_the_latest)).await?;
        }
        let at = self.worker.clock.now().plus(next);
        let again = Move::LookAgain { owner: hold.owner(), at };
        hold.go(&again, |job| job.plan = Some(plan)).await
    }
}

/// The pause before the next look, `elapsed` milliseconds after the change began.
pub(super) const fn pause(elapsed: u64) -> u64 {
    if elapsed < QUICK_LOOKS_FOR_MS { QUICK_LOOK_MS } else { SLOW_LOOK_MS }
}

/// Whether `target` cannot be looked at, and not just for a moment.
fn is_unseen(target: &PlanTarget, now: Millis) -> bool {
    target.unseen.as_ref().is_some_and(|unseen| now.since(unseen.since) >= BLIP_MS)
}

/// Whether nothing is left of `plan` that can be looked at: then looking on in this run is
/// of no use.
fn is_out_of_sight(plan: &Plan, now: Millis) -> bool {
    plan.targets.iter().filter(|target| target.is_open()).all(|target| is_unseen(target, now))
}

/// How far one accepted instance has come, as it is `found` now.
fn progress(action: Action, target: &PlanTarget, found: Option<&Instance>, elapsed: u64) -> Progress {
    let Some(instance) = found else {
        // EC2 forgets terminated instances after about an hour.
        return match action {
            Action::Terminate => Progress::Reached { state: InstanceState::Terminated, took_ms: elapsed },
            _ if elapsed < LAG_MS => target.progress.clone(),
            _ => Progress::Refused { why: messages::vanished(target), tried: true },
        };
    };
    let state = instance.state;
    if action == Action::Start && state == InstanceState::Stopped && has_started(target, instance, elapsed) {
        let why = if has_failed(instance) {
            messages::did_not_start(target, instance)
        } else {
            messages::elsewhere(target, instance, goal(action))
        };
        return Progress::Refused { why, tried: true };
    }
    match preflight::progress(action, state) {
        preflight::Progress::Reached => Progress::Reached { state, took_ms: elapsed },
        preflight::Progress::Moving => Progress::Accepted { state },
        preflight::Progress::Unmoved if elapsed < LAG_MS => Progress::Accepted { state },
        preflight::Progress::Unmoved | preflight::Progress::Elsewhere => {
            Progress::Refused { why: messages::elsewhere(target, instance, goal(action)), tried: true }
        }
    }
}

/// Whether a stopped instance was started since and is stopped again: EC2's list does not
/// lag. A start sets a new launch time. In case EC2 keeps the old one where a start fails,
/// a failure that EC2 names counts too, once it can hardly be an earlier one's.
fn has_started(target: &PlanTarget, instance: &Instance, elapsed: u64) -> bool {
    instance.launched_at != target.launched_at || (elapsed >= REASON_LAG_MS && has_failed(instance))
}

fn has_failed(instance: &Instance) -> bool {
    instance.state_reason.as_ref().is_some_and(StateReason::is_failure)
}
