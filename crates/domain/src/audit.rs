//! What was done to instances, and by whose word: one entry before each
//! changing call, and one after it.

use serde::{Deserialize, Serialize};

use crate::ids::{Alias, InstanceId, JobId, PlanHash, Region, TeamId, UserId};
use crate::instance::{Action, InstanceState};
use crate::time::Millis;

/// One entry. Entries are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The installation.
    pub team: TeamId,
    /// When it was written.
    pub at: Millis,
    /// The job.
    pub job: JobId,
    /// Its place among the job's entries, from 0. A job writes each place once.
    pub number: u32,
    /// Who asked.
    pub actor: UserId,
    /// The verb as they meant it.
    pub verb: String,
    /// The EC2 call.
    pub action: Action,
    /// To which instances, all of one account and region.
    pub targets: Vec<InstanceId>,
    /// Their account.
    pub account: Alias,
    /// Their region.
    pub region: Region,
    /// The plan that people agreed to, if they had to.
    pub plan: Option<PlanHash>,
    /// The second persons who approved it.
    pub approvers: Vec<UserId>,
    /// Why, in the requester's words.
    pub reason: Option<String>,
    /// What the entry is about.
    pub event: Event,
}

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    /// The call is about to be made.
    Calling,
    /// The call was answered: it was done.
    Done {
        /// AWS's request id.
        request_id: String,
        /// The states that the answer tells.
        states: Vec<(InstanceId, InstanceState)>,
    },
    /// It surely was not done.
    Refused {
        /// Why, in AWS's words.
        why: String,
    },
    /// Whether it was done is not known.
    Lost {
        /// What is known.
        why: String,
    },
}
