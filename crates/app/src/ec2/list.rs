//! `find` and `check`: answers that change nothing.

use std::collections::BTreeMap;

use domain::command::Command;
use domain::ids::{InstanceId, Region};
use domain::instance::{Instance, InstanceState};
use futures_util::future::join_all;

use super::Run;
use super::decide::{Answer, Shown};
use super::fleet::refers_to_thread;
use crate::hold::{Hold, Stop};
use crate::messages::{self, MAX_ROWS, Page};
use crate::ports::{Health, InstancesError};

/// How many rows of a list can be referred to as `#2`.
const MAX_REMEMBERED: usize = 500;

impl Run<'_> {
    /// A page of what was found, and where nothing could be looked at.
    ///
    /// The order depends on nothing but the instances, so that a page goes on
    /// where the one before it ended. The rows up to its end are remembered as
    /// they are now. If others were remembered (the list has changed, or the
    /// conversation was about something else since), the answer says so:
    /// somebody who still sees those might say `#3` and mean another instance.
    pub(super) async fn list(
        &self,
        hold: &Hold<'_>,
        command: &Command,
        shown: Shown<'_>,
        found: &[&Instance],
        blind: &[(Region, InstancesError)],
    ) -> Result<Answer, Stop> {
        let mut sorted = found.to_vec();
        sorted.sort_by_cached_key(|instance| {
            (instance.region.clone(), instance.label().to_lowercase(), instance.id.clone())
        });
        let rows = messages::rows(shown.page, sorted.len());
        let mut moved = false;
        if !rows.is_empty() || sorted.is_empty() {
            let seen = sorted.get(..rows.end.min(MAX_REMEMBERED)).unwrap_or(&sorted);
            moved = self.has_moved(hold, command, seen, rows.start).await?;
            self.remember(hold, command, seen).await?;
        }
        let blind = self.refusals(blind).await;
        let page = Page { found: &sorted, number: shown.page, command: shown.text, moved, blind: &blind };
        Ok(Answer::open(messages::list(&page)))
    }

    /// Whether the first rows of a list, `before` of them, are others than the
    /// ones that were last remembered.
    async fn has_moved(
        &self,
        hold: &Hold<'_>,
        command: &Command,
        rows: &[&Instance],
        before: usize,
    ) -> Result<bool, Stop> {
        if before == 0 || refers_to_thread(command) {
            return Ok(false);
        }
        let known = self.rows(&hold.job.request).await?;
        let earlier = rows.iter().take(before).map(|instance| &instance.id);
        Ok(!earlier.eq(known.iter().take(before)))
    }

    /// The instances one by one, with their status checks.
    pub(super) async fn check(
        &self,
        hold: &Hold<'_>,
        command: &Command,
        found: &[&Instance],
        blind: &[(Region, InstancesError)],
    ) -> Result<Answer, Stop> {
        let shown: Vec<&Instance> = found.iter().take(MAX_ROWS).copied().collect();
        self.remember(hold, command, &shown).await?;
        let mut running: BTreeMap<Region, Vec<InstanceId>> = BTreeMap::new();
        for instance in shown.iter().filter(|instance| instance.state == InstanceState::Running) {
            running.entry(instance.region.clone()).or_default().push(instance.id.clone());
        }
        let answers =
            join_all(running.iter().map(|(region, ids)| self.worker.instances.health(region, ids))).await;
        let mut health: Vec<Health> = Vec::new();
        let mut refused = self.refusals(blind).await;
        for (region, answer) in running.keys().zip(answers) {
            match answer {
                Ok(checks) => health.extend(checks),
                Err(error) => refused.push(self.not_seen(region, &error).await),
            }
        }
        let now = self.worker.clock.now();
        Ok(Answer::open(messages::check(&shown, found.len(), &health, &refused, now)))
    }

    /// Why some regions could not be looked at, a sentence each.
    pub(super) async fn refusals(&self, blind: &[(Region, InstancesError)]) -> Vec<String> {
        let mut lines = Vec::new();
        for (region, error) in blind {
            lines.push(self.not_seen(region, error).await);
        }
        lines
    }
}
