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
}

impl MemoryJobs {
    pub(crate) fn new(seam: Arc<Seam>) -> Self {
        Self { seam, records: Mutex::default() }
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
        let found = self.seam.cross("jobs.find", || self.peek(id)).await;
        found.map_err(|_| anyhow!("the table is out of reach"))
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
            due.sort();
            due.into_iter().take(limit).map(|(_, id)| id).collect()
        };
        let listed = self.seam.cross("open.due", listed).await;
        listed.map_err(|_| anyhow!("the index is out of reach"))
    }
}

fn written(job: &Job) -> String {
    serde_json::to_string(job).unwrap()
}

fn read(record: &str) -> Job {
    serde_json::from_str(record).unwrap()
}
