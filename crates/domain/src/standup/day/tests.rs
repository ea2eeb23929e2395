use proptest::prelude::*;

use super::*;
use crate::standup::samples::day as run_date;
use crate::standup::{Command, parse};

const fn date(year: Option<i16>, month: i8, day: i8) -> Said {
    Said::Date { year, month, day }
}

#[test]
fn days_are_read_as_people_write_them() {
    for (text, said) in [
        ("today", Said::Today),
        ("Tomorrow", Said::Tomorrow),
        ("mon", Said::Weekday(Weekday::Mon)),
        ("Tues", Said::Weekday(Weekday::Tue)),
        ("wednesday", Said::Weekday(Weekday::Wed)),
        ("THURS", Said::Weekday(Weekday::Thu)),
        ("fri.", Said::Weekday(Weekday::Fri)),
        ("sunday", Said::Weekday(Weekday::Sun)),
        ("2026-12-01", date(Some(2026), 12, 1)),
        ("2026-1-2", date(Some(2026), 1, 2)),
        ("2026/12/01", date(Some(2026), 12, 1)),
        ("2028-02-29", date(Some(2028), 2, 29)),
        ("24.12.", date(None, 12, 24)),
        ("24.12", date(None, 12, 24)),
        ("24. 12. 2026", date(Some(2026), 12, 24)),
        ("1.2.27", date(Some(2027), 2, 1)),
        ("1 dec", date(None, 12, 1)),
        ("1. dec", date(None, 12, 1)),
        ("1dec", date(None, 12, 1)),
        ("1st of December", date(None, 12, 1)),
        ("the 2nd of january 2027", date(Some(2027), 1, 2)),
        ("dec 1", date(None, 12, 1)),
        ("Dec. 1st, 2026", date(Some(2026), 12, 1)),
        ("1-Dec-2026", date(Some(2026), 12, 1)),
        ("3 may", date(None, 5, 3)),
        ("sept 30", date(None, 9, 30)),
        ("29 feb", date(None, 2, 29)),
    ] {
        assert_eq!(Said::read(text), Ok(said), "{text}");
    }
}

#[test]
fn what_is_no_day_is_not_taken_for_one() {
    let text = |text: &str| text.to_owned();
    for (typed, misread) in [
        ("31 feb", Misread::NoSuchDay { text: text("31 feb") }),
        ("30.2.", Misread::NoSuchDay { text: text("30.2.") }),
        ("31.11.2026", Misread::NoSuchDay { text: text("31.11.2026") }),
        ("29 feb 2027", Misread::NoSuchDay { text: text("29 feb 2027") }),
        ("2027-02-29", Misread::NoSuchDay { text: text("2027-02-29") }),
        ("2026-13-01", Misread::NoSuchDay { text: text("2026-13-01") }),
        ("0 dec", Misread::NoSuchDay { text: text("0 dec") }),
        ("99999 dec", Misread::NoSuchDay { text: text("99999 dec") }),
        ("300.1.", Misread::NoSuchDay { text: text("300.1.") }),
        ("12/11", Misread::TwoWays { text: text("12/11") }),
        ("1-2", Misread::TwoWays { text: text("1-2") }),
        ("12/11/2026", Misread::TwoWays { text: text("12/11/2026") }),
        ("1 dec 99999", Misread::NotADay { text: text("1 dec 99999") }),
        ("1 dec 026", Misread::NotADay { text: text("1 dec 026") }),
        ("2026-12/01", Misread::NotADay { text: text("2026-12/01") }),
        ("12/2026", Misread::NotADay { text: text("12/2026") }),
        ("next friday", Misread::NotADay { text: text("next friday") }),
        ("fr", Misread::NotADay { text: text("fr") }),
        ("fridays", Misread::NotADay { text: text("fridays") }),
        ("12", Misread::NotADay { text: text("12") }),
        ("dec", Misread::NotADay { text: text("dec") }),
        ("20261201", Misread::NotADay { text: text("20261201") }),
        ("１ dec", Misread::NotADay { text: text("１ dec") }),
        ("-1 dec -2026 x", Misread::NotADay { text: text("-1 dec -2026 x") }),
        ("", Misread::NotADay { text: text("") }),
    ] {
        assert_eq!(Said::read(typed), Err(misread), "{typed}");
    }
}

#[test]
fn the_next_such_day_is_meant() {
    // 21 November 2026 is a Saturday.
    for (today, said, until) in [
        ("2026-11-21", "tomorrow", "2026-11-22"),
        ("2026-11-21", "sun", "2026-11-22"),
        ("2026-11-21", "mon", "2026-11-23"),
        ("2026-11-21", "sat", "2026-11-28"),
        ("2026-11-21", "1 dec", "2026-12-01"),
        ("2026-11-21", "22.11.", "2026-11-22"),
        ("2026-11-21", "20 nov", "2027-11-20"),
        ("2026-12-31", "tomorrow", "2027-01-01"),
        ("2026-12-31", "1 jan", "2027-01-01"),
        ("2028-02-28", "tomorrow", "2028-02-29"),
        ("2027-11-21", "29 feb", "2028-02-29"),
        ("2028-02-28", "wed", "2028-03-01"),
        ("2026-11-21", "2027-11-22", "2027-11-22"),
    ] {
        let until_day = Until::Day(Said::read(said).unwrap());
        assert_eq!(until_day.date(&run_date(today)), Ok(run_date(until)), "{said} on {today}");
    }
    assert_eq!(Until::Tomorrow.date(&run_date("2026-12-31")), Ok(run_date("2027-01-01")));
}

#[test]
fn past_days_and_days_more_than_a_year_ahead_are_refused() {
    let today = run_date("2026-11-21");
    let past = |date| OutOfReach::Past { date: run_date(date) };
    let too_far = |date| OutOfReach::TooFar { date: run_date(date) };
    for (said, reason) in [
        ("today", past("2026-11-21")),
        ("21 nov", past("2026-11-21")),
        ("2026-11-21", past("2026-11-21")),
        ("20.11.2026", past("2026-11-20")),
        ("1999-01-01", past("1999-01-01")),
        ("2027-11-23", too_far("2027-11-23")),
        ("29 feb", too_far("2028-02-29")),
        ("9999-12-31", too_far("9999-12-31")),
    ] {
        assert_eq!(Until::Day(Said::read(said).unwrap()).date(&today), Err(reason), "{said}");
    }
}

/// Some days, in each of the ways that people write them.
fn written(date: Date) -> Vec<String> {
    [
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%-d.%-m.%Y",
        "%-d.%-m.%y",
        "%-d %b %Y",
        "%b %-d, %Y",
        "%-d. %B %Y",
        "%Bth %-d %Y",
    ]
    .map(|form| date.strftime(form).to_string().replace("th ", " "))
    .into()
}

proptest! {
    #[test]
    fn a_day_within_a_year_is_the_same_however_it_is_written(begin in 0..3000_i32, ahead in 1..=MAX_DAYS_AHEAD) {
        let today = jiff::civil::date(2026, 1, 1).saturating_add(begin.days());
        let wanted = today.saturating_add(ahead.days());
        for text in written(wanted) {
            let Ok(Command::Skip(until)) = parse(&format!("skip until {text}")) else { panic!("{text}") };
            prop_assert_eq!(until.date(&RunDate::of(today)), Ok(RunDate::of(wanted)), "{}", text);
        }
        if ahead < 365 {
            for text in [wanted.strftime("%-d %b").to_string(), wanted.strftime("%-d.%-m.").to_string()] {
                let said = Said::read(&text).unwrap();
                prop_assert_eq!(Until::Day(said).date(&RunDate::of(today)), Ok(RunDate::of(wanted)), "{}", text);
            }
        }
    }

    #[test]
    fn whatever_is_said_is_after_today_and_within_a_year_or_refused(text in "[0-9]{0,4}[./ -]?[0-9a-z]{0,4}[./ -]?[0-9]{0,4}", begin in 0..3000_i32) {
        let today = jiff::civil::date(2026, 1, 1).saturating_add(begin.days());
        if let Ok(said) = Said::read(&text) && let Ok(date) = Until::Day(said).date(&RunDate::of(today)) {
            prop_assert!(date.date() > today && date.date() <= today.saturating_add(MAX_DAYS_AHEAD.days()));
        }
    }
}
