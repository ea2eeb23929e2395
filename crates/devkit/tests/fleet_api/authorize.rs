//! What EC2 judges a call by, where an instance is not there.

use devkit::fleet::{ACT_ROLE, READ_ROLE, Role};
use serde_json::json;

use crate::support::{Lab, prod};

const NOBODY: &str = "i-0aaaaaaaaaaaaaaaa";

/// As `stratus-red-team` and others saw it: an instance that is not there is judged as
/// `instance/*`, before anybody looks for it.
#[tokio::test]
async fn what_is_not_there_is_judged_before_it_is_looked_for() {
    let lab = Lab::new();
    let stop = |resource: &str| {
        json!({ "Version": "2012-10-17", "Statement":
            { "Effect": "Allow", "Action": "ec2:StopInstances", "Resource": resource } })
        .to_string()
    };
    let exact = stop(&format!("arn:aws:ec2:eu-west-1:444455556666:instance/{NOBODY}"));
    let any = stop("arn:aws:ec2:eu-west-1:444455556666:instance/*");
    for (role, policy, code) in [
        (ACT_ROLE, None, "InvalidInstanceID.NotFound"),
        (ACT_ROLE, Some(&any), "InvalidInstanceID.NotFound"),
        (ACT_ROLE, Some(&exact), "UnauthorizedOperation"),
        (READ_ROLE, None, "UnauthorizedOperation"),
    ] {
        let policy: Vec<_> = policy.map(|policy| ("Policy", policy.as_str())).into_iter().collect();
        let keys = lab.assume(role, &policy).await.keys();
        for dry_run in ["true", "false"] {
            let params = [("InstanceId.1", NOBODY), ("DryRun", dry_run)];
            let reply = lab.ask_as(&keys, "StopInstances", &params).await;
            assert_eq!(reply.code(), code, "{role} {policy:?} {dry_run}");
            if code == "UnauthorizedOperation" {
                let says =
                    "ec2:StopInstances on resource: arn:aws:ec2:eu-west-1:444455556666:instance/* because";
                assert!(reply.message().contains(says), "{}", reply.message());
            }
        }
    }
}

#[tokio::test]
async fn an_instance_that_was_forgotten_is_judged_without_its_tags() {
    let lab = Lab::new();
    let by_tag = Role::new("ByTag").trusting("*").with_statement(json!({
        "Effect": "Allow", "Action": "ec2:TerminateInstances", "Resource": "*",
        "Condition": { "StringEquals": { "aws:ResourceTag/Owner": "shop" } },
    }));
    lab.fleet.add_role(&prod(), by_tag);
    let id = lab.prod_id("search-1").to_string();
    let terminate = async || {
        let keys = lab.assume("ByTag", &[]).await.keys();
        lab.ask_as(&keys, "TerminateInstances", &[("InstanceId.1", id.as_str())]).await.code().to_owned()
    };
    assert_eq!(terminate().await, "OK");
    lab.clock.advance(std::time::Duration::from_hours(2));
    assert_eq!(terminate().await, "UnauthorizedOperation");
}
