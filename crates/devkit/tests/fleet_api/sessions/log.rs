//! What the log says of a session.

use devkit::fleet::{ACT_ROLE, Assumed, CARELESS_ROLE, PROD_ACCOUNT, PROD_EXTERNAL_ID, role_arn};
use domain::instance::InstanceState;

use super::{STS, allow, policy};
use crate::support::{EU, Keys, Lab, prod};

#[tokio::test]
async fn the_log_says_who_was_behind_each_call() {
    let lab = Lab::new();
    let id = lab.prod_id("search-1");
    let arn = format!("arn:aws:ec2:{EU}:{PROD_ACCOUNT}:instance/{id}");
    let policy = policy(&allow("ec2:StopInstances", arn));
    let more = [("SourceIdentity", "U0ANN00001"), ("Policy", policy.as_str())];
    let keys = lab.assume(ACT_ROLE, &more).await.keys();
    assert_eq!(lab.ask_as(&keys, "StopInstances", &[("InstanceId.1", id.as_str())]).await.code(), "OK");
    lab.ask_as(&Keys { token: String::new(), ..keys }, "StopInstances", &[]).await;
    lab.ask("DescribeInstances", &[]).await;
    let assumed = Assumed {
        role: role_arn(&prod(), ACT_ROLE),
        session_name: "job-1".to_owned(),
        source_identity: Some("U0ANN00001".to_owned()),
        external_id: Some(PROD_EXTERNAL_ID.to_owned()),
        policy: Some(policy),
    };
    let calls = lab.fleet.calls();
    let told: Vec<_> = calls
        .iter()
        .map(|call| (call.action.as_str(), call.account.as_str(), call.assumed.as_ref(), call.code.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("AssumeRole", "111122223333", Some(&assumed), "OK"),
            ("StopInstances", PROD_ACCOUNT, Some(&assumed), "OK"),
            ("StopInstances", "", None, "AuthFailure"),
            ("DescribeInstances", "111122223333", None, "OK"),
        ]
    );
    assert_eq!(calls[1].caller, "arn:aws:sts::444455556666:assumed-role/BellhopAct/job-1");
    assert_eq!(lab.fleet.instance(&id).unwrap().state, InstanceState::Stopping);
}

#[tokio::test]
async fn a_refused_assumption_is_in_the_log_with_what_it_brought() {
    let lab = Lab::new();
    lab.assume(CARELESS_ROLE, &[]).await;
    let probe = role_arn(&prod(), ACT_ROLE);
    let params = [("Action", "AssumeRole"), STS, ("RoleArn", probe.as_str()), ("RoleSessionName", "probe")];
    lab.send(crate::support::call("sts", EU, &params)).await;
    let calls = lab.fleet.calls();
    let asked = |at: usize| calls[at].assumed.clone().map(|assumed| (assumed.role, assumed.external_id));
    assert_eq!(asked(0), Some((role_arn(&prod(), CARELESS_ROLE), Some(PROD_EXTERNAL_ID.to_owned()))));
    assert_eq!((asked(1), calls[1].code.as_str()), (Some((probe, None)), "AccessDenied"));
}
