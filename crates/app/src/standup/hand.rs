//! Whose hand is on a message that is being sent: the record of the day names the
//! run and its job, so that another can find out whether that run may still be
//! at it.

use domain::ids::{JobId, Owner};
use domain::time::Millis;

use super::Shift;
use crate::hold::Hold;

/// What stands between a run and its job.
const OF: char = '@';

/// How long after it was sent a message may still arrive, although whoever sent it
/// has lost sight of it.
const SETTLES_MS: u64 = 10_000;

/// How soon another's hand is looked at again.
const ALIVE_MS: u64 = 15_000;

/// Whether a message that is being sent is still in somebody's hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grip {
    /// Whoever sent it is gone, and it has arrived if it ever will.
    Free,
    /// Not yet; it may be at this moment.
    Until(Millis),
}

/// The name of this run and its job in the record of a day.
pub(super) fn hand(hold: &Hold<'_>) -> Owner {
    Owner::new(format!("{}{OF}{}", hold.owner(), hold.job.id))
}

/// Whether `by` is a run of the job that `hold` is on, this one included.
pub(super) fn is_own(hold: &Hold<'_>, by: &Owner) -> bool {
    by.as_str().split_once(OF).is_some_and(|(_, job)| job == hold.job.id.as_str())
}

impl Shift<'_> {
    /// Whether `by` may still be at what it began at `since`. Of the runs of one job
    /// only the one that holds it is at anything; this one knows what it does.
    pub(super) async fn grip(&self, hold: &Hold<'_>, by: &Owner, since: Millis) -> anyhow::Result<Grip> {
        let now = self.worker.clock.now();
        let settled = since.plus(SETTLES_MS);
        if let Some((owner, job)) = by.as_str().split_once(OF)
            && !is_own(hold, by)
        {
            let other = self.worker.jobs.find(&JobId::new(job)).await?;
            let holds = other
                .is_some_and(|other| other.machine.writer.as_str() == owner && other.machine.is_held(now));
            if holds {
                return Ok(Grip::Until(now.plus(ALIVE_MS)));
            }
        }
        Ok(if settled <= now { Grip::Free } else { Grip::Until(settled) })
    }
}
