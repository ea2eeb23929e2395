//! Keys and items of the table.

use std::fmt;

use anyhow::Context as _;
use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::ids::{TeamId, UserId};
use domain::standup::{Absence, Answer, Definition, Entry, Run, RunDate, RunKey, StandupId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::super::{Item, number, record_of, text, text_of};

/// The partition key.
pub(super) const REPORT_ID: &str = "report_id";

/// The sort key.
pub(super) const REPORT_USER_ID: &str = "report_user_id";

/// Under which the run itself stands beside its entries.
const RUN: &str = "#run";

/// How long a day is kept, and an absence after its end, in seconds: 400 days, so
/// that a year ago can still be looked up.
const RETENTION_SECONDS: u64 = 400 * 24 * 60 * 60;

/// Where a record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Whose.
    pub(super) team: TeamId,
    report: String,
    member: String,
}

/// The partition of a team's definitions.
pub(super) fn definitions(team: &TeamId) -> String {
    format!("{team}#definitions")
}

/// The partition of the names that a team's standups have.
fn names(team: &TeamId) -> String {
    format!("{team}#names")
}

/// The partition of who of a team is away.
pub(super) fn absences(team: &TeamId) -> String {
    format!("{team}#absences")
}

/// The partition of a run and its entries.
pub(super) fn day(key: &RunKey) -> String {
    format!("{}#{}#{}", key.team, key.standup, key.date)
}

impl Key {
    pub(super) fn definition(team: &TeamId, id: &StandupId) -> Self {
        Self::new(team, definitions(team), id.as_str())
    }

    /// The claim of the name `name`, as names are compared.
    pub(super) fn name(team: &TeamId, name: &str) -> Self {
        Self::new(team, names(team), name)
    }

    pub(super) fn run(key: &RunKey) -> Self {
        Self::new(&key.team, day(key), RUN)
    }

    pub(super) fn entry(key: &RunKey, user: &UserId) -> Self {
        Self::new(&key.team, day(key), user.as_str())
    }

    pub(super) fn absence(team: &TeamId, user: &UserId) -> Self {
        Self::new(team, absences(team), user.as_str())
    }

    /// The key of what was read from the table.
    pub(super) fn of(team: &TeamId, item: &Item) -> anyhow::Result<Self> {
        Ok(Self::new(team, text_of(item, REPORT_ID)?.to_owned(), text_of(item, REPORT_USER_ID)?))
    }

    fn new(team: &TeamId, report: String, member: &str) -> Self {
        Self { team: team.clone(), report, member: member.to_owned() }
    }

    /// Whether a run stands there, not one of its members.
    pub(super) fn is_run(&self) -> bool {
        self.member == RUN
    }

    /// The key as DynamoDB wants it.
    pub(super) fn item(&self) -> Item {
        [(REPORT_ID, &self.report), (REPORT_USER_ID, &self.member)]
            .map(|(name, value)| (name.to_owned(), text(value)))
            .into()
    }

    /// The day at the end of the partition's name, if it is one of a run.
    fn day(&self) -> Option<RunDate> {
        RunDate::parse(self.report.rsplit('#').next()?)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.member, self.report)
    }
}

/// What stands in the table.
pub(super) trait Record: Serialize + DeserializeOwned + PartialEq + Send + Sync {
    /// Which of its writes this is.
    fn version(&self) -> u64;

    /// The sort key it belongs under, if it knows.
    fn member(&self) -> Option<&str> {
        None
    }

    /// The day after which it is kept for a while only; without, for ever.
    fn last_day(&self, key: &Key) -> Option<RunDate> {
        key.day()
    }

    /// What stands beside it for people who read the table.
    fn beside(&self) -> Vec<(&'static str, AttributeValue)> {
        Vec::new()
    }
}

impl Record for Definition {
    fn version(&self) -> u64 {
        self.version
    }

    fn member(&self) -> Option<&str> {
        Some(self.id.as_str())
    }

    fn last_day(&self, _key: &Key) -> Option<RunDate> {
        None
    }

    fn beside(&self) -> Vec<(&'static str, AttributeValue)> {
        vec![("name", text(&self.blueprint.name)), ("channel", text(self.blueprint.channel.as_str()))]
    }
}

impl Record for Run {
    fn version(&self) -> u64 {
        self.version
    }
}

impl Record for Entry {
    fn version(&self) -> u64 {
        self.version
    }

    fn member(&self) -> Option<&str> {
        Some(self.user.as_str())
    }

    fn beside(&self) -> Vec<(&'static str, AttributeValue)> {
        let mut beside = vec![("display_name", text(&self.name))];
        beside.extend(self.picture.as_ref().map(|picture| ("picture", text(picture))));
        match &self.answer {
            Answer::None => {}
            Answer::Given { texts, .. } => {
                beside.push(("answers", AttributeValue::L(texts.iter().map(text).collect())));
            }
            Answer::Skipped { .. } => beside.push(("skipped", AttributeValue::Bool(true))),
        }
        beside
    }
}

impl Record for Absence {
    /// Nobody's write depends on another's: what was said last holds.
    fn version(&self) -> u64 {
        0
    }

    fn member(&self) -> Option<&str> {
        Some(self.user.as_str())
    }

    fn last_day(&self, _key: &Key) -> Option<RunDate> {
        Some(self.until.clone())
    }

    fn beside(&self) -> Vec<(&'static str, AttributeValue)> {
        vec![("until", text(self.until.as_str()))]
    }
}

/// The item of `record` under `key`.
pub(super) fn written<T: Record>(key: &Key, record: &T) -> anyhow::Result<Item> {
    let json = serde_json::to_string(record).with_context(|| format!("writing {key} as JSON"))?;
    let mut item = key.item();
    let common =
        [("team_id", text(key.team.as_str())), ("version", number(record.version())), ("record", text(json))];
    let expires = record.last_day(key).map(|day| expiry(&day)).transpose()?;
    let expires = expires.map(|seconds| ("expires_at", number(seconds)));
    let all = common.into_iter().chain(expires).chain(record.beside());
    item.extend(all.map(|(name, value)| (name.to_owned(), value)));
    Ok(item)
}

/// The record in `item`, which was found under `key`.
pub(super) fn read<T: Record>(item: &Item, key: &Key) -> anyhow::Result<T> {
    let read = || -> anyhow::Result<T> {
        anyhow::ensure!(text_of(item, "team_id")? == key.team.as_str(), "it is another team's");
        let record: T = record_of(item)?;
        let right = record.member().is_none_or(|member| member == key.member);
        anyhow::ensure!(right, "the record belongs elsewhere");
        Ok(record)
    };
    read().with_context(|| format!("reading {key}"))
}

/// When what is of `day` may be deleted, in seconds. TTL only cleans up; nobody
/// decides by it.
fn expiry(day: &RunDate) -> anyhow::Result<u64> {
    let (year, rest) = day.as_str().split_at_checked(4).context("the day has no year")?;
    let (month, day) = rest.split_at_checked(2).context("the day has no month")?;
    let start = format!("{year}-{month}-{day}T00:00:00Z");
    let start = DateTime::from_str(&start, DateTimeFormat::DateTime)?.secs();
    // Days before 1970 are none that anybody stands up on.
    Ok(u64::try_from(start).unwrap_or_default().saturating_add(RETENTION_SECONDS))
}
