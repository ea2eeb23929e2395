//! What wakes the function.

use domain::standup::Kind;
use domain::time::Millis;
use serde_json::json;

use super::super::Input;
use super::{Firing, TEAM, TeamId, id};

#[test]
fn schedules_and_jobs_are_read() {
    let payload = |kind: &str, time: &str| json!({"type": kind, "standup": "0000abcd", "team": TEAM, "time": time, "source": "schedule"});
    for (kind, name) in [(Kind::Questions, "send_questions"), (Kind::Report, "send_report")] {
        let firing = Firing {
            kind,
            team: TeamId::new(TEAM),
            standup: id("0000abcd"),
            at: Millis(1_764_576_000_000),
            source: "schedule".to_owned(),
        };
        let read = Input::read(payload(name, "2025-12-01T08:00:00Z")).unwrap();
        assert_eq!(read, Input::Firing(firing));
    }
    let wake = json!({"v": 1, "team": TEAM, "job": "standup#T0ACME#x"});
    assert!(matches!(Input::read(wake).unwrap(), Input::Job(_)));
    for wrong in [
        payload("send_flowers", "2025-12-01T08:00:00Z"),
        payload("send_report", "<aws.scheduler.scheduled-time>"),
        payload("send_report", "1960-12-01T08:00:00Z"),
        json!({"type": "send_report"}),
        json!({"job": 1}),
    ] {
        assert!(Input::read(wrong.clone()).is_err(), "{wrong}");
    }
}
