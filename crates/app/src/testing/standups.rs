//! The tables of standups, what wakes them, and what people have done, in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use anyhow::anyhow;
use async_trait::async_trait;
use domain::audit;
use domain::ids::{TeamId, UserId};
use domain::standup::{
    Absence, Definition, Entry, Run, RunKey, Schedule, StandupId, schedule_names, schedules,
};
use domain::time::Millis;

use super::estate::MemoryAudit;
use super::seam::Seam;
use crate::ports::{Absences, Deeds, Entries, Runs, Schedules, Standups, Stored};

/// All of it.
pub(crate) struct MemoryStandups {
    seam: Arc<Seam>,
    definitions: Mutex<BTreeMap<(TeamId, StandupId), Definition>>,
    runs: Mutex<BTreeMap<RunKey, Run>>,
    entries: Mutex<BTreeMap<(RunKey, UserId), Entry>>,
    absences: Mutex<BTreeMap<(TeamId, UserId), Absence>>,
    schedules: Mutex<BTreeMap<String, Schedule>>,
}

impl MemoryStandups {
    pub(crate) fn new(seam: Arc<Seam>) -> Self {
        Self {
            seam,
            definitions: Mutex::default(),
            runs: Mutex::default(),
            entries: Mutex::default(),
            absences: Mutex::default(),
            schedules: Mutex::default(),
        }
    }

    /// Puts a standup on record, without a call.
    pub(crate) fn put(&self, team: &str, definition: &Definition) {
        let key = (TeamId::new(team), definition.id.clone());
        self.definitions.lock().unwrap().insert(key, definition.clone());
    }

    /// Removes a standup from the record, without a call.
    pub(crate) fn forget(&self, team: &str, definition: &Definition) {
        self.definitions.lock().unwrap().remove(&(TeamId::new(team), definition.id.clone()));
    }

    /// All standups, without a call.
    pub(crate) fn definitions(&self) -> Vec<Definition> {
        self.definitions.lock().unwrap().values().cloned().collect()
    }

    /// A run, without a call.
    pub(crate) fn run(&self, key: &RunKey) -> Option<Run> {
        self.runs.lock().unwrap().get(key).cloned()
    }

    /// Somebody's entry, without a call.
    pub(crate) fn entry(&self, key: &RunKey, user: &str) -> Option<Entry> {
        self.entries.lock().unwrap().get(&(key.clone(), UserId::new(user))).cloned()
    }

    /// All entries of a run, without a call.
    pub(crate) fn entries(&self, key: &RunKey) -> Vec<Entry> {
        let entries = self.entries.lock().unwrap();
        entries.iter().filter(|((run, _), _)| run == key).map(|(_, entry)| entry.clone()).collect()
    }

    /// Who is away, without a call.
    pub(crate) fn absent(&self) -> Vec<Absence> {
        self.absences.lock().unwrap().values().cloned().collect()
    }

    /// All schedules, without a call.
    pub(crate) fn scheduled(&self) -> Vec<Schedule> {
        self.schedules.lock().unwrap().values().cloned().collect()
    }

    /// The names of all schedules, without a call.
    pub(crate) fn schedule_names(&self) -> Vec<String> {
        self.schedules.lock().unwrap().keys().cloned().collect()
    }

    async fn cross<T: Send>(&self, name: &str, effect: impl FnOnce() -> T + Send) -> anyhow::Result<T> {
        self.seam.cross(name, effect).await.map_err(|_| anyhow!("the table is out of reach"))
    }
}

/// A conditional write.
fn store<K: Ord, T: Clone + PartialEq>(
    table: &Mutex<BTreeMap<K, T>>,
    key: K,
    after: &T,
    before: Option<&T>,
) -> bool {
    let mut table = table.lock().unwrap();
    let known = table.get(&key);
    if known == Some(after) {
        return true;
    }
    let fits = known == before;
    if fits {
        table.insert(key, after.clone());
    }
    fits
}

#[async_trait]
impl Standups for MemoryStandups {
    async fn all(&self, team: &TeamId) -> anyhow::Result<Vec<Definition>> {
        let all = || {
            let kept = self.definitions.lock().unwrap();
            kept.iter().filter(|((of, _), _)| of == team).map(|(_, known)| known.clone()).collect()
        };
        self.cross("standups.all", all).await
    }

    async fn find(&self, team: &TeamId, id: &StandupId) -> anyhow::Result<Option<Definition>> {
        let key = (team.clone(), id.clone());
        self.cross("standups.find", || self.definitions.lock().unwrap().get(&key).cloned()).await
    }

    async fn store(
        &self,
        team: &TeamId,
        after: &Definition,
        before: Option<&Definition>,
    ) -> anyhow::Result<Stored> {
        let name = after.blueprint.name_key();
        let is_rival = |known: &Definition| known.id != after.id && known.blueprint.name_key() == name;
        let store = || {
            let mut kept = self.definitions.lock().unwrap();
            let key = (team.clone(), after.id.clone());
            let known = kept.get(&key);
            if known == Some(after) {
                return Stored::Written;
            }
            if known != before {
                return Stored::Changed;
            }
            let keeps_name = before.is_some_and(|before| before.blueprint.name_key() == name);
            if !keeps_name && kept.iter().any(|((of, _), known)| of == team && is_rival(known)) {
                return Stored::NameTaken;
            }
            kept.insert(key, after.clone());
            Stored::Written
        };
        self.cross("standups.store", store).await
    }

    async fn remove(&self, team: &TeamId, known: &Definition) -> anyhow::Result<bool> {
        let key = (team.clone(), known.id.clone());
        let remove = || {
            let mut kept = self.definitions.lock().unwrap();
            let fits = kept.get(&key).is_none_or(|now| now == known);
            if fits {
                kept.remove(&key);
            }
            fits
        };
        self.cross("standups.remove", remove).await
    }
}

#[async_trait]
impl Runs for MemoryStandups {
    async fn find(&self, key: &RunKey) -> anyhow::Result<Option<Run>> {
        self.cross("runs.find", || self.run(key)).await
    }

    async fn store(&self, key: &RunKey, after: &Run, before: Option<&Run>) -> anyhow::Result<bool> {
        self.cross("runs.store", || store(&self.runs, key.clone(), after, before)).await
    }
}

#[async_trait]
impl Entries for MemoryStandups {
    async fn all(&self, key: &RunKey) -> anyhow::Result<Vec<Entry>> {
        self.cross("entries.all", || self.entries(key)).await
    }

    async fn find(&self, key: &RunKey, user: &UserId) -> anyhow::Result<Option<Entry>> {
        self.cross("entries.find", || self.entry(key, user.as_str())).await
    }

    async fn store(&self, key: &RunKey, after: &Entry, before: Option<&Entry>) -> anyhow::Result<bool> {
        let place = (key.clone(), after.user.clone());
        self.cross("entries.store", || store(&self.entries, place, after, before)).await
    }
}

#[async_trait]
impl Absences for MemoryStandups {
    async fn all(&self, team: &TeamId) -> anyhow::Result<Vec<Absence>> {
        let all = || {
            let kept = self.absences.lock().unwrap();
            kept.iter().filter(|((of, _), _)| of == team).map(|(_, absence)| absence.clone()).collect()
        };
        self.cross("absences.all", all).await
    }

    async fn store(&self, team: &TeamId, absence: &Absence) -> anyhow::Result<()> {
        let key = (team.clone(), absence.user.clone());
        let store = || drop(self.absences.lock().unwrap().insert(key, absence.clone()));
        self.cross("absences.store", store).await
    }
}

#[async_trait]
impl Schedules for MemoryStandups {
    async fn set(&self, team: &TeamId, definition: &Definition) -> anyhow::Result<()> {
        let set = || {
            let mut kept = self.schedules.lock().unwrap();
            kept.retain(|name, _| !schedule_names(team, &definition.id).contains(name));
            kept.extend(schedules(team, definition).into_iter().map(|one| (one.name.clone(), one)));
        };
        self.cross("schedules.set", set).await
    }

    async fn remove(&self, team: &TeamId, id: &StandupId) -> anyhow::Result<()> {
        let remove =
            || self.schedules.lock().unwrap().retain(|name, _| !schedule_names(team, id).contains(name));
        self.cross("schedules.remove", remove).await
    }
}

#[async_trait]
impl Deeds for MemoryAudit {
    async fn between(&self, team: &TeamId, from: Millis, to: Millis) -> anyhow::Result<Vec<audit::Entry>> {
        let is_one = |entry: &audit::Entry| {
            let is_done = matches!(entry.event, audit::Event::Done { .. });
            entry.team == *team && is_done && from <= entry.at && entry.at < to
        };
        let between = || self.entries().into_iter().filter(is_one).collect();
        self.seam.cross("deeds.between", between).await.map_err(|_| anyhow!("the table is out of reach"))
    }
}
