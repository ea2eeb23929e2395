use super::*;

#[test]
fn a_standup_s_id_has_8_hexadecimal_digits() {
    for (text, valid) in [
        ("0a1b2c3d", true),
        ("0A1B2C3D", false),
        ("0a1b2c3", false),
        ("0a1b2c3d4", false),
        ("0a1b2c3g", false),
        ("０a1b2c3d", false),
        ("", false),
    ] {
        assert_eq!(StandupId::parse(text).is_some(), valid, "{text}");
        let read = serde_json::from_value::<StandupId>(text.into());
        assert_eq!(read.map(|id| id.to_string()).ok().as_deref(), valid.then_some(text));
    }
    assert_eq!(StandupId::random([0, 0x1b, 0xff, 7]), StandupId::parse("001bff07").unwrap());
}

#[test]
fn a_run_s_day_is_one_of_the_calendar() {
    for (text, valid) in [
        ("20261121", true),
        ("20280229", true),
        ("20270229", false),
        ("20261131", false),
        ("20261301", false),
        ("20260001", false),
        ("2026112", false),
        ("202611211", false),
        ("2026-1-1", false),
        ("+2026112", false),
        ("２０261121", false),
        ("", false),
    ] {
        assert_eq!(RunDate::parse(text).is_some(), valid, "{text}");
        let read = serde_json::from_value::<RunDate>(text.into());
        assert_eq!(read.map(|date| date.to_string()).ok().as_deref(), valid.then_some(text));
    }
    assert!(RunDate::parse("20261231") < RunDate::parse("20270101"));
}

#[test]
fn a_time_has_two_digits_for_hour_and_minute() {
    for (text, time) in [
        ("00:00", Some((0, 0))),
        ("09:30", Some((9, 30))),
        ("23:59", Some((23, 59))),
        ("24:00", None),
        ("09:60", None),
        ("9:30", None),
        ("09:3", None),
        ("+9:30", None),
        ("09:30:00", None),
        ("0930", None),
        ("", None),
    ] {
        let read = TimeOfDay::parse(text);
        assert_eq!(read.map(|time| (time.hour(), time.minute())), time, "{text}");
        let read = serde_json::from_value::<TimeOfDay>(text.into());
        assert_eq!(read.map(|time| time.to_string()).ok().as_deref(), time.map(|_| text));
    }
}

#[test]
fn days_are_in_order_and_each_there_once() {
    let days = Days::new([Weekday::Sun, Weekday::Mon, Weekday::Sun]).unwrap();
    assert_eq!(days.as_slice(), [Weekday::Mon, Weekday::Sun]);
    assert!(days.contains(Weekday::Sun) && !days.contains(Weekday::Sat));
    assert_eq!(Days::new([]), None);
    assert_eq!(serde_json::to_string(&days).unwrap(), r#"["mon","sun"]"#);
    assert_eq!(serde_json::from_str::<Days>(r#"["sun","mon","mon"]"#).unwrap(), days);
    assert!(serde_json::from_str::<Days>("[]").is_err());
}

#[test]
fn the_days_of_the_week_go_round() {
    for (day, next) in Weekday::ALL.into_iter().zip(Weekday::ALL.into_iter().cycle().skip(1)) {
        assert_eq!(day.next(), next);
        assert_eq!(Weekday::parse(&day.name().to_uppercase()), Some(day));
    }
    for text in ["monday", "mo", "", " mon"] {
        assert_eq!(Weekday::parse(text), None, "{text}");
    }
}
