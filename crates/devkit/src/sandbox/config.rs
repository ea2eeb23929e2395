//! What a sandbox is started with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::cloud::{self, Log};
use crate::slack;
use crate::template::Stack;

/// How long a start or a stop takes where nobody says otherwise.
const QUICK_CHANGE: Duration = Duration::from_millis(200);

/// Everything that [`super::Sandbox::start`] needs.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// The workspace's root, where `template.yaml` is.
    pub root: PathBuf,
    /// The folder of the functions' binaries.
    pub bin_dir: PathBuf,
    /// The app's port; Slack, AWS and the site get the next three. 0: any four.
    pub port: u16,
    /// How long an instance takes to start, stop or end.
    pub change_time: Duration,
    /// Slack's patience.
    pub slack_pace: slack::Pace,
    /// The cloud's retries and schedules.
    pub cloud_pace: cloud::Pace,
    /// Template parameters that differ from their defaults.
    pub parameters: BTreeMap<String, String>,
    /// Changes what the template comes to before it is deployed: a shorter timeout, say.
    pub adjust: fn(&mut Stack),
    /// Variables added to every function's environment.
    pub extra_env: BTreeMap<String, String>,
    /// Where tables are kept; in memory if not given.
    pub data_dir: Option<PathBuf>,
    /// Where everything that happens is noted.
    pub log: Log,
}

impl SandboxConfig {
    /// For a test: any ports, quick retries, schedules only on `tick`, nothing printed.
    pub fn quick(root: impl Into<PathBuf>, bin_dir: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            bin_dir: bin_dir.into(),
            port: 0,
            change_time: QUICK_CHANGE,
            slack_pace: slack::Pace::quick(),
            cloud_pace: cloud::Pace::quick(),
            parameters: BTreeMap::new(),
            adjust: |_| {},
            extra_env: BTreeMap::new(),
            data_dir: None,
            log: Log::collect(),
        }
    }
}
