//! What wakes the `ec2` function: a job, a change of an instance, or the schedule.

use anyhow::{Context as _, bail};
use domain::ids::{AccountId, InstanceId, Region};
use serde::Deserialize;
use serde_json::Value;

use crate::wake::WakeUp;

/// What EventBridge calls an instance's change of state.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html>
const STATE_CHANGE: (&str, &str) = ("aws.ec2", "EC2 Instance State-change Notification");

/// What EventBridge sends when a rule's schedule is due.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html>
const SCHEDULE: (&str, &str) = ("aws.events", "Scheduled Event");

/// What an invocation of the `ec2` function is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A job is to be done.
    Job(WakeUp),
    /// An instance has changed.
    StateChange(StateChange),
    /// The inventory is to be renewed.
    Refresh,
}

/// An instance has changed. That is all that is believed; how it is now, EC2 tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateChange {
    /// Its account.
    pub account: AccountId,
    /// Its region.
    pub region: Region,
    /// The instance.
    pub instance: InstanceId,
}

/// An event of EventBridge, as far as it is read.
#[derive(Deserialize)]
struct Event {
    source: String,
    #[serde(rename = "detail-type")]
    kind: String,
    account: AccountId,
    region: Region,
    detail: Value,
}

impl Input {
    /// Reads the payload of an invocation.
    ///
    /// # Errors
    /// If it is nothing that this function knows.
    pub fn read(payload: Value) -> anyhow::Result<Self> {
        if payload.get("job").is_some() {
            return Ok(Self::Job(serde_json::from_value(payload).context("reading a wake-up")?));
        }
        let event: Event = serde_json::from_value(payload).context("reading an event")?;
        match (event.source.as_str(), event.kind.as_str()) {
            SCHEDULE => Ok(Self::Refresh),
            STATE_CHANGE => {
                let instance = event.detail.get("instance-id").cloned().unwrap_or_default();
                let instance = serde_json::from_value(instance).context("reading which instance changed")?;
                Ok(Self::StateChange(StateChange { account: event.account, region: event.region, instance }))
            }
            (source, kind) => bail!("no event of {source} is known that is called “{kind}”"),
        }
    }
}
