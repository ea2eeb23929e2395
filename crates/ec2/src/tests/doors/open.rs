//! A door that others can open is told, whatever else is found; and what is no proof
//! that it is shut.

use super::*;

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
            |request| (request.field("ExternalId").is_none() && is_for(request, READ)).then(stray),
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
