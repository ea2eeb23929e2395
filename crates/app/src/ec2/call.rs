//! The calls that change instances, one per account and region, or ask whether
//! they would.

use domain::account::Access;
use domain::audit::Event;
use domain::ids::InstanceId;
use domain::instance::InstanceState;
use domain::job::{Job, Plan, Progress};

use super::Run;
use super::audit::Step;
use super::places::by_place;
use crate::messages;
use crate::ports::{Actor, Caller, Change, Changed, InstancesError, Place};

/// How much of a run must be left for one more call of several.
const ONE_CALL_MS: u64 = 10_000;

/// What became of some instances of a plan.
pub(super) type Results = Vec<(InstanceId, Progress)>;

/// Why a call came to nothing.
enum NotDone {
    /// It could not be written down before, so it was not made.
    Unwritten,
    /// EC2 has not done it, or may not have.
    Error(InstancesError),
}

impl Run<'_> {
    /// Makes the calls for all instances of `plan` that have not been called.
    pub(super) async fn call(&self, job: &Job, plan: &Plan) -> Results {
        let mut results = Vec::new();
        for ((account, region), ids) in by_place(plan, |progress| *progress == Progress::Planned) {
            match self.place(&account, &region) {
                Ok(place) => results.extend(self.call_place(job, plan, &place, ids).await),
                Err(_) => results.extend(refused(&ids, &messages::not_linked(&account))),
            }
        }
        results
    }

    /// What EC2 says it would do with `plan`; nothing is changed.
    pub(super) async fn would(&self, job: &Job, plan: &Plan) -> Plan {
        let dry = Plan { dry_run: true, ..plan.clone() };
        let results = self.call(job, &dry).await;
        with(dry, results)
    }

    /// EC2 refuses a call as a whole if one instance is the reason. That it was
    /// refused is certain, so each instance may then be tried on its own.
    async fn call_place(&self, job: &Job, plan: &Plan, place: &Place, ids: Vec<InstanceId>) -> Results {
        match self.call_ids(job, plan, place, &ids, [Step::Call, Step::Answer]).await {
            Err(NotDone::Error(InstancesError::Refused { .. })) if ids.len() > 1 => {
                let mut results = Vec::new();
                for id in &ids {
                    let one = std::slice::from_ref(id);
                    let steps = [Step::CallAlone, Step::AnswerAlone];
                    let result = self.call_ids(job, plan, place, one, steps).await;
                    results.extend(self.classified(plan, place, one, result).await);
                }
                results
            }
            result => self.classified(plan, place, &ids, result).await,
        }
    }

    async fn call_ids(
        &self,
        job: &Job,
        plan: &Plan,
        place: &Place,
        ids: &[InstanceId],
        [before, after]: [Step; 2],
    ) -> Result<Results, NotDone> {
        if self.worker.clock.now().plus(ONE_CALL_MS) > self.until {
            let busy = InstancesError::Busy("no time was left for the call".to_owned());
            return Err(NotDone::Error(busy));
        }
        if !plan.dry_run
            && let Err(error) = self.book(job, plan, ids, before, Event::Calling).await
        {
            tracing::error!(job.id = %job.id, "A call was not made, for it could not be written down: {error:#}");
            return Err(NotDone::Unwritten);
        }
        let change = Change { action: plan.action, ids: ids.to_vec(), dry_run: plan.dry_run };
        let actor = Actor { user: job.request.user.clone(), job: job.id.clone() };
        let answer = self.worker.instances.change(place, &change, &actor).await;
        if !plan.dry_run {
            self.book_answer(job, plan, ids, after, &answer).await;
        }
        let changed = answer.map_err(NotDone::Error)?;
        Ok(ids.iter().map(|id| (id.clone(), done(plan, id, &changed))).collect())
    }

    async fn classified(
        &self,
        plan: &Plan,
        place: &Place,
        ids: &[InstanceId],
        result: Result<Results, NotDone>,
    ) -> Results {
        let targets: Vec<_> = plan.targets.iter().filter(|target| ids.contains(&target.id)).collect();
        let labels: Vec<&str> = targets.iter().map(|target| target.label.as_str()).collect();
        let error = match result {
            Ok(results) => return results,
            Err(NotDone::Unwritten) => return refused(ids, &messages::unwritten(&labels)),
            Err(NotDone::Error(error)) => error,
        };
        tracing::warn!(region = %place.region, "EC2 did not do as asked: {error}");
        if matches!(error, InstancesError::Unclear(_)) && !plan.dry_run {
            return ids.iter().map(|id| (id.clone(), Progress::Lost { state: None })).collect();
        }
        if let (Some(protection), [target]) = (error.protection(), targets.as_slice()) {
            let why = messages::guarded(target, protection);
            return vec![(target.id.clone(), Progress::Refused { why, tried: !plan.dry_run })];
        }
        let caller = self.caller_of(place, &error).await;
        let why = if plan.dry_run {
            messages::would_refuse(&labels, place, &error, caller.as_ref())
        } else {
            messages::not_changed(&labels, place, &error, caller.as_ref())
        };
        refused(ids, &why)
    }

    /// The role that lacks a right, if that is what `error` says.
    async fn caller_of(&self, place: &Place, error: &InstancesError) -> Option<Caller> {
        let InstancesError::NotAllowed { .. } = error else { return None };
        match &place.account.access {
            Access::Home => self.worker.instances.caller(&place.account).await.ok(),
            Access::Roles(roles) => {
                let role = roles.act.rsplit('/').next().unwrap_or(&roles.act).to_owned();
                Some(Caller { account: place.account.id.clone(), role })
            }
        }
    }
}

fn done(plan: &Plan, id: &InstanceId, changed: &Changed) -> Progress {
    if plan.dry_run {
        return Progress::WouldRun;
    }
    let state = changed.states.iter().find(|(changed, _)| changed == id).map(|(_, state)| *state);
    let before = plan.targets.iter().find(|target| target.id == *id).map(|target| target.before);
    // A reboot answers with no states.
    Progress::Accepted { state: state.or(before).unwrap_or(InstanceState::Pending) }
}

fn refused(ids: &[InstanceId], why: &str) -> Results {
    let progress = Progress::Refused { why: why.to_owned(), tried: true };
    ids.iter().map(|id| (id.clone(), progress.clone())).collect()
}

/// `plan` as far as it has come by `results`.
pub(super) fn with(mut plan: Plan, results: Results) -> Plan {
    for (id, progress) in results {
        if let Some(target) = plan.targets.iter_mut().find(|target| target.id == id) {
            target.progress = progress;
        }
    }
    plan
}
