//! Events that nobody waits for: retries, copies, losses, and what wakes a function.

use std::time::Duration;

use devkit::cloud::{Kind, Outcome, Pace};
use devkit::fleet::{Machine, SAMPLE_ACCOUNT};
use domain::ids::{AccountId, InstanceId, Region};
use domain::instance::InstanceState;
use serde_json::json;

use super::accounts::world;
use crate::setup::{cloud, until};

pub(crate) async fn a_failing_event_is_tried_three_times_and_given_up() {
    let cloud = cloud(Pace::quick()).await;
    cloud.invoke("the-worker", &json!({ "do": "fail" }), Kind::Async).await.expect("accepted");
    cloud.idle().await;
    let attempts: Vec<_> = cloud.invocations().iter().map(|one| (one.attempt, one.outcome)).collect();
    assert_eq!(attempts, [(1, Outcome::Error), (2, Outcome::Error), (3, Outcome::Error)]);
    let letters = cloud.dead_letters();
    assert_eq!(letters.len(), 1);
    let record = &letters[0].record;
    assert_eq!(
        letters[0].destination.as_deref(),
        Some("arn:aws:sqs:eu-central-1:111122223333:bellhop-Failed")
    );
    assert_eq!(record["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(record["requestPayload"], json!({ "do": "fail" }));
    assert_eq!(record["responsePayload"]["errorMessage"], "it went wrong");
    cloud.invoke("WebFunction", &json!({ "do": "fail" }), Kind::Async).await.expect("accepted");
    cloud.idle().await;
    let of_web = cloud.dead_letters().pop().expect("a letter");
    assert_eq!(
        (of_web.function.as_str(), of_web.destination),
        ("WebFunction", None),
        "its role may not send"
    );
    cloud.stop().await;
}

pub(crate) async fn a_duplicate_is_delivered_on_demand() {
    let cloud = cloud(Pace::quick()).await;
    cloud.faults().duplicate_next("WorkerFunction");
    cloud.invoke("WorkerFunction", &json!({}), Kind::Async).await.expect("accepted");
    cloud.idle().await;
    let ids: Vec<_> = cloud.invocations().into_iter().map(|one| one.request_id).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    cloud.stop().await;
}

pub(crate) async fn a_lost_event_is_never_delivered() {
    let cloud = cloud(Pace::quick()).await;
    cloud.faults().lose_next("WorkerFunction");
    cloud.invoke("WorkerFunction", &json!({}), Kind::Async).await.expect("accepted");
    cloud.idle().await;
    assert!(cloud.invocations().is_empty());
    cloud.faults().kill_next("WorkerFunction");
    cloud.invoke("WorkerFunction", &json!({}), Kind::Async).await.expect("accepted");
    cloud.idle().await;
    let outcomes: Vec<_> = cloud.invocations().iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [Outcome::Crashed, Outcome::Ok]);
    cloud.stop().await;
}

pub(crate) async fn a_schedule_fires_on_tick() {
    let cloud = cloud(Pace::quick()).await;
    cloud.tick("Tick").expect("a known schedule");
    assert!(cloud.tick("Tock").is_err());
    cloud.idle().await;
    let invocation = &cloud.invocations()[0];
    assert_eq!((invocation.kind, invocation.outcome), (Kind::Schedule, Outcome::Ok));
    assert_eq!(invocation.payload["detail-type"], "Scheduled Event");
    assert_eq!(
        invocation.payload["resources"][0],
        "arn:aws:events:eu-central-1:111122223333:rule/WorkerFunctionTick"
    );
    cloud.stop().await;
    let fast = Pace { schedule_scale: Some(1.0 / 600.0), ..Pace::quick() };
    let cloud = crate::setup::cloud(fast).await;
    until(|| !cloud.invocations().is_empty()).await;
    cloud.idle().await;
    cloud.stop().await;
}

pub(crate) async fn state_changes_wake_the_functions_whose_rules_fit() {
    let (cloud, fleet) = world().await;
    let (account, home) = (AccountId::new(SAMPLE_ACCOUNT), Region::new("eu-central-1"));
    let id = InstanceId::parse("i-0a1b2c3d4e5f60718").expect("an id");
    let now = fleet.clock().now();
    fleet.add(&account, Machine::new(id.clone(), home, "eu-central-1a", InstanceState::Running, now));
    let delivered = async |expected: usize| {
        until(|| cloud.invocations().len() >= expected).await;
        // Whatever comes too often would come now.
        tokio::time::sleep(Duration::from_millis(50)).await;
        cloud.idle().await;
        let mut all: Vec<_> =
            cloud.invocations().into_iter().map(|one| (one.function, one.kind, one.payload)).collect();
        assert_eq!(all.len(), expected, "{all:?}");
        all.pop()
    };
    let ec2 = async |action: &str, id: &InstanceId, region: &str| {
        let key = cloud.operator_key();
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20260131/{region}/ec2/aws4_request, SignedHeaders=host, Signature=0"
        );
        let form = format!("Action={action}&Version=2016-11-15&InstanceId.1={id}");
        let call = reqwest::Client::new().post(&cloud.aws_url).header("authorization", scope).body(form);
        assert_eq!(call.send().await.expect("an answer").status(), 200);
    };
    ec2("StopInstances", &id, "eu-central-1").await;
    delivered(0).await;
    fleet.clock().advance(Duration::from_secs(5));
    let (function, kind, event) = delivered(1).await.expect("one");
    assert_eq!((function.as_str(), kind), ("WorkerFunction", Kind::Async));
    assert_eq!(
        (&event["source"], &event["detail-type"]),
        (&json!("aws.ec2"), &json!("EC2 Instance State-change Notification"))
    );
    assert_eq!(event["detail"], json!({ "instance-id": id.as_str(), "state": "stopped" }));
    assert_eq!((&event["account"], &event["region"]), (&json!(SAMPLE_ACCOUNT), &json!("eu-central-1")));
    assert_eq!(
        event["resources"],
        json!([format!("arn:aws:ec2:eu-central-1:{SAMPLE_ACCOUNT}:instance/{id}")])
    );
    assert!(event["time"].as_str().is_some_and(|time| time.len() == 20) && event["version"] == "0");
    ec2("StartInstances", &id, "eu-central-1").await;
    let (function, _, input) = delivered(2).await.expect("pending");
    assert_eq!((function.as_str(), &input["why"]), ("WebFunction", &json!("started")));
    fleet.clock().advance(Duration::from_secs(5));
    delivered(3).await;
    // Another region's bus is not this one's until it forwards.
    let web = fleet.ids_of("web-1").pop().expect("it is there");
    fleet.put(&web, InstanceState::Stopped);
    delivered(3).await;
    cloud.forward_events(SAMPLE_ACCOUNT, "eu-west-1");
    fleet.put(&fleet.ids_of("web-2").pop().expect("it is there"), InstanceState::Stopped);
    let (_, _, event) = delivered(4).await.expect("forwarded");
    assert_eq!(event["region"], "eu-west-1");
    cloud.stop().await;
}
