//! EC2 loses answers, and asks to slow down.

use devkit::cloud::{AwsFault, Fault};
use devkit::fleet::{self, FaultKind};
use domain::ids::Region;
use domain::instance::InstanceState;

use crate::Since::{Agreed, Asked};
use crate::support::{app, jobs, only};
use crate::{NAME, assert_stopped, stop};

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_ec2_that_is_lost_is_found_out_by_looking() {
    let app = app().await;
    // The change was made: HTTP 500, and a closed connection.
    let lost = fleet::Fault::new(FaultKind::LostAnswer).of("StopInstances").times(1);
    let stopped = stop(&app, Agreed, || app.fleet().inject(lost)).await;
    assert_stopped(&app, "HTTP 500", &stopped);
    let dropped = |fault| Fault::next("ec2", "StopInstances", fault);
    let stopped = stop(&app, Agreed, || app.cloud().faults().add(dropped(AwsFault::DropAfter))).await;
    assert_stopped(&app, "a closed connection", &stopped);
    // It was not, and nobody can know that: it is not made in secret later.
    let lost = stop(&app, Agreed, || app.cloud().faults().add(dropped(AwsFault::DropBefore))).await;
    let said = "I lost contact while stopping `web-1`. It is *running* now; I did not try again.";
    assert_eq!(only("stop web-1", &lost.answers), said);
    assert_eq!(lost.times, 0);
    assert_eq!(jobs::statuses(app.cloud()).iter().filter(|status| *status == "unknown").count(), 1);
    // Said again, it is done.
    let stopped = stop(&app, Agreed, || {}).await;
    assert_stopped(&app, "again", &stopped);
    // Each was asked for as often as a person asked; the dropped one did not reach the fleet.
    assert_eq!(app.times_called("StopInstances"), 3);
    // Whether it would be done is no matter of life and death.
    let asked = stop(&app, Asked, || app.cloud().faults().add(dropped(AwsFault::DropAfter))).await;
    assert_stopped(&app, "a dry run", &asked);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ec2_that_asks_to_slow_down_is_asked_again_and_then_left_alone() {
    let app = app().await;
    let fault = |kind, action: &str| fleet::Fault::new(kind).of(action);
    for from in [Asked, Agreed] {
        let throttled = fault(FaultKind::Throttled, "StopInstances").times(2);
        let stopped = stop(&app, from, || app.fleet().inject(throttled)).await;
        assert_stopped(&app, &format!("{from:?}: throttled twice"), &stopped);
    }
    // A server that fails does not say what it has done, so the call is not made again.
    let unavailable = fault(FaultKind::Unavailable, "StopInstances").times(1);
    let lost = stop(&app, Agreed, || app.fleet().inject(unavailable)).await;
    let said = only("stop web-1", &lost.answers);
    assert!(said.starts_with("I lost contact while stopping `web-1`. It is *running*"), "{said}");
    assert_eq!(lost.times, 0);
    let throttled = fault(FaultKind::Throttled, "StopInstances");
    let refused = stop(&app, Agreed, || app.fleet().inject(throttled)).await;
    let said = only("stop web-1", &refused.answers);
    assert!(said.contains("asked to slow down in eu-west-1"), "{said}");
    assert_eq!(refused.times, 0);
    // Nor can it say what it would do.
    let asked = app.ann("stop web-1").await;
    assert!(asked.contains("AWS could not be asked whether it would do that to `web-1`"), "{asked}");
    app.fleet().heal();
    app.agree().await;
    assert_eq!(app.state(NAME), InstanceState::Stopped);
    // Blind where the instance is, nothing is changed: nobody knows what it is by now.
    let blind = fault(FaultKind::Throttled, "DescribeInstances");
    let refused = stop(&app, Agreed, || app.fleet().inject(blind)).await;
    let said = only("stop web-1", &refused.answers);
    assert!(said.starts_with("I could not look everywhere again, so I did nothing."), "{said}");
    assert_eq!(refused.times, 0);
    app.fleet().heal();
    // Half blind, a wildcard means nothing: the other region may hold another of that name.
    let blind = fault(FaultKind::Throttled, "DescribeInstances").in_region(Region::new("us-east-1"));
    app.fleet().inject(blind);
    let refused = app.ann("start web-*").await;
    assert!(refused.starts_with("I could not look everywhere, so I did nothing."), "{refused}");
    assert_eq!(app.changes("web-3").total(), 0);
    // A list says what is missing from it.
    let listed = app.ann("find web-*").await;
    assert!(listed.starts_with("*4 instances*") && listed.contains("us-east-1"), "{listed}");
    app.finish_after_faults().await;
}
