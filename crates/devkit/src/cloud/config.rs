//! What a cloud is started with.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Ec2Api, Log};
use crate::template::Stack;

/// Everything that [`super::Cloud::start`] needs.
pub struct CloudConfig {
    /// What to deploy.
    pub stack: Stack,
    /// The folder of the functions' binaries.
    pub bin_dir: PathBuf,
    /// Where the HTTP API listens, bound to 127.0.0.1.
    pub app_listener: TcpListener,
    /// Where the AWS services listen, bound to 127.0.0.1.
    pub aws_listener: TcpListener,
    /// SSM parameters by full name.
    pub ssm: BTreeMap<String, String>,
    /// Variables added to every function's environment; they win over the template's.
    pub extra_env: BTreeMap<String, String>,
    /// Who plays EC2 and STS.
    pub fleet: Arc<dyn Ec2Api>,
    /// Where events and output go.
    pub log: Log,
    /// How fast time passes for retries and schedules.
    pub pace: Pace,
    /// Where tables are kept; in memory if not given.
    pub data_dir: Option<PathBuf>,
}

/// How fast time passes for what AWS does by the clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    /// Waits before the first and the second retry of an asynchronous event.
    pub async_retry_delays: [Duration; 2],
    /// Multiplies the time between two firings of a schedule; `None`: schedules fire only on `tick`.
    pub schedule_scale: Option<f64>,
    /// How long an idle process is kept.
    pub idle_life: Duration,
}

impl Pace {
    /// As on AWS: retries after one and two minutes, schedules as written.
    pub fn real() -> Self {
        Self {
            async_retry_delays: [Duration::from_mins(1), Duration::from_mins(2)],
            schedule_scale: Some(1.0),
            idle_life: Duration::from_mins(10),
        }
    }

    /// For tests: retries almost at once, schedules only on `tick`.
    pub fn quick() -> Self {
        Self {
            async_retry_delays: [Duration::from_millis(20), Duration::from_millis(40)],
            schedule_scale: None,
            idle_life: Duration::from_mins(10),
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::real()
    }
}
