//! Making the change: the card, the one call, and what is known of it after.

use std::collections::BTreeMap;

use domain::ids::{InstanceId, Region};
use domain::instance::InstanceState;
use domain::job::{Ending, Move, Plan, PlanTarget, Progress};
use domain::preflight::{self, Warning};

use super::Run;
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::ports::{Change, InstancesError};
use crate::telling;

/// How much of a run must be left for a change to be begun: the call, its
/// answer, and writing it down.
const ROOM_TO_BEGIN_MS: u64 = 15_000;

/// How long a row of a card can be referred to as `#2`.
const ROWS_LIFETIME_MS: u64 = 7 * 24 * 3_600_000;

/// What became of some instances of a plan.
type Results = Vec<(InstanceId, Progress)>;

impl Run<'_> {
    /// Begins `plan`: says so, writes it down, makes the call.
    pub(super) async fn act(
        &self,
        hold: &mut Hold<'_>,
        plan: Plan,
        warnings: &[Warning],
    ) -> Result<(), Stop> {
        if self.worker.clock.now().plus(ROOM_TO_BEGIN_MS) > self.until {
            return Err(Stop::Fault(anyhow::anyhow!("too little time is left to begin a change")));
        }
        if !self.show_card(hold, &plan, warnings).await? {
            return Ok(());
        }
        let begin = Move::Begin { owner: hold.owner() };
        hold.go(&begin, |job| job.plan = Some(plan.clone())).await?;
        tracing::info!(
            job.id = %hold.job.id, user.id = %hold.job.request.user, instances = plan.targets.len(),
            "Begins {} for {}", plan.action.operation(), hold.job.request.user
        );
        let results = self.call(&plan).await;
        if results.iter().any(|(_, progress)| matches!(progress, Progress::Lost { .. })) {
            // What was answered is kept; the rest is found out by looking.
            return self.reconciled(hold, with(plan, results)).await;
        }
        self.called(hold, with(plan, results)).await
    }

    /// The call may have been made by a run that is gone: looks what it did,
    /// and never makes it again.
    pub(super) async fn reconcile(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        let Some(mut plan) = hold.job.plan.clone() else {
            return Err(Stop::Fault(anyhow::anyhow!("a job is executing without a plan")));
        };
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
        for target in &mut plan.targets {
            if matches!(target.progress, Progress::Lost { .. }) {
                let found = seen.fleet.iter().find(|instance| instance.id == target.id);
                target.progress = found_after(plan.action, target, found.map(|instance| instance.state));
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
        let reply = telling::reply(domain::job::Audience::Thread, &messages::result(&plan));
        let finish = Move::Finish { owner, ending };
        hold.go(&finish, |job| {
            job.plan = Some(plan);
            job.reply = Some(reply);
        })
        .await
    }

    /// Posts the card, unless an earlier run has. False if nobody could be told
    /// how it goes: then nothing is changed.
    async fn show_card(&self, hold: &mut Hold<'_>, plan: &Plan, warnings: &[Warning]) -> Result<bool, Stop> {
        let message = messages::ack(plan, warnings);
        let slack = &self.worker.slack;
        let card = match &hold.job.card {
            Some(card) => {
                let card = card.clone();
                telling::edit_card(slack, &self.token, &hold.job, &card, message).await.map(|()| card)
            }
            None => telling::post_card(slack, &self.token, &hold.job, message).await,
        };
        match card {
            Ok(card) => {
                let request = &hold.job.request;
                let rows: Vec<InstanceId> = plan.targets.iter().map(|target| target.id.clone()).collect();
                let expires = self.worker.clock.now().plus(ROWS_LIFETIME_MS);
                let (team, thread) = (&self.installation.team, request.reply_thread());
                self.worker.threads.remember(team, &request.channel, thread, &rows, expires).await?;
                let note = Move::Note { owner: hold.owner() };
                hold.go(&note, |job| job.card = Some(card)).await?;
                Ok(true)
            }
            Err(error) if telling::is_hopeless(&error) => {
                tracing::warn!(job.id = %hold.job.id, "Nothing was done, for nobody could be told: {error}");
                self.answer(hold, super::decide::Answer::refusal(messages::no_place_to_answer())).await?;
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
                    results.extend(self.classified(region, std::slice::from_ref(id), result).await);
                }
                results
            }
            result => self.classified(region, &ids, result).await,
        }
    }

    async fn call_ids(
        &self,
        plan: &Plan,
        region: &Region,
        ids: &[InstanceId],
    ) -> Result<Results, InstancesError> {
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
        region: &Region,
        ids: &[InstanceId],
        result: Result<Results, InstancesError>,
    ) -> Results {
        let error = match result {
            Ok(results) => return results,
            Err(error) => error,
        };
        tracing::warn!(region = %region, "EC2 did not do as asked: {error}");
        let progress = match &error {
            InstancesError::Unclear(_) => Progress::Lost { state: None },
            _ => Progress::Refused { why: self.aws_refused(region, &error).await },
        };
        ids.iter().map(|id| (id.clone(), progress.clone())).collect()
    }

    /// AWS's refusal as a sentence; for a missing right it names the role.
    pub(super) async fn aws_refused(&self, region: &Region, error: &InstancesError) -> String {
        let caller = match error {
            InstancesError::NotAllowed { .. } => self.worker.instances.caller().await.ok(),
            _ => None,
        };
        messages::aws_refused(region, error, caller.as_ref())
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
