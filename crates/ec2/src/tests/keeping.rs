//! The sessions that look: one for all who ask, for as long as it lasts.

use aws_smithy_async::time::{SharedTimeSource, StaticTimeSource};
use futures_util::future::join_all;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;
use tokio::sync::Semaphore;

use super::*;
use server::Seen;
use sts::{denied, session, session_until};

fn reading(key: &str) -> Step {
    session("444455556666", "BellhopRead", key)
}

fn assumed(seen: &[Seen]) -> usize {
    seen.iter().filter(|request| request.action() == "AssumeRole").count()
}

async fn look(client: &Ec2Instances, place: &Place) -> Result<usize, InstancesError> {
    client.describe(place, &Describe::default()).await.map(|found| found.len())
}

#[tokio::test]
async fn a_place_is_looked_at_through_its_role() {
    let tagged = reads::item(ONE, "");
    let steps = [reading("ASIAREAD"), reads::page(&tagged, None), reads::page("", None)];
    let server = Server::new(steps).await;
    let client = client(&server.endpoint, None);
    let found = client.describe(&acme(), &Describe::default()).await.unwrap();
    assert_eq!((found[0].account.as_str(), found[0].region.as_str()), ("acme", "eu-west-1"));
    look(&client, &Place { region: Region::new("us-east-1"), ..acme() }).await.unwrap();
    let caller = client.caller(&acme_account()).await.unwrap();
    assert_eq!((caller.account.as_str(), caller.role.as_str()), ("444455556666", "BellhopRead"));
    let seen = server.seen();
    assert_eq!(seen.iter().map(Seen::key).collect::<Vec<_>>(), ["AKIDEXAMPLE", "ASIAREAD", "ASIAREAD"]);
    for (name, value) in [
        ("RoleArn", Some(READ)),
        ("ExternalId", Some(EXTERNAL_ID)),
        ("SourceIdentity", Some("bellhop")),
        ("DurationSeconds", Some("900")),
        ("Policy", None),
    ] {
        assert_eq!(seen[0].field(name).as_deref(), value, "{name}");
    }
    assert_eq!(seen[2].header("x-amz-security-token"), "TOKEN-ASIAREAD");
}

#[tokio::test]
async fn our_own_account_is_looked_at_without_a_role() {
    let server = Server::new([reads::page("", None)]).await;
    look(&client(&server.endpoint, None), &home()).await.unwrap();
    assert_eq!(server.seen()[0].key(), "AKIDEXAMPLE");
}

#[tokio::test]
async fn eighty_places_at_once_assume_each_role_once_and_wait_their_turn() {
    let over = Arc::new(Semaphore::new(0));
    let gate = over.clone();
    let server = Server::by(move |request| {
        if request.action() == "AssumeRole" {
            let role = request.field("RoleArn").unwrap();
            return session(role.split(':').nth(4).unwrap(), "BellhopRead", "ASIAREAD");
        }
        let Step::Answer(status, body) = reads::page("", None) else { unreachable!("it is an answer") };
        Step::Later(gate.clone(), status, body)
    })
    .await;
    let client = client(&server.endpoint, None);
    let places: Vec<Place> = (0..80)
        .map(|number| {
            let account = format!("4444555566{:02}", number / 4);
            let mut roles = roles();
            roles.read = format!("arn:aws:iam::{account}:role/BellhopRead");
            let account = self::account("acme", &account, Access::Roles(roles));
            Place { account: Arc::new(account), region: Region::new(format!("eu-west-{}", number % 4)) }
        })
        .collect();
    let looking = join_all(places.iter().map(|place| look(&client, place)));
    let opening = async {
        let describes = || server.seen().iter().filter(|request| request.action() != "AssumeRole").count();
        let mut most = 0;
        for answered in 0..80 {
            while describes() < (answered + 16).min(80) {
                tokio::task::yield_now().await;
            }
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
            most = most.max(describes() - answered);
            over.add_permits(1);
        }
        most
    };
    let (found, most) = tokio::join!(looking, opening);
    assert!(found.iter().all(|result| matches!(result, Ok(0))), "{found:?}");
    assert_eq!(assumed(&server.seen()), 20, "one for each role");
    // The last answer may be on its way while the next request is.
    assert!((16..=17).contains(&most), "{most} requests at the same time");
}

#[tokio::test]
async fn who_waits_for_a_session_waits_for_its_failure_too() {
    let server = Server::by(|_| denied()).await;
    let client = client(&server.endpoint, None);
    let place = acme();
    let all = join_all((0..80).map(|_| look(&client, &place))).await;
    for result in all {
        let told = result.unwrap_err();
        assert_eq!(told.to_string(), "sts:AssumeRole is not allowed (request a1b2c3d4)");
    }
    assert_eq!(server.seen().len(), 1);
    look(&client, &place).await.unwrap_err();
    assert_eq!(server.seen().len(), 2, "who asks later asks anew");
}

#[tokio::test]
async fn another_external_id_is_another_session() {
    let count = AtomicUsize::new(0);
    let server = Server::by(move |request| match request.action().as_str() {
        "AssumeRole" => reading(&format!("ASIA{}", count.fetch_add(1, Ordering::Relaxed))),
        _ => reads::page("", None),
    })
    .await;
    let client = client(&server.endpoint, None);
    let other = Roles { external_id: "bellhop-other".to_owned(), ..roles() };
    let other = account("acme", "444455556666", Access::Roles(other));
    let other = Place { account: Arc::new(other), ..acme() };
    for place in [&acme(), &other, &acme(), &other] {
        look(&client, place).await.unwrap();
    }
    let seen = server.seen();
    let keys: Vec<_> = seen.iter().filter(|one| one.action() != "AssumeRole").map(Seen::key).collect();
    assert_eq!(keys, ["ASIA0", "ASIA1", "ASIA0", "ASIA1"]);
}

/// 2026-11-20T12:00:00Z
const NOON: u64 = 1_795_176_000;

/// How many sessions two questions take, the second `later` seconds after the first.
async fn sessions_for(ends: &'static str, later: u64) -> usize {
    let server = Server::by(move |request| match request.action().as_str() {
        "AssumeRole" => session_until("444455556666", "BellhopRead", "ASIAREAD", ends),
        _ => reads::page("", None),
    })
    .await;
    let mut client = client(&server.endpoint, None);
    let sts = client.sts.clone();
    let at = |second: u64| {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(NOON + second);
        SharedTimeSource::new(StaticTimeSource::new(moment))
    };
    client.sessions = crate::sessions::Sessions::new(sts, at(0));
    look(&client, &acme()).await.unwrap();
    client.sessions.set_clock(at(later));
    look(&client, &acme()).await.unwrap();
    assumed(&server.seen())
}

#[tokio::test]
async fn a_session_is_kept_until_shortly_before_it_ends() {
    for (ends, later, taken) in [
        ("2026-11-20T12:15:00Z", 779, 1),
        ("2026-11-20T12:15:00Z", 780, 2),
        ("2026-11-20T12:10:00Z", 479, 1),
        ("2026-11-20T12:10:00Z", 480, 2),
        // No session lasts longer than was asked for, whatever the answer says.
        ("2099-01-01T00:00:00Z", 780, 2),
        ("2020-01-01T00:00:00Z", 0, 2),
    ] {
        assert_eq!(sessions_for(ends, later).await, taken, "{ends} {later}");
    }
}

#[tokio::test]
async fn a_session_with_which_something_was_refused_is_made_anew() {
    let steps = [
        reading("ASIAOLD"),
        reads::page("", None),
        error(403, "UnauthorizedOperation", "You are not authorized to perform this operation."),
        reading("ASIANEW"),
        reads::page("", None),
    ];
    let server = Server::new(steps).await;
    let client = client(&server.endpoint, None);
    assert!(look(&client, &acme()).await.is_ok());
    let told = look(&client, &acme()).await.unwrap_err();
    assert!(matches!(told, InstancesError::NotAllowed { .. }), "{told:?}");
    assert!(look(&client, &acme()).await.is_ok());
    assert_eq!(server.seen()[4].key(), "ASIANEW");
}

/// A session of a role that was deleted, as EC2 refuses it: just as in a region that is
/// not enabled.
#[tokio::test]
async fn a_session_that_ec2_does_not_take_any_more_is_made_anew_at_once() {
    let steps = [
        reading("ASIAOLD"),
        reads::page("", None),
        error(401, "AuthFailure", "AWS was not able to validate the provided access credentials"),
        reading("ASIANEW"),
        reads::page("", None),
    ];
    let server = Server::new(steps).await;
    let client = client(&server.endpoint, None);
    assert!(look(&client, &acme()).await.is_ok());
    assert!(look(&client, &acme()).await.is_ok());
    assert_eq!(server.seen()[4].key(), "ASIANEW");
}

#[tokio::test]
async fn a_closed_region_costs_one_more_session_at_most() {
    let count = AtomicUsize::new(0);
    let server = Server::by(move |request| match request.action().as_str() {
        "AssumeRole" => reading(&format!("ASIA{}", count.fetch_add(1, Ordering::Relaxed))),
        _ if request.header("authorization").contains("/me-south-1/") => error(401, "AuthFailure", "no"),
        _ => reads::page("", None),
    })
    .await;
    let client = client(&server.endpoint, None);
    let closed = Place { region: Region::new("me-south-1"), ..acme() };
    for _ in 0..3 {
        assert!(look(&client, &acme()).await.is_ok());
        let told = look(&client, &closed).await.unwrap_err();
        assert_eq!(told.region_closure(), Some(app::ports::RegionClosure::NotEnabled), "{told:?}");
    }
    assert_eq!(assumed(&server.seen()), 2);
}

#[tokio::test]
async fn nobody_sees_the_keys_of_a_session() {
    let server = Server::new([reading("ASIASECRET")]).await;
    let client = client(&server.endpoint, None);
    let session = client.sessions.read(&acme_account(), &roles()).await.unwrap();
    let shown = format!("{session:?} {:?}", crate::wire::Signer::Session(session.clone()));
    for key in ["ASIASECRET", "SECRET", "TOKEN", EXTERNAL_ID] {
        assert!(!shown.contains(key), "{shown}");
    }
    assert!(shown.contains("BellhopRead"), "{shown}");
}
