//! What a session of an assumed role may do, for how long, and what the log says of it.

use std::time::Duration;

use devkit::fleet::{
    ACT_ROLE, Assumed, CARELESS_ROLE, NO_TERMINATE_ROLE, PROD_ACCOUNT, PROD_EXTERNAL_ID, READ_ROLE, Role,
    SourceIdentity, role_arn,
};
use domain::instance::InstanceState;
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

/// Calls in acme-prod under `policy`: the code, the message, and how many instances it changed.
async fn outcome(role: &str, policy: Option<&str>, action: &str, names: &[&str]) -> (String, String, usize) {
    let lab = Lab::new();
    let keys = session(&lab, role, policy).await;
    let ids: Vec<_> = names.iter().map(|name| lab.prod_id(name).to_string()).collect();
    let numbers: Vec<_> = (1..=ids.len()).map(|at| format!("InstanceId.{at}")).collect();
    let params: Vec<_> = numbers.iter().map(String::as_str).zip(ids.iter().map(String::as_str)).collect();
    let region = if names.iter().any(|name| name.contains("us")) { US } else { EU };
    let common = [("Action", action), ("Version", "2016-11-15")];
    let reply = lab.send(keys.call("ec2", region, &[&common, params.as_slice()].concat())).await;
    let changed =
        lab.fleet.instances().iter().map(|(_, one)| lab.fleet.changes(&one.id).total()).sum::<u32>();
    if reply.code() == "UnauthorizedOperation" {
        assert_eq!(reply.status, 403);
    }
    (reply.code().to_owned(), reply.message().to_owned(), changed as usize)
}

/// Role, session policy, action, names, and why not: nothing if it works.
type Row = (&'static str, Option<Value>, &'static str, &'static [&'static str], &'static str);

#[tokio::test]
async fn role_and_session_policy_must_both_allow() {
    let lab = Lab::new();
    let arn = |name: &str| {
        let id = lab.prod_id(name);
        format!("arn:aws:ec2:{}:{PROD_ACCOUNT}:instance/{id}", if name.contains("us") { US } else { EU })
    };
    let [one, two, us] = ["shop-web-1", "search-1", "shop-us-1"].map(arn);
    let other_region = one.replace(EU, US);
    let other_account = one.replace(PROD_ACCOUNT, "111122223333");
    let deny =
        |action: &str, resource: &str| json!({ "Effect": "Deny", "Action": action, "Resource": resource });
    let when = |operator: &str, key: &str, value: &str| json!({ "Effect": "Allow", "Action": "ec2:*", "Resource": "*", "Condition": { operator: { key: value } } });
    let no_session = "because no session policy allows the";
    let no_identity = "because no identity-based policy allows the";
    let (stop, describe) = ("StopInstances", "DescribeInstances");
    let web = &["shop-web-1"][..];
    let both = &["shop-web-1", "search-1"][..];
    let rows: Vec<Row> = vec![
        // Without a session policy the role alone decides.
        (ACT_ROLE, None, stop, web, ""),
        (ACT_ROLE, None, "TerminateInstances", web, ""),
        (ACT_ROLE, None, stop, &["ledger-db"], "with an explicit deny in an identity-based policy"),
        (ACT_ROLE, None, "StartInstances", &["ledger-db"], "unchanged"),
        (NO_TERMINATE_ROLE, None, stop, web, ""),
        (NO_TERMINATE_ROLE, None, "TerminateInstances", web, no_identity),
        (READ_ROLE, None, describe, &[], ""),
        (READ_ROLE, None, "DescribeInstanceStatus", &[], ""),
        (READ_ROLE, None, "DescribeRegions", &[], ""),
        (READ_ROLE, None, stop, web, no_identity),
        // With one, both must allow.
        (ACT_ROLE, Some(json!([allow("ec2:StopInstances", one.as_str())])), stop, web, ""),
        (ACT_ROLE, Some(allow("ec2:StopInstances", one.as_str())), stop, web, ""),
        (ACT_ROLE, Some(allow("EC2:stopinstances", one.as_str())), stop, web, ""),
        (ACT_ROLE, Some(allow("ec2:StopInstances", one.as_str())), "RebootInstances", web, no_session),
        (ACT_ROLE, Some(allow("ec2:StopInstances", one.as_str())), stop, &["search-1"], no_session),
        (ACT_ROLE, Some(allow("ec2:StopInstances", one.as_str())), stop, both, no_session),
        (ACT_ROLE, Some(allow("ec2:StopInstances", json!([one, two]))), stop, both, ""),
        (ACT_ROLE, Some(allow("ec2:StopInstances", one.as_str())), stop, &["shop-us-1"], no_session),
        (ACT_ROLE, Some(allow("ec2:StopInstances", us.as_str())), stop, &["shop-us-1"], ""),
        (ACT_ROLE, Some(allow("ec2:StopInstances", other_region.as_str())), stop, web, no_session),
        (ACT_ROLE, Some(allow("ec2:StopInstances", other_account.as_str())), stop, web, no_session),
        (ACT_ROLE, Some(allow("ec2:*", one.as_str())), describe, &[], no_session),
        (ACT_ROLE, Some(allow("ec2:*", one.as_str())), describe, web, no_session),
        (ACT_ROLE, Some(allow("ec2:Describe*", "*")), describe, web, ""),
        (ACT_ROLE, Some(allow("ec2:Describe*", "*")), stop, web, no_session),
        (
            ACT_ROLE,
            Some(json!([allow("*", "*"), deny("ec2:StopInstances", &one)])),
            stop,
            web,
            "in a session policy",
        ),
        (
            ACT_ROLE,
            Some(json!([allow("*", "*"), deny("ec2:StopInstances", &one)])),
            stop,
            both,
            "in a session policy",
        ),
        (ACT_ROLE, Some(json!([allow("*", "*"), deny("ec2:StopInstances", &one)])), stop, &["search-1"], ""),
        (ACT_ROLE, Some(allow("*", "*")), stop, &["ledger-db"], "an identity-based policy"),
        (ACT_ROLE, Some(json!([])), describe, &[], no_session),
        (ACT_ROLE, Some(json!([])), stop, web, no_session),
        (READ_ROLE, Some(allow("*", "*")), stop, web, no_identity),
        (NO_TERMINATE_ROLE, Some(allow("*", "*")), "TerminateInstances", web, no_identity),
        (ACT_ROLE, Some(when("StringEquals", "ec2:ResourceTag/Owner", "shop")), stop, web, ""),
        (ACT_ROLE, Some(when("StringEquals", "aws:ResourceTag/Owner", "finance")), stop, web, no_session),
        (ACT_ROLE, Some(when("StringNotEquals", "ec2:ResourceTag/Owner", "shop")), stop, web, no_session),
        (ACT_ROLE, Some(when("StringEquals", "AWS:requestedregion", EU)), describe, &[], ""),
        (ACT_ROLE, Some(when("StringEquals", "aws:RequestedRegion", US)), describe, &[], no_session),
    ];
    for (role, statements, action, names, why) in rows {
        let policy = statements.map(|statements| policy(&statements));
        let (code, message, changed) = outcome(role, policy.as_deref(), action, names).await;
        let row = format!("{role} {policy:?} {action} {names:?}");
        let works = why.is_empty() && !action.starts_with("Describe");
        assert_eq!(changed, if works { names.len() } else { 0 }, "{row}");
        if ["", "unchanged"].contains(&why) {
            assert_eq!(code, "OK", "{row}: {message}");
        } else {
            assert_eq!(code, "UnauthorizedOperation", "{row}");
            assert!(message.contains(why), "{row}: {message}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_in_ec2s_words() {
    let lab = Lab::new();
    let keys = session(&lab, READ_ROLE, None).await;
    let id = lab.prod_id("shop-web-1");
    let reply =
        lab.ask_as(&keys, "StopInstances", &[("InstanceId.1", id.as_str()), ("DryRun", "true")]).await;
    let message =
        reply.message().split(" Encoded authorization failure message: ").next().unwrap().to_owned();
    assert_eq!(
        message,
        format!(
            "You are not authorized to perform this operation. User: \
             arn:aws:sts::444455556666:assumed-role/BellhopRead/job-1 is not authorized to perform: \
             ec2:StopInstances on resource: arn:aws:ec2:eu-west-1:444455556666:instance/{id} because no \
             identity-based policy allows the ec2:StopInstances action."
        )
    );
    let act = session(&lab, ACT_ROLE, None).await;
    let reply = lab.ask_as(&act, "StopInstances", &[("InstanceId.1", id.as_str()), ("DryRun", "true")]).await;
    assert_eq!(reply.code(), "DryRunOperation");
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
