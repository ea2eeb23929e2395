//! Who is let in: nobody without a valid signature, and nothing is asked of
//! anything but the secrets before that.

use slack::signature::sign;

use crate::MAX_BODY_BYTES;
use crate::http::Request;
use crate::ports::Clock as _;
use crate::testing::{SIGNING_SECRET, World};

const TIMESTAMP: &str = "x-slack-request-timestamp";
const SIGNATURE: &str = "x-slack-signature";

/// A request whose headers `change` has had its way with.
fn tampered(world: &World, change: impl Fn(&mut Vec<(String, String)>)) -> Request {
    let mut request = world.signed(br#"{"type":"url_verification","challenge":"c"}"#);
    change(&mut request.headers);
    request
}

fn header(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

#[tokio::test(start_paused = true)]
async fn only_slack_is_let_in() {
    type Change = fn(&mut Vec<(String, String)>);
    let changes: [(&str, Change); 14] = [
        ("no headers", Vec::clear),
        ("no timestamp", |headers| headers.retain(|(name, _)| name != TIMESTAMP)),
        ("no signature", |headers| headers.retain(|(name, _)| name != SIGNATURE)),
        ("two timestamps", |headers| headers.push(headers[0].clone())),
        ("two signatures", |headers| headers.push(headers[1].clone())),
        ("two signatures, one wrong", |headers| headers.insert(0, header(SIGNATURE, "v0=00"))),
        ("a name in other letters twice", |headers| {
            headers.push(header("X-Slack-Signature", headers[1].1.clone()));
        }),
        ("an empty signature", |headers| headers[1].1.clear()),
        ("upper case", |headers| headers[1].1 = headers[1].1.to_uppercase()),
        ("another version", |headers| headers[1].1 = headers[1].1.replace("v0=", "v1=")),
        ("a short signature", |headers| headers[1].1.truncate(66)),
        ("another signature", |headers| headers[1].1 = format!("v0={}", "0".repeat(64))),
        ("a timestamp that is none", |headers| headers[0].1 = "now".to_owned()),
        ("another timestamp", |headers| headers[0].1 = "1764576001".to_owned()),
    ];
    for (what, change) in changes {
        let world = World::new();
        let answer = world.post(&tampered(&world, change)).await;
        assert_eq!((answer.status, answer.body.as_str()), (401, ""), "{what}");
        assert_eq!(world.seam.calls(), ["secrets.verifier"], "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_signature_is_good_for_five_minutes() {
    for (seconds, status) in
        [(-301, 401), (-300, 200), (0, 200), (300, 200), (301, 401), (i64::from(i32::MAX), 401)]
    {
        let world = World::new();
        let body = br#"{"type":"url_verification","challenge":"c"}"#;
        let timestamp = world.clock.now().secs().checked_add_signed(seconds).unwrap().to_string();
        let signature = sign(&SIGNING_SECRET.into(), &timestamp, body);
        let request = Request {
            headers: vec![header(TIMESTAMP, timestamp), header(SIGNATURE, signature)],
            body: body.to_vec().into(),
            ..Request::default()
        };
        assert_eq!(world.post(&request).await.status, status, "{seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn another_body_or_secret_is_another_signature() {
    let world = World::new();
    let mut request = world.signed(b"{}");
    request.body = "{ }".into();
    assert_eq!(world.post(&request).await.status, 401);
    let timestamp = world.clock.now().secs().to_string();
    let mut request = world.signed(b"{}");
    request.headers[1].1 = sign(&"another secret".into(), &timestamp, b"{}");
    assert_eq!(world.post(&request).await.status, 401);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_too_large_is_not_even_verified() {
    for (size, status) in [(MAX_BODY_BYTES, 400), (MAX_BODY_BYTES + 1, 413)] {
        let world = World::new();
        let request = world.signed(&vec![b' '; size]);
        assert_eq!(world.post(&request).await.status, status);
        assert_eq!(world.seam.calls().len(), usize::from(status == 400));
    }
}

#[tokio::test(start_paused = true)]
async fn the_challenge_is_echoed_as_it_is() {
    let world = World::new();
    let request = world.signed(br#"{"type":"url_verification","challenge":"a\"b<c>"}"#);
    let answer = world.post(&request).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"challenge":"a\"b<c>"}"#));
    assert_eq!(answer.headers, [header("content-type", "application/json")]);
}
