//! The template that is shipped, and trust policies of every shape.

use serde_json::json;

use super::*;
use crate::build::workspace_root;

const US: &str = "arn:aws:iam::111122223333:role/bellhop-Ec2Role";

fn enter(condition: &Value) -> Value {
    json!({ "Effect": "Allow", "Principal": { "AWS": US }, "Action": ENTER, "Condition": condition })
}

fn say(principal: &str) -> Value {
    json!({ "Effect": "Allow", "Principal": { "AWS": [principal] }, "Action": [SAY_WHO] })
}

#[test]
fn the_template_makes_two_roles_that_trust_who_was_named() {
    let root = workspace_root().unwrap();
    let made = roles(&root, "444455556666", US, "bellhop-00ff").unwrap();
    let names: Vec<_> = made.iter().map(|role| role.name.as_str()).collect();
    assert_eq!(names, ["BellhopAct", "BellhopRead"]);
    for role in made {
        let trust = Trust {
            principals: vec![US.into()],
            external_id: Some("bellhop-00ff".into()),
            source_identity: SourceIdentity::Allowed,
        };
        assert_eq!(role.trust, trust, "{}", role.name);
        assert_eq!(role.max_session, Duration::from_hours(1));
        let names_instances = json!(role.statements).to_string().contains("444455556666:instance/*");
        assert_eq!(names_instances, role.name == "BellhopAct");
    }
    let nothing = roles(&root, "444455556666", US, "").unwrap_err();
    assert!(format!("{nothing:#}").contains("ExternalId"), "{nothing:#}");
    assert!(roles(Path::new("/nowhere"), "444455556666", US, "bellhop-00ff").is_err());
}

#[test]
fn the_steps_are_told_by_their_parameters() {
    let told = format!(
        "Launch it in 444455556666, with BellhopRoleArn and ExternalId:\n--parameter-overrides BellhopRoleArn={US} ExternalId=bellhop-00ff\nThen verify."
    );
    assert_eq!(steps(&told), Some((US.into(), "bellhop-00ff".into())));
    for other in ["", "BellhopRoleArn and ExternalId", "ExternalId=bellhop-00ff"] {
        assert_eq!(steps(other), None, "{other}");
    }
}

#[test]
fn a_trust_policy_is_what_its_statements_say() {
    let with_id = json!({ "StringEquals": { "sts:ExternalId": "e-1" } });
    let trusted = |external_id: Option<&str>, source_identity| Trust {
        principals: vec![US.into()],
        external_id: external_id.map(Into::into),
        source_identity,
    };
    let like = json!({
        "Effect": "Allow", "Principal": { "AWS": US }, "Action": [ENTER, SAY_WHO],
        "Condition": { "StringLike": { "sts:SourceIdentity": "U*" } },
    });
    for (statements, expected) in [
        (vec![enter(&with_id)], trusted(Some("e-1"), SourceIdentity::Forbidden)),
        (vec![say(US), enter(&with_id)], trusted(Some("e-1"), SourceIdentity::Allowed)),
        (vec![enter(&json!({}))], trusted(None, SourceIdentity::Forbidden)),
        (vec![like], trusted(None, SourceIdentity::Like("U*".into()))),
    ] {
        assert_eq!(trust(&statements).unwrap(), expected, "{statements:?}");
    }
}

#[test]
fn what_the_fleet_could_not_hold_to_is_an_error() {
    let altered = |key: &str, value: Value| {
        let mut statement = enter(&json!({}));
        statement[key] = value;
        statement
    };
    for statements in [
        vec![],
        vec![say(US)],
        vec![enter(&json!({})), enter(&json!({}))],
        vec![enter(&json!({})), say("arn:aws:iam::111122223333:role/another")],
        vec![enter(&json!({ "StringEquals": { "aws:PrincipalOrgID": "o-1" } }))],
        vec![enter(&json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }))],
        vec![altered("Effect", json!("Deny"))],
        vec![altered("Principal", json!("*"))],
        vec![altered("Action", json!("sts:TagSession"))],
        vec![altered("Resource", json!("*"))],
    ] {
        assert!(trust(&statements).is_err(), "{statements:?}");
    }
}
