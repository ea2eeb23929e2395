use app::ports::RegionClosure;

use super::*;

async fn outcome(steps: Vec<Step>, change: &Change) -> (Result<Changed, InstancesError>, Vec<server::Seen>) {
    let server = Server::new(steps).await;
    let result = client(&server.endpoint, None).change(&home(), change, &actor()).await;
    (result, server.seen())
}

#[tokio::test]
async fn a_change_tells_the_new_states() {
    let (result, seen) = outcome(vec![stopping()], &stop(false)).await;
    let expected: Vec<_> = ids(&[ONE, TWO]).into_iter().map(|id| (id, InstanceState::Stopping)).collect();
    let changed = result.unwrap();
    assert_eq!(changed.states, expected);
    assert_eq!(changed.request_id, "59dbff89-35bd-4eac-99ed-be587EXAMPLE");
    let fields = [
        ("Action", "StopInstances"),
        ("Version", "2016-11-15"),
        ("InstanceId.1", ONE),
        ("InstanceId.2", TWO),
    ];
    assert_eq!(seen[0].fields(), fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn each_action_is_its_own_operation() {
    let plain = |operation: &'static str| (operation, vec![]);
    for (action, (operation, flags)) in [
        (Action::Start, plain("StartInstances")),
        (Action::Stop { force: true, hibernate: false }, ("StopInstances", vec!["Force"])),
        (Action::Stop { force: false, hibernate: true }, ("StopInstances", vec!["Hibernate"])),
        (Action::Reboot, plain("RebootInstances")),
        (Action::Terminate, plain("TerminateInstances")),
    ] {
        let refusal = error(400, "IncorrectInstanceState", "no");
        let (_, seen) = outcome(vec![refusal], &Change { action, ..stop(false) }).await;
        assert_eq!(seen[0].field("Action").as_deref(), Some(operation));
        for flag in ["Force", "Hibernate", "DryRun"] {
            assert_eq!(seen[0].field(flag).is_some(), flags.contains(&flag), "{operation} {flag}");
        }
    }
}

#[tokio::test]
async fn a_reboot_is_confirmed_without_states() {
    let body = |answer: &str| {
        Step::Answer(
            200,
            format!(
                "<RebootInstancesResponse><requestId>x</requestId><return>{answer}</return></RebootInstancesResponse>"
            ),
        )
    };
    let reboot = Change { action: Action::Reboot, ids: ids(&[ONE]), dry_run: false };
    let (result, _) = outcome(vec![body("true")], &reboot).await;
    let changed = result.unwrap();
    assert_eq!(changed.states, [(InstanceId::parse(ONE).unwrap(), InstanceState::Running)]);
    assert_eq!(changed.request_id, "x");
    let (result, _) = outcome(vec![body("false")], &reboot).await;
    assert!(matches!(result, Err(InstancesError::Unclear(_))));
    let bare = |inner: &str| {
        Step::Answer(200, format!("<RebootInstancesResponse>{inner}</RebootInstancesResponse>"))
    };
    let (result, _) = outcome(vec![bare("<requestId>x</requestId>")], &reboot).await;
    assert_eq!(result.unwrap(), changed, "EC2 answered, and with no error");
    let (result, _) = outcome(vec![bare("")], &reboot).await;
    assert!(matches!(result, Err(InstancesError::Unclear(_))), "it may be something else that answered");
}

#[tokio::test]
async fn a_dry_run_that_would_work_changes_nothing() {
    let would = || error(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
    let (result, seen) = outcome(vec![would()], &stop(true)).await;
    let nothing = Changed { states: vec![], request_id: "ea966190-f9aa-478e-9ede-example".into() };
    assert_eq!(result.unwrap(), nothing);
    assert_eq!(seen[0].field("DryRun").as_deref(), Some("true"));
    let (result, _) = outcome(vec![error(403, "UnauthorizedOperation", "no")], &stop(true)).await;
    assert!(matches!(result, Err(InstancesError::NotAllowed { .. })));
    let (result, seen) = outcome(vec![Step::Close, would()], &stop(true)).await;
    assert_eq!(result.unwrap(), nothing);
    assert_eq!(seen.len(), 2, "asking again does no harm");
    let (result, _) = outcome(vec![stopping()], &stop(true)).await;
    assert!(matches!(result, Err(InstancesError::Unclear(_))), "it may have been a real one");
    let (result, _) = outcome(vec![would()], &stop(false)).await;
    assert!(matches!(result, Err(InstancesError::Unclear(_))), "nobody asked for a dry run");
}

#[tokio::test]
async fn what_may_have_run_is_sent_once_and_unclear() {
    let only_one = {
        let Step::Answer(_, body) = stopping() else { unreachable!("it is an answer") };
        body.replace(TWO, ONE)
    };
    let strange = {
        let Step::Answer(_, body) = stopping() else { unreachable!("it is an answer") };
        body.replace("stopping", "melting")
    };
    let steps = [
        Step::Close,
        Step::BreakOff,
        error(500, "InternalError", "An internal error has occurred"),
        error(503, "Unavailable", "The server is overloaded"),
        error(503, "ServiceUnavailable", "The service is unavailable"),
        Step::Answer(500, String::new()),
        Step::Answer(502, "<html>Bad Gateway</html>".into()),
        Step::Answer(400, "not XML".into()),
        Step::Answer(302, String::new()),
        Step::Answer(200, "<html>Welcome to this network!</html>".into()),
        Step::Answer(200, String::new()),
        Step::Answer(200, only_one),
        Step::Answer(200, strange),
    ];
    for (case, step) in steps.into_iter().enumerate() {
        let (result, seen) = outcome(vec![step, stopping()], &stop(false)).await;
        assert!(matches!(result, Err(InstancesError::Unclear(_))), "case {case}: {result:?}");
        assert_eq!(seen.len(), 1, "case {case}");
    }
}

#[tokio::test]
async fn a_closed_connection_that_was_used_before_is_unclear_too() {
    let server = Server::new([error(400, "IncorrectState", "no"), Step::Close, stopping()]).await;
    let client = client(&server.endpoint, None);
    let first = client.change(&home(), &stop(false), &actor()).await;
    assert!(matches!(first, Err(InstancesError::Refused { .. })), "{first:?}");
    let second = client.change(&home(), &stop(false), &actor()).await;
    assert!(matches!(second, Err(InstancesError::Unclear(_))), "{second:?}");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn no_answer_in_time_is_unclear() {
    let server = Server::new([Step::Silence]).await;
    let wire = crate::wire::Wire::new(&config(&server.endpoint)).unwrap();
    let endpoint = server.endpoint.parse().unwrap();
    let to = (&endpoint, &Region::new("eu-west-1"));
    let silence = wire.send(&crate::wire::Signer::Own, to, "Action=x".into(), Duration::from_secs(2)).await;
    assert!(matches!(silence, Err(crate::wire::Silence::Lost(_))), "{silence:?}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn what_surely_did_not_run_is_tried_again() {
    let codes = ["RequestLimitExceeded", "Throttling", "ThrottlingException", "RequestThrottled"];
    for code in codes {
        let slow_down = || error(503, code, "Request limit exceeded.");
        let (result, seen) = outcome(vec![slow_down(), slow_down(), stopping()], &stop(false)).await;
        assert_eq!((result.unwrap().states.len(), seen.len()), (2, 3), "{code}");
        let (result, seen) = outcome((0..9).map(|_| slow_down()).collect(), &stop(false)).await;
        assert!(matches!(result, Err(InstancesError::Busy(_))), "{result:?}");
        assert_eq!(seen.len(), 6, "{code}");
    }
    let refused = client(&nobody().await, None).change(&home(), &stop(false), &actor()).await;
    assert!(matches!(refused, Err(InstancesError::Busy(_))), "{refused:?}");
    // No such host.
    let unknown = client("http://bellhop.invalid:1", None).change(&home(), &stop(false), &actor()).await;
    assert!(matches!(unknown, Err(InstancesError::Busy(_))), "{unknown:?}");
}

#[tokio::test]
async fn a_lost_answer_after_a_throttled_try_is_unclear() {
    let slow_down = error(503, "RequestLimitExceeded", "Request limit exceeded.");
    let (result, seen) = outcome(vec![slow_down, Step::Close, stopping()], &stop(false)).await;
    assert!(matches!(result, Err(InstancesError::Unclear(_))), "{result:?}");
    assert_eq!(seen.len(), 2);
}

#[tokio::test]
async fn refusals_are_told_with_their_code() {
    for (status, code) in [
        (400, "IncorrectInstanceState"),
        (400, "InvalidInstanceID.NotFound"),
        (400, "OperationNotPermitted"),
        (400, "UnsupportedHibernationConfiguration"),
        (500, "InsufficientInstanceCapacity"),
        (503, "InsufficientInstanceCapacity"),
        (400, "InstanceLimitExceeded"),
        (400, "RequestExpired"),
    ] {
        let (result, seen) = outcome(vec![error(status, code, "It &lt;says&gt; no.")], &stop(false)).await;
        let Err(InstancesError::Refused { code: told, message, request_id }) = result else {
            panic!("{code}: {result:?}")
        };
        assert_eq!((told.as_str(), message.as_str()), (code, "It <says> no."));
        assert_eq!(request_id, "ea966190-f9aa-478e-9ede-example");
        assert_eq!(seen.len(), 1, "{code}");
    }
}

#[tokio::test]
async fn iams_refusal_names_the_operation_and_hides_the_ciphertext() {
    let message =
        "You are not authorized to perform this operation. Encoded authorization failure message: 4qVxsecret";
    for code in ["UnauthorizedOperation", "AccessDenied", "AccessDeniedException"] {
        let (result, _) = outcome(vec![error(403, code, message)], &stop(false)).await;
        let told = result.unwrap_err();
        let expected = "ec2:StopInstances is not allowed (request ea966190-f9aa-478e-9ede-example)";
        assert_eq!(told.to_string(), expected, "{code}");
    }
    let (result, _) = outcome(vec![error(400, "SomethingElse", message)], &stop(false)).await;
    let told = format!("{:?}", result.unwrap_err());
    assert!(told.contains("not authorized") && !told.contains("4qVx"), "{told}");
}

#[tokio::test]
async fn a_region_that_the_account_cannot_use_is_no_missing_right() {
    let denied = |by: &str| {
        format!(
            "User: x is not authorized to perform: ec2:X {by}. Encoded authorization failure message: 4qVx"
        )
    };
    let explicit =
        denied("with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o/p");
    let implicit = denied("because no service control policy allows the ec2:X action");
    let own = denied("with an explicit deny in an identity-based policy");
    for (code, message, closure) in [
        (
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
            Some(RegionClosure::NotEnabled),
        ),
        ("OptInRequired", "You are not subscribed to this service.", Some(RegionClosure::NotEnabled)),
        ("UnauthorizedOperation", explicit.as_str(), Some(RegionClosure::DeniedByOrganization)),
        ("UnauthorizedOperation", implicit.as_str(), Some(RegionClosure::DeniedByOrganization)),
        ("UnauthorizedOperation", own.as_str(), None),
    ] {
        let server = Server::new([error(403, code, message)]).await;
        let told = client(&server.endpoint, None).describe(&home(), &Describe::default()).await.unwrap_err();
        assert_eq!(told.region_closure(), closure, "{message}");
        assert!(closure.is_some() || matches!(told, InstancesError::NotAllowed { .. }), "{told:?}");
    }
}

#[tokio::test]
async fn nothing_is_sent_for_no_instance() {
    let (result, seen) = outcome(vec![stopping()], &Change { ids: vec![], ..stop(false) }).await;
    assert!(matches!(result, Err(InstancesError::Refused { .. })));
    assert!(seen.is_empty());
}

#[test]
fn a_configuration_without_a_client_or_credentials_is_refused() {
    let bare = SdkConfig::builder().behavior_version(BehaviorVersion::v2026_01_12()).build();
    let missing = Ec2Instances::new(&bare, None).err().map(|error| error.to_string());
    assert_eq!(missing.as_deref(), Some("the AWS configuration has no HTTP client"));
}
