//! Looking at the instances of several regions at once.

use std::collections::BTreeMap;

use domain::command::{Command, Regions, Target};
use domain::ids::{InstanceId, Region};
use domain::instance::Instance;
use domain::resolve::server_filters;
use futures_util::future::join_all;

use super::Run;
use crate::hold::Stop;
use crate::ports::{Describe, InstancesError};

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
    pub(super) async fn mentioned(
        &self,
        command: &Command,
        request: &domain::job::Request,
    ) -> Result<Mentioned, Stop> {
        let refers = |target: &Target| matches!(target, Target::Row(_) | Target::This);
        if !command.targets.iter().any(refers) {
            return Ok(Mentioned { rows: Vec::new(), this: Vec::new() });
        }
        let team = &self.installation.team;
        let rows = self.worker.threads.rows(team, &request.channel, request.reply_thread()).await?;
        let this = if rows.len() == 1 { rows.clone() } else { Vec::new() };
        Ok(Mentioned { rows, this })
    }
}
