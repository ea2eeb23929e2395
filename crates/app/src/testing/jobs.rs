//! The table of jobs, its index and its conditions, in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use anyhow::anyhow;
use async_trait::async_trait;
use domain::ids::{JobId, Worker};
use domain::job::Job;
use domain::time::Millis;

use super::seam::Seam;
use crate::ports::{Advanced, Created, Jobs, OpenJobs};

/// Job records, each kept as the JSON that a table would keep.
pub(crate) struct MemoryJobs {
    seam: Arc<Seam>,
    records: Mutex<BTreeMap<JobId, String>>,
    /// Records that cannot be read, and when they are due.
    unreadable: Mutex<BTreeMap<JobId, Millis>>,
}

impl MemoryJobs {
    pub(crate) fn new(seam: Arc<Seam>) -> Self {
        Self { seam, records: Mutex::default(), unreadable: Mutex::default() }
    }

    /// The record as it is, without a call.
    pub(crate) fn peek(&self, id: &JobId) -> Option<Job> {
        self.records.lock().unwrap().get(id).map(|record| read(record))
    }

    /// All records, without a call.
    pub(crate) fn all(&self) -> Vec<Job> {
        self.records.lock().unwrap().values().map(|record| read(record)).collect()
    }

    /// Puts a record as it is, without a call or a condition.
    pub(crate) fn put(&self, job: &Job) {
        self.records.lock().unwrap().insert(job.id.clone(), written(job));
    }

    /// Puts a record that cannot be read, without a call or a condition.
    pub(crate) fn put_unreadable(&self, id: &JobId, due: Millis) {
        self.unreadable.lock().unwrap().insert(id.clone(), due);
    }

    /// When each record that cannot be read is due, without a call.
    pub(crate) fn unreadable(&self) -> Vec<Millis> {
        self.unreadable.lock().unwrap().values().copied().collect()
    }

    fn create_now(&self, job: &Job) -> Created {
        match self.peek(&job.id) {
            None => {
                self.put(job);
                Created::New
            }
            Some(known)
                if known.machine.writer == job.machine.writer && known.machine.epoch == job.machine.epoch =>
            {
                Created::New
            }
            Some(known) => Created::Exists(Box::new(known)),
        }
    }

    fn advance_now(&self, before: &Job, after: &Job) -> Advanced {
        let condition = |job: &Job| {
            (job.machine.status.name(), job.machine.writer.clone(), job.machine.epoch, job.team.clone())
        };
        match self.peek(&before.id) {
            None => Advanced::Lost(None),
            Some(known) if condition(&known) == condition(before) => {
                self.put(after);
                Advanced::Written
            }
            Some(known) if known == *after => Advanced::Written,
            Some(known) => Advanced::Lost(Some(Box::new(known))),
        }
    }
}

#[async_trait]
impl Jobs for MemoryJobs {
    async fn create(&self, job: &Job) -> anyhow::Result<Created> {
        let created = self.seam.cross("jobs.create", || self.create_now(job)).await;
        created.map_err(|_| anyhow!("the table is out of reach"))
    }

    async fn find(&self, id: &JobId) -> anyhow::Result<Option<Job>> {
        let find = || {
            let is_unreadable = self.unreadable.lock().unwrap().contains_key(id);
            if is_unreadable { Err(anyhow!("the record cannot be read")) } else { Ok(self.peek(id)) }
        };
        let found = self.seam.cross("jobs.find", find).await;
        found.map_err(|_| anyhow!("the table is out of reach"))?
    }

    async fn advance(&self, before: &Job, after: &Job) -> anyhow::Result<Advanced> {
        let name = format!("jobs.advance {}", after.machine.status.name());
        let advanced = self.seam.cross(name, || self.advance_now(before, after)).await;
        advanced.map_err(|_| anyhow!("the table is out of reach"))
    }
}

#[async_trait]
impl OpenJobs for MemoryJobs {
    async fn due(&self, worker: &Worker, now: Millis, limit: usize) -> anyhow::Result<Vec<JobId>> {
        let listed = || {
            let mut due: Vec<(Millis, JobId)> = self
                .all()
                .into_iter()
                .filter(|job| job.id.worker() == *worker)
                .filter_map(|job| Some((job.machine.due.filter(|due| *due <= now)?, job.id)))
                .collect();
            let unreadable = self.unreadable.lock().unwrap();
            let of_worker = unreadable.iter().filter(|(id, at)| id.worker() == *worker && **at <= now);
            due.extend(of_worker.map(|(id, at)| (*at, id.clone())));
            due.sort();
            due.into_iter().take(limit).map(|(_, id)| id).collect()
        };
        let listed = self.seam.cross("open.due", listed).await;
        listed.map_err(|_| anyhow!("the index is out of reach"))
    }

    async fn set_aside_unreadable(&self, id: &JobId, until: Millis) -> anyhow::Result<bool> {
        let set = || self.unreadable.lock().unwrap().get_mut(id).map(|due| *due = until).is_some();
        let set = self.seam.cross("open.set_aside", set).await;
        set.map_err(|_| anyhow!("the table is out of reach"))
    }
}

fn written(job: &Job) -> String {
    serde_json::to_string(job).unwrap()
}

fn read(record: &str) -> Job {
    serde_json::from_str(record).unwrap()
}
