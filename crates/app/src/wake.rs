//! What travels from a gateway to a worker: the job's name, and nothing else.

use domain::ids::{JobId, TeamId};
use serde::{Deserialize, Serialize};

/// The payload of an asynchronous invocation: `{"v":1,"team":…,"job":…}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WakeUp {
    /// The version of this shape: 1.
    pub v: u32,
    /// The installation.
    pub team: TeamId,
    /// The job.
    pub job: JobId,
}

impl WakeUp {
    /// The version that is written, and the only one that is read.
    pub const VERSION: u32 = 1;

    /// Names a job.
    pub fn new(team: TeamId, job: JobId) -> Self {
        Self { v: Self::VERSION, team, job }
    }
}
