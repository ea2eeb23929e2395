//! `find` and `check`: answers that change nothing.

use std::collections::BTreeMap;

use domain::command::Command;
use domain::ids::{InstanceId, Region};
use domain::instance::{Instance, InstanceState};
use futures_util::future::join_all;

use super::Run;
use super::decide::Answer;
use crate::hold::{Hold, Stop};
use crate::messages::{self, MAX_ROWS};
use crate::ports::{Health, InstancesError};

impl Run<'_> {
    /// A list of what was found, and where nothing could be looked at.
    pub(super) async fn list(
        &self,
        hold: &Hold<'_>,
        command: &Command,
        found: &[&Instance],
        blind: &[(Region, InstancesError)],
    ) -> Result<Answer, Stop> {
        let mut sorted = found.to_vec();
        sorted.sort_by_key(|instance| {
            (instance.region.clone(), instance.label().to_lowercase(), instance.id.clone())
        });
        let shown = sorted.get(..MAX_ROWS).unwrap_or(&sorted);
        self.remember(hold, command, shown).await?;
        let blind = self.refusals(blind).await;
        Ok(Answer::open(messages::list(&sorted, &blind)))
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
