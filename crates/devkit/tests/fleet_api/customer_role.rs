//! `templates/customer-role.yaml`, by which people let Bellhop in: its roles are put
//! into acme-prod and asked what they allow.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use devkit::fleet::{
    ACT_ROLE, Closure, PROD_ACCOUNT, PROD_EXTERNAL_ID, PROD_KEY, READ_ROLE, Role, SAMPLE_ACCOUNT,
    SAMPLE_EC2_ROLE, SourceIdentity, Trust, role_arn,
};
use devkit::template::{self, Deployment, IamRole};
use domain::ids::{AccountId, Region};
use domain::instance::InstanceState;
use serde_json::{Value, json};

use crate::support::{Keys, Lab, prod};

const TEMPLATE: &str = include_str!("../../../../templates/customer-role.yaml");

/// The four changes that there are.
const CHANGES: [&str; 4] = ["StartInstances", "StopInstances", "RebootInstances", "TerminateInstances"];

fn bellhop() -> String {
    role_arn(&AccountId::new(SAMPLE_ACCOUNT), SAMPLE_EC2_ROLE)
}

fn deployment(more: &[(&str, &str)]) -> Deployment {
    let bellhop = bellhop();
    let given = [("BellhopRoleArn", bellhop.as_str()), ("ExternalId", PROD_EXTERNAL_ID)];
    let parameters: BTreeMap<_, _> =
        given.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Deployment { account: PROD_ACCOUNT.to_owned(), parameters, ..Deployment::default() }
}

/// The trust policy, if it is as the fleet knows them: one statement lets in who
/// knows the external id, the other lets them say who is behind it.
fn trust(role: &IamRole) -> Trust {
    let [enter, say] = role.trust.as_slice() else { panic!("{:?}", role.trust) };
    let principal = json!({ "AWS": bellhop() });
    let entering = json!({
        "Sid": "LetBellhopIn", "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole",
        "Condition": { "StringEquals": { "sts:ExternalId": PROD_EXTERNAL_ID } },
    });
    let saying = json!({
        "Sid": "SayWhoIsBehindIt", "Effect": "Allow", "Principal": principal, "Action": "sts:SetSourceIdentity",
    });
    assert_eq!((enter, say), (&entering, &saying), "{}", role.name);
    Trust {
        principals: vec![bellhop()],
        external_id: Some(PROD_EXTERNAL_ID.to_owned()),
        source_identity: SourceIdentity::Allowed,
    }
}

/// The sample world with the template's roles in place of its own.
fn lab(more: &[(&str, &str)]) -> Lab {
    let lab = Lab::new();
    let stack = template::read(TEMPLATE, &deployment(more)).unwrap();
    let names: Vec<_> = stack.roles.iter().map(|role| role.name.as_str()).collect();
    assert_eq!(names, [ACT_ROLE, READ_ROLE]);
    for role in stack.roles {
        assert_eq!(role.max_session_s, 3_600, "{}", role.name);
        let (trust, max_session) = (trust(&role), Duration::from_secs(role.max_session_s.into()));
        lab.fleet
            .add_role(&prod(), Role { trust, statements: role.statements, max_session, name: role.name });
    }
    lab
}

async fn enter(lab: &Lab, role: &str) -> Keys {
    lab.assume(role, &[("SourceIdentity", "U0ANN00001")]).await.keys()
}

/// The code of the answer, by a dry run where that is possible.
async fn code(lab: &Lab, keys: &Keys, action: &str, name: &str) -> String {
    let id = lab.prod_id(name).to_string();
    let dry = ("DryRun", "true");
    let params = match action {
        "DescribeInstances" | "DescribeInstanceStatus" | "DescribeRegions" | "DescribeVolumes" => vec![],
        _ => vec![("InstanceId.1", id.as_str()), dry],
    };
    lab.ask_as(keys, action, &params).await.code().to_owned()
}

#[test]
fn nothing_is_asked_for_but_what_bellhop_does() {
    let stack = template::read(TEMPLATE, &deployment(&[])).unwrap();
    let instances = format!("arn:aws:ec2:*:{PROD_ACCOUNT}:instance/*");
    let statements = |name: &str| {
        let role = stack.roles.iter().find(|role| role.name == name).unwrap();
        let allowed = role.statements.iter().map(|statement| {
            let actions = statement["Action"].as_array().cloned();
            let actions = actions.unwrap_or_else(|| vec![statement["Action"].clone()]);
            (statement["Effect"].clone(), json!(actions), statement["Resource"].clone())
        });
        allowed.collect::<Vec<_>>()
    };
    let look = ["ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeVolumes"];
    let change = CHANGES.map(|call| format!("ec2:{call}"));
    let groups = [
        "arn:aws:license-manager:*:444455556666:license-configuration:*",
        "arn:aws:resource-groups:*:444455556666:group/*",
    ];
    // Nothing tells what an attribute is, for one of them is the user data.
    assert_eq!(statements(READ_ROLE), [(json!("Allow"), json!(look), json!("*"))]);
    assert_eq!(
        statements(ACT_ROLE),
        [
            (json!("Allow"), json!(change), json!(instances)),
            (json!("Allow"), json!(["ec2:StartInstances"]), json!(groups)),
            (json!("Deny"), json!(change[1..]), json!(instances)),
        ]
    );
}

#[test]
fn the_app_says_the_same_names() {
    let (steps, names, own) = (
        include_str!("../../../app/src/messages/accounts.rs"),
        include_str!("../../../app/src/ec2/accounts.rs"),
        include_str!("../../../../template.yaml"),
    );
    assert!(steps.contains("\"templates/customer-role.yaml\""), "the app names another template");
    let parameters = steps.split_once("--parameter-overrides ").unwrap().1.split_once('"').unwrap().0;
    let parameters: BTreeSet<_> =
        parameters.split(' ').map(|given| given.split_once('=').unwrap().0).collect();
    assert_eq!(parameters, BTreeSet::from(["BellhopRoleArn", "ExternalId"]));
    for parameter in parameters {
        let missing = deployment(&[]).parameters.into_iter().filter(|(name, _)| name != parameter).collect();
        let missing = Deployment { parameters: missing, ..deployment(&[]) };
        assert!(template::read(TEMPLATE, &missing).is_err(), "{parameter} has a default");
    }
    for role in [READ_ROLE, ACT_ROLE] {
        assert!(names.contains(&format!("{role:?}")), "the app asks for another role than {role}");
        assert!(own.contains(&format!(":iam::*:role/{role}\"\n")), "the function may not assume {role}");
    }
}

#[tokio::test]
async fn nobody_gets_in_without_the_external_id() {
    let lab = lab(&[]);
    for role in [READ_ROLE, ACT_ROLE] {
        for (external_id, enters) in
            [(Some(PROD_EXTERNAL_ID), true), (Some("acme-prod-0002"), false), (None, false)]
        {
            let arn = role_arn(&prod(), role);
            let mut params = vec![
                ("Action", "AssumeRole"),
                ("Version", "2011-06-15"),
                ("RoleArn", arn.as_str()),
                ("RoleSessionName", "job-1"),
                ("SourceIdentity", "U0ANN00001"),
            ];
            params.extend(external_id.map(|id| ("ExternalId", id)));
            let reply = lab.send(crate::support::call("sts", crate::support::EU, &params)).await;
            let expected = if enters { "OK" } else { "AccessDenied" };
            assert_eq!(reply.code(), expected, "{role} with {external_id:?}");
        }
    }
}

#[tokio::test]
async fn the_roles_allow_what_they_are_for_and_no_more() {
    let (refused, runs) = ("UnauthorizedOperation", "DryRunOperation");
    let lab = lab(&[]);
    for (role, action, name, expected) in [
        (READ_ROLE, "DescribeInstances", "shop-web-1", "OK"),
        (READ_ROLE, "DescribeInstanceStatus", "shop-web-1", "OK"),
        (READ_ROLE, "DescribeVolumes", "shop-web-1", "OK"),
        (READ_ROLE, "DescribeRegions", "shop-web-1", refused),
        (READ_ROLE, "StartInstances", "shop-web-1", refused),
        (READ_ROLE, "StopInstances", "shop-web-1", refused),
        (READ_ROLE, "RebootInstances", "shop-web-1", refused),
        (READ_ROLE, "TerminateInstances", "shop-web-1", refused),
        (ACT_ROLE, "DescribeInstances", "shop-web-1", refused),
        (ACT_ROLE, "DescribeVolumes", "shop-web-1", refused),
        (ACT_ROLE, "StartInstances", "shop-web-1", runs),
        (ACT_ROLE, "StopInstances", "shop-web-1", runs),
        (ACT_ROLE, "RebootInstances", "shop-web-1", runs),
        (ACT_ROLE, "TerminateInstances", "shop-web-1", runs),
        // Protected by its tag.
        (ACT_ROLE, "StartInstances", "ledger-db", runs),
        (ACT_ROLE, "StopInstances", "ledger-db", refused),
        (ACT_ROLE, "RebootInstances", "ledger-db", refused),
        (ACT_ROLE, "TerminateInstances", "ledger-db", refused),
    ] {
        let keys = enter(&lab, role).await;
        assert_eq!(code(&lab, &keys, action, name).await, expected, "{role} {action} {name}");
    }
}

#[tokio::test]
async fn an_owner_may_hold_bellhop_to_tagged_instances() {
    let lab = lab(&[("ManagedTagOnly", "true")]);
    let keys = enter(&lab, ACT_ROLE).await;
    let (id, protected) = (lab.prod_id("shop-web-1"), lab.prod_id("ledger-db"));
    for action in CHANGES {
        lab.fleet.tag(&id, "bellhop:managed", None);
        assert_eq!(code(&lab, &keys, action, "shop-web-1").await, "UnauthorizedOperation", "{action}");
        lab.fleet.tag(&id, "bellhop:managed", Some(""));
        assert_eq!(code(&lab, &keys, action, "shop-web-1").await, "DryRunOperation", "{action}");
    }
    lab.fleet.tag(&protected, "bellhop:managed", Some("yes"));
    assert_eq!(code(&lab, &keys, "StopInstances", "ledger-db").await, "UnauthorizedOperation");
}

/// Starts an instance with a session as Bellhop makes it, and gives its state and the
/// reason once that is reached.
async fn started(lab: &Lab, name: &str, statements: &Value) -> (InstanceState, String) {
    let id = lab.prod_id(name);
    lab.fleet.put(&id, InstanceState::Stopped);
    let policy = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    let keys = lab.assume(ACT_ROLE, &[("SourceIdentity", "U0ANN00001"), ("Policy", &policy)]).await.keys();
    let region = lab.fleet.instance(&id).unwrap().region;
    let params = [("Action", "StartInstances"), ("Version", "2016-11-15"), ("InstanceId.1", id.as_str())];
    let reply = lab.send(keys.call("ec2", region.as_str(), &params)).await;
    assert_eq!(reply.code(), "OK", "{}", reply.body);
    let begun = lab.fleet.instance(&id).unwrap();
    assert_eq!((begun.state, begun.state_reason), (InstanceState::Pending, None), "{name}");
    lab.clock.advance(Duration::from_mins(1));
    let ended = lab.fleet.instance(&id).unwrap();
    (ended.state, ended.state_reason.map(|reason| reason.code).unwrap_or_default())
}

#[tokio::test]
async fn a_start_needs_the_key_in_the_role_and_in_the_session() {
    let start = json!({ "Effect": "Allow", "Action": "ec2:StartInstances", "Resource": "*" });
    let grant = |value: &str| {
        json!({ "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "*", "Condition": {
            "Bool": { "kms:GrantIsForAWSResource": value }, "StringLike": { "kms:ViaService": "ec2.*.amazonaws.com" } } })
    };
    let (with, without, other) =
        (json!([start, grant("true")]), json!([start]), json!([start, grant("false")]));
    let ran = (InstanceState::Running, String::new());
    let failed = (InstanceState::Stopped, "Client.InternalError".to_owned());
    // `etl-us` has a key of the account's own, `shop-us-2` the one that AWS manages.
    for (keys, name, statements, ended) in [
        ("", "etl-us", &with, &failed),
        (PROD_KEY, "etl-us", &with, &ran),
        (PROD_KEY, "etl-us", &without, &failed),
        (PROD_KEY, "etl-us", &other, &failed),
        ("arn:aws:kms:us-east-1:444455556666:key/another", "etl-us", &with, &failed),
        ("", "shop-us-2", &with, &ran),
        ("", "shop-us-2", &without, &failed),
        ("", "mailer", &without, &ran),
    ] {
        let lab = lab(&[("EbsKeyArns", keys)]);
        assert_eq!(started(&lab, name, statements).await, *ended, "{keys} {name} {statements}");
    }
}

#[tokio::test]
async fn a_region_may_be_closed_to_an_account() {
    let lab = lab(&[]);
    for (closure, code) in [
        (Some(Closure::NotEnabled), "AuthFailure"),
        (Some(Closure::DeniedByOrganization), "UnauthorizedOperation"),
        (None, "OK"),
    ] {
        lab.fleet.set_closure(&prod(), &Region::new("us-east-1"), closure);
        let keys = enter(&lab, READ_ROLE).await;
        let params = [("Action", "DescribeInstances"), ("Version", "2016-11-15")];
        let reply = lab.send(keys.call("ec2", "us-east-1", &params)).await;
        assert_eq!(reply.code(), code);
        let is_policy = closure == Some(Closure::DeniedByOrganization);
        assert_eq!(reply.body.contains("with an explicit deny in a service control policy"), is_policy);
        assert_eq!(lab.ask_as(&keys, "DescribeInstances", &[]).await.code(), "OK", "in another region");
    }
}
