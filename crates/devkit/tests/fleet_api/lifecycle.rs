//! What a change does over time.

use std::time::Duration;

use devkit::fleet::{Changes, Pace};
use domain::instance::InstanceState::{Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};

use crate::support::{CHANGE, Lab, START};

const ALMOST: Duration = Duration::from_millis(9_999);
const REST: Duration = Duration::from_millis(1);

#[tokio::test]
async fn a_stop_takes_its_time() {
    let lab = Lab::new();
    let before = lab.fleet.instance(&lab.id("web-1")).unwrap();
    let reply = lab.change("StopInstances", &["web-1"], &[]).await;
    assert_eq!(reply.step(), ("running".to_owned(), "stopping".to_owned()));
    assert_eq!(reply.all("code"), ["64", "16"]);
    lab.clock.advance(ALMOST);
    assert_eq!(lab.state("web-1"), Stopping);
    lab.clock.advance(REST);
    let after = lab.fleet.instance(&lab.id("web-1")).unwrap();
    assert_eq!(after.state, Stopped);
    assert_eq!(after.transition_reason, "User initiated (2026-11-20 18:02:11 GMT)");
    assert!(before.public_ip.is_some() && after.public_ip.is_none());
    assert_eq!((after.private_ip, after.launched_at), (before.private_ip, before.launched_at));
    let reply = lab.change("DescribeInstances", &["web-1"], &[]).await;
    let reason = reply.xml.find("stateReason").unwrap();
    assert_eq!(reason.child("message"), "Client.UserInitiatedShutdown: User initiated shutdown");
}

#[tokio::test]
async fn a_start_gives_a_new_launch_time_and_a_new_address() {
    let lab = Lab::new();
    let before = lab.fleet.instance(&lab.id("web-1")).unwrap();
    lab.change("StopInstances", &["web-1"], &[]).await;
    lab.clock.advance(CHANGE);
    let reply = lab.change("StartInstances", &["web-1"], &[]).await;
    assert_eq!(reply.step(), ("stopped".to_owned(), "pending".to_owned()));
    assert_eq!(lab.state("web-1"), Pending);
    lab.clock.advance(CHANGE);
    let after = lab.fleet.instance(&lab.id("web-1")).unwrap();
    assert_eq!(after.state, Running);
    assert_eq!(after.launched_at, START.plus(10_000));
    assert_ne!(after.public_ip.unwrap(), before.public_ip.unwrap());
    assert_eq!(after.transition_reason, "");
}

#[tokio::test]
async fn a_termination_ends_in_an_empty_hour() {
    let lab = Lab::new();
    let id = lab.id("web-1");
    let reply = lab.change("TerminateInstances", &["web-1"], &[]).await;
    assert_eq!(reply.step(), ("running".to_owned(), "shutting-down".to_owned()));
    assert_eq!(lab.state("web-1"), ShuttingDown);
    lab.clock.advance(CHANGE);
    assert_eq!(lab.state("web-1"), Terminated);
    lab.clock.advance(Duration::from_hours(1));
    assert_eq!(lab.fleet.instance(&id), None);
    assert_eq!(lab.fleet.changes(&id), Changes { terminated: 1, ..Changes::default() });
}

#[tokio::test]
async fn a_reboot_leaves_everything_as_it_was_and_is_counted() {
    let lab = Lab::new();
    let id = lab.id("web-1");
    let before = lab.fleet.instance(&id);
    let reply = lab.change("RebootInstances", &["web-1"], &[]).await;
    assert_eq!(reply.one("return"), "true");
    assert_eq!(lab.fleet.instance(&id), before);
    assert_eq!(lab.fleet.changes(&id).rebooted, 1);
}

#[tokio::test]
async fn an_elastic_address_stays() {
    let lab = Lab::new();
    let id = lab.id("bastion");
    let params = [("InstanceId.1", id.as_str())];
    assert_eq!(lab.ask_in("us-east-1", "StopInstances", &params).await.code(), "OK");
    lab.clock.advance(CHANGE);
    assert_eq!(lab.fleet.instance(&id).unwrap().public_ip.as_deref(), Some("198.51.100.7"));
}

#[tokio::test]
async fn a_new_pace_holds_for_new_changes_only() {
    let lab = Lab::new();
    lab.change("StopInstances", &["web-0"], &[]).await;
    lab.fleet.set_pace(Pace { change: Duration::ZERO, checks: Duration::ZERO });
    lab.change("StopInstances", &["web-1"], &[]).await;
    assert_eq!((lab.state("web-0"), lab.state("web-1")), (Stopping, Stopped));
    lab.clock.advance(CHANGE);
    assert_eq!(lab.state("web-0"), Stopped);
}

#[tokio::test]
async fn what_somebody_else_did_is_not_counted() {
    let lab = Lab::new();
    let id = lab.id("web-1");
    assert!(lab.fleet.put(&id, Stopped));
    assert!(lab.fleet.tag(&id, "Env", Some("prod")));
    assert!(lab.fleet.tag(&id, "Owner", None));
    let instance = lab.fleet.instance(&id).unwrap();
    assert_eq!(instance.state, Stopped);
    assert_eq!(instance.tags.get("Env").map(String::as_str), Some("prod"));
    assert!(!instance.tags.contains_key("Owner"));
    assert_eq!(lab.fleet.changes(&id).total(), 0);
}
