//! Looking at the instances of several regions at once.

use std::collections::BTreeMap;

use domain::command::{Command, Regions, Target};
use domain::ids::{InstanceId, Region};
use domain::instance::Instance;
use domain::job::Request;
use domain::resolve::server_filters;
use futures_util::future::join_all;

use super::Run;
use crate::hold::{Hold, Stop};
use crate::ports::{Describe, InstancesError};

/// How long a row of a list or card can be referred to as `#2`.
const ROWS_LIFETIME_MS: u64 = 7 * 24 * 3_600_000;

/// What was seen, and where nothing could be seen.
pub(super) struct Seen {
    pub(super) fleet: Vec<Instance>,
    pub(super) blind: Vec<(Region, InstancesError)>,
}

/// What `#2` and `this` stand for in the thread of the request.
pub(super) struct Mentioned {
    pub(super) rows: Vec<InstanceId>,
    pub(super) this: Vec<InstanceId>,
}

impl Run<'_> {
    /// The regions that `command` is about, or the first that may not be used.
    pub(super) fn regions(&self, command: &Command) -> Result<Vec<Region>, Region> {
        let allowed = &self.worker.regions;
        match &command.regions {
            None | Some(Regions::All) => Ok(allowed.clone()),
            Some(Regions::These(regions)) => match regions.iter().find(|region| !allowed.contains(region)) {
                Some(stranger) => Err(stranger.clone()),
                None => Ok(regions.clone()),
            },
        }
    }

    /// The instances that `command` may mean, from all of `regions` at once.
    pub(super) async fn see(&self, command: &Command, regions: &[Region]) -> Seen {
        let what = Describe { ids: Vec::new(), filters: server_filters(command) };
        self.describe_all(regions.iter().map(|region| (region.clone(), what.clone()))).await
    }

    /// These very instances, wherever they are.
    pub(super) async fn see_again(&self, ids: &BTreeMap<Region, Vec<InstanceId>>) -> Seen {
        let what = |ids: &Vec<InstanceId>| Describe { ids: ids.clone(), filters: Vec::new() };
        self.describe_all(ids.iter().map(|(region, ids)| (region.clone(), what(ids)))).await
    }

    async fn describe_all(&self, wanted: impl Iterator<Item = (Region, Describe)>) -> Seen {
        let answers = join_all(wanted.map(async |(region, what)| {
            let answer = self.worker.instances.describe(&region, &what).await;
            (region, answer)
        }))
        .await;
        let mut seen = Seen { fleet: Vec::new(), blind: Vec::new() };
        for (region, answer) in answers {
            match answer {
                Ok(instances) => seen.fleet.extend(instances),
                Err(error) => seen.blind.push((region, error)),
            }
        }
        seen
    }

    /// What the thread was last about, if `command` refers to it. `this` is
    /// meant for one instance; a list of several is referred to by rows.
    pub(super) async fn mentioned(&self, command: &Command, request: &Request) -> Result<Mentioned, Stop> {
        if !refers_to_thread(command) {
            return Ok(Mentioned { rows: Vec::new(), this: Vec::new() });
        }
        let rows = self.rows(request).await?;
        let this = if rows.len() == 1 { rows.clone() } else { Vec::new() };
        Ok(Mentioned { rows, this })
    }

    /// The instances that `#1`, `#2` and so on stand for.
    pub(super) async fn rows(&self, request: &Request) -> Result<Vec<InstanceId>, Stop> {
        let team = &self.installation.team;
        Ok(self.worker.threads.rows(team, &request.channel, request.conversation()).await?)
    }

    /// Keeps what `#2` and `this` mean in the thread of the request from now on.
    /// Not while a command that says one of them may have to be read again: it
    /// must mean the same then.
    pub(super) async fn remember(
        &self,
        hold: &Hold<'_>,
        command: &Command,
        shown: &[&Instance],
    ) -> Result<(), Stop> {
        if refers_to_thread(command) {
            return Ok(());
        }
        let rows: Vec<InstanceId> = shown.iter().map(|instance| instance.id.clone()).collect();
        self.remember_rows(hold, &rows).await
    }

    pub(super) async fn remember_rows(&self, hold: &Hold<'_>, rows: &[InstanceId]) -> Result<(), Stop> {
        let request = &hold.job.request;
        let expires = self.worker.clock.now().plus(ROWS_LIFETIME_MS);
        let (team, thread) = (&self.installation.team, request.conversation());
        Ok(self.worker.threads.remember(team, &request.channel, thread, rows, expires).await?)
    }
}

/// Whether `command` says `#2` or `this`.
pub(super) fn refers_to_thread(command: &Command) -> bool {
    command.targets.iter().any(|target| matches!(target, Target::Row(_) | Target::This))
}
