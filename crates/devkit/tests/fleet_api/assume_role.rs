//! `AssumeRole`: what STS takes, what a role's trust policy asks for, and what comes back.

use std::time::Duration;

use devkit::cloud::OPERATOR;
use devkit::fleet::{
    ACT_ROLE, CARELESS_ROLE, NO_TERMINATE_ROLE, PROD_EXTERNAL_ID, READ_ROLE, Role, SAMPLE_ACCOUNT,
    SAMPLE_EC2_ROLE, STRANGE_ROLE, SourceIdentity, role_arn,
};
use domain::ids::AccountId;

use crate::support::{EU, Lab, Reply, call, prod};

const INVALID: &str = "ValidationError";
const DENIED: &str = "AccessDenied";
const MALFORMED: &str = "MalformedPolicyDocument";
const ALLOW_ALL: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// Assumes the act role as it should be, but for what `changes` replace or take away.
async fn assume(lab: &Lab, changes: &[(&str, Option<&str>)]) -> Reply {
    let arn = role_arn(&prod(), ACT_ROLE);
    let mut params = vec![
        ("Action", "AssumeRole"),
        ("Version", "2011-06-15"),
        ("RoleArn", arn.as_str()),
        ("RoleSessionName", "job-1"),
        ("ExternalId", PROD_EXTERNAL_ID),
        ("DurationSeconds", "900"),
    ];
    for (name, value) in changes {
        params.retain(|(key, _)| key != name);
        params.extend(value.map(|value| (*name, value)));
    }
    lab.send(call("sts", EU, &params)).await
}

fn policy_of(length: usize) -> String {
    let policy = |filler: &str| {
        format!(r#"{{"Statement":{{"Sid":"{filler}","Effect":"Allow","Action":"*","Resource":"*"}}}}"#)
    };
    policy(&"x".repeat(length - policy("").len()))
}

#[tokio::test]
async fn parameters_are_held_to_what_sts_documents() {
    let (fits, long, policy) = ("x".repeat(64), "x".repeat(65), policy_of(2_048));
    let (id, longer, large) = ("x".repeat(1_224), "x".repeat(1_225), policy_of(2_049));
    let deny_nothing = r#"{"Statement":{"Effect":"Deny","NotAction":"*","Resource":"*"}}"#;
    let rows: &[(&str, Option<&str>, &str, &str)] = &[
        ("Note", None, "OK", ""),
        (
            "RoleArn",
            None,
            INVALID,
            "Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
        ),
        ("RoleArn", Some("BellhopAct"), INVALID, "have length greater than or equal to 20"),
        ("RoleArn", Some("arn:aws:iam::444455556666:user/BellhopAct"), INVALID, "BellhopAct is invalid"),
        ("RoleArn", Some("arn:aws:iam::44445555666:role/BellhopAct"), INVALID, "is invalid"),
        ("RoleArn", Some("arn:aws:iam::444455556666:role/"), INVALID, "is invalid"),
        ("RoleSessionName", None, INVALID, "Value null at 'roleSessionName'"),
        ("RoleSessionName", Some("j"), INVALID, "have length greater than or equal to 2"),
        ("RoleSessionName", Some(&long), INVALID, "have length less than or equal to 64"),
        ("RoleSessionName", Some(&fits), "OK", ""),
        ("RoleSessionName", Some("ec2#C1.2"), INVALID, r"regular expression pattern: [\w+=,.@-]*"),
        ("RoleSessionName", Some("a b"), INVALID, "regular expression"),
        ("RoleSessionName", Some("a/b"), INVALID, "regular expression"),
        ("RoleSessionName", Some("jöb"), INVALID, "regular expression"),
        ("RoleSessionName", Some("job_1+=,.@-"), "OK", ""),
        ("DurationSeconds", None, "OK", ""),
        ("DurationSeconds", Some("899"), INVALID, "have value greater than or equal to 900"),
        ("DurationSeconds", Some("3600"), "OK", ""),
        ("DurationSeconds", Some("3601"), INVALID, "1 hour session limit for roles assumed by role chaining"),
        ("DurationSeconds", Some("43201"), INVALID, "have value less than or equal to 43200"),
        ("DurationSeconds", Some("soon"), INVALID, "a number"),
        (
            "ExternalId",
            None,
            DENIED,
            "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::4444",
        ),
        ("ExternalId", Some("acme-prod-0002"), DENIED, "sts:AssumeRole"),
        ("ExternalId", Some("ACME-PROD-0001"), DENIED, "sts:AssumeRole"),
        ("ExternalId", Some("acme-prod-000*"), INVALID, r"[\w+=,.@:/-]*"),
        ("ExternalId", Some(""), INVALID, "have length greater than or equal to 2"),
        ("ExternalId", Some("x"), INVALID, "have length greater than or equal to 2"),
        ("ExternalId", Some(&id), DENIED, ""),
        ("ExternalId", Some(&longer), INVALID, "have length less than or equal to 1224"),
        ("SourceIdentity", Some("U0ANN00001"), "OK", ""),
        ("SourceIdentity", Some("U"), INVALID, "at 'sourceIdentity'"),
        ("SourceIdentity", Some("U:1"), INVALID, "regular expression"),
        ("SourceIdentity", Some(&long), INVALID, "have length less than or equal to 64"),
        ("Policy", Some(ALLOW_ALL), "OK", ""),
        ("Policy", Some(deny_nothing), "OK", ""),
        ("Policy", Some(&policy), "OK", ""),
        ("Policy", Some(&large), INVALID, "have length less than or equal to 2048"),
        ("Policy", Some(""), INVALID, "at 'policy'"),
        ("Policy", Some("{"), MALFORMED, "This policy contains invalid Json"),
        ("Policy", Some("[]"), MALFORMED, "Syntax errors in policy."),
        (
            "Policy",
            Some(r#"{"Statement":{"Effect":"Allow","Resource":"*"}}"#),
            MALFORMED,
            "must contain actions",
        ),
        (
            "Policy",
            Some(r#"{"Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"i-1"}}"#),
            MALFORMED,
            "ARN format",
        ),
        ("PolicyArns.member.1.arn", Some("arn:aws:iam::aws:policy/X"), INVALID, "is not known here"),
        ("Version", Some("2010-01-01"), "InvalidAction", "AssumeRole for version 2010-01-01"),
        ("Action", Some("GetSessionToken"), "InvalidAction", "GetSessionToken"),
    ];
    for (name, value, code, says) in rows {
        let lab = Lab::new();
        let changes: &[_] = if *name == "Note" { &[] } else { &[(*name, *value)] };
        let reply = assume(&lab, changes).await;
        let status = match *code {
            "OK" => 200,
            DENIED => 403,
            _ => 400,
        };
        assert_eq!((reply.status, reply.code()), (status, *code), "{name}={value:?}: {}", reply.body);
        assert!(reply.message().contains(says), "{name}={value:?}: {}", reply.message());
        assert_eq!(reply.all("AccessKeyId").len(), usize::from(*code == "OK"), "{name}={value:?}");
    }
}

#[tokio::test]
async fn several_complaints_are_told_at_once() {
    let lab = Lab::new();
    let reply = assume(&lab, &[("RoleSessionName", None), ("DurationSeconds", Some("1"))]).await;
    assert!(reply.message().starts_with("2 validation errors detected: Value null at 'roleSessionName'"));
    assert!(reply.message().contains("; Value '1' at 'durationSeconds'"), "{}", reply.message());
}

#[tokio::test]
async fn a_policy_and_an_identity_must_fit_in_the_packed_size() {
    let lab = Lab::new();
    let policy = policy_of(2_040);
    let user = "U".repeat(20);
    let reply = assume(&lab, &[("Policy", Some(&policy)), ("SourceIdentity", Some(&user))]).await;
    assert_eq!((reply.status, reply.code()), (400, "PackedPolicyTooLarge"));
    assert_eq!(reply.message(), "Packed policy consumes 101% of allotted space, please use smaller policy.");
    let reply = assume(&lab, &[("Policy", Some(&policy))]).await;
    assert_eq!(reply.one("PackedPolicySize"), "100");
    assert!(assume(&lab, &[]).await.all("PackedPolicySize").is_empty());
}

#[tokio::test]
async fn each_role_trusts_as_it_says() {
    let lab = Lab::new();
    let (none, wrong, right) = (None, Some("somebody-else"), Some(PROD_EXTERNAL_ID));
    for (role, id, identity, code) in [
        (READ_ROLE, right, None, "OK"),
        (READ_ROLE, none, None, DENIED),
        (READ_ROLE, wrong, None, DENIED),
        (ACT_ROLE, right, Some("U1"), "OK"),
        (NO_TERMINATE_ROLE, right, None, "OK"),
        (NO_TERMINATE_ROLE, wrong, None, DENIED),
        (CARELESS_ROLE, none, None, "OK"),
        (CARELESS_ROLE, wrong, None, "OK"),
        (STRANGE_ROLE, none, None, DENIED),
        (STRANGE_ROLE, right, None, DENIED),
        ("NoSuchRole", right, None, DENIED),
    ] {
        let arn = role_arn(&prod(), role);
        let changes = [("RoleArn", Some(arn.as_str())), ("ExternalId", id), ("SourceIdentity", identity)];
        let reply = assume(&lab, &changes).await;
        assert_eq!(reply.code(), code, "{role} {id:?}");
        if code == DENIED {
            let says = format!(
                "User: arn:aws:sts::111122223333:assumed-role/{SAMPLE_EC2_ROLE}/Ec2Function is not authorized to \
                 perform: sts:AssumeRole on resource: {arn}"
            );
            assert_eq!(reply.message(), says);
        }
    }
}

#[tokio::test]
async fn a_trust_policy_says_who_and_what_is_behind_a_session() {
    let ours = role_arn(&AccountId::new(SAMPLE_ACCOUNT), SAMPLE_EC2_ROLE);
    let session = format!("arn:aws:sts::111122223333:assumed-role/{SAMPLE_EC2_ROLE}/Ec2Function");
    let like = || SourceIdentity::Like("U0*".to_owned());
    for (principal, rule, identity, refused) in [
        (ours.as_str(), SourceIdentity::Forbidden, None, None),
        (&ours, SourceIdentity::Forbidden, Some("U0ANN"), Some("sts:SetSourceIdentity")),
        (&ours, SourceIdentity::Allowed, None, None),
        (&ours, SourceIdentity::Allowed, Some("U0ANN"), None),
        (&ours, like(), Some("U0ANN"), None),
        (&ours, like(), Some("W0ANN"), Some("sts:AssumeRole")),
        (&ours, like(), None, Some("sts:AssumeRole")),
        (&session, SourceIdentity::Forbidden, None, None),
        ("arn:aws:iam::111122223333:root", SourceIdentity::Forbidden, None, None),
        ("111122223333", SourceIdentity::Forbidden, None, None),
        ("*", SourceIdentity::Forbidden, None, None),
        (
            "arn:aws:iam::111122223333:role/bellhop-TextRole",
            SourceIdentity::Forbidden,
            None,
            Some("sts:AssumeRole"),
        ),
        ("arn:aws:iam::444455556666:root", SourceIdentity::Forbidden, None, Some("sts:AssumeRole")),
        ("arn:aws:iam::111122223333:role/*", SourceIdentity::Forbidden, None, Some("sts:AssumeRole")),
    ] {
        let lab = Lab::new();
        let what = format!("{principal} {rule:?} {identity:?}");
        let arn =
            lab.fleet.add_role(&prod(), Role::new("Own").trusting(principal).with_source_identity(rule));
        let reply = assume(&lab, &[("RoleArn", Some(&arn)), ("SourceIdentity", identity)]).await;
        assert_eq!(reply.code(), refused.map_or("OK", |_| DENIED), "{what}");
        if let Some(action) = refused {
            assert!(
                reply.message().ends_with(&format!("{action} on resource: {arn}")),
                "{what}: {}",
                reply.message()
            );
        }
    }
}

#[tokio::test]
async fn only_who_is_no_role_may_have_more_than_an_hour() {
    let lab = Lab::new();
    let root = "arn:aws:iam::111122223333:root";
    let long = lab.fleet.add_role(&prod(), Role::new("Long").trusting(root).lasting(Duration::from_hours(4)));
    for (who, seconds, says) in [
        (OPERATOR, "14400", None),
        (OPERATOR, "14401", Some("exceeds the MaxSessionDuration set for this role")),
        (SAMPLE_EC2_ROLE, "3600", None),
        (SAMPLE_EC2_ROLE, "3601", Some("role chaining")),
    ] {
        let params = [
            ("Action", "AssumeRole"),
            ("Version", "2011-06-15"),
            ("RoleArn", long.as_str()),
            ("RoleSessionName", "job-1"),
            ("DurationSeconds", seconds),
        ];
        let mut call = call("sts", EU, &params);
        who.clone_into(&mut call.role_name);
        let reply = lab.send(call).await;
        assert_eq!(reply.code(), if says.is_some() { INVALID } else { "OK" }, "{who} {seconds}");
        assert!(reply.message().contains(says.unwrap_or_default()));
    }
}

#[tokio::test]
async fn the_answer_is_written_as_sts_writes_it() {
    let lab = Lab::new();
    let reply = assume(&lab, &[("SourceIdentity", Some("U0ANN00001")), ("Policy", Some(ALLOW_ALL))]).await;
    assert!(reply.body.contains("<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"));
    let role = "arn:aws:sts::444455556666:assumed-role/BellhopAct/job-1";
    assert_eq!(reply.xml.find("AssumedRoleUser").unwrap().child("Arn"), role);
    assert!(reply.one("AssumedRoleId").starts_with("AROA") && reply.one("AssumedRoleId").ends_with(":job-1"));
    let credentials = reply.xml.find("Credentials").unwrap();
    let key = credentials.child("AccessKeyId");
    assert!(key.starts_with("ASIA") && key.len() == 20, "{key}");
    assert_eq!(credentials.child("SecretAccessKey").len(), 40);
    assert!(credentials.child("SessionToken").len() > 300);
    assert_eq!(credentials.child("Expiration"), "2026-11-20T18:17:11Z");
    assert_eq!(
        (reply.one("PackedPolicySize").as_str(), reply.one("SourceIdentity").as_str()),
        ("4", "U0ANN00001")
    );
    assert_eq!(reply.all("RequestId").len(), 1);
    assert_ne!(assume(&lab, &[]).await.keys(), reply.keys(), "each session has its own");
}
