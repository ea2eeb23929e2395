//! The accounts of the teams, what is known to be in them, and the book of changes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use anyhow::anyhow;
use async_trait::async_trait;
use domain::account::{Access, Account, HOME, Roles};
use domain::approvers::Approvers;
use domain::audit::{Entry, Event};
use domain::ids::{AccountId, Alias, InstanceId, Region, TeamId};
use domain::instance::InstanceState;
use domain::settings::Settings;
use domain::time::Millis;

use super::seam::Seam;
use super::slack::TEAM;
use super::world::{AMERICA, EUROPE, World};
use crate::ports::{
    Accounts, Actor, Audit, Change, Clock as _, Corner, Doors, Inventory, Known, Look, Shelf, Stock,
    Unproven, WorkspaceSettings,
};

pub(crate) const HOME_ACCOUNT: &str = "123456789012";

/// The account that Bellhop runs in.
pub(crate) fn home() -> Account {
    Account {
        alias: Alias::new(HOME),
        id: AccountId::new(HOME_ACCOUNT),
        regions: vec![Region::new(EUROPE), Region::new(AMERICA)],
        access: Access::Home,
        approvers: Approvers::default(),
    }
}

/// An account that lets Bellhop in, verified at `verified_at`.
pub(crate) fn linked(alias: &str, id: &str, regions: &[&str], verified_at: Option<Millis>) -> Account {
    let role = |name: &str| format!("arn:aws:iam::{id}:role/{name}");
    Account {
        alias: Alias::new(alias),
        id: AccountId::new(id),
        regions: regions.iter().copied().map(Region::new).collect(),
        access: Access::Roles(Roles {
            read: role("BellhopRead"),
            act: role("BellhopAct"),
            external_id: format!("bellhop-of-{alias}"),
            verified_at,
        }),
        approvers: Approvers::default(),
    }
}

impl World {
    /// Links an account that is verified already.
    pub(crate) fn link(&self, alias: &str, id: &str, regions: &[&str]) {
        self.put_account(TEAM, linked(alias, id, regions, Some(self.clock.now())));
    }

    pub(crate) fn put_account(&self, team: &str, account: Account) {
        let key = (TeamId::new(team), account.alias.clone());
        self.accounts.kept.lock().unwrap().insert(key, account);
    }

    /// The account on record.
    pub(crate) fn account(&self, alias: &str) -> Option<Account> {
        self.accounts.kept.lock().unwrap().get(&(TeamId::new(TEAM), Alias::new(alias))).cloned()
    }

    /// The settings on record.
    pub(crate) fn settings_now(&self) -> Settings {
        self.settings.kept.lock().unwrap().get(&TeamId::new(TEAM)).cloned().unwrap_or_default()
    }

    /// Changes the settings on record.
    pub(crate) fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(self.settings.kept.lock().unwrap().entry(TeamId::new(TEAM)).or_default());
    }

    /// Adds an instance to an account that is not Bellhop's own.
    pub(crate) fn add_in(
        &self,
        account: &str,
        digit: char,
        region: &str,
        state: InstanceState,
        tags: &[&str],
    ) -> InstanceId {
        let id = self.fleet.add(digit, region, state, tags);
        self.fleet.belongs_to(&id, account);
        id
    }
}

/// Accounts by team and alias.
pub(crate) struct MemoryAccounts {
    pub(crate) seam: Arc<Seam>,
    pub(crate) kept: Mutex<BTreeMap<(TeamId, Alias), Account>>,
}

#[async_trait]
impl Accounts for MemoryAccounts {
    async fn all(&self, team: &TeamId) -> anyhow::Result<Vec<Account>> {
        let all = || {
            let kept = self.kept.lock().unwrap();
            kept.iter().filter(|((of, _), _)| of == team).map(|(_, account)| account.clone()).collect()
        };
        self.seam.cross("accounts.all", all).await.map_err(|_| anyhow!("the table is out of reach"))
    }

    async fn store(
        &self,
        team: &TeamId,
        account: &Account,
        before: Option<&Account>,
    ) -> anyhow::Result<bool> {
        let store = || {
            let mut kept = self.kept.lock().unwrap();
            let key = (team.clone(), account.alias.clone());
            if kept.get(&key) == before {
                kept.insert(key.clone(), account.clone());
            }
            kept.get(&key) == Some(account)
        };
        self.seam.cross("accounts.store", store).await.map_err(|_| anyhow!("the table is out of reach"))
    }

    async fn remove(&self, team: &TeamId, alias: &Alias) -> anyhow::Result<bool> {
        let remove = || self.kept.lock().unwrap().remove(&(team.clone(), alias.clone())).is_some();
        self.seam.cross("accounts.remove", remove).await.map_err(|_| anyhow!("the table is out of reach"))
    }

    async fn everywhere(&self) -> anyhow::Result<Vec<(TeamId, Account)>> {
        let all = || {
            let kept = self.kept.lock().unwrap();
            kept.iter().map(|((team, _), account)| (team.clone(), account.clone())).collect()
        };
        self.seam.cross("accounts.everywhere", all).await.map_err(|_| anyhow!("the table is out of reach"))
    }
}

/// What was seen, by corner, and when each corner was last seen whole.
#[derive(Default)]
pub(crate) struct Shelves {
    /// The name of each instance, and since when it is known by it.
    pub(crate) instances: BTreeMap<(Corner, InstanceId), (Option<String>, Millis)>,
    pub(crate) corners: BTreeMap<Corner, Millis>,
}

/// What is known of instances.
pub(crate) struct MemoryInventory {
    pub(crate) seam: Arc<Seam>,
    pub(crate) kept: Mutex<Shelves>,
}

impl MemoryInventory {
    /// What is known in all, one line each: `home 123456789012 eu-west-1 i-11111111 web-1`.
    pub(crate) fn lines(&self) -> Vec<String> {
        let kept = self.kept.lock().unwrap();
        let each = kept.instances.iter().map(|((corner, id), (name, _))| {
            let whose = match &corner.shelf {
                Shelf::Home => "home",
                Shelf::Team(team) => team.as_str(),
            };
            let name = name.as_deref().unwrap_or("-");
            format!("{whose} {} {} {id} {name}", corner.account, corner.region)
        });
        each.collect()
    }
}

#[async_trait]
impl Inventory for MemoryInventory {
    async fn known(&self, shelves: &[Shelf]) -> anyhow::Result<Stock> {
        let known = || {
            let kept = self.kept.lock().unwrap();
            let is_wanted = |corner: &Corner| shelves.contains(&corner.shelf);
            let instances = kept.instances.iter().filter(|((corner, _), _)| is_wanted(corner));
            let corners = kept.corners.iter().filter(|(corner, _)| is_wanted(corner));
            Stock {
                instances: instances
                    .map(|((corner, id), (name, _))| Known {
                        account: corner.account.clone(),
                        region: corner.region.clone(),
                        id: id.clone(),
                        name: name.clone(),
                    })
                    .collect(),
                corners: corners.map(|(corner, at)| (corner.clone(), *at)).collect(),
            }
        };
        self.seam.cross("inventory.known", known).await.map_err(|_| anyhow!("the table is out of reach"))
    }

    async fn keep(&self, corner: &Corner, look: &Look) -> anyhow::Result<()> {
        let keep = || {
            let mut kept = self.kept.lock().unwrap();
            let is_there = |id: &InstanceId| look.there.iter().any(|(there, _)| there == id);
            kept.instances.retain(|(place, id), (_, since)| {
                let is_gone = look.gone.contains(id) || (look.complete && !is_there(id));
                place != corner || *since > look.at || !is_gone
            });
            for (id, name) in &look.there {
                let known = kept.instances.entry((corner.clone(), id.clone()));
                let known = known.or_insert_with(|| (name.clone(), look.at));
                if known.0 != *name && known.1 <= look.at {
                    *known = (name.clone(), look.at);
                }
            }
            if look.complete {
                let seen = kept.corners.entry(corner.clone()).or_insert(look.at);
                *seen = look.at.max(*seen);
            }
        };
        self.seam.cross("inventory.keep", keep).await.map_err(|_| anyhow!("the table is out of reach"))
    }

    async fn clear(&self, whose: &Shelf, account: &AccountId) -> anyhow::Result<()> {
        let forget = || {
            let mut kept = self.kept.lock().unwrap();
            let stays = |corner: &Corner| corner.shelf != *whose || corner.account != *account;
            kept.instances.retain(|(corner, _), _| stays(corner));
            kept.corners.retain(|corner, _| stays(corner));
        };
        self.seam.cross("inventory.clear", forget).await.map_err(|_| anyhow!("the table is out of reach"))
    }
}

/// The entries of the book, by job and number.
pub(crate) struct MemoryAudit {
    pub(crate) seam: Arc<Seam>,
    pub(crate) book: Mutex<Vec<Entry>>,
}

impl MemoryAudit {
    /// Whether an entry of the actor's job says that this change is about to be made.
    pub(crate) fn is_due(&self, actor: &Actor, change: &Change) -> bool {
        let book = self.book.lock().unwrap();
        book.iter().filter(|entry| entry.job == actor.job && entry.event == Event::Calling).any(|entry| {
            (&entry.actor, &entry.targets, entry.action) == (&actor.user, &change.ids, change.action)
        })
    }

    /// All entries.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.book.lock().unwrap().clone()
    }
}

#[async_trait]
impl Audit for MemoryAudit {
    async fn append(&self, entry: &Entry) -> anyhow::Result<()> {
        let append = || {
            let mut book = self.book.lock().unwrap();
            if !book.iter().any(|known| known.job == entry.job && known.number == entry.number) {
                book.push(entry.clone());
            }
        };
        self.seam.cross("audit.append", append).await.map_err(|_| anyhow!("the table is out of reach"))
    }
}

/// What keeps accounts from being linked: by alias.
pub(crate) struct Gates {
    pub(crate) seam: Arc<Seam>,
    pub(crate) shut: Mutex<BTreeMap<Alias, Unproven>>,
}

#[async_trait]
impl Doors for Gates {
    async fn prove(&self, account: &Account) -> Result<(), Unproven> {
        let prove = || match self.shut.lock().unwrap().get(&account.alias) {
            Some(why) => Err(why.clone()),
            None => Ok(()),
        };
        let unclear = |_| Unproven::Unclear("STS is out of reach".to_owned());
        self.seam.cross("sts.prove", prove).await.map_err(unclear)?
    }
}

/// Settings by team.
pub(crate) struct MemorySettings {
    pub(crate) seam: Arc<Seam>,
    pub(crate) kept: Mutex<BTreeMap<TeamId, Settings>>,
}

#[async_trait]
impl WorkspaceSettings for MemorySettings {
    async fn find(&self, team: &TeamId) -> anyhow::Result<Option<Settings>> {
        let find = || self.kept.lock().unwrap().get(team).cloned();
        self.seam.cross("settings.find", find).await.map_err(|_| anyhow!("the table is out of reach"))
    }

    async fn store(
        &self,
        team: &TeamId,
        after: &Settings,
        before: Option<&Settings>,
    ) -> anyhow::Result<bool> {
        let store = || {
            let mut kept = self.kept.lock().unwrap();
            if kept.get(team) == before {
                kept.insert(team.clone(), after.clone());
            }
            kept.get(team) == Some(after)
        };
        self.seam.cross("settings.store", store).await.map_err(|_| anyhow!("the table is out of reach"))
    }
}
