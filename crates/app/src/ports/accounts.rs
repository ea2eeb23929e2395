//! The accounts of a team, and what is known to be in them.

use async_trait::async_trait;
use domain::account::Account;
use domain::ids::{AccountId, Alias, InstanceId, Region, TeamId};
use domain::time::Millis;

/// The accounts that teams have linked. What a team has not linked is not there
/// for it.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// All accounts of `team` on record, by alias. Consistent.
    async fn all(&self, team: &TeamId) -> anyhow::Result<Vec<Account>>;

    /// Stores `account` if `before` is what is on record under its alias (nothing,
    /// for a new one). False if somebody else was faster; true also if it is on
    /// record just so already, since a reply may have been lost.
    async fn store(&self, team: &TeamId, account: &Account, before: Option<&Account>)
    -> anyhow::Result<bool>;

    /// Forgets an account; true if it was there.
    async fn remove(&self, team: &TeamId, alias: &Alias) -> anyhow::Result<bool>;

    /// All accounts on record, of all teams, in any order. For work that no team
    /// has asked for.
    async fn everywhere(&self) -> anyhow::Result<Vec<(TeamId, Account)>>;
}

/// What was seen of instances, to find them again by name. It never decides: before
/// anything is changed, EC2 itself is asked.
#[async_trait]
pub trait Inventory: Send + Sync {
    /// All that is known on these shelves.
    async fn known(&self, shelves: &[Shelf]) -> anyhow::Result<Stock>;

    /// Keeps what a look into `corner` has shown. What is known there from later
    /// than the look stays as it is. Instances first, and what a complete look
    /// says of the corner last, so that a broken write never claims too much. An
    /// instance that is known by the same name already need not be written again.
    async fn keep(&self, corner: &Corner, look: &Look) -> anyhow::Result<()>;

    /// Forgets everything that is known of an account.
    async fn clear(&self, shelf: &Shelf, account: &AccountId) -> anyhow::Result<()>;
}

/// Where knowledge is kept, so that no team finds what is another's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shelf {
    /// Of Bellhop's own account: once, for all teams that may use it.
    Home,
    /// Of the accounts that this team has linked.
    Team(TeamId),
}

/// A region of an account. Accounts go by their numbers here: an alias may be
/// given to another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Corner {
    /// Where it is kept.
    pub shelf: Shelf,
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
}

/// What one look into a corner has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The instances that are there, with their `Name` tags.
    pub there: Vec<(InstanceId, Option<String>)>,
    /// Instances that surely are not there any more.
    pub gone: Vec<InstanceId>,
    /// Whether `there` is all there is. Then what was known before and is not in
    /// it is forgotten, and the corner counts as seen at `at`.
    pub complete: bool,
    /// When the look began.
    pub at: Millis,
}

/// What is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// The instances.
    pub instances: Vec<Known>,
    /// The corners that were ever seen whole, and when they last were.
    pub corners: Vec<(Corner, Millis)>,
}

/// An instance as it was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its account.
    pub account: AccountId,
    /// Its region.
    pub region: Region,
    /// The instance.
    pub id: InstanceId,
    /// Its `Name` tag.
    pub name: Option<String>,
}
