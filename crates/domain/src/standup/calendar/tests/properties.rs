//! What holds in every zone there is, on every day of ten years.

use jiff::tz::TimeZoneDatabase;
use proptest::prelude::*;

use super::*;
use crate::standup::samples::untimed;
use crate::standup::{Days, TimeOfDay};

const DAY_MS: u64 = 24 * HOUR_MS;

fn zone() -> impl Strategy<Value = String> {
    let tables = TimeZoneDatabase::bundled();
    let names: Vec<String> = tables.available().filter_map(|name| zone::canonical(name.as_str())).collect();
    proptest::sample::select(names)
}

fn date() -> impl Strategy<Value = RunDate> {
    (0..3653_i32).prop_map(|days| RunDate::of(jiff::civil::date(2026, 1, 1) + jiff::Span::new().days(days)))
}

fn time() -> impl Strategy<Value = TimeOfDay> {
    (0..24_u8, 0..60_u8)
        .prop_map(|(hour, minute)| TimeOfDay::parse(&format!("{hour:02}:{minute:02}")).unwrap())
}

fn timed() -> impl Strategy<Value = Blueprint> {
    let days =
        proptest::sample::subsequence(Weekday::ALL.to_vec(), 1..=7).prop_map(|days| Days::new(days).unwrap());
    (zone(), days, time(), time(), any::<bool>()).prop_map(|(zone, days, ask, report, own_zones)| Blueprint {
        timing: Some(Timing { days, ask, report, own_zones }),
        ..untimed(&zone)
    })
}

proptest! {
    #[test]
    fn a_firing_at_the_time_of_asking_is_for_that_day(blueprint in timed(), date in date(), theirs in zone()) {
        let timing = blueprint.timing.as_ref().unwrap();
        let is_one = timing.days.contains(date.weekday());
        let at = blueprint.ask_at(&date, Some(&theirs));
        if timing.own_zones {
            prop_assert_eq!(blueprint.dates_to_ask(at).contains(&date), is_one);
        } else if !zone::is_left_out(&blueprint.tz(), date.date(), timing.ask) {
            let dates: Vec<RunDate> = is_one.then_some(date).into_iter().collect();
            prop_assert_eq!(blueprint.dates_to_ask(at), dates);
        }
    }

    #[test]
    fn every_firing_is_for_days_of_the_standup(blueprint in timed(), at in 1_767_000_000_000..2_080_000_000_000_u64) {
        let dates = blueprint.dates_to_ask(Millis(at));
        let timing = blueprint.timing.as_ref().unwrap();
        prop_assert!(dates.iter().all(|date| timing.days.contains(date.weekday())));
        let most = if timing.own_zones { 2 } else { 1 };
        prop_assert!(dates.is_sorted() && dates.len() <= most);
        if let Some(date) = blueprint.date_to_report(Millis(at)) {
            prop_assert!(timing.days.contains(date.weekday()));
        }
    }

    #[test]
    fn a_report_that_is_due_is_for_the_day_that_was_asked(blueprint in timed(), date in date()) {
        let timing = blueprint.timing.as_ref().unwrap();
        let posted = if timing.report <= timing.ask { date.next() } else { date.clone() };
        let tz = blueprint.tz();
        if !zone::is_left_out(&tz, posted.date(), timing.report) {
            let at = zone::moment(&tz, posted.date(), timing.report);
            prop_assert_eq!(blueprint.date_to_report(at), Some(date.clone()).filter(|date| timing.days.contains(date.weekday())));
            // Within the same day or the next one, and after the questions.
            let asked = zone::moment(&tz, date.date(), timing.ask);
            prop_assert!(at.since(asked) <= DAY_MS + HOUR_MS);
            prop_assert!(at.0 + HOUR_MS > asked.0);
        }
    }

    #[test]
    fn the_time_of_asking_is_the_one_on_the_clock(blueprint in timed(), date in date()) {
        let timing = blueprint.timing.as_ref().unwrap();
        let shown = zone::local(&blueprint.tz(), blueprint.ask_at(&date, None));
        let wanted = zone::on_clock(date.date(), timing.ask);
        if zone::is_left_out(&blueprint.tz(), date.date(), timing.ask) {
            prop_assert!(shown > wanted && shown.duration_since(wanted).as_hours() <= 1);
        } else {
            prop_assert_eq!(shown, wanted);
        }
    }

    #[test]
    fn nothing_is_asked_between_now_and_the_next_time(blueprint in timed(), after in 1_767_000_000_000..2_080_000_000_000_u64) {
        let timing = blueprint.timing.as_ref().unwrap();
        let next = blueprint.next_ask(Millis(after)).unwrap();
        prop_assert!(next > Millis(after) && next.since(Millis(after)) <= 14 * DAY_MS + HOUR_MS);
        let first = blueprint.today(Millis(after)).previous();
        for date in std::iter::successors(Some(first), |date| Some(date.next())).take(18) {
            let is_asked = timing.days.contains(date.weekday())
                && (timing.own_zones || !zone::is_left_out(&blueprint.tz(), date.date(), timing.ask));
            let at = blueprint.ask_at(&date, None);
            prop_assert!(!is_asked || at <= Millis(after) || at >= next);
        }
    }

    #[test]
    fn looking_back_leaves_out_nothing_and_counts_nothing_twice(blueprint in timed(), date in date()) {
        let timing = blueprint.timing.as_ref().unwrap();
        let (from, to) = blueprint.look_back(&date);
        prop_assert!(from < to && to.since(from) <= 7 * DAY_MS + HOUR_MS);
        let before = blueprint.today(from);
        prop_assert!(timing.days.contains(before.weekday()) && before < date);
        prop_assert_eq!(blueprint.look_back(&before).1, from);
    }
}
