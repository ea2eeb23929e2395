//! What the parts of a running cloud share.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::busy::Busy;
use super::front::Database;
use super::history::History;
use super::lambda::{Pool, Process, Processes};
use super::scheduler::Scheduler;
use super::server::Tasks;
use super::{Ec2Api, Faults, Log, Pace};
use crate::template::Stack;

/// Everything behind the two listeners.
pub(crate) struct Shared {
    pub(crate) stack: Stack,
    pub(crate) app_host: String,
    pub(crate) aws_url: String,
    pub(crate) bin_dir: PathBuf,
    pub(crate) extra_env: BTreeMap<String, String>,
    pub(crate) pace: Pace,
    pub(crate) log: Log,
    pub(crate) fleet: Arc<dyn Ec2Api>,
    pub(crate) faults: Faults,
    pub(crate) history: History,
    pub(crate) busy: Busy,
    pub(crate) tasks: Tasks,
    pub(crate) processes: Processes,
    pub(crate) pools: Vec<Arc<Pool>>,
    pub(crate) database: Database,
    pub(crate) parameters: Mutex<BTreeMap<String, super::front::Parameter>>,
    pub(crate) scheduler: Scheduler,
    /// The access key of whoever runs the cloud.
    pub(crate) operator_key: String,
    /// What operators are told instead of what is so, by the name of what it is about.
    pub(crate) told: Mutex<BTreeMap<String, serde_json::Value>>,
    /// Which process got an access key from `AssumeRole`.
    pub(crate) borrowed: Mutex<HashMap<String, Arc<Process>>>,
    /// Accounts and regions whose event bus forwards to the stack's.
    pub(crate) forwarding: Mutex<BTreeSet<(String, String)>>,
}

impl Shared {
    /// A function by logical id, name, ARN, or `account:function:name`; a qualifier is let pass.
    pub(crate) fn pool(&self, function: &str) -> Option<&Arc<Pool>> {
        let name = match function.split_once(":function:").or_else(|| function.split_once("function:")) {
            Some((_, name)) => name,
            None => function,
        };
        let name = name.split(':').next().unwrap_or(name);
        let named = self.pools.iter().find(|pool| pool.function.name == name);
        named.or_else(|| self.pools.iter().find(|pool| pool.function.logical_id == function))
    }
}
