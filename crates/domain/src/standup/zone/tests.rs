use super::*;

#[test]
fn names_are_taken_in_any_case_if_they_name_a_place() {
    for (name, known) in [
        ("Europe/Berlin", Some("Europe/Berlin")),
        ("europe/berlin", Some("Europe/Berlin")),
        ("  America / New York ", Some("America/New_York")),
        ("america/argentina/buenos_aires", Some("America/Argentina/Buenos_Aires")),
        ("utc", Some("UTC")),
        ("Etc/GMT+12", Some("Etc/GMT+12")),
        ("US/Pacific", Some("US/Pacific")),
        ("Etc/Unknown", None),
        ("Berlin", None),
        ("EST", None),
        ("CET", None),
        ("Z", None),
        ("+01:00", None),
        ("Europe/", None),
        ("/Berlin", None),
        ("posix/Europe/Berlin", None),
        ("Europe/Atlantis", None),
        ("../etc/passwd", None),
        ("", None),
    ] {
        assert_eq!(canonical(name).as_deref(), known, "{name}");
    }
}

#[test]
fn the_nearest_zone_is_the_same_place_or_a_few_slips_away() {
    for (name, known) in [
        ("Berlin", Some("Europe/Berlin")),
        ("new york", Some("America/New_York")),
        ("Asia/Calcuta", Some("Asia/Calcutta")),
        ("Europe/Berln", Some("Europe/Berlin")),
        ("Europa/Berlin", Some("Europe/Berlin")),
        ("Kolkatta", Some("Asia/Kolkata")),
        ("Lord Howe", Some("Australia/Lord_Howe")),
        ("Europe/Munich", None),
        ("EST", None),
        ("at home", None),
        ("x", None),
        ("", None),
    ] {
        assert_eq!(nearest(name).as_deref(), known, "{name}");
    }
    assert_eq!(nearest(&"x".repeat(1_000_000)), None);
}

/// Schedules for members' own zones fire every quarter of an hour, and look from
/// 14 hours before UTC to 12 hours after it.
#[test]
fn offsets_are_quarters_of_an_hour_between_14_and_minus_12() {
    let tables = TimeZoneDatabase::bundled();
    let (mut zones, mut first, mut last) = (0, 0, 0);
    for name in tables.available().filter_map(|name| canonical(name.as_str())) {
        let zone = find(&name).unwrap();
        zones += 1;
        for month in 0..132 {
            let at = jiff::civil::date(2026, 1, 1).saturating_add(jiff::Span::new().months(month));
            let offset = zone.to_offset(at.to_zoned(TimeZone::UTC).unwrap().timestamp()).seconds();
            assert_eq!(offset % (15 * 60), 0, "{name}");
            (first, last) = (first.max(offset), last.min(offset));
        }
    }
    assert!(zones > 400);
    assert_eq!((first, last), (14 * 3600, -12 * 3600));
}

#[test]
fn moments_that_no_calendar_shows_are_the_nearest_that_one_does() {
    assert_eq!(timestamp(Millis(u64::MAX)), Timestamp::MAX);
    assert_eq!(millis(Timestamp::MIN), Millis(0));
    assert_eq!(timestamp(Millis(1_700_000_000_123)).as_millisecond(), 1_700_000_000_123);
    assert_eq!(millis(Timestamp::from_millisecond(1_700_000_000_123).unwrap()), Millis(1_700_000_000_123));
}
