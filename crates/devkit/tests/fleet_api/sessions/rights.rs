//! What a session may do: what its role and its own policy both allow.

use devkit::fleet::{ACT_ROLE, NO_TERMINATE_ROLE, PROD_ACCOUNT, READ_ROLE};
use serde_json::{Value, json};

use super::{allow, policy, session};
use crate::support::{EU, Lab, US};

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
