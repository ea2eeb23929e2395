//! EventBridge Scheduler: schedules that functions make and remove while they run,
//! in the groups that the template has. They fire by the clock, or when told to.
//!
//! Known are schedules by `cron(…)` that wake a function of the stack at their
//! minute. Whatever else there is on AWS (rates, windows, other targets) is refused
//! as not known here, and never left out.
//!
//! <https://docs.aws.amazon.com/scheduler/latest/APIReference/Welcome.html>

mod cron;
mod fire;
mod role;
mod wish;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::lock;

use cron::Cron;
pub(crate) use fire::{fire, run};
pub(crate) use role::SCHEDULER;
pub(crate) use wish::{Refused, read};

/// The group that every account has.
pub(crate) const DEFAULT_GROUP: &str = "default";

/// Where schedules are kept beside the tables.
const FILE: &str = "schedules.json";

/// One schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// The group it is in.
    pub group: String,
    /// Its name, the only one in its group.
    pub name: String,
    /// When it fires: `cron(…)`.
    pub expression: String,
    /// In which zone that is meant.
    pub zone: String,
    /// Whether it fires by itself.
    pub enabled: bool,
    /// What it is for, in the words of whoever made it.
    pub description: Option<String>,
    /// Whom it wakes, and with what.
    pub target: Target,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: u64,
    /// When it was last changed.
    pub modified_ms: u64,
    /// What told its making from any other.
    pub client_token: Option<String>,
}

/// Whom a schedule wakes, and with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The ARN of the function.
    pub arn: String,
    /// The ARN of the role by which it is woken.
    pub role_arn: String,
    /// The payload, before anything in it is replaced.
    pub input: String,
    /// The ARN of the queue for what cannot be handed over.
    pub dead_letters: Option<String>,
    /// How old a firing may get, in seconds.
    pub max_age_s: u64,
    /// How often handing it over is tried again.
    pub max_retries: u64,
}

impl Schedule {
    /// The first time after this one, in milliseconds since 1970.
    pub fn after(&self, ms: u64) -> Option<u64> {
        Cron::read(&self.expression, &self.zone).ok()?.after(ms)
    }

    /// The last time up to this one.
    pub fn until(&self, ms: u64) -> Option<u64> {
        Cron::read(&self.expression, &self.zone).ok()?.until(ms)
    }
}

type All = BTreeMap<(String, String), Schedule>;

/// All schedules, by group and name.
#[derive(Default)]
pub(crate) struct Scheduler {
    all: Mutex<All>,
    /// Where they are kept.
    file: Option<PathBuf>,
    /// Told when one is made, changed or removed.
    changed: Notify,
}

impl Scheduler {
    /// Those kept in this folder, or none.
    pub(crate) fn open(data_dir: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = data_dir.map(|dir| dir.join(FILE)) else { return Ok(Self::default()) };
        let mut all = All::new();
        if file.is_file() {
            let text =
                std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            let kept: Vec<Schedule> =
                serde_json::from_str(&text).with_context(|| format!("in {}", file.display()))?;
            all.extend(kept.into_iter().map(|one| ((one.group.clone(), one.name.clone()), one)));
        }
        Ok(Self { all: Mutex::new(all), file: Some(file), changed: Notify::new() })
    }

    /// All of them, by group and name.
    pub(crate) fn all(&self) -> Vec<Schedule> {
        lock(&self.all).values().cloned().collect()
    }

    /// One of them.
    pub(crate) fn find(&self, group: &str, name: &str) -> Option<Schedule> {
        lock(&self.all).get(&(group.to_owned(), name.to_owned())).cloned()
    }

    /// Lets `change` look at what is there under this name, and put something else
    /// there, or nothing.
    pub(crate) fn change<T>(
        &self,
        group: &str,
        name: &str,
        change: impl FnOnce(&mut Option<Schedule>) -> T,
    ) -> T {
        let key = (group.to_owned(), name.to_owned());
        let mut all = lock(&self.all);
        let mut slot = all.remove(&key);
        let outcome = change(&mut slot);
        if let Some(schedule) = slot {
            all.insert(key, schedule);
        }
        self.keep(&all);
        drop(all);
        self.changed.notify_one();
        outcome
    }

    /// A file that cannot be written costs the schedules of the next start, not this call.
    fn keep(&self, all: &All) {
        if let Some(file) = &self.file {
            let kept = serde_json::to_vec_pretty(&all.values().collect::<Vec<_>>()).unwrap_or_default();
            let _ = std::fs::write(file, kept);
        }
    }

    /// Waits until one is made, changed or removed.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }
}
