//! An EC2 instance as Bellhop sees it: what a person can ask for by name,
//! tag or state, and what the rules look at before anything is changed.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{Alias, InstanceId, Region};
use crate::time::Millis;

/// The tag that keeps an instance from being stopped, rebooted, restarted or
/// terminated, whatever its value.
pub const PROTECTED_TAG: &str = "bellhop:protected";

/// The tag that EC2 Auto Scaling puts on the members of a group.
/// <https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html>
pub const AUTO_SCALING_TAG: &str = "aws:autoscaling:groupName";

/// One instance, as a Describe told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// Its id.
    pub id: InstanceId,
    /// The account it belongs to, as the team calls it.
    pub account: Alias,
    /// The region it runs in.
    pub region: Region,
    /// The availability zone, e.g. `eu-west-1a`.
    pub zone: String,
    /// What it is doing.
    pub state: InstanceState,
    /// The instance type, e.g. `t3.micro`.
    pub instance_type: String,
    /// When it was last launched; starting it again moves this.
    pub launched_at: Millis,
    /// Its image (`ami-…`).
    pub image: String,
    /// Its VPC, unless it has left it.
    pub vpc: Option<String>,
    /// Its subnet, unless it has left it.
    pub subnet: Option<String>,
    /// Its private IPv4 address.
    pub private_ip: Option<String>,
    /// Its public IPv4 address.
    pub public_ip: Option<String>,
    /// Whether that address is its own for good (an Elastic IP address), so that
    /// stopping does not lose it.
    pub keeps_public_ip: bool,
    /// Whether its root volume is an instance store: then it cannot be stopped.
    pub root_is_instance_store: bool,
    /// Whether it is a Spot instance.
    pub spot: bool,
    /// EC2's words for the last change, e.g. `User initiated (2026-11-20 18:02:11 GMT)`; may be empty.
    pub transition_reason: String,
    /// Why it is in its state, if EC2 says so.
    #[serde(default)]
    pub state_reason: Option<StateReason>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl Instance {
    /// The `Name` tag, if it has one that is not empty.
    pub fn name(&self) -> Option<&str> {
        self.tags.get("Name").map(String::as_str).filter(|name| !name.is_empty())
    }

    /// What people call it: its name, else its id.
    pub fn label(&self) -> &str {
        self.name().unwrap_or(self.id.as_str())
    }

    /// Whether [`PROTECTED_TAG`] is on it.
    pub fn is_protected(&self) -> bool {
        self.tags.contains_key(PROTECTED_TAG)
    }

    /// The Auto Scaling group it belongs to.
    pub fn auto_scaling_group(&self) -> Option<&str> {
        self.tags.get(AUTO_SCALING_TAG).map(String::as_str)
    }
}

/// Why an instance is in its state, in EC2's words.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateReason {
    /// A code, e.g. `Client.InternalError`.
    pub code: String,
    /// What it means, e.g. `Client.InternalError: Client error on launch`.
    pub message: String,
}

impl StateReason {
    /// Whether the instance is in this state because of a failure, and not because a
    /// person or a program asked for it.
    pub fn is_failure(&self) -> bool {
        !self.code.starts_with("Client.UserInitiated") && self.code != "Client.InstanceInitiatedShutdown"
    }
}

/// EC2's instance states.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstanceState {
    /// Being prepared to run.
    Pending,
    /// Up.
    Running,
    /// On its way to stopped.
    Stopping,
    /// Down; can be started again.
    Stopped,
    /// On its way to terminated.
    ShuttingDown,
    /// Gone for good; listed for about an hour.
    Terminated,
}

impl InstanceState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Running, Self::Stopping, Self::Stopped, Self::ShuttingDown, Self::Terminated];

    /// EC2's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::ShuttingDown => "shutting-down",
            Self::Terminated => "terminated",
        }
    }

    /// Reads EC2's word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl fmt::Display for InstanceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is done to an instance in AWS's terms: one EC2 call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// `StartInstances`
    Start,
    /// `StopInstances`
    Stop {
        /// Skip the file-system flush (`Force`).
        force: bool,
        /// Keep memory on disk (`Hibernate`).
        hibernate: bool,
    },
    /// `RebootInstances`
    Reboot,
    /// `TerminateInstances`
    Terminate,
}

impl Action {
    /// The name of the EC2 operation, which is also the IAM action after `ec2:`.
    pub const fn operation(self) -> &'static str {
        match self {
            Self::Start => "StartInstances",
            Self::Stop { .. } => "StopInstances",
            Self::Reboot => "RebootInstances",
            Self::Terminate => "TerminateInstances",
        }
    }
}
