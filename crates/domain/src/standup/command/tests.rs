use proptest::prelude::*;

use super::*;
use crate::standup::Weekday;

fn now(name: Option<&str>) -> Command {
    Command::Now { name: name.map(str::to_owned) }
}

fn report(name: Option<&str>) -> Command {
    Command::Report { name: name.map(str::to_owned) }
}

#[test]
fn every_command_is_read() {
    for (text, command) in [
        ("", Command::Help),
        ("  \n", Command::Help),
        ("help", Command::Help),
        ("HELP me", Command::Help),
        ("?", Command::Help),
        ("list", Command::List),
        ("setup", Command::SetUp),
        ("Set Up", Command::SetUp),
        ("set-up", Command::SetUp),
        ("now", now(None)),
        ("now daily", now(Some("daily"))),
        ("NOW Team  A ", now(Some("Team A"))),
        ("now \"Team A\"", now(Some("Team A"))),
        ("now “”", now(None)),
        ("report", report(None)),
        ("report 'daily'", report(Some("daily"))),
        ("skip", Command::Skip(Until::Tomorrow)),
        ("skip today", Command::Skip(Until::Tomorrow)),
        ("Skip  Today ", Command::Skip(Until::Tomorrow)),
        ("skip until tomorrow", Command::Skip(Until::Day(Said::Tomorrow))),
        ("skip until friday", Command::Skip(Until::Day(Said::Weekday(Weekday::Fri)))),
        ("skip till 1 dec", Command::Skip(Until::Day(Said::Date { year: None, month: 12, day: 1 }))),
        (
            "skip UNTIL 2026-12-01",
            Command::Skip(Until::Day(Said::Date { year: Some(2026), month: 12, day: 1 })),
        ),
    ] {
        assert_eq!(parse(text), Ok(command), "{text}");
    }
}

#[test]
fn a_day_that_is_not_understood_is_said() {
    let text = |text: &str| text.to_owned();
    for (typed, misread) in [
        ("skip until", Misread::UntilWhen),
        ("skip until smarch", Misread::NotADay { text: text("smarch") }),
        ("skip until 31 feb", Misread::NoSuchDay { text: text("31 feb") }),
        ("skip until 12/11", Misread::TwoWays { text: text("12/11") }),
        ("skip friday", Misread::WithoutUntil { text: text("friday") }),
        ("skip tomorrow", Misread::WithoutUntil { text: text("tomorrow") }),
        ("skip 31 feb", Misread::NoSuchDay { text: text("31 feb") }),
        ("skip today daily", Misread::NotADay { text: text("today daily") }),
        ("skip untill friday", Misread::NotADay { text: text("untill friday") }),
    ] {
        assert_eq!(parse(typed), Err(misread), "{typed}");
    }
}

#[test]
fn of_anything_else_the_nearest_command_is_offered() {
    for (word, nearest) in [
        ("sktip", Some("skip")),
        ("nwo", Some("now")),
        ("lis", Some("list")),
        ("no", Some("now")),
        ("repotr", Some("report")),
        ("setp", Some("setup")),
        ("set", Some("setup")),
        ("halp", Some("help")),
        ("create", Some("setup")),
        ("away", Some("skip")),
        ("delete", Some("list")),
        ("x", None),
        ("frobnicate", None),
        ("нow", Some("now")),
        ("nownownownownownownownow", None),
    ] {
        let unknown = Command::Unknown { word: word.to_owned(), nearest };
        assert_eq!(parse(&format!("{} and more", word.to_uppercase())), Ok(unknown.clone()), "{word}");
        assert_eq!(parse(word), Ok(unknown));
    }
}

#[test]
fn whatever_is_offered_is_a_command() {
    for head in HEADS.into_iter().chain(MEANT.map(|(_, head)| head)) {
        assert!(!matches!(parse(head), Ok(Command::Unknown { .. }) | Err(_)), "{head}");
    }
    for (word, _) in MEANT {
        assert!(matches!(parse(word), Ok(Command::Unknown { .. })), "{word}");
    }
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in ".{0,60}", until in "[0-9a-z./, -]{0,20}") {
        // A command that cannot be read is about the day of a skip.
        let is_skip = text.trim().to_lowercase().starts_with("skip");
        prop_assert!(parse(&text).is_ok() || is_skip);
        let is_read = parse(&format!("skip until {until}")).is_ok_and(|command| !matches!(command, Command::Skip(_)));
        prop_assert!(!is_read);
    }
}
