use super::*;
use crate::standup::samples::{WORK, blueprint, day, untimed};

fn definition() -> Definition {
    Definition::new(StandupId::parse("0a1b2c3d").unwrap(), untimed("UTC"), UserId::new("U1"))
}

#[test]
fn only_a_later_day_begins() {
    let first = definition().begun(&day("2026-11-20")).unwrap();
    assert_eq!((first.last_run.clone(), first.version), (Some(day("2026-11-20")), 1));
    assert_eq!(first.begun(&day("2026-11-20")), None);
    assert_eq!(first.begun(&day("2026-11-19")), None);
    let next = first.begun(&day("2027-01-01")).unwrap();
    assert_eq!((next.last_run.clone(), next.version), (Some(day("2027-01-01")), 2));
    assert_eq!(Definition { last_run: None, version: 0, ..next }, definition());
}

#[test]
fn a_change_keeps_whose_it_is_and_what_has_begun() {
    let before = definition().begun(&day("2026-11-20")).unwrap();
    let wanted = blueprint("Europe/Berlin", WORK, "09:00", "10:00");
    let after = before.changed(wanted.clone());
    assert_eq!(after, Definition { blueprint: wanted, version: 2, ..before });
}

#[test]
fn each_step_of_a_report_is_a_version() {
    let begun = Run::new(untimed("UTC"), Millis(7));
    assert_eq!(
        (begun.begun_at, begun.gathered, &begun.report, begun.version),
        (Millis(7), false, &Report::None, 0)
    );
    let gathered = begun.gathered();
    assert_eq!(gathered, Run { gathered: true, version: 1, ..begun });
    let by = Owner::new("a");
    let posting = gathered.posting(by.clone(), Millis(9));
    assert_eq!(
        posting,
        Run { report: Report::Posting { by, since: Millis(9) }, version: 2, ..gathered.clone() }
    );
    let messages = vec![MessageTs::new("1.2"), MessageTs::new("1.3")];
    for (after, report) in [
        (posting.posted(messages.clone()), Report::Posted { messages }),
        (posting.lost(), Report::Lost),
        (posting.not_posted(), Report::None),
    ] {
        assert_eq!(after, Run { report, version: 3, ..gathered.clone() });
    }
}
