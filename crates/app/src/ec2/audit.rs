//! The book of changes: an entry before each call that changes anything, and one
//! with what became of it.
//!
//! A job writes each of its numbers once, however often it is taken up: a number
//! tells which instance and which step it is about, not how many came before.

use domain::audit::{Entry, Event};
use domain::ids::InstanceId;
use domain::instance::InstanceState;
use domain::job::{Job, Plan, PlanTarget, Progress};

use super::Run;
use crate::ports::{Changed, InstancesError};

/// The pauses before the entry after a call is tried again. The call was made,
/// so that it must not be left out for a moment's trouble.
const PAUSES_MS: [u64; 2] = [500, 2_000];

/// What an entry is about, for the first of its instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The call for all instances of a place.
    Call = 0,
    /// Its answer.
    Answer = 1,
    /// The call for this one alone.
    CallAlone = 2,
    /// Its answer.
    AnswerAlone = 3,
    /// What was found by looking, when an answer was lost.
    Found = 4,
}

/// How many steps there are.
const STEPS: u32 = 5;

impl Run<'_> {
    /// Writes down that, or how, `ids` are called. All of them are in one place.
    pub(super) async fn book(
        &self,
        job: &Job,
        plan: &Plan,
        ids: &[InstanceId],
        step: Step,
        event: Event,
    ) -> anyhow::Result<()> {
        let first = plan.targets.iter().enumerate().find(|(_, target)| ids.contains(&target.id));
        let Some((index, target)) = first else { anyhow::bail!("nothing of the plan is called") };
        let entry = Entry {
            team: job.team.clone(),
            at: self.worker.clock.now(),
            job: job.id.clone(),
            number: number(index, step)?,
            actor: job.request.user.clone(),
            verb: plan.verb.clone(),
            action: plan.action,
            targets: ids.to_vec(),
            account: target.account.clone(),
            region: target.region.clone(),
            plan: job.asked.last().map(|asked| asked.plan.clone()),
            approvers: job.consent.approved.iter().map(|given| given.by.clone()).collect(),
            reason: job.consent.reason.clone(),
            event,
        };
        self.worker.audit.append(&entry).await
    }

    /// Writes down what a call has come to. If that cannot be done, the call was
    /// made all the same: the job goes on, and somebody has to look.
    pub(super) async fn book_answer(
        &self,
        job: &Job,
        plan: &Plan,
        ids: &[InstanceId],
        step: Step,
        answer: &Result<Changed, InstancesError>,
    ) {
        let mut pauses = PAUSES_MS.into_iter();
        while let Err(error) = self.book(job, plan, ids, step, event(answer)).await {
            let Some(pause) = pauses.next().filter(|pause| self.worker.clock.now().plus(*pause) < self.until)
            else {
                tracing::error!(job.id = %job.id, "The book does not say what a call came to: {error:#}");
                return;
            };
            self.worker.clock.sleep(pause).await;
        }
    }

    /// Writes down what was found of an instance after an answer was lost.
    pub(super) async fn book_found(&self, job: &Job, plan: &Plan, target: &PlanTarget) -> anyhow::Result<()> {
        let event = match target.progress {
            // Whose call it was cannot be told: its request id was lost with the answer.
            Progress::Accepted { state } => {
                Event::Done { request_id: String::new(), states: vec![(target.id.clone(), state)] }
            }
            Progress::Lost { state } => Event::Lost { why: found(state) },
            _ => return Ok(()),
        };
        self.book(job, plan, std::slice::from_ref(&target.id), Step::Found, event).await
    }
}

fn found(state: Option<InstanceState>) -> String {
    state.map_or_else(|| "it was not found".to_owned(), |state| format!("it was found {state}"))
}

fn event(answer: &Result<Changed, InstancesError>) -> Event {
    match answer {
        Ok(changed) => Event::Done { request_id: changed.request_id.clone(), states: changed.states.clone() },
        Err(error @ InstancesError::Unclear(_)) => Event::Lost { why: error.to_string() },
        Err(error) => Event::Refused { why: error.to_string() },
    }
}

fn number(index: usize, step: Step) -> anyhow::Result<u32> {
    Ok(u32::try_from(index)? * STEPS + step as u32)
}
