//! The proof that an account's roles let in Bellhop alone.

mod entry;
mod instances;
mod open;
mod rights;

use app::ports::{Doors as _, Unproven};

use super::*;
use server::Seen;
use sts::{denied, refusal, session};

/// What a role's owner, or AWS, has done otherwise than it should be. Each says what
/// becomes of a request; nothing means that all is as it should be.
type Oddity = fn(&Seen) -> Option<Step>;

const THIRD: &str = "i-0123456789abcdef2";

fn is_right(request: &Seen) -> bool {
    request.field("ExternalId").as_deref() == Some(EXTERNAL_ID)
}

fn is_for(request: &Seen, role: &str) -> bool {
    request.field("RoleArn").as_deref() == Some(role)
}

/// AWS, with an account whose roles are as they should be.
fn aws(request: &Seen) -> Step {
    match request.action().as_str() {
        "AssumeRole" if !is_right(request) => denied(),
        "AssumeRole" => {
            let role = if is_for(request, READ) { "BellhopRead" } else { "BellhopAct" };
            let action = request.field("Policy").unwrap_or_default();
            let may = ["Start", "Stop", "Reboot", "Terminate"].into_iter().find(|verb| action.contains(verb));
            session("444455556666", role, &format!("ASIA{role}{}", may.unwrap_or_default()))
        }
        _ if request.field("DryRun").is_some() => {
            error(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
        }
        "DescribeInstances" => {
            let spot = reads::item(ONE, "");
            let plain = reads::item(TWO, "").replace("spot", "scheduled");
            let protected = reads::item(THIRD, "<item><key>bellhop:protected</key><value/></item>");
            reads::page(&(spot + &plain + &protected.replace("spot", "scheduled")), None)
        }
        other => panic!("{other} is not asked for"),
    }
}

async fn prove_in(account: &Account, oddity: Oddity) -> (Result<(), Unproven>, Vec<Seen>) {
    let server = Server::by(move |request| oddity(request).unwrap_or_else(|| aws(request))).await;
    let result = client(&server.endpoint, None).prove(account).await;
    (result, server.seen())
}

async fn prove(oddity: Oddity) -> Result<(), Unproven> {
    prove_in(&acme_account(), oddity).await.0
}

fn without(role: &str) -> Unproven {
    Unproven::WithoutExternalId { role: role.to_owned() }
}

fn wrong(role: &str) -> Unproven {
    Unproven::WrongExternalId { role: role.to_owned() }
}

/// A door into somebody else's account.
fn stray() -> Step {
    session("999988887777", "BellhopRead", "ASIASTRAY")
}

#[tokio::test]
async fn roles_that_are_as_they_should_be_are_proved() {
    let (result, seen) = prove_in(&acme_account(), |_| None).await;
    assert_eq!(result, Ok(()));
    let trials: Vec<_> = seen
        .iter()
        .filter(|request| request.action() == "AssumeRole" && request.field("Policy").is_none())
        .map(|request| ["RoleArn", "ExternalId", "SourceIdentity"].map(|name| request.field(name)))
        .collect();
    let count = |role: &str, id: Option<&str>, identity: Option<&str>| {
        let expected = [Some(role), id, identity].map(|value| value.map(str::to_owned));
        trials.iter().filter(|trial| **trial == expected).count()
    };
    let nearly = Some("bellhop-4f1d9c0e70");
    for role in [READ, ACT] {
        for identity in [None, Some("bellhop")] {
            for id in [None, nearly] {
                assert_eq!(count(role, id, identity), 2, "before and after: {role} {id:?} {identity:?}");
            }
        }
    }
    assert_eq!(count(READ, Some(EXTERNAL_ID), Some("bellhop")), 1);
    assert_eq!(trials.len(), 17, "the role that changes is entered with a policy only");
    let dry: Vec<_> = seen
        .iter()
        .filter(|request| request.field("DryRun").as_deref() == Some("true"))
        .map(|request| (request.action(), request.key().to_owned()))
        .collect();
    let expected = [
        ("DescribeInstances", "ASIABellhopRead"),
        ("DescribeInstanceStatus", "ASIABellhopRead"),
        ("StartInstances", "ASIABellhopActStart"),
        ("StopInstances", "ASIABellhopActStop"),
        ("RebootInstances", "ASIABellhopActReboot"),
        ("TerminateInstances", "ASIABellhopActTerminate"),
    ];
    assert_eq!(dry, expected.map(|(action, key)| (action.to_owned(), key.to_owned())));
    let changing = |request: &&Seen| !["AssumeRole"].contains(&request.action().as_str());
    for request in seen.iter().filter(changing).filter(|request| !request.action().starts_with("Describe")) {
        assert_eq!(
            request.field("InstanceId.1").as_deref(),
            Some(TWO),
            "the plain one, not Spot, not protected"
        );
        assert_eq!((request.field("InstanceId.2"), request.field("DryRun").as_deref()), (None, Some("true")));
    }
}

#[tokio::test]
async fn our_own_account_has_nothing_to_prove() {
    let (result, seen) = prove_in(&home().account, |_| None).await;
    assert_eq!((result, seen.len()), (Ok(()), 0));
}
