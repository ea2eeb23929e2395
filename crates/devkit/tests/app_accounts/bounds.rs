//! Proofs: what was changed was changed by narrow sessions only, and is in the book.

use devkit::cloud::AwsCall;
use devkit::fleet::{ACT_ROLE, Call, READ_ROLE, role_arn};
use domain::ids::InstanceId;
use serde_json::{Value, json};

use crate::support::plans::param;
use crate::support::{App, jobs};
use crate::{Steps, prod};

/// How long any session lasts.
const LASTING: &str = "900";

/// The instances that a call is about.
pub(crate) fn instances_of(call: &Call) -> Vec<&str> {
    let ids = call.params.iter().filter(|(name, _)| name.starts_with("InstanceId."));
    ids.map(|(_, id)| id.as_str()).collect()
}

/// What the log of all calls says of a change: it was made by a session for just
/// that, of whoever asked, under the name of the job.
#[track_caller]
pub(crate) fn assert_bounded(app: &App, call: &Call, steps: &Steps, (user, ids): (&str, &[InstanceId])) {
    let assumed = call.assumed.as_ref().expect("a session of an assumed role");
    assert_eq!(assumed.role, role_arn(&prod(), ACT_ROLE));
    assert_eq!(assumed.external_id.as_deref(), Some(steps.external_id.as_str()));
    assert_eq!(assumed.source_identity.as_deref(), Some(user));
    let arns: Vec<_> = ids.iter().map(|id| format!("arn:aws:ec2:*:*:instance/{id}")).collect();
    let policy: Value = serde_json::from_str(assumed.policy.as_ref().expect("a session policy")).unwrap();
    let action = format!("ec2:{}", call.action);
    let mut statements = vec![json!({"Effect": "Allow", "Action": action, "Resource": arns})];
    if call.action == "StartInstances" {
        statements = for_a_start(&arns);
    }
    assert_eq!(policy, json!({"Version": "2012-10-17", "Statement": statements}));
    let called = instances_of(call);
    assert_eq!(called, ids.iter().map(InstanceId::as_str).collect::<Vec<_>>());
    // STS was asked for this session, and for no longer than it takes.
    let made =
        app.fleet().calls().into_iter().find(|one| {
            one.action == "AssumeRole" && one.assumed.as_ref() == Some(assumed) && one.code == "OK"
        });
    let made = made.expect("the session was made");
    assert_eq!(param(&made, "DurationSeconds"), Some(LASTING));
    let job = jobs::all(app.cloud()).into_iter().find(|job| {
        let targets = job["plan"]["targets"].as_array().into_iter().flatten();
        job["plan"]["dry_run"] == false
            && targets.map(|target| &target["id"]).eq(ids.iter().map(InstanceId::as_str))
            && job["id"].as_str().unwrap().replace('#', "-").ends_with(&assumed.session_name)
    });
    // STS takes no longer name.
    assert!(assumed.session_name.len() > 32 && assumed.session_name.len() <= 64);
    assert!(job.is_some(), "the session is named after its job: {}", assumed.session_name);
}

/// What a session that starts these instances may do.
fn for_a_start(arns: &[String]) -> Vec<Value> {
    let others =
        ["arn:aws:license-manager:*:*:license-configuration:*", "arn:aws:resource-groups:*:*:group/*"];
    let resources: Vec<_> = arns.iter().map(String::as_str).chain(others).collect();
    vec![
        json!({"Effect": "Allow", "Action": "ec2:StartInstances", "Resource": resources}),
        json!({"Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "*", "Condition": {
            "Bool": {"kms:GrantIsForAWSResource": "true"},
            "StringLike": {"kms:ViaService": "ec2.*.amazonaws.com"},
        }}),
    ]
}

/// Before every change there is an entry in the book, and one after it.
#[track_caller]
pub(crate) fn assert_in_the_book(app: &App, changes: &[Call]) {
    let calls = app.cloud().aws_calls();
    let book = &app.cloud().stack().table("Audit").expect("there is the table").name;
    let is_entry = |call: &&AwsCall| {
        call.service == "dynamodb" && call.operation == "PutItem" && call.args["TableName"] == json!(book)
    };
    let is_change = |call: &AwsCall| {
        call.service == "ec2" && call.status == 200 && !call.operation.starts_with("Describe")
    };
    let mut order =
        calls.iter().filter(|call| is_entry(call) || is_change(call)).map(|call| call.operation.as_str());
    let rows = app.audit();
    assert_eq!(rows.len(), 2 * changes.len(), "{rows:#?}");
    for (change, pair) in changes.iter().zip(rows.chunks(2)) {
        let [before, after] = pair else { panic!("{pair:?}") };
        let seen: Vec<_> = order.by_ref().take(3).collect();
        assert_eq!(seen, ["PutItem", &change.action, "PutItem"], "in this order");
        assert_eq!(before["event"], json!({"is": "calling"}));
        assert!(
            before["at"].as_u64().unwrap() <= change.at.0 && change.at.0 <= after["at"].as_u64().unwrap()
        );
        assert_eq!(after["event"]["is"], "done", "{after}");
        let request_id = after["event"]["request_id"].as_str().unwrap();
        assert_eq!(request_id.len(), 36, "AWS's request id: {request_id}");
        for row in pair {
            let ids: Vec<_> =
                row["targets"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
            let called = instances_of(change);
            assert_eq!(ids, called);
            assert_eq!(row["job"], before["job"]);
        }
    }
}

/// Whoever took a role of acme on did so with the external id, for as short as can be,
/// and to act with a policy that names one action and whole instances, dry runs and the
/// proof included.
#[track_caller]
pub(crate) fn assert_every_session_is_narrow(app: &App, steps: &Steps, least: usize) {
    let calls = app.fleet().calls();
    let made: Vec<_> = calls.iter().filter(|call| call.action == "AssumeRole" && call.code == "OK").collect();
    let (mut looks, mut acts) = (0, 0);
    for call in made {
        assert_eq!(param(call, "DurationSeconds"), Some(LASTING));
        let assumed = call.assumed.as_ref().expect("what it asks for");
        assert_eq!(assumed.external_id.as_deref(), Some(steps.external_id.as_str()));
        assert!(assumed.source_identity.is_some(), "{assumed:?}");
        if assumed.role == role_arn(&prod(), READ_ROLE) {
            looks += 1;
            continue;
        }
        acts += 1;
        assert_eq!(assumed.role, role_arn(&prod(), ACT_ROLE));
        let policy: Value = serde_json::from_str(assumed.policy.as_ref().expect("a policy")).unwrap();
        let statements = policy["Statement"].as_array().expect("a list");
        let action = statements[0]["Action"].as_str().expect("one action");
        assert!(
            action.starts_with("ec2:") && action.ends_with("Instances") && !action.contains('*'),
            "{action}"
        );
        let resources = statements[0]["Resource"].as_array().expect("a list");
        let instances = resources.iter().filter_map(Value::as_str).filter(|arn| arn.contains(":instance/i-"));
        let arns: Vec<_> = instances.map(str::to_owned).collect();
        assert!(arns.len() == 1 || arns.len() == 2, "{policy}");
        if action == "ec2:StartInstances" {
            assert_eq!(*statements, for_a_start(&arns));
        } else {
            assert_eq!((statements.len(), resources.len()), (1, arns.len()), "{policy}");
        }
    }
    assert!(looks > 0 && acts >= least, "{looks}, {acts}");
}
