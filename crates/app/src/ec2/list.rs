//! `find` and `check`: answers that change nothing.

use std::collections::BTreeMap;

use domain::ids::{InstanceId, Region};
use domain::instance::{Instance, InstanceState};
use futures_util::future::join_all;

use super::Run;
use super::decide::Answer;
use crate::hold::{Hold, Stop};
use crate::messages::{self, MAX_ROWS};
use crate::ports::{Health, InstancesError};

/// How long a row of a list can be referred to as `#2`.
const ROWS_LIFETIME_MS: u64 = 7 * 24 * 3_600_000;

impl Run<'_> {
    /// A list of what was found, and where nothing could be looked at.
    pub(super) async fn list(
        &self,
        hold: &Hold<'_>,
        found: &[&Instance],
        blind: &[(Region, InstancesError)],
    ) -> Result<Answer, Stop> {
        let mut sorted = found.to_vec();
        sorted.sort_by_key(|instance| {
            (instance.region.clone(), instance.label().to_lowercase(), instance.id.clone())
        });
        self.remember(hold, &sorted).await?;
        let blind = self.refusals(blind).await;
        Ok(Answer::open(messages::list(&sorted, &blind)))
    }

    /// The instances one by one, with their status checks.
    pub(super) async fn check(
        &self,
        hold: &Hold<'_>,
        found: &[&Instance],
        blind: &[(Region, InstancesError)],
    ) -> Result<Answer, Stop> {
        let shown: Vec<&Instance> = found.iter().take(MAX_ROWS).copied().collect();
        self.remember(hold, &shown).await?;
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
                Err(error) => refused.push(self.aws_refused(region, &error).await),
            }
        }
        let now = self.worker.clock.now();
        Ok(Answer::open(messages::check(&shown, found.len(), &health, &refused, now)))
    }

    async fn refusals(&self, blind: &[(Region, InstancesError)]) -> Vec<String> {
        let mut lines = Vec::new();
        for (region, error) in blind {
            lines.push(self.aws_refused(region, error).await);
        }
        lines
    }

    async fn remember(&self, hold: &Hold<'_>, shown: &[&Instance]) -> Result<(), Stop> {
        let rows: Vec<InstanceId> = shown.iter().take(MAX_ROWS).map(|instance| instance.id.clone()).collect();
        let request = &hold.job.request;
        let expires = self.worker.clock.now().plus(ROWS_LIFETIME_MS);
        let (team, thread) = (&self.installation.team, request.reply_thread());
        Ok(self.worker.threads.remember(team, &request.channel, thread, &rows, expires).await?)
    }
}
