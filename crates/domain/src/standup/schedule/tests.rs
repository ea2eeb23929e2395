use super::*;
use crate::ids::UserId;
use crate::standup::Blueprint;
use crate::standup::samples::{EVERY, WORK, blueprint, in_own_zones, untimed};

mod independent;

fn definition(blueprint: Blueprint) -> Definition {
    Definition::new(StandupId::parse("0a1b2c3d").unwrap(), blueprint, UserId::new("U1"))
}

fn of(blueprint: Blueprint) -> Vec<Schedule> {
    schedules(&TeamId::new("T1"), &definition(blueprint))
}

#[test]
fn expressions_name_the_time_and_the_days() {
    for (on, ask, report, asks, reports) in [
        (WORK, "09:30", "10:05", "30 9 ? * MON,TUE,WED,THU,FRI *", "5 10 ? * MON,TUE,WED,THU,FRI *"),
        // Across midnight the report's days are the next ones.
        (WORK, "22:00", "02:00", "0 22 ? * MON,TUE,WED,THU,FRI *", "0 2 ? * TUE,WED,THU,FRI,SAT *"),
        ("sat sun", "12:00", "12:00", "0 12 ? * SAT,SUN *", "0 12 ? * MON,SUN *"),
        ("sun", "00:00", "23:59", "0 0 ? * SUN *", "59 23 ? * SUN *"),
        (
            EVERY,
            "23:59",
            "00:00",
            "59 23 ? * MON,TUE,WED,THU,FRI,SAT,SUN *",
            "0 0 ? * MON,TUE,WED,THU,FRI,SAT,SUN *",
        ),
    ] {
        let made = of(blueprint("Europe/Berlin", on, ask, report));
        let [ask, report] = made.as_slice() else { panic!("{made:?}") };
        assert_eq!((ask.kind, report.kind), (Kind::Questions, Kind::Report));
        assert_eq!((ask.zone.as_str(), report.zone.as_str()), ("Europe/Berlin", "Europe/Berlin"));
        assert_eq!(ask.expression, format!("cron({asks})"));
        assert_eq!(report.expression, format!("cron({reports})"));
    }
}

#[test]
fn for_own_zones_the_questions_come_round_every_quarter_of_an_hour() {
    for (ask, minutes) in [("09:00", "0/15"), ("09:15", "0/15"), ("09:07", "7/15"), ("23:59", "14/15")] {
        let made = of(in_own_zones("Europe/Berlin", WORK, ask, "08:00"));
        assert_eq!(made[0].expression, format!("cron({minutes} * * * ? *)"), "{ask}");
        assert_eq!(made[0].zone, "UTC");
        assert_eq!(made[1].expression, "cron(0 8 ? * TUE,WED,THU,FRI,SAT *)");
        assert_eq!(made[1].zone, "Europe/Berlin");
    }
}

#[test]
fn without_timing_there_is_no_schedule() {
    assert_eq!(of(untimed("UTC")), []);
}

/// <https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html>
#[test]
fn names_are_fit_for_the_scheduler_and_known_without_the_definition() {
    let names = schedule_names(&TeamId::new("T0123456789"), &StandupId::parse("0a1b2c3d").unwrap());
    assert_eq!(names, ["T0123456789-0a1b2c3d-ask", "T0123456789-0a1b2c3d-report"]);
    let made = of(blueprint("UTC", WORK, "09:00", "10:00"));
    let made: Vec<&str> = made.iter().map(|schedule| schedule.name.as_str()).collect();
    assert_eq!(made, ["T1-0a1b2c3d-ask", "T1-0a1b2c3d-report"]);
}
