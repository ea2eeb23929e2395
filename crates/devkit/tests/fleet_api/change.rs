//! What may be done in which state, to one and to several.

use devkit::fleet::Purchase;
use domain::ids::InstanceId;
use domain::instance::InstanceState;

use crate::support::{CHANGE, Lab};

/// Calls `action` on web-1 in `state`: the code, and how often it was changed.
async fn outcome(state: InstanceState, action: &str, more: &[(&str, &str)]) -> (String, String, u32) {
    let lab = Lab::new();
    lab.fleet.put(&lab.id("web-1"), state);
    let reply = lab.change(action, &["web-1"], more).await;
    (reply.code().to_owned(), reply.message().to_owned(), lab.fleet.changes(&lab.id("web-1")).total())
}

#[tokio::test]
async fn each_state_allows_what_ec2_allows() {
    use InstanceState::{Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};
    const WRONG: &str = "IncorrectInstanceState";
    for (action, state, code, changes) in [
        ("StartInstances", Stopped, "OK", 1),
        ("StartInstances", Running, "OK", 0),
        ("StartInstances", Pending, "OK", 0),
        ("StartInstances", Stopping, WRONG, 0),
        ("StartInstances", ShuttingDown, WRONG, 0),
        ("StartInstances", Terminated, WRONG, 0),
        ("StopInstances", Running, "OK", 1),
        ("StopInstances", Stopped, "OK", 0),
        ("StopInstances", Stopping, "OK", 0),
        ("StopInstances", Pending, WRONG, 0),
        ("StopInstances", ShuttingDown, WRONG, 0),
        ("StopInstances", Terminated, WRONG, 0),
        ("RebootInstances", Running, "OK", 1),
        ("RebootInstances", Terminated, "OK", 0),
        ("RebootInstances", Stopped, WRONG, 0),
        ("RebootInstances", Stopping, WRONG, 0),
        ("RebootInstances", Pending, WRONG, 0),
        ("TerminateInstances", Running, "OK", 1),
        ("TerminateInstances", Pending, "OK", 1),
        ("TerminateInstances", Stopping, "OK", 1),
        ("TerminateInstances", Stopped, "OK", 1),
        ("TerminateInstances", ShuttingDown, "OK", 0),
        ("TerminateInstances", Terminated, "OK", 0),
    ] {
        let (found, _, changed) = outcome(state, action, &[]).await;
        assert_eq!((found.as_str(), changed), (code, changes), "{action} of {state}");
    }
}

#[tokio::test]
async fn wrong_states_are_told_in_ec2s_words() {
    let id = "i-062f746b484e61ceb";
    for (action, state, message) in [
        (
            "StartInstances",
            InstanceState::Stopping,
            format!("The instance '{id}' is not in a state from which it can be started."),
        ),
        (
            "StopInstances",
            InstanceState::Terminated,
            format!("This instance '{id}' is not in a state from which it can be stopped."),
        ),
        (
            "StopInstances",
            InstanceState::Pending,
            format!("Instance '{id}' cannot be stopped as it has never reached the 'running' state."),
        ),
    ] {
        assert_eq!(outcome(state, action, &[]).await.1, message);
    }
}

#[tokio::test]
async fn protection_and_purchase_forbid_what_they_forbid() {
    let lab = Lab::new();
    for (action, name, more, code, contains) in [
        (
            "TerminateInstances",
            "vault",
            None,
            "OperationNotPermitted",
            "terminated. Modify its 'disableApiTermination'",
        ),
        ("StopInstances", "scheduler", None, "OperationNotPermitted", "stopped. Modify its 'disableApiStop'"),
        (
            "TerminateInstances",
            "scheduler",
            None,
            "OperationNotPermitted",
            "terminated. Modify its 'disableApiStop'",
        ),
        ("StopInstances", "batch-spot", None, "UnsupportedOperation", "one-time Spot Instance request"),
        (
            "StopInstances",
            "web-1",
            Some(("Hibernate", "true")),
            "UnsupportedHibernationConfiguration",
            "not configured at launch for hibernation",
        ),
    ] {
        let reply = lab.change(action, &[name], more.as_slice()).await;
        assert_eq!((reply.status, reply.code()), (400, code), "{action} {name}");
        assert!(reply.message().contains(contains), "{}", reply.message());
        assert_eq!(lab.fleet.changes(&lab.id(name)).total(), 0);
    }
    for (action, name, more) in [
        ("StopInstances", "vault", None),
        ("RebootInstances", "scheduler", None),
        ("TerminateInstances", "batch-spot", None),
        ("StopInstances", "Jenkins Master", Some(("Hibernate", "true"))),
        ("StopInstances", "asg-web", None),
        ("StopInstances", "db-main", None),
    ] {
        assert_eq!(lab.change(action, &[name], more.as_slice()).await.code(), "OK", "{action} {name}");
    }
}

#[tokio::test]
async fn a_hibernation_is_told_apart_from_a_stop() {
    let lab = Lab::new();
    lab.change("StopInstances", &["Jenkins Master"], &[("Hibernate", "true")]).await;
    let reply = lab.change("DescribeInstances", &["Jenkins Master"], &[]).await;
    assert_eq!(reply.xml.find("stateReason").unwrap().child("code"), "Client.UserInitiatedHibernate");
}

#[tokio::test]
async fn a_spot_instance_that_ec2_stopped_cannot_be_started() {
    let lab = Lab::new();
    let id = lab.id("GPU-Train");
    let start = [("InstanceId.1", id.as_str())];
    lab.fleet.alter(&id, |machine| machine.purchase = Purchase::SpotInterrupted);
    assert_eq!(lab.ask_in("us-east-1", "StartInstances", &start).await.code(), "IncorrectSpotRequestState");
    lab.fleet.alter(&id, |machine| machine.purchase = Purchase::SpotPersistent);
    assert_eq!(lab.ask_in("us-east-1", "StartInstances", &start).await.code(), "OK");
}

#[tokio::test]
async fn one_bad_instance_spares_all_the_others() {
    let lab = Lab::new();
    let web = lab.id("web-1");
    for bad in ["i-0aaaaaaaaaaaaaaaa", "bad", lab.id("scheduler").as_str()] {
        let reply = lab.ask("StopInstances", &[("InstanceId.1", web.as_str()), ("InstanceId.2", bad)]).await;
        assert_eq!(reply.status, 400, "{bad}");
        assert_eq!(lab.fleet.changes(&web).total(), 0, "{bad}");
    }
}

#[tokio::test]
async fn a_refused_termination_still_ends_what_is_in_other_zones() {
    let lab = Lab::new();
    // vault (protected) and web-3 are in 1c, web-1 in 1b.
    let reply = lab.change("TerminateInstances", &["web-1", "vault", "web-3"], &[]).await;
    assert_eq!(reply.code(), "OperationNotPermitted");
    let terminated = |name: &str| lab.fleet.changes(&lab.id(name)).terminated;
    assert_eq!([terminated("web-1"), terminated("vault"), terminated("web-3")], [1, 0, 0]);
}

#[tokio::test]
async fn asking_twice_changes_once() {
    let lab = Lab::new();
    let id = lab.id("web-1");
    let twice = [("InstanceId.1", id.as_str()), ("InstanceId.2", id.as_str())];
    let reply = lab.ask("StopInstances", &twice).await;
    assert_eq!(reply.all("instanceId").len(), 1);
    lab.change("StopInstances", &["web-1"], &[]).await;
    lab.clock.advance(CHANGE);
    let reply = lab.change("StopInstances", &["web-1"], &[]).await;
    assert_eq!(reply.step(), ("stopped".to_owned(), "stopped".to_owned()));
    assert_eq!(lab.fleet.changes(&id).stopped, 1);
}

#[tokio::test]
async fn a_dry_run_says_what_would_happen_and_does_nothing() {
    let lab = Lab::new();
    for action in
        ["StartInstances", "StopInstances", "RebootInstances", "TerminateInstances", "DescribeInstances"]
    {
        let reply = lab.change(action, &["web-1"], &[("DryRun", "true")]).await;
        assert_eq!((reply.status, reply.code()), (412, "DryRunOperation"), "{action}");
        assert_eq!(reply.message(), "Request would have succeeded, but DryRun flag is set.");
    }
    assert_eq!(lab.fleet.changes(&lab.id("web-1")).total(), 0);
    let reply =
        lab.ask("StopInstances", &[("InstanceId.1", "i-0aaaaaaaaaaaaaaaa"), ("DryRun", "true")]).await;
    assert_eq!(reply.code(), "InvalidInstanceID.NotFound");
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let lab = Lab::new();
    for (action, params, code, message) in [
        ("StopInstances", vec![], "MissingParameter", "The request must contain the parameter InstanceId"),
        (
            "RebootInstances",
            vec![("Force", "true")],
            "UnknownParameter",
            "The parameter Force is not recognized",
        ),
        (
            "StopInstances",
            vec![("Instance.1", "x")],
            "UnknownParameter",
            "The parameter Instance.1 is not recognized",
        ),
    ] {
        let reply = lab.ask(action, &params).await;
        assert_eq!((reply.code(), reply.message()), (code, message));
    }
    let reply = lab.change("StopInstances", &["web-1"], &[("DryRun", "yes")]).await;
    assert_eq!(reply.code(), "InvalidParameterValue");
    let known = InstanceId::parse("i-062f746b484e61ceb").unwrap();
    assert_eq!(lab.fleet.changes(&known).total(), 0);
}
