//! Changes in accounts that let us in by roles.

use serde_json::{Value, json};

use super::*;
use sts::{denied, refusal, session};

const ACTING: &str = "ASIAACT";

fn acting() -> Step {
    session("444455556666", "BellhopAct", ACTING)
}

async fn outcome(steps: Vec<Step>, change: &Change) -> (Result<Changed, InstancesError>, Vec<server::Seen>) {
    let server = Server::new(steps).await;
    let result = client(&server.endpoint, None).change(&acme(), change, &actor()).await;
    (result, server.seen())
}

#[tokio::test]
async fn a_change_is_made_in_a_session_for_it_alone() {
    let (result, seen) = outcome(vec![acting(), stopping()], &stop(false)).await;
    assert_eq!(result.unwrap().states.len(), 2);
    let actions: Vec<_> = seen.iter().map(|request| (request.action(), request.key().to_owned())).collect();
    assert_eq!(
        actions,
        [
            ("AssumeRole".to_owned(), "AKIDEXAMPLE".to_owned()),
            ("StopInstances".to_owned(), ACTING.to_owned())
        ]
    );
    assert_eq!(seen[1].header("x-amz-security-token"), "TOKEN-ASIAACT");
    for (name, value) in [
        ("RoleArn", ACT),
        ("RoleSessionName", "ec2-T1-C1-1712345678.000100"),
        ("ExternalId", EXTERNAL_ID),
        ("SourceIdentity", "U0ANN00001"),
        ("DurationSeconds", "900"),
    ] {
        assert_eq!(seen[0].field(name).as_deref(), Some(value), "{name}");
    }
    let policy: Value = serde_json::from_str(&seen[0].field("Policy").unwrap()).unwrap();
    let arn = |id: &str| format!("arn:aws:ec2:*:*:instance/{id}");
    assert_eq!(
        policy,
        json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "ec2:StopInstances", "Resource": [arn(ONE), arn(TWO)],
        }] })
    );
}

#[tokio::test]
async fn a_session_that_starts_may_let_ec2_use_the_keys_of_volumes() {
    let change = Change { action: Action::Start, ids: ids(&[ONE]), dry_run: false };
    let (_, seen) = outcome(vec![acting(), error(400, "IncorrectState", "no")], &change).await;
    let policy: Value = serde_json::from_str(&seen[0].field("Policy").unwrap()).unwrap();
    assert_eq!(
        policy["Statement"],
        json!([
            { "Effect": "Allow", "Action": "ec2:StartInstances", "Resource": [
                format!("arn:aws:ec2:*:*:instance/{ONE}"),
                "arn:aws:license-manager:*:*:license-configuration:*",
                "arn:aws:resource-groups:*:*:group/*",
            ] },
            { "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "*", "Condition": {
                "Bool": { "kms:GrantIsForAWSResource": "true" },
                "StringLike": { "kms:ViaService": "ec2.*.amazonaws.com" },
            } },
        ])
    );
}

#[tokio::test]
async fn each_change_and_each_dry_run_has_its_own_session() {
    let would = || error(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
    let steps = [acting(), would(), acting(), stopping(), acting(), error(400, "IncorrectState", "no")];
    let server = Server::new(steps).await;
    let client = client(&server.endpoint, None);
    assert_eq!(client.change(&acme(), &stop(true), &actor()).await.unwrap().states, []);
    assert!(client.change(&acme(), &stop(false), &actor()).await.is_ok());
    let reboot = Change { action: Action::Reboot, ..stop(false) };
    assert!(client.change(&acme(), &reboot, &actor()).await.is_err());
    let actions: Vec<_> = server
        .seen()
        .iter()
        .filter_map(|request| serde_json::from_str(&request.field("Policy")?).ok())
        .map(|policy: Value| policy["Statement"][0]["Action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(actions, ["ec2:StopInstances", "ec2:StopInstances", "ec2:RebootInstances"]);
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn a_role_that_refuses_is_told_and_nothing_was_done() {
    let (result, seen) = outcome(vec![denied(), stopping()], &stop(false)).await;
    assert_eq!(result.unwrap_err().to_string(), "sts:AssumeRole is not allowed (request a1b2c3d4)");
    assert_eq!(seen.len(), 1);
    for code in ["ValidationError", "MalformedPolicyDocument", "PackedPolicyTooLarge", "ExpiredToken"] {
        let (result, seen) = outcome(vec![refusal(400, code), stopping()], &stop(false)).await;
        let told = result.unwrap_err();
        assert!(matches!(&told, InstancesError::Refused { code: given, .. } if given == code), "{told:?}");
        assert!(!format!("{told:?}").contains(EXTERNAL_ID), "{told:?}");
        assert_eq!(seen.iter().filter(|request| request.action() != "AssumeRole").count(), 0, "{code}");
    }
}

#[tokio::test]
async fn without_an_answer_of_sts_surely_nothing_was_done() {
    let Step::Answer(_, whole) = acting() else { unreachable!("it is an answer") };
    let garbled: [fn(&str) -> String; 3] = [
        |whole| whole.replace("<Credentials>", "<Nothing>").replace("</Credentials>", "</Nothing>"),
        |whole| whole.replace("AssumedRoleUser", "Nobody"),
        |whole| whole.replace("2099-01-01T00:00:00Z", "soon"),
    ];
    let mut steps: Vec<fn() -> Step> = vec![
        || Step::Close,
        || Step::BreakOff,
        || refusal(400, "Throttling"),
        || refusal(503, "ServiceUnavailable"),
        || refusal(500, "InternalFailure"),
        || Step::Answer(502, "<html>Bad Gateway</html>".into()),
        || Step::Answer(200, "<html>Welcome to this network!</html>".into()),
        || Step::Answer(200, String::new()),
    ];
    let mut bodies: Vec<Step> = garbled.iter().map(|garble| Step::Answer(200, garble(&whole))).collect();
    bodies.extend(steps.drain(..).map(|step| step()));
    for (case, step) in bodies.into_iter().enumerate() {
        let again = match &step {
            Step::Answer(status, body) => Step::Answer(*status, body.clone()),
            Step::BreakOff => Step::BreakOff,
            _ => Step::Close,
        };
        let (result, seen) = outcome(vec![step, again], &stop(false)).await;
        let told = result.unwrap_err();
        assert!(matches!(told, InstancesError::Busy(_)), "case {case}: {told:?}");
        assert!(!format!("{told:?}{told}").contains(ACTING), "case {case}: {told:?}");
        assert!(seen.iter().all(|request| request.action() == "AssumeRole"), "case {case}");
    }
    let nowhere = client(&nobody().await, None).change(&acme(), &stop(false), &actor()).await;
    assert!(matches!(nowhere, Err(InstancesError::Busy(_))), "{nowhere:?}");
}

#[tokio::test]
async fn a_change_is_unclear_only_if_ec2s_answer_is_lost() {
    let (result, seen) = outcome(vec![acting(), Step::Close, stopping()], &stop(false)).await;
    assert!(matches!(result, Err(InstancesError::Unclear(_))), "{result:?}");
    assert_eq!(seen.len(), 2, "it is sent once");
    let (result, _) = outcome(vec![acting(), error(403, "UnauthorizedOperation", "no")], &stop(false)).await;
    let told = result.unwrap_err().to_string();
    assert_eq!(told, "ec2:StopInstances is not allowed (request ea966190-f9aa-478e-9ede-example)");
}

#[tokio::test]
async fn a_role_of_another_account_is_not_used() {
    let stray = || session("999988887777", "BellhopAct", ACTING);
    let (result, seen) = outcome(vec![stray(), stopping()], &stop(false)).await;
    let told = result.unwrap_err();
    assert!(matches!(&told, InstancesError::Refused { code, .. } if code == "WrongAccount"), "{told:?}");
    assert_eq!(seen.len(), 1);
    let server = Server::new([stray(), reads::page("", None)]).await;
    let told = client(&server.endpoint, None).describe(&acme(), &Describe::default()).await.unwrap_err();
    assert!(matches!(&told, InstancesError::Refused { code, .. } if code == "WrongAccount"), "{told:?}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_session_changes_25_instances_at_most() {
    let many = |count: usize| {
        let names: Vec<String> = (0..count).map(|number| format!("i-{number:017x}")).collect();
        Change { ids: ids(&names.iter().map(String::as_str).collect::<Vec<_>>()), ..stop(false) }
    };
    let (result, seen) = outcome(vec![acting(), stopping()], &many(26)).await;
    let told = result.unwrap_err();
    assert!(matches!(&told, InstancesError::Refused { code, .. } if code == "TooManyInstances"), "{told:?}");
    assert!(seen.is_empty());
    let server = Server::new([denied(), denied()]).await;
    let client = client(&server.endpoint, None);
    for region in ["ap-southeast-2", "us-gov-west-1"] {
        let place = Place { region: Region::new(region), ..acme() };
        let start = Change { action: Action::Start, ..many(25) };
        client.change(&place, &start, &actor()).await.unwrap_err();
    }
    for request in server.seen() {
        let policy = request.field("Policy").unwrap();
        assert!(policy.len() <= 2_048, "{}", policy.len());
        let policy: Value = serde_json::from_str(&policy).unwrap();
        let resources = policy["Statement"][0]["Resource"].as_array().unwrap();
        let instances = resources.iter().filter(|arn| arn.as_str().unwrap().contains(":instance/"));
        assert_eq!(instances.count(), 25);
    }
    assert!(server.seen()[1].field("Policy").unwrap().contains("arn:aws-us-gov:ec2:*:*:instance/"));
}

#[tokio::test]
async fn nothing_is_sent_for_what_cannot_be() {
    let server = Server::new([acting(), stopping()]).await;
    let client = client(&server.endpoint, None);
    let nobody = Actor { user: UserId::new("U 1"), ..actor() };
    let nowhere = Place { region: Region::new("x/../"), ..acme() };
    for (place, change, actor) in [
        (acme(), Change { ids: vec![], ..stop(false) }, actor()),
        (acme(), stop(false), nobody),
        (nowhere, stop(false), actor()),
    ] {
        let result = client.change(&place, &change, &actor).await;
        assert!(matches!(result, Err(InstancesError::Refused { .. })), "{result:?}");
    }
    assert!(server.seen().is_empty());
}
