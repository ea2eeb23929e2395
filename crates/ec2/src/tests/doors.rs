//! The proof that an account's roles let in Bellhop alone.

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
        ("DescribeInstanceAttribute", "ASIABellhopRead"),
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
async fn an_open_door_is_told_even_if_everything_else_works() {
    let rows: &[(Oddity, Unproven)] = &[
        (
            |request| (request.field("ExternalId").is_none() && is_for(request, READ)).then(opened),
            without(READ),
        ),
        (
            |request| (request.field("ExternalId").is_none() && is_for(request, ACT)).then(opened),
            without(ACT),
        ),
        (
            |request| (request.field("ExternalId").is_some() && is_for(request, READ)).then(opened),
            wrong(READ),
        ),
        (|request| (request.field("ExternalId").is_some() && is_for(request, ACT)).then(opened), wrong(ACT)),
        (|request| (request.action() == "AssumeRole").then(opened), without(ACT)),
        // With a source identity only, or without only.
        (
            |request| {
                let bare = request.field("ExternalId").is_none() && request.field("SourceIdentity").is_none();
                (bare && is_for(request, ACT)).then(opened)
            },
            without(ACT),
        ),
        (
            |request| {
                let named =
                    request.field("ExternalId").is_none() && request.field("SourceIdentity").is_some();
                (named && is_for(request, READ)).then(opened)
            },
            without(READ),
        ),
        // A role that compares only the beginning.
        (
            |request| {
                let id = request.field("ExternalId").unwrap_or_default();
                (id.starts_with("bellhop-") && !is_right(request)).then(opened)
            },
            wrong(ACT),
        ),
        // An open door into somebody else's account.
        (
            |request| {
                let stray = || session("999988887777", "BellhopRead", "ASIASTRAY");
                (request.field("ExternalId").is_none() && is_for(request, READ)).then(stray)
            },
            without(READ),
        ),
        // One is open and the other is not there.
        (
            |request| match request.field("ExternalId") {
                None if is_for(request, READ) => Some(opened()),
                _ => (request.action() == "AssumeRole").then(denied),
            },
            without(READ),
        ),
        // One is open and about the other nothing is known.
        (
            |request| match request.field("ExternalId") {
                Some(_) if is_for(request, READ) => Some(opened()),
                _ => (request.action() == "AssumeRole").then(|| refusal(400, "Throttling")),
            },
            wrong(READ),
        ),
    ];
    for (row, (oddity, expected)) in rows.iter().enumerate() {
        let (result, seen) = prove_in(&acme_account(), *oddity).await;
        assert_eq!(result, Err(expected.clone()), "row {row}");
        assert!(seen.iter().all(|request| request.action() == "AssumeRole"), "row {row}");
    }
}

fn opened() -> Step {
    session("444455556666", "BellhopRead", "ASIAOPEN")
}

#[tokio::test]
async fn a_door_that_opens_while_it_is_looked_at_is_found() {
    let server = {
        let mut entered = false;
        Server::by(move |request| {
            let is_trial = request.action() == "AssumeRole" && !is_right(request);
            entered |= request.action() == "AssumeRole" && is_right(request);
            if is_trial && entered { opened() } else { aws(request) }
        })
        .await
    };
    assert_eq!(client(&server.endpoint, None).prove(&acme_account()).await, Err(without(ACT)));
}

#[tokio::test]
async fn a_refusal_for_another_reason_is_no_proof() {
    let rows: &[fn() -> Step] = &[
        || refusal(400, "Throttling"),
        || refusal(403, "ExpiredToken"),
        || refusal(403, "InvalidClientTokenId"),
        || refusal(403, "SignatureDoesNotMatch"),
        || refusal(400, "ValidationError"),
        || refusal(403, "RegionDisabledException"),
        || refusal(500, "InternalFailure"),
        || refusal(403, "AccessDeniedForSomeOtherReason"),
        || Step::Close,
        || Step::BreakOff,
        || Step::Answer(403, "<html>Forbidden</html>".into()),
        || Step::Answer(403, String::new()),
        || Step::Answer(200, "<html>Welcome</html>".into()),
    ];
    for (row, answer) in rows.iter().enumerate() {
        for id in [None, Some("bellhop-4f1d9c0e70")] {
            let server = {
                let answer = *answer;
                Server::by(move |request| {
                    let struck =
                        request.action() == "AssumeRole" && request.field("ExternalId").as_deref() == id;
                    if struck { answer() } else { aws(request) }
                })
                .await
            };
            let result = client(&server.endpoint, None).prove(&acme_account()).await;
            let Err(Unproven::Unclear(why)) = result else { panic!("row {row} {id:?}: {result:?}") };
            assert!(!why.contains(EXTERNAL_ID), "{why}");
        }
    }
}

#[tokio::test]
async fn a_role_must_let_us_in_and_be_where_it_should() {
    let not_let_in =
        |role: &str| Unproven::NotLetIn { role: role.to_owned(), request_id: "a1b2c3d4".to_owned() };
    let other = |role: &str| Unproven::OtherAccount {
        role: role.to_owned(),
        account: AccountId::new("999988887777"),
    };
    let rows: &[(Oddity, Unproven)] = &[
        (|request| (request.action() == "AssumeRole").then(denied), not_let_in(ACT)),
        (|request| (is_right(request) && is_for(request, READ)).then(denied), not_let_in(READ)),
        (|request| (is_right(request) && is_for(request, ACT)).then(denied), not_let_in(ACT)),
        // It takes no source identity.
        (
            |request| (is_right(request) && request.field("SourceIdentity").is_some()).then(denied),
            not_let_in(ACT),
        ),
        (|request| (is_right(request) && is_for(request, READ)).then(stray), other(READ)),
        (|request| (is_right(request) && is_for(request, ACT)).then(stray), other(ACT)),
        (
            |request| is_right(request).then(|| if is_for(request, READ) { stray() } else { denied() }),
            other(READ),
        ),
    ];
    for (row, (oddity, expected)) in rows.iter().enumerate() {
        assert_eq!(prove(*oddity).await, Err(expected.clone()), "row {row}");
    }
    for answer in [|| refusal(400, "MalformedPolicyDocument"), || refusal(400, "Throttling"), || Step::Close]
    {
        let server = Server::by(move |request| if is_right(request) { answer() } else { aws(request) }).await;
        let result = client(&server.endpoint, None).prove(&acme_account()).await;
        assert!(matches!(result, Err(Unproven::Unclear(_))), "{result:?}");
    }
}

fn stray() -> Step {
    session("999988887777", "BellhopRead", "ASIASTRAY")
}

fn unauthorized() -> Step {
    error(403, "UnauthorizedOperation", "You are not authorized to perform this operation.")
}

async fn prove_without(operation: &'static str, answer: fn() -> Step) -> Result<(), Unproven> {
    let server = Server::by(move |request| {
        let struck = request.action() == operation && request.field("DryRun").is_some();
        if struck { answer() } else { aws(request) }
    })
    .await;
    client(&server.endpoint, None).prove(&acme_account()).await
}

const ALL: [(&str, &str); 7] = [
    (READ, "DescribeInstances"),
    (READ, "DescribeInstanceStatus"),
    (READ, "DescribeInstanceAttribute"),
    (ACT, "StartInstances"),
    (ACT, "StopInstances"),
    (ACT, "RebootInstances"),
    (ACT, "TerminateInstances"),
];

#[tokio::test]
async fn each_right_that_lacks_is_told() {
    for (role, operation) in ALL {
        let lacks = Unproven::LacksRight {
            role: role.to_owned(),
            operation: operation.to_owned(),
            region: Region::new("eu-west-1"),
        };
        assert_eq!(prove_without(operation, unauthorized).await, Err(lacks), "{operation}");
    }
}

#[tokio::test]
async fn only_ec2s_yes_is_one() {
    let answers: [fn() -> Step; 8] = [
        || error(503, "RequestLimitExceeded", "Request limit exceeded."),
        || error(500, "InternalError", "An internal error has occurred"),
        || error(400, "InvalidInstanceID.NotFound", "The instance ID does not exist"),
        || error(400, "IncorrectInstanceState", "no"),
        || error(412, "DryRun", "no"),
        || Step::Close,
        || Step::Answer(200, "<html>Welcome</html>".into()),
        stopping,
    ];
    for (role, operation) in ALL {
        for (row, answer) in answers.iter().enumerate() {
            let result = prove_without(operation, *answer).await;
            assert!(matches!(result, Err(Unproven::Unclear(_))), "{role} {operation} {row}: {result:?}");
        }
    }
}

#[tokio::test]
async fn every_region_is_asked() {
    let mut account = acme_account();
    account.regions = ["eu-west-1", "us-east-1", "ap-southeast-2"].map(Region::new).to_vec();
    let (result, seen) = prove_in(&account, |_| None).await;
    assert_eq!(result, Ok(()));
    for region in &account.regions {
        let signed = format!("/{region}/ec2/aws4_request");
        let asked = seen.iter().filter(|request| request.header("authorization").contains(&signed));
        assert_eq!(asked.filter(|request| request.field("DryRun").is_some()).count(), 7, "{region}");
    }
    let (result, _) = prove_in(&account, |request| {
        let there = request.header("authorization").contains("/us-east-1/ec2/");
        (there && request.action() == "DescribeInstances").then(unauthorized)
    })
    .await;
    let Err(Unproven::LacksRight { region, .. }) = result else { panic!("{result:?}") };
    assert_eq!(region.as_str(), "us-east-1");
    account.regions.clear();
    assert!(matches!(prove_in(&account, |_| None).await.0, Err(Unproven::Unclear(_))));
    account.regions = vec![Region::new("x/../")];
    assert!(matches!(prove_in(&account, |_| None).await.0, Err(Unproven::Unclear(_))));
}

#[tokio::test]
async fn without_an_instance_the_session_is_proved_and_no_more() {
    let empty: Oddity = |request| {
        let real = request.action() == "DescribeInstances" && request.field("DryRun").is_none();
        real.then(|| {
            reads::page(&reads::item(THIRD, "<item><key>bellhop:protected</key><value/></item>"), None)
        })
    };
    let (result, seen) = prove_in(&acme_account(), empty).await;
    assert_eq!(result, Ok(()));
    let changes = seen.iter().filter(|request| is_for(request, ACT) && is_right(request)).collect::<Vec<_>>();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].field("SourceIdentity").as_deref(), Some("bellhop"));
    assert!(changes[0].field("Policy").unwrap().contains("instance/i-00000000000000000"));
    assert!(seen.iter().all(|request| !request.action().ends_with("StopInstances")));
}

#[tokio::test]
async fn only_managed_instances_are_tried() {
    let server = Server::by(aws).await;
    let result = client(&server.endpoint, Some(("bellhop", "yes"))).prove(&acme_account()).await;
    assert_eq!(result, Ok(()));
    let seen = server.seen();
    let asked = seen.iter().find(|request| request.field("Filter.2.Name").is_some()).unwrap();
    assert_eq!(asked.field("Filter.2.Name").as_deref(), Some("tag:bellhop"));
    assert!(seen.iter().all(|request| request.action() != "StopInstances"), "none carries the tag");
}

#[tokio::test]
async fn our_own_account_has_nothing_to_prove() {
    let (result, seen) = prove_in(&home().account, |_| None).await;
    assert_eq!((result, seen.len()), (Ok(()), 0));
}

fn is_in(request: &Seen, region: &str) -> bool {
    request.header("authorization").contains(&format!("/{region}/ec2/"))
}

#[tokio::test]
async fn a_change_must_be_allowed_somewhere_and_clear_everywhere() {
    let mut account = acme_account();
    account.regions = ["eu-west-1", "us-east-1"].map(Region::new).to_vec();
    let result = async |oddity: Oddity| prove_in(&account, oddity).await.0;
    let one: Oddity = |request| {
        (is_in(request, "eu-west-1") && request.action() == "TerminateInstances").then(unauthorized)
    };
    assert_eq!(result(one).await, Ok(()), "a role may go by tags");
    let both = result(|request| (request.action() == "TerminateInstances").then(unauthorized)).await;
    assert!(
        matches!(both, Err(Unproven::LacksRight { ref operation, .. }) if operation == "TerminateInstances")
    );
    let unclear: [Oddity; 2] = [
        |request| (is_in(request, "eu-west-1") && request.action() == "StopInstances").then_some(Step::Close),
        |request| match request.action().as_str() {
            "StopInstances" if is_in(request, "us-east-1") => Some(Step::Close),
            "StopInstances" => Some(unauthorized()),
            _ => None,
        },
    ];
    for oddity in unclear {
        let told = result(oddity).await;
        assert!(matches!(told, Err(Unproven::Unclear(_))), "{told:?}");
    }
}

#[tokio::test]
async fn what_a_role_may_be_limited_to_is_tried_first() {
    let tagged: Oddity = |request| {
        let real = request.action() == "DescribeInstances" && request.field("DryRun").is_none();
        let managed = "<item><key>bellhop:managed</key><value/></item>";
        real.then(|| {
            reads::page(&(reads::item(TWO, "").replace("spot", "x") + &reads::item(ONE, managed)), None)
        })
    };
    let (result, seen) = prove_in(&acme_account(), tagged).await;
    assert_eq!(result, Ok(()));
    let stopped = seen.iter().find(|request| request.action() == "StopInstances").unwrap();
    assert_eq!(stopped.field("InstanceId.1").as_deref(), Some(ONE));
}
