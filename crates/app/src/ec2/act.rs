//! Making the change: the card, the one call, and what is known of it after.

use std::collections::BTreeMap;

use domain::ids::{InstanceId, Region};
use domain::instance::InstanceState;
use domain::job::{Answers, Audience, Ending, Move, Plan, PlanTarget, Progress};
use domain::preflight;

use super::Run;
use super::decide::{Answer, Intent};
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::ports::{Caller, Change, InstancesError};
use crate::telling;

/// How much of a run must be left for a change to be begun: the call, its
/// answer, and writing it down.
const ROOM_TO_BEGIN_MS: u64 = 15_000;

/// How much of a run must be left for one more call of several.
const ONE_CALL_MS: u64 = 10_000;

/// What became of some instances of a plan.
type Results = Vec<(InstanceId, Progress)>;

impl Run<'_> {
    /// Begins a change: says so, writes it down, makes the call.
    pub(super) async fn act(&self, hold: &mut Hold<'_>, intent: Intent) -> Result<(), Stop> {
        let Intent { plan, refers_to_thread } = intent;
        if self.worker.clock.now().plus(ROOM_TO_BEGIN_MS) > self.until {
            return Err(Stop::Fault(anyhow::anyhow!("too little time is left to begin a change")));
        }
        if !self.show_card(hold, &plan).await? {
            return Ok(());
        }
        let begin = Move::Begin { owner: hold.owner() };
        hold.go(&begin, |job| job.plan = Some(plan.clone())).await?;
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
        let results = self.call(&plan).await;
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
        let lost = by_region(&plan, |progress| matches!(progress, Progress::Lost { .. }));
        let seen = self.see_again(&lost).await;
        if let Some((region, error)) = seen.blind.into_iter().next() {
            let error =
                anyhow::Error::new(error).context(format!("looking in {region} what a call has done"));
            return Err(Stop::Fault(error));
        }
        let action = plan.action;
        for target in &mut plan.targets {
            if matches!(target.progress, Progress::Lost { .. }) {
                let found = seen.fleet.iter().find(|instance| instance.id == target.id);
                target.progress = found_after(action, target, found.map(|instance| instance.state));
            }
        }
        self.called(hold, plan).await
    }

    /// Writes down what the call has come to: there is something to wait for,
    /// or an end.
    async fn called(&self, hold: &mut Hold<'_>, plan: Plan) -> Result<(), Stop> {
        let owner = hold.owner();
        let waits = plan.targets.iter().any(|target| matches!(target.progress, Progress::Accepted { .. }));
        if waits {
            return hold.go(&Move::Accepted { owner }, |job| job.plan = Some(plan)).await;
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

    /// Posts the card, unless an earlier run has. False if nobody could be told
    /// how it goes: then nothing is changed.
    async fn show_card(&self, hold: &mut Hold<'_>, plan: &Plan) -> Result<bool, Stop> {
        let message = messages::ack(plan);
        match self.voice().show_card(&hold.job, message).await {
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
                    Answers::Private { .. } => messages::too_late_to_answer(),
                };
                self.answer(hold, Answer::refusal(message)).await?;
                Ok(false)
            }
            Err(error) => Err(Stop::Fault(anyhow::Error::new(error).context("posting the card"))),
        }
    }

    /// Makes the call, one per region.
    async fn call(&self, plan: &Plan) -> Results {
        let mut results = Vec::new();
        for (region, ids) in by_region(plan, |progress| *progress == Progress::Planned) {
            results.extend(self.call_region(plan, &region, ids).await);
        }
        results
    }

    /// EC2 refuses a call as a whole if one instance is the reason. That it was
    /// refused is certain, so each instance may then be tried on its own.
    async fn call_region(&self, plan: &Plan, region: &Region, ids: Vec<InstanceId>) -> Results {
        match self.call_ids(plan, region, &ids).await {
            Err(InstancesError::Refused { .. }) if ids.len() > 1 => {
                let mut results = Vec::new();
                for id in &ids {
                    let result = self.call_ids(plan, region, std::slice::from_ref(id)).await;
                    results.extend(self.classified(plan, region, std::slice::from_ref(id), result).await);
                }
                results
            }
            result => self.classified(plan, region, &ids, result).await,
        }
    }

    async fn call_ids(
        &self,
        plan: &Plan,
        region: &Region,
        ids: &[InstanceId],
    ) -> Result<Results, InstancesError> {
        if self.worker.clock.now().plus(ONE_CALL_MS) > self.until {
            return Err(InstancesError::Busy("no time was left for the call".to_owned()));
        }
        let change = Change { action: plan.action, ids: ids.to_vec(), dry_run: plan.dry_run };
        let states = self.worker.instances.change(region, &change).await?;
        let state =
            |id: &InstanceId| states.iter().find(|(changed, _)| changed == id).map(|(_, state)| *state);
        Ok(ids
            .iter()
            .map(|id| {
                let before = plan.targets.iter().find(|target| target.id == *id).map(|target| target.before);
                let progress = if plan.dry_run {
                    Progress::WouldRun
                } else {
                    // A reboot answers with no states.
                    let state = state(id).or(before).unwrap_or(InstanceState::Pending);
                    Progress::Accepted { state }
                };
                (id.clone(), progress)
            })
            .collect())
    }

    async fn classified(
        &self,
        plan: &Plan,
        region: &Region,
        ids: &[InstanceId],
        result: Result<Results, InstancesError>,
    ) -> Results {
        let error = match result {
            Ok(results) => return results,
            Err(error) => error,
        };
        tracing::warn!(region = %region, "EC2 did not do as asked: {error}");
        let targets = plan.targets.iter().filter(|target| ids.contains(&target.id));
        let labels: Vec<&str> = targets.map(|target| target.label.as_str()).collect();
        let progress = if let InstancesError::Unclear(_) = &error {
            Progress::Lost { state: None }
        } else {
            let caller = self.caller_of(&error).await;
            let why = messages::not_changed(&labels, region, &error, caller.as_ref());
            Progress::Refused { why, tried: true }
        };
        ids.iter().map(|id| (id.clone(), progress.clone())).collect()
    }

    /// The role that lacks a right, if that is what `error` says.
    async fn caller_of(&self, error: &InstancesError) -> Option<Caller> {
        match error {
            InstancesError::NotAllowed { .. } => self.worker.instances.caller().await.ok(),
            _ => None,
        }
    }

    /// Why `region` could not be looked at, as a sentence.
    pub(super) async fn not_seen(&self, region: &Region, error: &InstancesError) -> String {
        let caller = self.caller_of(error).await;
        messages::not_seen(region, error, caller.as_ref())
    }
}

/// What was found of an instance after a call whose answer was lost. A change
/// that shows is being, or was, made; one that does not show may still have
/// been, and a reboot never shows.
fn found_after(
    action: domain::instance::Action,
    target: &PlanTarget,
    state: Option<InstanceState>,
) -> Progress {
    let Some(state) = state else { return Progress::Lost { state: None } };
    let moved = state != target.before && preflight::goal(action).is_some();
    match preflight::progress(action, state) {
        preflight::Progress::Reached | preflight::Progress::Moving if moved => Progress::Accepted { state },
        _ => Progress::Lost { state: Some(state) },
    }
}

/// The instances of `plan` whose progress `fits`, by region.
pub(super) fn by_region(plan: &Plan, fits: impl Fn(&Progress) -> bool) -> BTreeMap<Region, Vec<InstanceId>> {
    let mut regions: BTreeMap<Region, Vec<InstanceId>> = BTreeMap::new();
    for target in plan.targets.iter().filter(|target| fits(&target.progress)) {
        regions.entry(target.region.clone()).or_default().push(target.id.clone());
    }
    regions
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

fn with(mut plan: Plan, results: Results) -> Plan {
    for (id, progress) in results {
        if let Some(target) = plan.targets.iter_mut().find(|target| target.id == id) {
            target.progress = progress;
        }
    }
    plan
}
