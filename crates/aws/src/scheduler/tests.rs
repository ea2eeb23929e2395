use domain::ids::{ChannelId, UserId};
use domain::standup::{Blueprint, Days, TimeOfDay, Timing, Weekday};
use serde_json::Value;

use super::*;
use crate::{clients, local};

fn place() -> Place {
    Place {
        group: "bellhop".to_owned(),
        target: "arn:aws:lambda:eu-west-1:111122223333:function:standup".to_owned(),
        role: "arn:aws:iam::111122223333:role/schedules".to_owned(),
        dead_letters: "arn:aws:sqs:eu-west-1:111122223333:dead".to_owned(),
    }
}

fn definition(timing: bool) -> Definition {
    let timing = timing.then(|| Timing {
        days: Days::new([Weekday::Mon, Weekday::Tue]).unwrap(),
        ask: TimeOfDay::parse("09:30").unwrap(),
        report: TimeOfDay::parse("11:00").unwrap(),
        own_zones: false,
    });
    Definition {
        id: StandupId::parse("0a1b2c3d").unwrap(),
        blueprint: Blueprint {
            name: "daily".to_owned(),
            channel: ChannelId::new("C1"),
            questions: vec!["How?".to_owned()],
            zone: "Europe/Berlin".to_owned(),
            timing,
        },
        owner: UserId::new("U1"),
        last_run: None,
        paused: false,
        version: 1,
    }
}

const DONE: (u16, &str) = (200, r#"{"ScheduleArn":"arn:aws:scheduler:eu-west-1:111122223333:schedule/b/x"}"#);
const NOT_FOUND: (u16, &str) = (404, r#"{"__type":"ResourceNotFoundException","Message":"no"}"#);
const CONFLICT: (u16, &str) = (409, r#"{"__type":"ConflictException","Message":"no"}"#);
const REFUSED: (u16, &str) = (400, r#"{"__type":"ValidationException","Message":"no"}"#);

/// What was asked of a Scheduler that gives these answers, and what came of it.
async fn asked(answers: &[(u16, &str)], set: Option<bool>) -> (anyhow::Result<()>, Vec<(String, String)>) {
    let answers: Vec<_> = answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
    let (config, serving) = local::requests(answers).await;
    let schedules = EventBridgeSchedules::new(clients::scheduler(&config), place());
    let team = TeamId::new("T1");
    let result = match set {
        Some(timing) => schedules.set(&team, &definition(timing)).await,
        None => schedules.remove(&team, &definition(true).id).await,
    };
    (result, serving.await.unwrap())
}

/// The first line of each request without the protocol.
fn lines(came: &[(String, String)]) -> Vec<String> {
    let first = |head: &str| head.split(" http").next().unwrap_or_default().to_owned();
    came.iter().map(|(head, _)| first(head)).collect()
}

#[tokio::test]
async fn a_standup_with_times_has_two_schedules() {
    let (result, came) = asked(&[DONE, DONE], Some(true)).await;
    result.unwrap();
    assert_eq!(lines(&came), ["put /schedules/t1-0a1b2c3d-ask", "put /schedules/t1-0a1b2c3d-report"]);
    let bodies: Vec<Value> = came.iter().map(|(_, body)| serde_json::from_str(body).unwrap()).collect();
    for (body, (expression, kind)) in bodies
        .iter()
        .zip([("cron(30 9 ? * MON,TUE *)", "send_questions"), ("cron(0 11 ? * MON,TUE *)", "send_report")])
    {
        assert_eq!(body["ScheduleExpression"], expression);
        assert_eq!(body["ScheduleExpressionTimezone"], "Europe/Berlin");
        assert_eq!(body["GroupName"], "bellhop");
        assert_eq!(body["FlexibleTimeWindow"], json!({ "Mode": "OFF" }));
        assert_eq!(body["State"], "ENABLED");
        let target = &body["Target"];
        assert_eq!(target["Arn"], place().target);
        assert_eq!(target["RoleArn"], place().role);
        assert_eq!(target["DeadLetterConfig"]["Arn"], place().dead_letters);
        assert_eq!(target["RetryPolicy"]["MaximumEventAgeInSeconds"], MAX_AGE_SECONDS);
        let input: Value = serde_json::from_str(target["Input"].as_str().unwrap()).unwrap();
        let wanted = json!({
            "type": kind,
            "standup": "0a1b2c3d",
            "team": "T1",
            "time": "<aws.scheduler.scheduled-time>",
            "source": "schedule",
        });
        assert_eq!(input, wanted);
    }
}

#[tokio::test]
async fn what_is_not_there_is_created_and_what_another_has_created_is_changed() {
    let (result, came) = asked(&[NOT_FOUND, DONE, DONE], Some(true)).await;
    result.unwrap();
    let ask = "/schedules/t1-0a1b2c3d-ask";
    assert_eq!(lines(&came)[..2], [format!("put {ask}"), format!("post {ask}")]);
    let (result, came) = asked(&[NOT_FOUND, CONFLICT, DONE, DONE], Some(true)).await;
    result.unwrap();
    assert_eq!(lines(&came)[..3], [format!("put {ask}"), format!("post {ask}"), format!("put {ask}")]);
    let (result, came) = asked(&[CONFLICT, CONFLICT, DONE, DONE], Some(true)).await;
    result.unwrap();
    assert_eq!(lines(&came)[..3], [format!("put {ask}"), format!("post {ask}"), format!("put {ask}")]);
    let (result, _) =
        asked(&[NOT_FOUND, CONFLICT, NOT_FOUND, CONFLICT, NOT_FOUND, CONFLICT], Some(true)).await;
    assert!(result.unwrap_err().to_string().contains("T1-0a1b2c3d-ask"));
}

#[tokio::test]
async fn without_times_there_is_no_schedule_and_removing_twice_does_no_harm() {
    let both = ["delete /schedules/t1-0a1b2c3d-ask", "delete /schedules/t1-0a1b2c3d-report"];
    for set in [Some(false), None] {
        let (result, came) = asked(&[NOT_FOUND, (200, "{}")], set).await;
        result.unwrap();
        let lines = lines(&came);
        assert_eq!(lines.len(), both.len());
        for (line, wanted) in lines.iter().zip(both) {
            assert!(line.starts_with(wanted) && line.contains("groupname=bellhop"), "{line}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_a_fault_that_names_the_schedule() {
    for (answers, set) in
        [(vec![REFUSED], Some(true)), (vec![NOT_FOUND, REFUSED], Some(true)), (vec![REFUSED], None)]
    {
        let error = asked(&answers, set).await.0.unwrap_err().to_string();
        assert!(error.contains("T1-0a1b2c3d-ask"), "{error}");
    }
}
