//! Schedules that fire because somebody says so, without waiting for their time.
//!
//! Time goes on from one to the next: the first that is fired has its last time up
//! to now, and every later one its first time after that, so that the report which
//! is fired after the questions is that of the same day.

use std::collections::BTreeMap;

use anyhow::Context as _;
use dynoxide::actions::scan::ScanRequest;
use dynoxide::types::AttributeValue;
use jiff::Timestamp;

use super::Sandbox;
use crate::cloud::{Cloud, Schedule, lock};

/// The table that says what standups are called.
const TABLE: &str = "Standups";

impl Sandbox {
    /// Fires a schedule, named by its own name, by as much of its beginning or end as no
    /// other has, or by its standup's name and what it does (`daily ask`): as if `at` had
    /// come, or else its next time. Gives back its name and that time.
    ///
    /// # Errors
    /// If none fits, or several do, or its role does not let it wake anybody.
    pub fn fire(&self, schedule: &str, at: Option<Timestamp>) -> anyhow::Result<(String, Timestamp)> {
        let labels = labels(&self.cloud)?;
        let found = chosen(&self.cloud.schedules(), &labels, schedule)?;
        let at_ms = match at {
            Some(at) => u64::try_from(at.as_millisecond()).context("that is before 1970")?,
            None => self.next(&found)?,
        };
        self.cloud.fire(&found, at_ms)?;
        *lock(&self.fired) = Some(at_ms);
        Ok((found.name, moment(at_ms)?))
    }

    fn next(&self, schedule: &Schedule) -> anyhow::Result<u64> {
        let next = match *lock(&self.fired) {
            Some(last) => schedule.after(last),
            None => schedule.until(self.fleet.clock().now().0),
        };
        next.with_context(|| format!("the schedule {} has no time left", schedule.name))
    }
}

fn moment(ms: u64) -> anyhow::Result<Timestamp> {
    Ok(Timestamp::from_millisecond(i64::try_from(ms)?)?)
}

/// What people call the standups, by id.
fn labels(cloud: &Cloud) -> anyhow::Result<BTreeMap<String, String>> {
    let Some(table) = cloud.stack().table(TABLE) else { return Ok(BTreeMap::new()) };
    let request = ScanRequest { table_name: table.name.clone(), ..ScanRequest::default() };
    let items = cloud.database().scan(request)?.items.unwrap_or_default();
    let label = |item: &std::collections::HashMap<String, AttributeValue>| {
        let text = |name: &str| match item.get(name) {
            Some(AttributeValue::S(text)) => Some(text.clone()),
            _ => None,
        };
        Some((text("report_user_id")?, text("name")?))
    };
    Ok(items.iter().filter_map(label).collect())
}

/// `daily ask`, for a schedule that is called `<team>-<id of daily>-ask`.
fn label(schedule: &Schedule, labels: &BTreeMap<String, String>) -> Option<String> {
    let (rest, what) = schedule.name.rsplit_once('-')?;
    let (_, id) = rest.rsplit_once('-')?;
    Some(format!("{} {what}", labels.get(id)?))
}

fn chosen(all: &[Schedule], labels: &BTreeMap<String, String>, text: &str) -> anyhow::Result<Schedule> {
    let text = text.trim();
    let called = |one: &&Schedule| {
        one.name == text || label(one, labels).is_some_and(|label| label.eq_ignore_ascii_case(text))
    };
    let part = |one: &&Schedule| one.name.starts_with(text) || one.name.ends_with(text);
    let mut fitting: Vec<_> = all.iter().filter(called).collect();
    if fitting.is_empty() {
        fitting = all.iter().filter(part).collect();
    }
    if let [one] = fitting.as_slice() {
        return Ok((*one).clone());
    }
    let few = if fitting.is_empty() { "no schedule is" } else { "several schedules are" };
    let line = |one: &Schedule| match label(one, labels) {
        Some(label) => format!("{} ({label})", one.name),
        None => one.name.clone(),
    };
    let all: Vec<_> = all.iter().map(line).collect();
    let there = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
    anyhow::bail!("{few} called “{text}”; there are: {there}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Target;

    fn schedule(name: &str) -> Schedule {
        let target = Target {
            arn: String::new(),
            role_arn: String::new(),
            input: "{}".to_owned(),
            dead_letters: None,
            max_age_s: 60,
            max_retries: 0,
        };
        Schedule {
            group: "g".to_owned(),
            name: name.to_owned(),
            expression: "cron(0 9 ? * MON *)".to_owned(),
            zone: "UTC".to_owned(),
            enabled: true,
            description: None,
            target,
            created_ms: 0,
            modified_ms: 0,
            client_token: None,
        }
    }

    #[test]
    fn a_schedule_is_named_in_many_ways() {
        let all = ["T1-0a1b2c3d-ask", "T1-0a1b2c3d-report", "T1-ffff0000-ask"].map(schedule);
        let labels = BTreeMap::from([("0a1b2c3d".to_owned(), "Daily Ops".to_owned())]);
        for (text, name) in [
            ("T1-0a1b2c3d-ask", Some("T1-0a1b2c3d-ask")),
            ("daily ops report", Some("T1-0a1b2c3d-report")),
            ("report", Some("T1-0a1b2c3d-report")),
            ("T1-ffff", Some("T1-ffff0000-ask")),
            ("ask", None),
            ("T1", None),
            ("daily", None),
        ] {
            let found = chosen(&all, &labels, text);
            assert_eq!(found.as_ref().ok().map(|one| one.name.as_str()), name, "{text}: {found:?}");
        }
        let said = chosen(&all, &labels, "dance").unwrap_err().to_string();
        assert!(said.contains("T1-0a1b2c3d-ask (Daily Ops ask), "), "{said}");
        assert!(chosen(&[], &labels, "ask").unwrap_err().to_string().ends_with("there are: none"));
    }
}
