//! `cron(…)` in a zone, as EventBridge Scheduler has it: read by a library that
//! knows nothing of who writes it.
//!
//! On the days on which clocks change Scheduler keeps to its own rules: a time that
//! a zone leaves out is left out, and one that comes twice counts once.
//!
//! <https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time>

use chrono::{DateTime, MappedLocalTime, TimeZone as _};
use chrono_tz::Tz;
use croner::parser::{CronParser, Seconds, Year};

/// Minutes, hours, days of the month, months, days of the week, years.
const FIELDS: usize = 6;

/// Which of them are days, of the month and of the week.
const DAYS: [usize; 2] = [2, 4];

/// Firings in a row that the change of clocks may take away.
const MOST_SKIPPED: usize = 500;

/// An expression in a zone.
pub(super) struct Cron {
    cron: croner::Cron,
    zone: Tz,
}

/// What is wrong with a schedule's times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Expression,
    Zone,
    /// It is right, but of a kind that is not known here.
    Unknown,
}

impl Cron {
    pub(super) fn read(expression: &str, zone: &str) -> Result<Self, Wrong> {
        let inner = |kind: &str| expression.strip_prefix(kind).and_then(|rest| rest.strip_suffix(')'));
        if inner("rate(").or_else(|| inner("at(")).is_some() {
            return Err(Wrong::Unknown);
        }
        let fields: Vec<&str> = inner("cron(").ok_or(Wrong::Expression)?.split_whitespace().collect();
        // Of the two kinds of days one is given, and the other is left open.
        let open = DAYS.into_iter().filter(|at| fields.get(*at) == Some(&"?")).count();
        let elsewhere = fields.iter().filter(|field| field.contains('?')).count();
        if fields.len() != FIELDS || open != 1 || elsewhere != 1 {
            return Err(Wrong::Expression);
        }
        let parser = CronParser::builder()
            .seconds(Seconds::Required)
            .year(Year::Required)
            // Days of the week count from Sunday, which is 1.
            .alternative_weekdays(true)
            .build();
        let cron = parser.parse(&format!("0 {}", fields.join(" "))).map_err(|_| Wrong::Expression)?;
        Ok(Self { cron, zone: zone.parse().map_err(|_| Wrong::Zone)? })
    }

    /// The first time after `ms`.
    pub(super) fn after(&self, ms: u64) -> Option<u64> {
        let mut at = self.moment(ms)?;
        for _ in 0..MOST_SKIPPED {
            at = self.cron.find_next_occurrence(&at, false).ok()?;
            if self.fires(&at) {
                return u64::try_from(at.timestamp_millis()).ok();
            }
        }
        None
    }

    /// The last time up to `ms`.
    pub(super) fn until(&self, ms: u64) -> Option<u64> {
        let mut at = self.moment(ms)?;
        let mut inclusive = true;
        for _ in 0..MOST_SKIPPED {
            at = self.cron.find_previous_occurrence(&at, inclusive).ok()?;
            inclusive = false;
            if self.fires(&at) {
                return u64::try_from(at.timestamp_millis()).ok();
            }
        }
        None
    }

    /// Whether Scheduler fires then too: not in place of a time that there is not,
    /// and not the second time.
    fn fires(&self, at: &DateTime<Tz>) -> bool {
        let first = match self.zone.from_local_datetime(&at.naive_local()) {
            MappedLocalTime::Ambiguous(first, _) => first == *at,
            MappedLocalTime::Single(_) | MappedLocalTime::None => true,
        };
        first && self.cron.is_time_matching(at).unwrap_or(false)
    }

    /// The whole second of `ms`, for fractions would go on into what is found.
    fn moment(&self, ms: u64) -> Option<DateTime<Tz>> {
        self.zone.timestamp_opt(i64::try_from(ms / 1_000).ok()?, 0).single()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> u64 {
        u64::try_from(text.parse::<jiff::Timestamp>().unwrap().as_millisecond()).unwrap()
    }

    /// The first times after `from`.
    fn times(expression: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
        let cron = Cron::read(expression, zone).unwrap_or_else(|wrong| panic!("{expression}: {wrong:?}"));
        let mut at = ms(from);
        let mut times = Vec::new();
        for _ in 0..count {
            at = cron.after(at).unwrap();
            assert_eq!(cron.until(at), Some(at), "{expression} at {at}");
            times.push(crate::cloud::clock::iso(at, false));
        }
        times
    }

    #[test]
    fn times_are_meant_in_the_zone() {
        for (expression, zone, from, expected) in [
            (
                "cron(30 9 ? * MON-FRI *)",
                "Europe/Berlin",
                "2026-11-20T08:30:00Z",
                vec!["2026-11-23T08:30:00Z", "2026-11-24T08:30:00Z"],
            ),
            (
                "cron(30 9 ? * MON,TUE *)",
                "Asia/Kolkata",
                "2026-11-21T00:00:00Z",
                vec!["2026-11-23T04:00:00Z"],
            ),
            ("cron(0 0 ? * 1 *)", "UTC", "2026-11-21T00:00:00Z", vec!["2026-11-22T00:00:00Z"]),
            (
                "cron(5/15 * * * ? *)",
                "UTC",
                "2026-11-21T10:20:00Z",
                vec!["2026-11-21T10:35:00Z", "2026-11-21T10:50:00Z", "2026-11-21T11:05:00Z"],
            ),
            ("cron(0 12 1 1 ? 2030)", "UTC", "2026-11-21T00:00:00Z", vec!["2030-01-01T12:00:00Z"]),
            // 2026-03-29: from 2 to 3 there is no time in Berlin.
            (
                "cron(30 2 ? * * *)",
                "Europe/Berlin",
                "2026-03-27T12:00:00Z",
                vec!["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"],
            ),
            // 2026-10-25: from 2 to 3 there is each time twice.
            (
                "cron(30 2 ? * * *)",
                "Europe/Berlin",
                "2026-10-24T12:00:00Z",
                vec!["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
            ),
            (
                "cron(0/30 * ? * * *)",
                "Europe/Berlin",
                "2026-10-25T00:00:00Z",
                vec!["2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z"],
            ),
        ] {
            assert_eq!(times(expression, zone, from, expected.len()), expected, "{expression} {zone}");
        }
    }

    #[test]
    fn times_are_whole_minutes_before_and_after_any_moment() {
        let cron = Cron::read("cron(30 9 ? * MON-FRI *)", "Europe/Berlin").ok().unwrap();
        let (friday, monday) = (ms("2026-11-20T08:30:00Z"), ms("2026-11-23T08:30:00Z"));
        for (at, until, after) in [
            ("2026-11-22T12:00:00.688Z", friday, monday),
            ("2026-11-20T08:30:00Z", friday, monday),
            ("2026-11-20T08:30:00.001Z", friday, monday),
            ("2026-11-20T08:29:59.999Z", ms("2026-11-19T08:30:00Z"), friday),
        ] {
            assert_eq!((cron.until(ms(at)), cron.after(ms(at))), (Some(until), Some(after)), "{at}");
        }
    }

    #[test]
    fn what_aws_refuses_is_refused() {
        for (expression, zone, wrong) in [
            ("cron(30 9 * * MON *)", "UTC", Wrong::Expression),
            ("cron(30 9 ? * ? *)", "UTC", Wrong::Expression),
            ("cron(? 9 ? * MON *)", "UTC", Wrong::Expression),
            ("cron(30 9 ? * MON)", "UTC", Wrong::Expression),
            ("cron(0 30 9 ? * MON *)", "UTC", Wrong::Expression),
            ("cron(60 9 ? * MON *)", "UTC", Wrong::Expression),
            ("cron(30 24 ? * MON *)", "UTC", Wrong::Expression),
            ("cron(30 9 ? * FOO *)", "UTC", Wrong::Expression),
            ("cron(30 9 ? * MON *", "UTC", Wrong::Expression),
            ("30 9 ? * MON *", "UTC", Wrong::Expression),
            ("cron(30 9 ? * MON *)", "Europe/Nowhere", Wrong::Zone),
            ("rate(5 minutes)", "UTC", Wrong::Unknown),
            ("at(2026-11-21T09:30:00)", "UTC", Wrong::Unknown),
        ] {
            assert_eq!(Cron::read(expression, zone).err(), Some(wrong), "{expression} {zone}");
        }
    }
}
