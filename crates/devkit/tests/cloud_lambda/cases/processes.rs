//! Processes: when they start, freeze and end, and what they know.

use std::time::Duration;

use devkit::cloud::{Kind, Outcome, Pace};
use serde_json::json;

use super::ask;
use crate::setup::{aws, cloud, until};

pub(crate) async fn the_first_invocation_is_cold_and_the_next_is_warm() {
    let cloud = cloud(Pace::quick()).await;
    let (outcome, reply) = ask(&cloud, "WebFunction", "echo").await;
    assert_eq!(outcome, Outcome::Ok, "{reply}: {:#?}", cloud.log().output("WebFunction"));
    assert_eq!(reply["echo"]["do"], "echo");
    assert_eq!(reply["arn"], "arn:aws:lambda:eu-central-1:111122223333:function:WebFunction");
    ask(&cloud, "WebFunction", "echo").await;
    cloud.chill();
    ask(&cloud, "WebFunction", "echo").await;
    let cold: Vec<_> = cloud.invocations().iter().map(|invocation| invocation.init.is_some()).collect();
    assert_eq!(cold, [true, false, true]);
    assert_eq!(reply["request_id"], cloud.invocations()[0].request_id);
    cloud.stop().await;
}

pub(crate) async fn two_at_a_time_need_two_processes() {
    let cloud = cloud(Pace::quick()).await;
    let payload = json!({});
    let both = tokio::join!(
        cloud.invoke("WebFunction", &payload, Kind::Sync),
        cloud.invoke("WebFunction", &payload, Kind::Sync)
    );
    assert!(both.0.is_ok() && both.1.is_ok());
    assert_eq!(cloud.processes().len(), 2);
    cloud.stop().await;
}

pub(crate) async fn a_frozen_process_does_nothing() {
    let cloud = cloud(Pace::quick()).await;
    let (_, before) = ask(&cloud, "WebFunction", "count").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (_, after) = ask(&cloud, "WebFunction", "count").await;
    assert_eq!(before["pid"], after["pid"]);
    let ticks = after["ticks"].as_u64().unwrap() - before["ticks"].as_u64().unwrap();
    assert!(ticks < 250, "{ticks} ticks while frozen");
    cloud.stop().await;
}

pub(crate) async fn a_timeout_kills_the_process() {
    let cloud = cloud(Pace::quick()).await;
    let (outcome, reply) = ask(&cloud, "WorkerFunction", "hang").await;
    assert_eq!(outcome, Outcome::TimedOut);
    let message = reply["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("Task timed out after 1.00 seconds"), "{message}");
    let (_, reply) = ask(&cloud, "WorkerFunction", "echo").await;
    assert!(reply["echo"].is_object());
    assert!(cloud.invocations()[1].init.is_some());
    cloud.stop().await;
}

pub(crate) async fn a_crash_is_reported_and_the_next_start_is_cold() {
    let cloud = cloud(Pace::quick()).await;
    ask(&cloud, "WorkerFunction", "echo").await;
    let (outcome, reply) = ask(&cloud, "WorkerFunction", "exit").await;
    assert_eq!(outcome, Outcome::Crashed);
    assert_eq!(reply["errorType"], "Runtime.ExitError");
    assert!(reply["errorMessage"].as_str().unwrap().ends_with("exit status 3"), "{reply}");
    ask(&cloud, "WorkerFunction", "echo").await;
    assert!(cloud.invocations()[2].init.is_some());
    let (outcome, reply) = ask(&cloud, "WorkerFunction", "fail").await;
    assert_eq!((outcome, reply["errorMessage"].as_str()), (Outcome::Error, Some("it went wrong")));
    cloud.stop().await;
}

pub(crate) async fn only_its_own_environment_reaches_a_function() {
    let cloud = cloud(Pace::quick()).await;
    let (_, variables) = ask(&cloud, "WebFunction", "environment").await;
    assert_eq!((&variables["GREETING"], &variables["EXTRA"]), (&json!("hello"), &json!("given")));
    assert_eq!(variables["AWS_ENDPOINT_URL"], cloud.aws_url.as_str());
    assert!(variables.get("HOME").is_none() && variables.get("CARGO_MANIFEST_DIR").is_none());
    cloud.stop().await;
}

pub(crate) async fn output_is_kept() {
    let cloud = cloud(Pace::quick()).await;
    ask(&cloud, "WebFunction", "print").await;
    let output = cloud.log().output("WebFunction");
    assert!(output.iter().any(|line| line == "printed by the function"), "{output:?}");
    assert!(
        cloud.log().events().iter().any(|line| line.starts_with("invoke WebFunction (sync, attempt 1) ok"))
    );
    cloud.stop().await;
}

pub(crate) async fn nothing_is_left_behind() {
    let alive = |id: &i32| std::path::Path::new(&format!("/proc/{id}")).exists();
    let first = cloud(Pace::quick()).await;
    ask(&first, "WebFunction", "echo").await;
    let hanging = json!({ "do": "hang" });
    first.invoke("WorkerFunction", &hanging, Kind::Async).await.expect("accepted");
    until(|| first.processes().len() >= 2).await;
    let ids = first.processes();
    assert!(ids.iter().all(alive));
    first.stop().await;
    assert!(!ids.iter().any(alive), "stop leaves nothing, frozen or running");

    let second = cloud(Pace::quick()).await;
    ask(&second, "WebFunction", "echo").await;
    let key = second.operator_key().to_owned();
    let reply = aws(&second.aws_url, &key, "ec2", "", &json!({})).await.expect("an answer");
    assert_eq!(reply.0, 200);
    let ids = second.processes();
    drop(second);
    until(|| !ids.iter().any(alive)).await;
}
