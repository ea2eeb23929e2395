//! Which instances there are, by account and region.

use std::collections::BTreeMap;

use domain::ids::{AccountId, InstanceId, Region};

use super::machine::Machine;
use super::roles::{Role, role_arn};

/// The instances of one account in one region, in the order they are listed.
pub(super) type Shelf = BTreeMap<InstanceId, Machine>;

/// All accounts, the regions each may use, what runs there, and the roles there.
#[derive(Clone, Debug, Default)]
pub struct World {
    accounts: BTreeMap<AccountId, BTreeMap<Region, Shelf>>,
    /// By ARN.
    roles: BTreeMap<String, Role>,
    closed: BTreeMap<(AccountId, Region), Closure>,
}

/// Why an account cannot use a region, whatever its policies say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closure {
    /// The account has not enabled it: `AuthFailure`.
    NotEnabled,
    /// A service control policy of the organization denies it: `UnauthorizedOperation`.
    DeniedByOrganization,
}

impl World {
    /// A world without accounts.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Lets `account` use `region`, with nothing in it yet.
    pub fn open(&mut self, account: &AccountId, region: &Region) {
        self.accounts.entry(account.clone()).or_default().entry(region.clone()).or_default();
    }

    /// Adds `machine` to `account`, in the machine's region; an older one with the same id goes.
    pub fn add(&mut self, account: &AccountId, machine: Machine) {
        self.open(account, &machine.region);
        if let Some(shelf) = self.shelf_mut(account, &machine.region.clone()) {
            shelf.insert(machine.id.clone(), machine);
        }
    }

    /// Adds a role to `account`, or replaces the one of that name; gives back its ARN.
    pub fn add_role(&mut self, account: &AccountId, role: Role) -> String {
        let arn = role_arn(account, &role.name);
        self.roles.insert(arn.clone(), role);
        arn
    }

    pub(super) fn role(&self, arn: &str) -> Option<&Role> {
        self.roles.get(arn)
    }

    pub(super) fn role_mut(&mut self, arn: &str) -> Option<&mut Role> {
        self.roles.get_mut(arn)
    }

    pub(super) fn remove_role(&mut self, arn: &str) -> bool {
        self.roles.remove(arn).is_some()
    }

    /// The regions that `account` may use.
    pub fn regions(&self, account: &AccountId) -> Vec<Region> {
        self.accounts.get(account).map(|regions| regions.keys().cloned().collect()).unwrap_or_default()
    }

    /// Closes a region to `account`, or opens it again.
    pub(super) fn set_closure(&mut self, account: &AccountId, region: &Region, closure: Option<Closure>) {
        let place = (account.clone(), region.clone());
        match closure {
            Some(closure) => self.closed.insert(place, closure),
            None => self.closed.remove(&place),
        };
    }

    pub(super) fn closure(&self, account: &AccountId, region: &Region) -> Option<Closure> {
        self.closed.get(&(account.clone(), region.clone())).copied()
    }

    pub(super) fn shelf(&self, account: &AccountId, region: &Region) -> Option<&Shelf> {
        self.accounts.get(account)?.get(region)
    }

    pub(super) fn shelf_mut(&mut self, account: &AccountId, region: &Region) -> Option<&mut Shelf> {
        self.accounts.get_mut(account)?.get_mut(region)
    }

    /// Every instance, with its account.
    pub fn machines(&self) -> impl Iterator<Item = (&AccountId, &Machine)> {
        self.accounts.iter().flat_map(|(account, regions)| {
            regions.values().flat_map(BTreeMap::values).map(move |machine| (account, machine))
        })
    }

    /// The same, to alter.
    pub(super) fn machines_mut(&mut self) -> impl Iterator<Item = (&AccountId, &mut Machine)> {
        self.accounts.iter_mut().flat_map(|(account, regions)| {
            regions.values_mut().flat_map(BTreeMap::values_mut).map(move |machine| (account, machine))
        })
    }

    pub(super) fn machine(&self, id: &InstanceId) -> Option<&Machine> {
        self.machines().map(|(_, machine)| machine).find(|machine| machine.id == *id)
    }

    pub(super) fn machine_mut(&mut self, id: &InstanceId) -> Option<&mut Machine> {
        self.machines_mut().map(|(_, machine)| machine).find(|machine| machine.id == *id)
    }
}
