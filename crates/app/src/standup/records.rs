//! Changes of a day's records, which others change at the same time.

use domain::ids::UserId;
use domain::standup::{Entry, Run, RunKey};

use super::Shift;
use crate::hold::Stop;

/// How often a change is tried while others are faster.
const TRIES: usize = 20;

impl Shift<'_> {
    /// Makes the run what `change` makes of it, however often others are faster.
    /// Nothing if it makes nothing of it, or if there is no such run.
    pub(super) async fn change_run(
        &self,
        key: &RunKey,
        change: impl Fn(&Run) -> Option<Run>,
    ) -> Result<Option<Run>, Stop> {
        for _ in 0..TRIES {
            let Some(before) = self.worker.runs.find(key).await? else { return Ok(None) };
            let Some(after) = change(&before) else { return Ok(None) };
            if self.worker.runs.store(key, &after, Some(&before)).await? {
                return Ok(Some(after));
            }
        }
        Err(Stop::Fault(anyhow::anyhow!("the run changed under every try")))
    }

    /// The same with somebody's entry.
    pub(super) async fn change_entry(
        &self,
        key: &RunKey,
        user: &UserId,
        change: impl Fn(&Entry) -> Option<Entry>,
    ) -> Result<Option<Entry>, Stop> {
        for _ in 0..TRIES {
            let Some(before) = self.worker.entries.find(key, user).await? else { return Ok(None) };
            let Some(after) = change(&before) else { return Ok(None) };
            if self.worker.entries.store(key, &after, Some(&before)).await? {
                return Ok(Some(after));
            }
        }
        Err(Stop::Fault(anyhow::anyhow!("the entry changed under every try")))
    }
}
