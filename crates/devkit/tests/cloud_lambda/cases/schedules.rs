//! Schedules that functions make.

use devkit::cloud::{Cloud, Kind, Outcome, Pace};
use serde_json::{Value, json};

use crate::setup::cloud;

/// Lets the function make a schedule with this role of the stack's.
async fn make(cloud: &Cloud, function: &str, group: &str, name: &str, role: &str) -> Value {
    let role = format!("arn:aws:iam::111122223333:role/{role}");
    let payload = json!({ "do": "schedule", "group": group, "name": name, "role": role });
    let made = cloud.invoke(function, &payload, Kind::Sync).await.expect("a known function").payload;
    cloud.idle().await;
    made
}

pub(crate) async fn a_function_makes_schedules_only_as_its_role_allows() {
    let cloud = cloud(Pace::quick()).await;
    let made = make(&cloud, "WorkerFunction", "dailies", "a", "wakes").await;
    assert_eq!(made["arn"], "arn:aws:scheduler:eu-central-1:111122223333:schedule/dailies/a");
    for (function, group, role, action) in [
        ("WorkerFunction", "default", "wakes", "scheduler:CreateSchedule"),
        ("WorkerFunction", "dailies", "sleeps", "iam:PassRole"),
        ("WorkerFunction", "dailies", "WorkerFunctionRole", "iam:PassRole"),
        ("WebFunction", "dailies", "wakes", "scheduler:CreateSchedule"),
    ] {
        let refused = make(&cloud, function, group, "b", role).await;
        assert_eq!(refused["error"], "AccessDeniedException", "{function} {group} {role}: {refused}");
        let says = format!("is not authorized to perform: {action} on resource: ");
        assert!(refused["message"].as_str().unwrap().contains(&says), "{refused}");
    }
    let names: Vec<_> = cloud.schedules().into_iter().map(|one| (one.group, one.name)).collect();
    assert_eq!(names, [("dailies".to_owned(), "a".to_owned())]);
    cloud.stop().await;
}

pub(crate) async fn a_schedule_wakes_its_function_through_its_role() {
    let cloud = cloud(Pace::quick()).await;
    make(&cloud, "WorkerFunction", "dailies", "a", "wakes").await;
    let [schedule] = &cloud.schedules()[..] else { panic!("{:?}", cloud.schedules()) };
    // A Friday at 09:30, and the Monday after it.
    let (friday, monday) = (1_795_167_000_000, 1_795_426_200_000);
    assert_eq!((schedule.until(friday), schedule.after(friday)), (Some(friday), Some(monday)));
    cloud.fire(schedule, friday).expect("the role allows it");
    cloud.idle().await;
    let woken = cloud.invocations().pop().unwrap();
    assert_eq!(
        (woken.function.as_str(), woken.kind, woken.outcome),
        ("WorkerFunction", Kind::Async, Outcome::Ok)
    );
    assert_eq!(woken.payload, json!({ "do": "echo", "time": "2026-11-20T09:30:00Z" }));
    // The role is looked at when it fires, not when it was made.
    let mut powerless = schedule.clone();
    powerless.target.role_arn = schedule.target.role_arn.replace("wakes", "sleeps");
    powerless.target.dead_letters = Some("arn:aws:sqs:eu-central-1:111122223333:bellhop-Failed".to_owned());
    let why = format!("{:#}", cloud.fire(&powerless, friday).unwrap_err());
    assert!(why.contains("role/sleeps does not allow lambda:InvokeFunction on arn:aws:lambda:"), "{why}");
    let mut closed = schedule.clone();
    closed.target.role_arn = schedule.target.role_arn.replace("wakes", "closed");
    closed.target.dead_letters.clone_from(&powerless.target.dead_letters);
    assert!(cloud.fire(&closed, friday).is_err());
    cloud.idle().await;
    assert_eq!(cloud.invocations().len(), 2, "only the making, and the one that may");
    let mut astray = powerless.clone();
    astray.target.role_arn.clone_from(&schedule.target.role_arn);
    astray.target.arn.push_str("-of-old");
    assert!(cloud.fire(&astray, friday).is_err());
    let letters = cloud.dead_letters();
    let to: Vec<_> = letters.iter().map(|letter| letter.destination.as_deref()).collect();
    // One may report, one does not let Scheduler in, and one may only wake.
    assert_eq!(to, [powerless.target.dead_letters.as_deref(), None, None]);
    cloud.stop().await;
}
