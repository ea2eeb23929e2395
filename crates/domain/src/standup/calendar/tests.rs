use super::*;
use crate::standup::samples::{EVERY, WORK, at, blueprint, day, in_own_zones, untimed};

mod properties;

#[test]
fn today_is_what_calendars_in_the_zone_show() {
    for (zone, now, date) in [
        ("UTC", "2026-11-21T23:59:59.999Z", "2026-11-21"),
        ("UTC", "2026-11-22T00:00:00Z", "2026-11-22"),
        ("Pacific/Kiritimati", "2026-11-21T09:59:59Z", "2026-11-21"),
        ("Pacific/Kiritimati", "2026-11-21T10:00:00Z", "2026-11-22"),
        ("Pacific/Pago_Pago", "2026-11-21T10:59:59Z", "2026-11-20"),
        ("Pacific/Pago_Pago", "2026-11-21T11:00:00Z", "2026-11-21"),
        ("Asia/Kolkata", "2026-11-21T18:29:59Z", "2026-11-21"),
        ("Asia/Kolkata", "2026-11-21T18:30:00Z", "2026-11-22"),
        // Half an hour of daylight saving: 13:00 UTC in summer, 13:30 in winter.
        ("Australia/Lord_Howe", "2026-11-21T13:00:00Z", "2026-11-22"),
        ("Australia/Lord_Howe", "2026-07-01T13:29:59Z", "2026-07-01"),
        ("Australia/Lord_Howe", "2026-07-01T13:30:00Z", "2026-07-02"),
        // The day begins at 01:00, and another one has midnight twice.
        ("America/Havana", "2026-03-08T04:59:59Z", "2026-03-07"),
        ("America/Havana", "2026-03-08T05:00:00Z", "2026-03-08"),
        ("America/Havana", "2026-11-01T04:00:00Z", "2026-11-01"),
        ("America/Havana", "2026-11-01T05:00:00Z", "2026-11-01"),
        ("America/New_York", "2027-01-01T04:59:59Z", "2026-12-31"),
        ("America/New_York", "2027-01-01T05:00:00Z", "2027-01-01"),
        ("Europe/Berlin", "2028-02-28T23:00:00Z", "2028-02-29"),
        ("Europe/Berlin", "2028-02-29T23:00:00Z", "2028-03-01"),
        ("Mars/Olympus_Mons", "2026-11-21T23:59:59Z", "2026-11-21"),
    ] {
        assert_eq!(untimed(zone).today(at(now)), day(date), "{zone} {now}");
    }
    assert!(untimed("Pacific/Kiritimati").today(Millis(u64::MAX)).as_str().starts_with("9999"));
}

#[test]
fn days_follow_each_other_across_months_and_years() {
    for (date, weekday, next, words) in [
        ("2026-11-21", Weekday::Sat, "2026-11-22", "Sat 21 Nov 2026"),
        ("2026-12-31", Weekday::Thu, "2027-01-01", "Thu 31 Dec 2026"),
        ("2027-02-28", Weekday::Sun, "2027-03-01", "Sun 28 Feb 2027"),
        ("2028-02-28", Weekday::Mon, "2028-02-29", "Mon 28 Feb 2028"),
        ("2028-02-29", Weekday::Tue, "2028-03-01", "Tue 29 Feb 2028"),
        ("2026-07-01", Weekday::Wed, "2026-07-02", "Wed 1 Jul 2026"),
        ("2026-07-03", Weekday::Fri, "2026-07-04", "Fri 3 Jul 2026"),
    ] {
        let date = day(date);
        assert_eq!(date.weekday(), weekday, "{date}");
        assert_eq!(date.next(), day(next), "{date}");
        assert_eq!(date.next().previous(), date);
        assert_eq!(date.next().weekday(), weekday.next(), "{date}");
        assert_eq!(date.in_words(), words);
    }
}

#[test]
fn people_are_asked_for_the_day_on_which_the_schedule_was_due() {
    for (zone, on, ask, firing, date) in [
        ("Europe/Berlin", WORK, "09:30", "2026-11-20T08:30:00Z", Some("2026-11-20")),
        ("Europe/Berlin", WORK, "09:30", "2026-11-21T08:30:00Z", None),
        // One minute past midnight is another day than in UTC.
        ("Europe/Berlin", WORK, "00:01", "2026-11-22T23:01:00Z", Some("2026-11-23")),
        ("Europe/Berlin", WORK, "23:59", "2026-11-20T22:59:00Z", Some("2026-11-20")),
        ("Pacific/Kiritimati", "sat", "09:00", "2026-11-20T19:00:00Z", Some("2026-11-21")),
        ("Pacific/Pago_Pago", "fri", "22:00", "2026-11-21T09:00:00Z", Some("2026-11-20")),
        ("America/New_York", "sun", "02:30", "2026-11-01T06:30:00Z", Some("2026-11-01")),
        ("America/Havana", "sun", "00:30", "2026-11-01T04:30:00Z", Some("2026-11-01")),
        ("Europe/Berlin", "tue", "09:00", "2028-02-29T08:00:00Z", Some("2028-02-29")),
        ("America/New_York", "thu", "20:00", "2027-01-01T01:00:00Z", Some("2026-12-31")),
    ] {
        let dates: Vec<RunDate> = date.map(day).into_iter().collect();
        assert_eq!(blueprint(zone, on, ask, "12:00").dates_to_ask(at(firing)), dates, "{zone} {firing}");
    }
    assert_eq!(untimed("UTC").dates_to_ask(at("2026-11-20T08:30:00Z")), []);
}

#[test]
fn in_own_zones_a_day_is_open_from_the_first_place_to_the_last() {
    // 09:30 comes to Kiritimati at 19:30 UTC of the day before, and to the last
    // ship at 21:30 UTC of the day; an hour more for clocks that are put forward.
    let work = in_own_zones("Europe/Berlin", WORK, "09:30", "12:00");
    for (firing, dates) in [
        ("2026-11-18T19:29:59Z", vec!["2026-11-18"]),
        ("2026-11-18T19:30:00Z", vec!["2026-11-18", "2026-11-19"]),
        ("2026-11-18T22:30:00Z", vec!["2026-11-18", "2026-11-19"]),
        ("2026-11-18T22:30:01Z", vec!["2026-11-19"]),
        ("2026-11-19T12:00:00Z", vec!["2026-11-19"]),
        // Friday's goes on when it is Saturday already; Sunday's is none.
        ("2026-11-20T21:30:00Z", vec!["2026-11-20"]),
        ("2026-11-20T22:45:00Z", vec![]),
        ("2026-11-22T19:15:00Z", vec![]),
        ("2026-11-22T19:30:00Z", vec!["2026-11-23"]),
    ] {
        let dates: Vec<RunDate> = dates.into_iter().map(day).collect();
        assert_eq!(work.dates_to_ask(at(firing)), dates, "{firing}");
    }
    let midnight = in_own_zones("UTC", EVERY, "00:00", "12:00");
    assert_eq!(midnight.dates_to_ask(at("2026-12-31T12:00:00Z")), [day("2026-12-31"), day("2027-01-01")]);
    assert_eq!(midnight.dates_to_ask(at("2028-02-28T10:00:00Z")), [day("2028-02-28"), day("2028-02-29")]);
    let last = in_own_zones("UTC", EVERY, "23:59", "12:00");
    assert_eq!(last.dates_to_ask(at("2026-11-21T12:00:00Z")), [day("2026-11-20"), day("2026-11-21")]);
}

#[test]
fn a_report_is_for_the_day_of_its_questions() {
    for (zone, on, ask, report, firing, date) in [
        ("Europe/Berlin", WORK, "09:00", "10:00", "2026-11-20T09:00:00Z", Some("2026-11-20")),
        ("Europe/Berlin", WORK, "09:00", "10:00", "2026-11-21T09:00:00Z", None),
        // Across midnight: Friday's comes on Saturday, and none on Monday.
        ("Europe/Berlin", WORK, "22:00", "02:00", "2026-11-21T01:00:00Z", Some("2026-11-20")),
        ("Europe/Berlin", WORK, "22:00", "02:00", "2026-11-23T01:00:00Z", None),
        ("Europe/Berlin", WORK, "22:00", "02:00", "2026-11-24T01:00:00Z", Some("2026-11-23")),
        // At the same time, a day later.
        ("UTC", "sun", "09:00", "09:00", "2026-11-23T09:00:00Z", Some("2026-11-22")),
        ("UTC", "sun", "09:00", "09:00", "2026-11-22T09:00:00Z", None),
        ("UTC", "sun", "09:00", "09:01", "2026-11-22T09:01:00Z", Some("2026-11-22")),
        // Clocks change between questions and report.
        ("Europe/Berlin", "sat", "22:00", "03:00", "2026-03-29T01:00:00Z", Some("2026-03-28")),
        ("Europe/Berlin", "sat", "22:00", "02:30", "2026-10-25T00:30:00Z", Some("2026-10-24")),
        ("America/Havana", "sat", "22:00", "01:00", "2026-03-08T05:00:00Z", Some("2026-03-07")),
        ("America/Havana", "sat", "22:00", "00:15", "2026-11-01T04:15:00Z", Some("2026-10-31")),
        ("Australia/Lord_Howe", "sat", "23:45", "01:45", "2026-04-04T14:45:00Z", Some("2026-04-04")),
        ("Pacific/Kiritimati", "thu", "23:30", "00:30", "2026-12-31T10:30:00Z", Some("2026-12-31")),
        ("Asia/Kolkata", "tue", "23:30", "00:30", "2028-02-29T19:00:00Z", Some("2028-02-29")),
        ("Pacific/Pago_Pago", "thu", "23:30", "00:30", "2027-01-01T11:30:00Z", Some("2026-12-31")),
    ] {
        let date = date.map(day);
        let blueprint = blueprint(zone, on, ask, report);
        assert_eq!(blueprint.date_to_report(at(firing)), date, "{zone} {ask} {report} {firing}");
    }
    assert_eq!(untimed("UTC").date_to_report(at("2026-11-20T08:30:00Z")), None);
}

#[test]
fn a_time_that_is_left_out_moves_forward_and_of_two_the_first_counts() {
    for (zone, date, ask, moment) in [
        ("Europe/Berlin", "2026-03-28", "02:30", "2026-03-28T01:30:00Z"),
        ("Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T00:59:00Z"),
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30:00Z"),
        ("Europe/Berlin", "2026-03-29", "09:00", "2026-03-29T07:00:00Z"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00Z"),
        ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00:00Z"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:30:00Z"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45:00Z"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z"),
        ("America/Havana", "2026-03-08", "00:30", "2026-03-08T05:30:00Z"),
        ("America/Havana", "2026-11-01", "00:30", "2026-11-01T04:30:00Z"),
        ("Pacific/Kiritimati", "2026-12-31", "09:00", "2026-12-30T19:00:00Z"),
        ("Pacific/Pago_Pago", "2026-12-31", "23:00", "2027-01-01T10:00:00Z"),
        ("Asia/Kolkata", "2028-02-29", "05:29", "2028-02-28T23:59:00Z"),
    ] {
        let blueprint = blueprint(zone, EVERY, ask, "12:00");
        assert_eq!(blueprint.ask_at(&day(date), None), at(moment), "{zone} {date} {ask}");
        let own = in_own_zones("UTC", EVERY, ask, "12:00");
        assert_eq!(own.ask_at(&day(date), Some(zone)), at(moment), "{zone} {date} {ask}");
    }
}

#[test]
fn members_are_asked_where_they_are_only_if_that_is_wanted() {
    let (own, common) = (
        in_own_zones("Europe/Berlin", WORK, "09:30", "12:00"),
        blueprint("Europe/Berlin", WORK, "09:30", "12:00"),
    );
    let date = day("2026-11-20");
    for (zone, moment) in [
        (Some("Asia/Kolkata"), "2026-11-20T04:00:00Z"),
        (Some("america/new_york"), "2026-11-20T14:30:00Z"),
        (Some("Pacific/Kiritimati"), "2026-11-19T19:30:00Z"),
        (Some("Mars/Olympus_Mons"), "2026-11-20T08:30:00Z"),
        (Some(""), "2026-11-20T08:30:00Z"),
        (None, "2026-11-20T08:30:00Z"),
    ] {
        assert_eq!(own.ask_at(&date, zone), at(moment), "{zone:?}");
        assert_eq!(common.ask_at(&date, zone), at("2026-11-20T08:30:00Z"), "{zone:?}");
    }
    assert_eq!(untimed("Europe/Berlin").ask_at(&date, Some("Asia/Kolkata")), at("2026-11-19T23:00:00Z"));
}

#[test]
fn yesterday_is_the_last_day_of_the_standup() {
    for (zone, on, date, from, to) in [
        ("UTC", Some(WORK), "2026-11-20", "2026-11-19T00:00:00Z", "2026-11-20T00:00:00Z"),
        // Monday looks back to Friday; so does a Saturday on which somebody says now.
        ("UTC", Some(WORK), "2026-11-23", "2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("UTC", Some(WORK), "2026-11-21", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"),
        ("UTC", Some("wed"), "2026-11-25", "2026-11-18T00:00:00Z", "2026-11-25T00:00:00Z"),
        ("UTC", None, "2026-11-23", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("Europe/Berlin", Some(WORK), "2026-03-30", "2026-03-26T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("Europe/Berlin", Some(EVERY), "2026-10-26", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        // A day that begins at 01:00, and one with two midnights.
        ("America/Havana", Some(EVERY), "2026-03-08", "2026-03-07T05:00:00Z", "2026-03-08T05:00:00Z"),
        ("America/Havana", Some(EVERY), "2026-11-01", "2026-10-31T04:00:00Z", "2026-11-01T04:00:00Z"),
        ("Pacific/Kiritimati", Some(EVERY), "2027-01-01", "2026-12-30T10:00:00Z", "2026-12-31T10:00:00Z"),
        ("Asia/Kolkata", Some(EVERY), "2028-03-01", "2028-02-28T18:30:00Z", "2028-02-29T18:30:00Z"),
    ] {
        let blueprint = on.map_or_else(|| untimed(zone), |on| blueprint(zone, on, "09:00", "10:00"));
        assert_eq!(blueprint.look_back(&day(date)), (at(from), at(to)), "{zone} {date}");
    }
}

#[test]
fn the_next_time_is_when_the_schedule_fires_next() {
    for (zone, on, ask, after, next) in [
        ("Europe/Berlin", WORK, "09:30", "2026-11-20T08:29:59Z", "2026-11-20T08:30:00Z"),
        ("Europe/Berlin", WORK, "09:30", "2026-11-20T08:30:00Z", "2026-11-23T08:30:00Z"),
        ("Pacific/Kiritimati", "mon", "00:00", "2026-11-22T09:59:59Z", "2026-11-22T10:00:00Z"),
        ("Pacific/Kiritimati", "mon", "00:00", "2026-11-22T10:00:00Z", "2026-11-29T10:00:00Z"),
        // Left out on 29 March; once on 25 October.
        ("Europe/Berlin", EVERY, "02:30", "2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"),
        ("Europe/Berlin", "sun", "02:30", "2026-03-23T00:00:00Z", "2026-04-05T00:30:00Z"),
        ("Europe/Berlin", EVERY, "02:30", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        ("Europe/Berlin", EVERY, "02:30", "2026-10-25T01:00:00Z", "2026-10-26T01:30:00Z"),
        ("America/Havana", EVERY, "00:30", "2026-11-01T04:30:00Z", "2026-11-02T05:30:00Z"),
        ("UTC", "tue", "00:00", "2028-02-28T00:00:00Z", "2028-02-29T00:00:00Z"),
    ] {
        let next_ask = blueprint(zone, on, ask, "12:00").next_ask(at(after));
        assert_eq!(next_ask, Some(at(next)), "{zone} {ask} {after}");
    }
    let own = in_own_zones("Europe/Berlin", EVERY, "02:30", "12:00");
    assert_eq!(own.next_ask(at("2026-03-28T01:30:00Z")), Some(at("2026-03-29T01:30:00Z")));
    assert_eq!(untimed("UTC").next_ask(Millis(0)), None);
}
