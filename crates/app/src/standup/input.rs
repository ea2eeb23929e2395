//! What wakes the `standup` function: a job, or one of a standup's schedules.

use anyhow::{Context as _, bail};
use domain::ids::TeamId;
use domain::standup::{Kind, StandupId};
use domain::time::Millis;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::wake::WakeUp;

/// What the payloads of schedules say of where they come from.
const SCHEDULE: &str = "schedule";

/// What an invocation of the `standup` function is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A job is to be done.
    Job(WakeUp),
    /// A schedule has fired.
    Firing(Firing),
}

/// A schedule has fired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firing {
    /// For what.
    pub kind: Kind,
    /// The installation.
    pub team: TeamId,
    /// The standup.
    pub standup: StandupId,
    /// The moment for which it was scheduled; it may be later by now.
    pub at: Millis,
    /// What fired it, for the log.
    pub source: String,
}

/// The payload of a schedule.
#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "type")]
    kind: String,
    standup: StandupId,
    team: TeamId,
    time: String,
    #[serde(default = "schedule")]
    source: String,
}

fn schedule() -> String {
    SCHEDULE.to_owned()
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
        let payload: Payload = serde_json::from_value(payload).context("reading what a schedule says")?;
        let kind = match payload.kind.as_str() {
            "send_questions" => Kind::Questions,
            "send_report" => Kind::Report,
            kind => bail!("no schedule is known for “{kind}”"),
        };
        let at: Timestamp = payload.time.parse().context("reading when the schedule was due")?;
        let at = u64::try_from(at.as_millisecond()).context("a schedule from before 1970")?;
        let Payload { standup, team, source, .. } = payload;
        Ok(Self::Firing(Firing { kind, team, standup, at: Millis(at), source }))
    }
}
