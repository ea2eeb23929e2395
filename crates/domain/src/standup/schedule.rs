//! What EventBridge Scheduler is to be told of a standup.

use super::{Definition, StandupId, TimeOfDay, Timing, Weekday};
use crate::ids::TeamId;

/// The zone of a schedule that fires for members in all zones.
const UTC: &str = "UTC";

/// Every zone's clocks differ from UTC by a multiple of so many minutes.
const GRID_MINUTES: u8 = 15;

/// What a schedule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// People are to be asked.
    Questions,
    /// The report is to be posted.
    Report,
}

/// A schedule of EventBridge Scheduler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// What it is for.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// When it fires: `cron(30 9 ? * MON,TUE *)`.
    /// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based>
    pub expression: String,
    /// The zone in which that is meant.
    pub zone: String,
}

/// The schedules of a standup: two, or none if it does not happen by itself.
pub fn schedules(team: &TeamId, definition: &Definition) -> Vec<Schedule> {
    let blueprint = &definition.blueprint;
    let Some(timing) = &blueprint.timing else { return Vec::new() };
    let [ask, report] = schedule_names(team, &definition.id);
    let questions = if timing.own_zones {
        let expression = format!("cron({}/{GRID_MINUTES} * * * ? *)", timing.ask.minute() % GRID_MINUTES);
        Schedule { kind: Kind::Questions, name: ask, expression, zone: UTC.to_owned() }
    } else {
        let expression = on(timing.ask, timing.days.as_slice());
        Schedule { kind: Kind::Questions, name: ask, expression, zone: blueprint.zone.clone() }
    };
    let expression = on(timing.report, &report_days(timing));
    let report = Schedule { kind: Kind::Report, name: report, expression, zone: blueprint.zone.clone() };
    vec![questions, report]
}

/// What the schedules of a standup are called, whether or not there are any:
/// that of the questions, and that of the report.
pub fn schedule_names(team: &TeamId, id: &StandupId) -> [String; 2] {
    ["ask", "report"].map(|kind| format!("{team}-{id}-{kind}"))
}

/// The days on which reports are posted.
fn report_days(timing: &Timing) -> Vec<Weekday> {
    let days = timing.days.as_slice().iter().copied();
    let mut days: Vec<Weekday> =
        if timing.crosses_midnight() { days.map(Weekday::next).collect() } else { days.collect() };
    days.sort_unstable();
    days
}

fn on(time: TimeOfDay, days: &[Weekday]) -> String {
    let days: Vec<String> = days.iter().map(|day| day.name().to_ascii_uppercase()).collect();
    format!("cron({} {} ? * {} *)", time.minute(), time.hour(), days.join(","))
}

#[cfg(test)]
mod tests;
