//! The second half of a restart on a new host: what was stopped is started, by a
//! job of its own.

use domain::ids::JobId;
use domain::job::{Ask, Job, Move, Plan, Request};
use slack::text::escape;

use super::Run;
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::wake::WakeUp;

impl Run<'_> {
    /// Stores the job that starts what `plan` has stopped, if that is what it is for,
    /// and names it. To be done before the job in `hold` ends: then whoever takes that
    /// up after a crash does the same, and there is still one start, for its id is made
    /// of the other's.
    pub(super) async fn start_again(&self, hold: &mut Hold<'_>, plan: &Plan) -> Result<Option<WakeUp>, Stop> {
        let Some(command) = messages::second_half(&hold.job, plan) else { return Ok(None) };
        // Once it can be started, nobody sees any more that it was stopped.
        let note = Move::Note { owner: hold.owner() };
        hold.go(&note, |job| job.plan = Some(plan.clone())).await?;
        let job = &hold.job;
        let request = Request { ask: Ask::command(escape(&command)), ..job.request.clone() };
        let id = JobId::new(format!("{}#start", job.id));
        let mut start = Job::new(id, job.team.clone(), request, hold.owner(), self.worker.clock.now());
        // Whoever has confirmed the restart has confirmed this.
        start.consent.confirmed.clone_from(&job.consent.confirmed);
        self.worker.jobs.create(&start).await?;
        Ok(Some(WakeUp::new(start.team, start.id)))
    }
}
