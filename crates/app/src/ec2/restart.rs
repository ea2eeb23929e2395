//! The second half of a restart on a new host: what was stopped is started, by a
//! job of its own.

use domain::ids::{JobId, Owner};
use domain::job::{Ask, Job, Plan, Request};
use slack::text::escape;

use super::Run;
use crate::hold::Stop;
use crate::messages;
use crate::wake::WakeUp;

impl Run<'_> {
    /// Stores the job that starts what `plan` of `job` has stopped, if that is what it
    /// is for, and names it. To be done before `job` ends: then whoever takes it up
    /// after a crash does it again, and there is still one, for its id is made of
    /// the id of `job`.
    pub(super) async fn start_again(
        &self,
        job: &Job,
        plan: &Plan,
        writer: Owner,
    ) -> Result<Option<WakeUp>, Stop> {
        let Some(command) = messages::second_half(job, plan) else { return Ok(None) };
        let request = Request { ask: Ask::command(escape(&command)), ..job.request.clone() };
        let id = JobId::new(format!("{}#start", job.id));
        let start = Job::new(id, job.team.clone(), request, writer, self.worker.clock.now());
        self.worker.jobs.create(&start).await?;
        Ok(Some(WakeUp::new(start.team, start.id)))
    }
}
