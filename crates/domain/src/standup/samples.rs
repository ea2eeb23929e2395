//! Standups for tables, written in short.

use super::{Blueprint, Days, RunDate, TimeOfDay, Timing, Weekday};
use crate::ids::ChannelId;
use crate::time::Millis;

pub(super) const WORK: &str = "mon tue wed thu fri";
pub(super) const EVERY: &str = "mon tue wed thu fri sat sun";

/// Zones in which something is odd: clocks change by half an hour or at
/// midnight, the offset is no whole hour, the date is the first or the last.
pub(super) const ZONES: [&str; 12] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "America/St_Johns",
    "America/Nuuk",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
];

pub(super) fn days(text: &str) -> Days {
    Days::new(text.split(' ').map(|day| Weekday::parse(day).unwrap())).unwrap()
}

pub(super) fn time(text: &str) -> TimeOfDay {
    TimeOfDay::parse(text).unwrap()
}

pub(super) fn day(text: &str) -> RunDate {
    RunDate::parse(&text.replace('-', "")).unwrap()
}

/// The moment that is written so.
pub(super) fn at(text: &str) -> Millis {
    Millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond().try_into().unwrap())
}

/// One that asks nobody by itself.
pub(super) fn untimed(zone: &str) -> Blueprint {
    Blueprint {
        name: "daily".to_owned(),
        channel: ChannelId::new("C1"),
        questions: vec!["Any impediments?".to_owned()],
        zone: zone.to_owned(),
        timing: None,
    }
}

/// One that asks on `on` at `ask`, and reports at `report`.
pub(super) fn blueprint(zone: &str, on: &str, ask: &str, report: &str) -> Blueprint {
    let timing = Timing { days: days(on), ask: time(ask), report: time(report), own_zones: false };
    Blueprint { timing: Some(timing), ..untimed(zone) }
}

/// The same in the zones of the members.
pub(super) fn in_own_zones(zone: &str, on: &str, ask: &str, report: &str) -> Blueprint {
    let mut blueprint = blueprint(zone, on, ask, report);
    blueprint.timing.as_mut().unwrap().own_zones = true;
    blueprint
}
