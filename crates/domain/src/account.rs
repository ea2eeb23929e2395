//! The AWS accounts that a team works with: Bellhop's own, and those whose
//! owners let it in by roles.

use serde::{Deserialize, Serialize};

use crate::approvers::Approvers;
use crate::command::AccountRef;
use crate::ids::{AccountId, Alias, Region, TeamId};
use crate::time::Millis;

/// The alias of the account that Bellhop itself runs in.
pub const HOME: &str = "home";

/// Which workspaces may use the account that Bellhop runs in. Anybody who finds the
/// install page can add the app to a workspace, so that nothing said means the
/// fewest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HomeTeams {
    /// The workspace that installed the app first.
    #[default]
    First,
    /// Every workspace that has installed the app.
    All,
    /// These.
    These(Vec<TeamId>),
}

impl HomeTeams {
    /// Whether `team` may; `is_first` tells whether it installed the app first.
    pub fn allow(&self, team: &TeamId, is_first: bool) -> bool {
        match self {
            Self::First => is_first,
            Self::All => true,
            Self::These(teams) => teams.contains(team),
        }
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What the team calls it.
    pub alias: Alias,
    /// Its number.
    pub id: AccountId,
    /// The regions in which Bellhop works there; at least one.
    pub regions: Vec<Region>,
    /// How Bellhop gets in.
    pub access: Access,
    /// Who may approve there what cannot be undone.
    #[serde(default)]
    pub approvers: Approvers,
}

/// How Bellhop gets into an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// It is there already.
    Home,
    /// By assuming roles.
    Roles(Roles),
}

/// The roles that the owner of an account has made for Bellhop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// The role that looks, as an ARN.
    pub read: String,
    /// The role that changes, as an ARN.
    pub act: String,
    /// What both ask for, so that nobody else can make Bellhop use them.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
    pub external_id: String,
    /// When it was last proved that they let Bellhop in, and nobody without the
    /// external id. Until then the account is not used.
    #[serde(default)]
    pub verified_at: Option<Millis>,
}

impl Account {
    /// Whether anything is done there.
    pub const fn is_usable(&self) -> bool {
        match &self.access {
            Access::Home => true,
            Access::Roles(roles) => roles.verified_at.is_some(),
        }
    }

    /// Whether it is Bellhop's own.
    pub const fn is_home(&self) -> bool {
        matches!(self.access, Access::Home)
    }

    /// Whether `asked` means this account.
    pub fn is(&self, asked: &AccountRef) -> bool {
        match asked {
            AccountRef::All => true,
            AccountRef::Id(id) => self.id == *id,
            AccountRef::Alias(alias) => self.alias.as_str() == alias,
        }
    }
}
