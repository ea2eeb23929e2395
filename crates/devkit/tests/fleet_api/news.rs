//! State-change events: each state once, when it is reached, with its account and region.

use std::time::Duration;

use devkit::cloud::Ec2Api;
use devkit::fleet::{ACT_ROLE, Fault, FaultKind, PROD_ACCOUNT, SAMPLE_ACCOUNT};
use domain::instance::InstanceState;
use serde_json::json;

use crate::support::{CHANGE, EU, Lab, START};

/// Takes what is new: instance and state, in order.
fn news(lab: &Lab) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let events = lab.fleet.take_events().into_iter();
    events.map(|event| (text(&event.detail["instance-id"]), text(&event.detail["state"]))).collect()
}

fn states(lab: &Lab) -> Vec<String> {
    news(lab).into_iter().map(|(_, state)| state).collect()
}

#[tokio::test]
async fn each_state_is_told_once() {
    let lab = Lab::new();
    assert!(news(&lab).is_empty(), "what has always been so is no news");
    let id = lab.id("web-1").to_string();
    let told = |state: &str| vec![(id.clone(), state.to_owned())];
    lab.change("StopInstances", &["web-1"], &[]).await;
    assert_eq!(news(&lab), told("stopping"));
    lab.change("StopInstances", &["web-1"], &[]).await;
    lab.clock.advance(CHANGE / 2);
    assert!(news(&lab).is_empty());
    lab.clock.advance(CHANGE);
    assert_eq!(news(&lab), told("stopped"));
    lab.clock.advance(CHANGE);
    assert!(news(&lab).is_empty());
    lab.change("StartInstances", &["web-1"], &[]).await;
    lab.clock.advance(CHANGE);
    assert_eq!(states(&lab), ["pending", "running"], "late, and still both");
    lab.change("RebootInstances", &["web-1"], &[]).await;
    lab.clock.advance(CHANGE);
    assert!(news(&lab).is_empty(), "a reboot is no change of state");
    lab.change("TerminateInstances", &["web-1"], &[]).await;
    lab.clock.advance(Duration::from_hours(2));
    assert_eq!(states(&lab), ["shutting-down", "terminated"]);
}

#[tokio::test]
async fn an_event_has_all_that_ec2_tells() {
    let lab = Lab::new();
    let id = lab.id("web-1");
    lab.change("StopInstances", &["web-1"], &[]).await;
    lab.clock.advance(CHANGE * 3);
    let events = lab.fleet.take_events();
    let [stopping, stopped] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(
        (stopping.at_ms, stopped.at_ms),
        (START.0, START.0 + 10_000),
        "when it happened, not when it was told"
    );
    assert_eq!(
        (stopped.source.as_str(), stopped.detail_type.as_str()),
        ("aws.ec2", "EC2 Instance State-change Notification")
    );
    assert_eq!((stopped.account.as_str(), stopped.region.as_str()), (SAMPLE_ACCOUNT, EU));
    assert_eq!(stopped.resources, [format!("arn:aws:ec2:{EU}:{SAMPLE_ACCOUNT}:instance/{id}")]);
    assert_eq!(stopped.detail, json!({ "instance-id": id.as_str(), "state": "stopped" }));
}

#[tokio::test]
async fn others_changes_are_told_as_well() {
    let lab = Lab::new();
    lab.fleet.put(&lab.id("web-1"), InstanceState::Stopped);
    lab.fleet.put(&lab.id("web-1"), InstanceState::Stopped);
    assert_eq!(states(&lab), ["stopped"]);
    let keys = lab.assume(ACT_ROLE, &[]).await.keys();
    lab.ask_as(&keys, "StopInstances", &[("InstanceId.1", lab.prod_id("search-1").as_str())]).await;
    let accounts: Vec<_> = lab.fleet.take_events().into_iter().map(|event| event.account).collect();
    assert_eq!(accounts, [PROD_ACCOUNT]);
}

#[tokio::test]
async fn what_is_refused_or_stuck_tells_no_more_than_it_does() {
    let lab = Lab::new();
    lab.change("StopInstances", &["web-1"], &[("DryRun", "true")]).await;
    lab.change("StopInstances", &["scheduler"], &[]).await;
    assert!(news(&lab).is_empty());
    lab.fleet.inject(Fault::new(FaultKind::Stuck).of("StopInstances").times(1));
    lab.change("StopInstances", &["web-1"], &[]).await;
    lab.clock.advance(Duration::from_hours(2));
    assert_eq!(states(&lab), ["stopping"]);
    lab.change("StopInstances", &["web-1"], &[("Force", "true")]).await;
    lab.clock.advance(CHANGE);
    assert_eq!(states(&lab), ["stopped"]);
}

#[tokio::test]
async fn who_waits_is_woken_by_a_call_and_by_the_clock() {
    let lab = Lab::new();
    let wait = async || tokio::time::timeout(Duration::from_mins(5), lab.fleet.events_due()).await.is_ok();
    let (woken, _) = tokio::join!(wait(), lab.change("StopInstances", &["web-1"], &[]));
    assert!(woken);
    assert_eq!(states(&lab), ["stopping"]);
    let (woken, ()) = tokio::join!(wait(), async { lab.clock.advance(CHANGE) });
    assert!(woken);
    assert_eq!(states(&lab), ["stopped"]);
    let still = tokio::time::timeout(Duration::from_millis(20), lab.fleet.events_due()).await;
    assert!(still.is_err(), "nothing is left to wait for");
}
