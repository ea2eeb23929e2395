//! `DescribeInstanceAttribute`: what protects an instance, and who may know.

use devkit::fleet::{ACT_ROLE, READ_ROLE, Role};
use serde_json::json;

use crate::support::{Lab, US, prod};

const NOBODY: &str = "i-0aaaaaaaaaaaaaaaa";

async fn value(lab: &Lab, name: &str, attribute: &str) -> String {
    let id = lab.id(name).to_string();
    let params = [("InstanceId", id.as_str()), ("Attribute", attribute)];
    let reply = lab.ask("DescribeInstanceAttribute", &params).await;
    assert_eq!((reply.code(), reply.one("instanceId")), ("OK", id), "{name} {attribute}");
    reply.xml.find(attribute).unwrap().child("value")
}

#[tokio::test]
async fn each_protection_is_told_by_itself() {
    let lab = Lab::new();
    for (name, stop, termination) in
        [("web-1", "false", "false"), ("vault", "false", "true"), ("scheduler", "true", "false")]
    {
        assert_eq!(value(&lab, name, "disableApiStop").await, stop, "{name}");
        assert_eq!(value(&lab, name, "disableApiTermination").await, termination, "{name}");
    }
}

#[tokio::test]
async fn the_answer_is_written_as_ec2_writes_it() {
    let lab = Lab::new();
    let id = lab.id("vault");
    let params = [("InstanceId", id.as_str()), ("Attribute", "disableApiTermination")];
    let reply = lab.ask("DescribeInstanceAttribute", &params).await;
    let request = reply.one("requestId");
    assert_eq!(
        reply.body.replace(&request, "REQUEST"),
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <DescribeInstanceAttributeResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\n    \
             <requestId>REQUEST</requestId>\n    <instanceId>{id}</instanceId>\n    \
             <disableApiTermination>\n        <value>true</value>\n    </disableApiTermination>\n\
             </DescribeInstanceAttributeResponse>"
        )
    );
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let lab = Lab::new();
    let web = lab.id("web-1").to_string();
    let (id, stop) = (("InstanceId", web.as_str()), ("Attribute", "disableApiStop"));
    for (params, code, says) in [
        (vec![stop], "MissingParameter", "The request must contain the parameter instanceId"),
        (vec![id], "MissingParameter", "The request must contain the parameter attribute"),
        (
            vec![id, ("Attribute", "colour")],
            "InvalidParameterValue",
            "Value (colour) for parameter attribute",
        ),
        (
            vec![id, stop, ("InstanceId.1", web.as_str())],
            "UnknownParameter",
            "InstanceId.1 is not recognized",
        ),
        (vec![("InstanceId", "web-1"), stop], "InvalidInstanceID.Malformed", "Invalid id: \"web-1\""),
        (vec![("InstanceId", NOBODY), stop], "InvalidInstanceID.NotFound", "does not exist"),
        (vec![id, stop, ("DryRun", "true")], "DryRunOperation", "would have succeeded"),
        (vec![("InstanceId", NOBODY), stop, ("DryRun", "true")], "InvalidInstanceID.NotFound", "not exist"),
    ] {
        let reply = lab.ask("DescribeInstanceAttribute", &params).await;
        assert_eq!(reply.code(), code, "{params:?}");
        assert!(reply.message().contains(says), "{params:?}: {}", reply.message());
    }
    let reply = lab.ask_in(US, "DescribeInstanceAttribute", &[id, stop]).await;
    assert_eq!(reply.code(), "InvalidInstanceID.NotFound");
}

#[tokio::test]
async fn a_role_may_know_it_of_the_instances_that_it_names() {
    let lab = Lab::new();
    let [payments, search] = ["payments", "search-1"].map(|name| lab.prod_id(name).to_string());
    let arn = format!("arn:aws:ec2:eu-west-1:444455556666:instance/{search}");
    let narrow = Role::new("Narrow").trusting("*").allowing(&["ec2:DescribeInstanceAttribute"], &[&arn]);
    lab.fleet.add_role(&prod(), narrow);
    for (role, id, code) in [
        (READ_ROLE, payments.as_str(), "OK"),
        (ACT_ROLE, payments.as_str(), "OK"),
        ("Narrow", search.as_str(), "OK"),
        ("Narrow", payments.as_str(), "UnauthorizedOperation"),
        (READ_ROLE, NOBODY, "InvalidInstanceID.NotFound"),
        ("Narrow", NOBODY, "UnauthorizedOperation"),
    ] {
        let keys = lab.assume(role, &[]).await.keys();
        let params = [("InstanceId", id), ("Attribute", "disableApiStop")];
        let reply = lab.ask_as(&keys, "DescribeInstanceAttribute", &params).await;
        assert_eq!(reply.code(), code, "{role} {id}");
    }
}

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
