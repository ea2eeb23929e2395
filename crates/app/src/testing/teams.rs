//! Installations, their tombstones and their tokens, in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use anyhow::anyhow;
use async_trait::async_trait;
use domain::ids::TeamId;
use domain::time::Millis;
use secrecy::{ExposeSecret, SecretString};

use super::seam::Seam;
use crate::ports::{BotTokens, Enrolment, Installation, Installations};

type Kept = BTreeMap<TeamId, (Installation, Option<SecretString>)>;

/// The table of installations.
pub(crate) struct MemoryTeams {
    seam: Arc<Seam>,
    kept: Mutex<Kept>,
    /// The team that was the first of all.
    first: Mutex<Option<TeamId>>,
}

impl MemoryTeams {
    pub(crate) fn new(seam: Arc<Seam>) -> Self {
        Self { seam, kept: Mutex::default(), first: Mutex::default() }
    }

    /// What is on record, without a call.
    pub(crate) fn peek(&self, team: &str) -> Option<Installation> {
        self.kept.lock().unwrap().get(&TeamId::new(team)).map(|(installation, _)| installation.clone())
    }

    /// The token on record, without a call.
    pub(crate) fn peek_token(&self, team: &str) -> Option<String> {
        let kept = self.kept.lock().unwrap();
        let (_, token) = kept.get(&TeamId::new(team))?;
        token.as_ref().map(|token| token.expose_secret().to_owned())
    }

    /// Takes an installation off the record.
    pub(crate) fn forget(&self, team: &str) {
        self.kept.lock().unwrap().remove(&TeamId::new(team));
    }

    /// Another team was the first of all.
    pub(crate) fn set_first(&self, team: &str) {
        *self.first.lock().unwrap() = Some(TeamId::new(team));
    }

    pub(crate) fn enrol_now(&self, installation: &Installation, token: &str) -> Option<Installation> {
        let mut first = self.first.lock().unwrap();
        let is_first = *first.get_or_insert_with(|| installation.team.clone()) == installation.team;
        let mut kept = self.kept.lock().unwrap();
        let newer = kept.get(&installation.team).is_some_and(|(known, _)| {
            known.installed_at > installation.installed_at
                || known.uninstalled_at.is_some_and(|at| at >= installation.installed_at)
        });
        if newer {
            return None;
        }
        let replaced = kept.get(&installation.team).map(|(known, _)| known.clone());
        let replaced = replaced.filter(Installation::is_active);
        let installer = replaced.as_ref().unwrap_or(installation).installer.clone();
        let stored = Installation { installer, is_first, ..installation.clone() };
        kept.insert(installation.team.clone(), (stored, Some(token.into())));
        replaced
    }

    pub(crate) fn uninstall_now(&self, team: &TeamId, at: Millis) -> bool {
        let mut kept = self.kept.lock().unwrap();
        let Some((known, token)) = kept.get_mut(team) else { return false };
        if known.installed_at > at {
            return false;
        }
        known.uninstalled_at = known.uninstalled_at.max(Some(at));
        *token = None;
        true
    }
}

#[async_trait]
impl Installations for MemoryTeams {
    async fn find(&self, team: &TeamId) -> anyhow::Result<Option<Installation>> {
        let found = self.seam.cross("teams.find", || self.peek(team.as_str())).await;
        found.map_err(|_| anyhow!("the table is out of reach"))
    }

    async fn uninstall(&self, team: &TeamId, at: Millis) -> anyhow::Result<bool> {
        let laid = self.seam.cross("teams.uninstall", || self.uninstall_now(team, at)).await;
        laid.map_err(|_| anyhow!("the table is out of reach"))
    }
}

#[async_trait]
impl Enrolment for MemoryTeams {
    async fn enrol(
        &self,
        installation: &Installation,
        token: &SecretString,
    ) -> anyhow::Result<Option<Installation>> {
        let enrolled = || self.enrol_now(installation, token.expose_secret());
        let enrolled = self.seam.cross("teams.enrol", enrolled).await;
        enrolled.map_err(|_| anyhow!("the table is out of reach"))
    }
}

#[async_trait]
impl BotTokens for MemoryTeams {
    async fn active(&self, team: &TeamId) -> anyhow::Result<Option<(Installation, SecretString)>> {
        let find = || {
            let kept = self.kept.lock().unwrap();
            let (installation, token) = kept.get(team)?;
            installation.is_active().then(|| Some((installation.clone(), token.clone()?)))?
        };
        let found = self.seam.cross("tokens.active", find).await;
        found.map_err(|_| anyhow!("the table is out of reach"))
    }
}
