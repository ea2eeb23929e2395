//! What a session of an assumed role may do, for how long, and what the log says of it.

mod log;
mod rights;

use std::time::Duration;

use devkit::fleet::{ACT_ROLE, PROD_ACCOUNT, READ_ROLE, Role, SourceIdentity, role_arn};
use serde_json::{Value, json};

use crate::support::{EU, Keys, Lab, US, prod};

const IDENTITY: (&str, &str) = ("Action", "GetCallerIdentity");
const STS: (&str, &str) = ("Version", "2011-06-15");

fn policy(statements: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn allow(action: &str, resource: impl Into<Value>) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource.into() })
}

async fn session(lab: &Lab, role: &str, policy: Option<&str>) -> Keys {
    lab.assume(role, policy.map(|policy| ("Policy", policy)).as_slice()).await.keys()
}

#[tokio::test]
async fn a_session_acts_in_the_account_of_its_role() {
    let lab = Lab::new();
    let keys = session(&lab, READ_ROLE, None).await;
    let names = lab.ask_as(&keys, "DescribeInstances", &[]).await.names();
    assert!(names.contains(&"shop-web-1".to_owned()) && !names.contains(&"web-1".to_owned()), "{names:?}");
    let ours = lab.id("web-1");
    let reply = lab.ask_as(&keys, "DescribeInstances", &[("InstanceId.1", ours.as_str())]).await;
    assert_eq!(reply.code(), "InvalidInstanceID.NotFound");
    let reply = lab.send(keys.call("sts", US, &[IDENTITY, STS])).await;
    assert_eq!(reply.one("Account"), PROD_ACCOUNT);
    assert_eq!(reply.one("Arn"), "arn:aws:sts::444455556666:assumed-role/BellhopRead/job-1");
    assert!(reply.one("UserId").ends_with(":job-1"));
}

#[tokio::test]
async fn a_session_ends_when_it_was_said() {
    let lab = Lab::new();
    let keys = lab.assume(READ_ROLE, &[("DurationSeconds", "900")]).await.keys();
    let ends = async || {
        let sts = lab.send(keys.call("sts", EU, &[IDENTITY, STS])).await;
        let ec2 = lab.ask_as(&keys, "DescribeInstances", &[]).await;
        [(sts.status, sts.code().to_owned()), (ec2.status, ec2.code().to_owned())]
    };
    lab.clock.advance(Duration::from_millis(899_999));
    assert_eq!(ends().await, [(200, "OK".to_owned()), (200, "OK".to_owned())]);
    lab.clock.advance(Duration::from_millis(1));
    assert_eq!(ends().await, [(403, "ExpiredToken".to_owned()), (400, "RequestExpired".to_owned())]);
}

#[tokio::test]
async fn a_key_without_its_own_token_is_nobodys() {
    let lab = Lab::new();
    let (one, other) = (session(&lab, READ_ROLE, None).await, session(&lab, ACT_ROLE, None).await);
    let cut = one.token.chars().skip(1).collect::<String>();
    for (key, token) in [
        (one.access_key.as_str(), None),
        (&one.access_key, Some("")),
        (&one.access_key, Some(other.token.as_str())),
        (&one.access_key, Some(cut.as_str())),
        ("ASIA0000000000000000", Some(&one.token)),
        ("", None),
    ] {
        let with = |service: &str, params: &[(&str, &str)]| {
            let mut call = one.call(service, EU, params);
            key.clone_into(&mut call.access_key);
            call.session_token = token.map(str::to_owned);
            call
        };
        let sts = lab.send(with("sts", &[IDENTITY, STS])).await;
        assert_eq!((sts.status, sts.code()), (403, "InvalidClientTokenId"), "{key} {token:?}");
        let ec2 = lab.send(with("ec2", &[("Action", "DescribeInstances"), ("Version", "2016-11-15")])).await;
        assert_eq!((ec2.status, ec2.code()), (401, "AuthFailure"), "{key} {token:?}");
    }
}

#[tokio::test]
async fn a_role_that_changes_changes_its_sessions() {
    let lab = Lab::new();
    let keys = session(&lab, ACT_ROLE, None).await;
    let arn = role_arn(&prod(), ACT_ROLE);
    let code = async || lab.ask_as(&keys, "DescribeInstances", &[]).await.code().to_owned();
    assert_eq!(code().await, "OK");
    assert!(lab.fleet.alter_role(&arn, |role| role.statements.clear()));
    assert_eq!(code().await, "UnauthorizedOperation");
    assert!(lab.fleet.remove_role(&arn) && !lab.fleet.remove_role(&arn));
    assert_eq!(code().await, "AuthFailure");
}

#[tokio::test]
async fn a_session_may_assume_what_its_role_may_for_an_hour_and_stays_who_it_is() {
    let lab = Lab::new();
    let next = role_arn(&prod(), "Next");
    let first = Role::new("First").trusting("*").with_source_identity(SourceIdentity::Allowed);
    let may = first.clone().allowing(&["sts:AssumeRole", "sts:SetSourceIdentity"], &[&next]);
    lab.fleet.add_role(
        &prod(),
        Role { name: "Next".to_owned(), ..first.clone() }.lasting(Duration::from_hours(9)),
    );
    lab.fleet.add_role(&prod(), may);
    lab.fleet.add_role(&prod(), Role { name: "Barred".to_owned(), ..first });
    let keys = lab.assume("First", &[("SourceIdentity", "U0ANN00001")]).await.keys();
    let barred = lab.assume("Barred", &[]).await.keys();
    let none = [];
    for (keys, more, code, identity) in [
        (&keys, &none[..], "OK", Some("U0ANN00001")),
        (&keys, &[("SourceIdentity", "U0ANN00001")], "OK", Some("U0ANN00001")),
        (&keys, &[("SourceIdentity", "U0BOB00001")], "AccessDenied", None),
        (&keys, &[("DurationSeconds", "3601")], "ValidationError", None),
        (&barred, &none, "AccessDenied", None),
    ] {
        let common = [("Action", "AssumeRole"), STS, ("RoleArn", next.as_str()), ("RoleSessionName", "then")];
        let reply = lab.send(keys.call("sts", EU, &[&common, more].concat())).await;
        assert_eq!(reply.code(), code, "{more:?}: {}", reply.message());
        assert_eq!(reply.all("SourceIdentity").first().map(String::as_str), identity, "{more:?}");
    }
    let reply = lab
        .send(barred.call(
            "sts",
            EU,
            &[("Action", "AssumeRole"), STS, ("RoleArn", &next), ("RoleSessionName", "then")],
        ))
        .await;
    assert!(reply.message().ends_with("because no identity-based policy allows the sts:AssumeRole action"));
}
