//! Where to look and act: the accounts of the team and their regions.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::account::Account;
use domain::command::{AccountRef, Command, Regions};
use domain::ids::{Alias, InstanceId, Region};
use domain::job::{Plan, Progress};

use super::decide::Answer;
use super::{Ec2, Run};
use crate::messages;
use crate::ports::{Installation, InstancesError, Place};

/// Instances by the account and region that they are in.
pub(super) type ByPlace = BTreeMap<(Alias, Region), Vec<InstanceId>>;

impl Ec2 {
    /// The accounts of a team, Bellhop's own first if the team may use it.
    pub(super) async fn accounts_of(&self, installation: &Installation) -> anyhow::Result<Vec<Arc<Account>>> {
        let team = &installation.team;
        let mut stored = self.accounts.all(team).await?;
        let mut accounts = Vec::new();
        if self.home_teams.allow(team, installation.is_first) {
            let mut home = self.home.clone();
            if let Some(known) = stored.iter().find(|account| account.alias == home.alias) {
                home.approvers.clone_from(&known.approvers);
            }
            accounts.push(home);
        }
        stored.retain(|account| account.alias != self.home.alias);
        stored.sort_by(|a, b| a.alias.cmp(&b.alias));
        accounts.extend(stored);
        Ok(accounts.into_iter().map(Arc::new).collect())
    }
}

impl Run<'_> {
    /// The places that `command` is about, or why there are none.
    pub(super) fn places(&self, command: &Command) -> Result<Vec<Place>, Answer> {
        let accounts = self.asked_accounts(command)?;
        let mut allowed: Vec<Region> = Vec::new();
        for region in accounts.iter().flat_map(|account| &account.regions) {
            if !allowed.contains(region) {
                allowed.push(region.clone());
            }
        }
        let asked = match &command.regions {
            None | Some(Regions::All) => &allowed,
            Some(Regions::These(regions)) => regions,
        };
        if let Some(stranger) = asked.iter().find(|region| !allowed.contains(region)) {
            let message = messages::bad_region(stranger, &allowed, command.account.as_ref());
            return Err(Answer::refusal(message));
        }
        let places = accounts.iter().flat_map(|account| {
            let regions = account.regions.iter().filter(|region| asked.contains(region));
            regions.map(|region| Place { account: account.clone(), region: region.clone() })
        });
        Ok(places.collect())
    }

    fn asked_accounts(&self, command: &Command) -> Result<Vec<Arc<Account>>, Answer> {
        let asked = command.account.as_ref().unwrap_or(&AccountRef::All);
        let usable = self.accounts.iter().filter(|account| account.is_usable());
        let found: Vec<Arc<Account>> = usable.filter(|account| account.is(asked)).cloned().collect();
        if found.is_empty() {
            return Err(Answer::refusal(messages::unknown_account(asked, &self.accounts)));
        }
        Ok(found)
    }

    /// The place with these names, if the account is still linked.
    pub(super) fn place(&self, account: &Alias, region: &Region) -> Result<Place, InstancesError> {
        let known = self.accounts.iter().find(|known| known.alias == *account && known.is_usable());
        let known = known.ok_or_else(|| InstancesError::Refused {
            code: "AccountNotLinked".to_owned(),
            message: "the account is not linked any more".to_owned(),
            request_id: String::new(),
        })?;
        Ok(Place { account: known.clone(), region: region.clone() })
    }
}

/// The instances of `plan` whose progress `fits`, by where they are.
pub(super) fn by_place(plan: &Plan, fits: impl Fn(&Progress) -> bool) -> ByPlace {
    let mut places = ByPlace::new();
    for target in plan.targets.iter().filter(|target| fits(&target.progress)) {
        let place = (target.account.clone(), target.region.clone());
        places.entry(place).or_default().push(target.id.clone());
    }
    places
}
