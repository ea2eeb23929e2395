//! A plan that people were asked about, as a click or a modal points at it: by
//! names only, of which nothing else is believed.

use domain::command::Verb;
use domain::ids::{JobId, PlanHash, TeamId};
use domain::job::{Asked, EC2, Job, Plan, Refused, Status};

use crate::messages::Shut;
use crate::ports::Jobs;

/// The longest id of a job that is looked for: DynamoDB takes no longer key.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const MAX_JOB_ID_BYTES: usize = 2_048;

/// A plan, and how it stands with it.
pub(crate) struct Matter {
    /// The job whose plan it is.
    pub(crate) job: Job,
    /// What would be done.
    pub(crate) plan: Plan,
    /// What was asked for.
    pub(crate) verb: Verb,
    /// The question that was put to people.
    pub(crate) asked: Asked,
    /// Which of the times that people were asked, counted from 0.
    pub(crate) round: usize,
}

impl Matter {
    /// The plan with this hash of this job, if `team` has such a one. Of another
    /// team's job nothing is told, not even that there is one.
    pub(crate) async fn find(
        jobs: &dyn Jobs,
        team: &TeamId,
        job: &JobId,
        hash: &PlanHash,
    ) -> anyhow::Result<Option<Self>> {
        if job.worker().as_str() != EC2 || job.as_str().len() > MAX_JOB_ID_BYTES {
            return Ok(None);
        }
        let found = jobs.find(job).await?;
        Ok(found.filter(|job| job.team == *team).and_then(|job| {
            let plan = job.plan.clone()?;
            let verb = Verb::read(&plan.verb)?;
            let round = job.asked.iter().position(|asked| asked.plan == *hash)?;
            let asked = job.asked.get(round)?.clone();
            Some(Self { job, plan, verb, asked, round })
        }))
    }

    /// Why it cannot be decided, if that was `refused`.
    pub(crate) fn shut(&self, refused: Refused) -> Shut<'_> {
        let Self { job, plan, asked, round, .. } = self;
        match (refused, &job.machine.status) {
            _ if asked.decided_by.is_some() => Shut::Decided(job, *round > 0),
            (Refused::Expired, _) | (_, Status::Expired) => Shut::Expired(job, plan, asked),
            (_, Status::Pending | Status::Claimed) => Shut::NotReady(asked),
            _ => Shut::Closed(asked),
        }
    }
}
