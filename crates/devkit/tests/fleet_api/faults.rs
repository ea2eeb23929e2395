//! Failures to order.

use std::time::Duration;

use devkit::fleet::{Fault, FaultKind};
use domain::ids::Region;
use domain::instance::InstanceState;
use futures_util::FutureExt;

use crate::support::{CHANGE, EU, Lab, US};

#[tokio::test]
async fn no_capacity_stops_only_the_start_that_would_need_it() {
    let lab = Lab::new();
    lab.fleet.inject(Fault::new(FaultKind::NoCapacity).on(lab.id("web-3")).times(1));
    assert_eq!(lab.change("StartInstances", &["db-old"], &[]).await.code(), "OK");
    let reply = lab.change("StartInstances", &["Build-Server", "web-3"], &[]).await;
    assert_eq!((reply.status, reply.code()), (500, "InsufficientInstanceCapacity"));
    assert!(reply.message().contains("t3.small") && reply.message().contains("eu-west-1c"));
    assert_eq!(lab.fleet.changes(&lab.id("Build-Server")).total(), 0);
    assert_eq!(lab.change("StartInstances", &["web-3"], &[]).await.code(), "OK");
}

#[tokio::test]
async fn a_right_can_be_taken_away_per_action() {
    let lab = Lab::new();
    lab.fleet.inject(Fault::new(FaultKind::Unauthorized).of("StopInstances"));
    for dry in [&[][..], &[("DryRun", "true")]] {
        let reply = lab.change("StopInstances", &["web-1"], dry).await;
        assert_eq!((reply.status, reply.code()), (403, "UnauthorizedOperation"));
        for part in [
            "You are not authorized to perform this operation. User: arn:aws:sts::111122223333:assumed-role/",
            "is not authorized to perform: ec2:StopInstances on resource: \
             arn:aws:ec2:eu-west-1:111122223333:instance/i-062f746b484e61ceb because no identity-based policy",
            "Encoded authorization failure message: ",
        ] {
            assert!(reply.message().contains(part), "{}", reply.message());
        }
    }
    assert_eq!(lab.change("RebootInstances", &["web-1"], &[]).await.code(), "OK");
    lab.fleet.heal();
    assert_eq!(lab.change("StopInstances", &["web-1"], &[]).await.code(), "OK");
}

#[tokio::test]
async fn throttling_lasts_as_often_as_it_was_ordered() {
    let lab = Lab::new();
    lab.fleet.inject(Fault::new(FaultKind::Throttled).in_region(Region::new(EU)).times(2));
    assert_eq!(lab.ask_in(US, "DescribeInstances", &[]).await.code(), "OK");
    for (status, code) in [(503, "RequestLimitExceeded"), (503, "RequestLimitExceeded"), (200, "OK")] {
        let reply = lab.change("StopInstances", &["web-1"], &[]).await;
        assert_eq!((reply.status, reply.code()), (status, code));
    }
    assert_eq!(lab.fleet.changes(&lab.id("web-1")).stopped, 1);
}

#[tokio::test]
async fn an_unavailable_service_did_nothing() {
    let lab = Lab::new();
    lab.fleet.inject(Fault::new(FaultKind::Unavailable).times(1));
    assert_eq!(lab.change("StopInstances", &["web-1"], &[]).await.status, 503);
    assert_eq!(lab.fleet.changes(&lab.id("web-1")).total(), 0);
}

#[tokio::test]
async fn a_lost_answer_leaves_the_change_behind() {
    let lab = Lab::new();
    lab.fleet.inject(Fault::new(FaultKind::LostAnswer).of("StopInstances").times(1));
    let reply = lab.change("StopInstances", &["web-1"], &[]).await;
    assert_eq!((reply.status, reply.code()), (500, "InternalError"));
    assert_eq!(lab.fleet.changes(&lab.id("web-1")).stopped, 1);
    assert_eq!(lab.state("web-1"), InstanceState::Stopping);
}

#[tokio::test]
async fn a_stuck_stop_ends_only_by_force() {
    let lab = Lab::new();
    lab.fleet.inject(Fault::new(FaultKind::Stuck).on(lab.id("web-1")));
    lab.change("StopInstances", &["web-1"], &[]).await;
    lab.clock.advance(CHANGE * 1_000);
    assert_eq!(lab.state("web-1"), InstanceState::Stopping);
    lab.change("StopInstances", &["web-1"], &[]).await;
    lab.clock.advance(CHANGE);
    assert_eq!(lab.state("web-1"), InstanceState::Stopping);
    lab.change("StopInstances", &["web-1"], &[("Force", "true")]).await;
    lab.clock.advance(CHANGE);
    assert_eq!(lab.state("web-1"), InstanceState::Stopped);
    assert_eq!(lab.fleet.changes(&lab.id("web-1")).stopped, 1);
}

#[tokio::test]
async fn a_change_can_take_hours() {
    let lab = Lab::new();
    let hours = Duration::from_hours(7);
    lab.fleet.inject(Fault::new(FaultKind::Takes(hours)).on(lab.id("web-1")).times(1));
    lab.change("StopInstances", &["web-1"], &[]).await;
    lab.clock.advance(Duration::from_hours(6));
    assert_eq!(lab.state("web-1"), InstanceState::Stopping);
    lab.clock.advance(Duration::from_hours(1));
    assert_eq!(lab.state("web-1"), InstanceState::Stopped);
    lab.change("StartInstances", &["web-1"], &[]).await;
    lab.clock.advance(CHANGE);
    assert_eq!(lab.state("web-1"), InstanceState::Running, "only the first change is slow");
}

#[tokio::test]
async fn a_region_becomes_unreachable_and_reachable_again() {
    let lab = Lab::new();
    lab.fleet.inject(Fault::unreachable(EU).after("StopInstances"));
    lab.change("StopInstances", &["web-1"], &[("DryRun", "true")]).await;
    assert_eq!(lab.ask_in(EU, "DescribeInstances", &[]).await.code(), "OK");
    assert_eq!(lab.change("StopInstances", &["web-1"], &[]).await.code(), "OK");
    assert_eq!(lab.ask_in(EU, "DescribeInstances", &[]).await.status, 503);
    assert_eq!(lab.ask_in(US, "DescribeInstances", &[]).await.code(), "OK");
    lab.fleet.reconnect(EU);
    assert_eq!(lab.ask_in(EU, "DescribeInstances", &[]).await.code(), "OK");
}

#[tokio::test]
async fn a_slow_answer_comes_after_the_change() {
    let lab = Lab::new();
    lab.fleet.inject(Fault::new(FaultKind::Slow(Duration::from_hours(1))).times(1));
    assert!(lab.change("StopInstances", &["web-1"], &[]).now_or_never().is_none());
    assert_eq!(lab.fleet.changes(&lab.id("web-1")).stopped, 1);
    assert!(lab.change("StopInstances", &["web-1"], &[]).now_or_never().is_some());
}
