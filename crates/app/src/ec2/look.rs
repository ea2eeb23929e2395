//! Waiting until the new state is reached: by looking now and then, over as
//! many runs as it takes.

use domain::instance::{Action, Instance, InstanceState, StateReason};
use domain::job::{Audience, Move, Plan, PlanTarget, Progress};
use domain::preflight::{self, goal};
use domain::time::Millis;

use super::Run;
use super::act::ending;
use super::places::by_place;
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::telling;
use crate::wake::WakeUp;

/// The pause between two looks: short at first, while somebody watches.
const QUICK_LOOK_MS: u64 = 1_000;
const SLOW_LOOK_MS: u64 = 5_000;
const QUICK_LOOKS_FOR_MS: u64 = 20_000;

/// For how long EC2's list may lag behind a call before an instance that has
/// not moved counts as one that will not.
const LAG_MS: u64 = 60_000;

/// The same for the reason of a state.
const REASON_LAG_MS: u64 = 10_000;

/// After this the person hears that it takes long, and looks become rare.
pub(super) const LONG_MS: u64 = 10 * 60_000;

/// How soon another run looks again, before and after [`LONG_MS`].
const NEXT_RUN_MS: u64 = 60_000;
pub(super) const RARE_RUN_MS: u64 = 20 * 60_000;

/// After this nobody looks any more.
const GIVE_UP_MS: u64 = 6 * 3_600_000;

impl Run<'_> {
    /// Looks until the plan is at its end or this run is. True if it is
    /// finished; false if another run has to look again.
    pub(super) async fn look(&self, hold: &mut Hold<'_>, next: &mut Option<WakeUp>) -> Result<bool, Stop> {
        let Some(mut plan) = hold.job.plan.clone() else {
            return Err(Stop::Fault(anyhow::anyhow!("a job is waiting without a plan")));
        };
        loop {
            let now = self.worker.clock.now();
            self.update(&mut plan, now).await?;
            let elapsed = now.since(plan.begun_at);
            let open = plan.targets.iter().any(|target| matches!(target.progress, Progress::Accepted { .. }));
            if !open || !plan.wait || elapsed > GIVE_UP_MS {
                *next = self.start_again(hold, &plan).await?;
                return self.settle(hold, plan).await.map(|()| true);
            }
            let pause = if elapsed < QUICK_LOOKS_FOR_MS { QUICK_LOOK_MS } else { SLOW_LOOK_MS };
            if elapsed > LONG_MS || now.plus(pause) >= self.until {
                return self.hand_over(hold, plan, elapsed).await.map(|()| false);
            }
            self.worker.clock.sleep(pause).await;
        }
    }

    async fn update(&self, plan: &mut Plan, now: Millis) -> Result<(), Stop> {
        let open = by_place(plan, |progress| matches!(progress, Progress::Accepted { .. }));
        let seen = self.see_again(&open).await?;
        if let Some((place, error)) = seen.blind.into_iter().next() {
            let error =
                anyhow::Error::new(error).context(format!("looking at instances in {}", place.region));
            return Err(Stop::Fault(error));
        }
        let (action, begun_at) = (plan.action, plan.begun_at);
        for target in &mut plan.targets {
            if matches!(target.progress, Progress::Accepted { .. }) {
                let found = seen.fleet.iter().find(|instance| instance.id == target.id);
                target.progress = progress(action, target, found, now.since(begun_at));
            }
        }
        Ok(())
    }

    async fn settle(&self, hold: &mut Hold<'_>, plan: Plan) -> Result<(), Stop> {
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
        let mut next = NEXT_RUN_MS;
        if elapsed > LONG_MS {
            next = RARE_RUN_MS;
            let message = messages::still_waiting(&plan, elapsed, RARE_RUN_MS);
            if let Err(error) = self.voice().show_card(&hold.job, &message).await {
                tracing::warn!(job.id = %hold.job.id, "The card could not be edited: {error}");
            }
        }
        let at = self.worker.clock.now().plus(next);
        let again = Move::LookAgain { owner: hold.owner(), at };
        hold.go(&again, |job| job.plan = Some(plan)).await
    }
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
