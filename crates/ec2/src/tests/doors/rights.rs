//! What the roles may do, in each region: EC2 itself says so, without doing it.

use super::*;

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

const ALL: [(&str, &str); 6] = [
    (READ, "DescribeInstances"),
    (READ, "DescribeInstanceStatus"),
    (ACT, "StartInstances"),
    (ACT, "StopInstances"),
    (ACT, "RebootInstances"),
    (ACT, "TerminateInstances"),
];

fn is_in(request: &Seen, region: &str) -> bool {
    request.header("authorization").contains(&format!("/{region}/ec2/"))
}

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
        assert_eq!(asked.filter(|request| request.field("DryRun").is_some()).count(), 6, "{region}");
    }
    let (result, _) = prove_in(&account, |request| {
        (is_in(request, "us-east-1") && request.action() == "DescribeInstances").then(unauthorized)
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
async fn a_region_that_cannot_be_used_is_passed_over_unless_all_are() {
    let mut account = acme_account();
    account.regions = ["eu-west-1", "me-south-1"].map(Region::new).to_vec();
    let closed: Oddity = |request| is_in(request, "me-south-1").then(|| error(401, "AuthFailure", "no"));
    assert_eq!(prove_in(&account, closed).await.0, Ok(()));
    account.regions.remove(0);
    let (region, closure) = (Region::new("me-south-1"), app::ports::RegionClosure::NotEnabled);
    assert_eq!(prove_in(&account, closed).await.0, Err(Unproven::RegionClosed { region, closure }));
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
