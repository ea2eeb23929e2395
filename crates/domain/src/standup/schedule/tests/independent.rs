//! The schedules' expressions, read by a parser that does not know how they were
//! written (croner), with zones from another library (chrono-tz): whenever they
//! fire, the firing is for exactly the wanted day.
//!
//! Where clocks are put forward, EventBridge Scheduler and croner differ. A time
//! that is left out is skipped by EventBridge; croner fires at the first moment
//! after the gap, and does so on a day that begins with a gap even for a later
//! time, besides that time. So what croner says at another time of the day than
//! the wanted one has to be right behind a gap, and is left out here. Of a time
//! that comes twice both take the first.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use chrono::{
    DateTime, Datelike as _, Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone as _,
    Timelike as _, Utc,
};
use chrono_tz::Tz;
use croner::Cron;

use super::*;
use crate::standup::RunDate;
use crate::standup::samples::ZONES;
use crate::time::Millis;

/// What AWS means by an expression, in the words of other crons: no year, and
/// `*` for `?`.
fn cron(expression: &str) -> Cron {
    let fields = expression.strip_prefix("cron(").and_then(|rest| rest.strip_suffix(')')).unwrap();
    let fields: Vec<&str> = fields.split(' ').collect();
    let [minute, hour, day @ ("?" | "*"), month, weekday, "*"] = fields.as_slice() else {
        panic!("{expression} is not what AWS takes")
    };
    // Exactly one of both days is to be open.
    assert!((*day == "?") != (*weekday == "?"), "{expression}");
    let open = |field: &str| field.replace('?', "*");
    Cron::from_str(&format!("{minute} {hour} {} {month} {}", open(day), open(weekday))).unwrap()
}

/// A year and two months: every change of clocks, and a leap day.
fn span(tz: Tz) -> (DateTime<Tz>, DateTime<Tz>) {
    let begin = |year, month| tz.with_ymd_and_hms(year, month, 1, 12, 0, 0).unwrap();
    (begin(2027, 2), begin(2028, 4))
}

fn millis<Z: chrono::TimeZone>(at: &DateTime<Z>) -> Millis {
    Millis(at.timestamp_millis().try_into().unwrap())
}

fn run_date(date: NaiveDate) -> RunDate {
    RunDate::parse(&date.format("%Y%m%d").to_string()).unwrap()
}

/// The moments at which clocks show `time` on a day for a day in `days`, with
/// that day; `shift` days later than it. Read from chrono-tz alone.
fn wanted(tz: Tz, days: &[Weekday], time: TimeOfDay, shift: u64) -> BTreeMap<Millis, RunDate> {
    let (from, to) = span(tz);
    let time = NaiveTime::from_hms_opt(time.hour().into(), time.minute().into(), 0).unwrap();
    let first = from.date_naive() - Days::new(3);
    let dates = first.iter_days().take_while(|date| *date <= to.date_naive());
    let names: Vec<&str> = days.iter().map(|day| day.name()).collect();
    dates
        .filter(|date| names.contains(&date.weekday().to_string().as_str()))
        .filter_map(|date| match tz.from_local_datetime(&(date + Days::new(shift)).and_time(time)) {
            LocalResult::None => None,
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some((at, run_date(date))),
        })
        .filter(|(at, _)| *at > from && *at < to)
        .map(|(at, date)| (millis(&at), date))
        .collect()
}

/// Whether clocks were put forward to what they show at `at`.
fn is_behind_gap(at: &DateTime<Tz>) -> bool {
    let before = *at - TimeDelta::seconds(1);
    at.naive_local() - before.naive_local() > TimeDelta::seconds(1)
}

/// When a schedule fires, as EventBridge does it, and how often croner fires
/// besides.
fn fires(schedule: &Schedule, tz: Tz, time: TimeOfDay) -> (Vec<Millis>, usize) {
    let (from, to) = span(tz);
    let (shown, others): (Vec<_>, Vec<_>) = cron(&schedule.expression)
        .iter_after(from)
        .take_while(|at| *at < to)
        .partition(|at| (at.hour(), at.minute()) == (time.hour().into(), time.minute().into()));
    for at in &others {
        assert!(is_behind_gap(at), "{} fires at {at}", schedule.expression);
    }
    (shown.iter().map(millis).collect(), others.len())
}

const TIMINGS: [(&str, &str, &str); 9] = [
    (WORK, "09:30", "10:30"),
    (WORK, "22:00", "02:30"),
    (EVERY, "00:30", "00:30"),
    (EVERY, "02:15", "23:30"),
    ("sat sun", "00:00", "23:59"),
    ("sun", "02:30", "02:15"),
    ("sat", "23:30", "00:15"),
    ("fri", "23:45", "00:00"),
    ("mon wed fri", "12:00", "11:59"),
];

#[test]
fn every_firing_is_for_the_wanted_day_and_every_day_has_one() {
    let (mut firings, mut left_out) = (0, 0);
    for name in ZONES {
        let tz: Tz = name.parse().unwrap();
        for (on, ask, report) in TIMINGS {
            let blueprint = blueprint(name, on, ask, report);
            let timing = blueprint.timing.clone().unwrap();
            let made = of(blueprint.clone());
            let [questions, reports] = made.as_slice() else { panic!("{made:?}") };
            assert_eq!((questions.zone.as_str(), reports.zone.as_str()), (name, name));

            let (asked, others) = fires(questions, tz, timing.ask);
            let dates = asked.iter().map(|at| (*at, blueprint.dates_to_ask(*at)));
            let expected = wanted(tz, timing.days.as_slice(), timing.ask, 0);
            let each = expected.iter().map(|(at, date)| (*at, vec![date.clone()]));
            assert!(dates.eq(each), "{name} {on} {ask}");

            let (reported, more) = fires(reports, tz, timing.report);
            let dates = reported.iter().map(|at| (*at, blueprint.date_to_report(*at)));
            let expected = wanted(tz, timing.days.as_slice(), timing.report, u64::from(report <= ask));
            let each = expected.iter().map(|(at, date)| (*at, Some(date.clone())));
            assert!(dates.eq(each), "{name} {on} {report}");

            // What a person is told is what happens.
            let mut now = millis(&span(tz).0);
            for at in &asked {
                assert_eq!(blueprint.next_ask(now), Some(*at), "{name} {on} {ask}");
                now = *at;
            }
            firings += asked.len() + reported.len();
            left_out += others + more;
        }
    }
    assert!(firings > 40_000 && left_out > 10, "{firings} {left_out}");
}

#[test]
fn croner_fires_after_a_gap_where_the_scheduler_does_not() {
    let tz: Tz = "Europe/Berlin".parse().unwrap();
    let at = |day, hour, minute| tz.with_ymd_and_hms(2027, 3, day, hour, minute, 0).unwrap();
    let fires: Vec<_> = cron("cron(30 2 ? * SUN *)").iter_after(at(20, 0, 0)).take(2).collect();
    assert_eq!(fires, [at(21, 2, 30), at(28, 3, 0)]);
    // Both fire once where the time comes twice.
    let autumn = tz.with_ymd_and_hms(2027, 10, 30, 0, 0, 0).unwrap();
    let fires: Vec<_> = cron("cron(30 2 ? * SUN *)").iter_after(autumn).take(2).collect();
    assert_eq!(fires[0].with_timezone(&Utc), Utc.with_ymd_and_hms(2027, 10, 31, 0, 30, 0).unwrap());
    assert_eq!(fires[1].with_timezone(&Utc), Utc.with_ymd_and_hms(2027, 11, 7, 1, 30, 0).unwrap());
}

#[test]
fn in_own_zones_a_firing_meets_every_member_at_the_time_where_they_are() {
    let (from, to) = span(Tz::UTC);
    for (on, ask, report) in TIMINGS.into_iter().chain([(WORK, "08:07", "12:00"), (EVERY, "23:59", "12:00")])
    {
        let blueprint = in_own_zones("Europe/Berlin", on, ask, report);
        let timing = blueprint.timing.clone().unwrap();
        let cron = cron(&of(blueprint.clone())[0].expression);
        assert_eq!(cron.iter_after(from).take_while(|at| *at <= from + TimeDelta::days(3)).count(), 3 * 96);
        let meets = |at: Millis, date: &RunDate| {
            let moment = Utc.timestamp_millis_opt(at.0.try_into().unwrap()).unwrap();
            cron.is_time_matching(&moment).unwrap() && blueprint.dates_to_ask(at).contains(date)
        };
        for name in ZONES {
            let tz: Tz = name.parse().unwrap();
            let wanted = wanted(tz, timing.days.as_slice(), timing.ask, 0);
            for (at, date) in &wanted {
                assert_eq!(blueprint.ask_at(date, Some(name)), *at, "{name} {on} {ask}");
                assert!(meets(*at, date), "{name} {date} {ask}");
            }
            // Where clocks leave the time out, a firing comes all the same, later.
            let dates =
                from.date_naive().iter_days().take_while(|date| *date < to.date_naive()).map(run_date);
            for date in dates.filter(|date| timing.days.contains(date.weekday())) {
                let at = blueprint.ask_at(&date, Some(name));
                let is_in_span = at > millis(&span(tz).0) && at < millis(&span(tz).1);
                assert!(!is_in_span || wanted.get(&at) == Some(&date) || is_left_out(tz, &date, timing.ask));
                assert!(meets(at, &date), "{name} {date} {ask}");
            }
        }
    }
}

fn is_left_out(tz: Tz, date: &RunDate, time: TimeOfDay) -> bool {
    let date = NaiveDate::parse_from_str(date.as_str(), "%Y%m%d").unwrap();
    let time = NaiveTime::from_hms_opt(time.hour().into(), time.minute().into(), 0).unwrap();
    matches!(tz.from_local_datetime(&date.and_time(time)), LocalResult::None)
}
