//! Who is let in: nobody without a valid signature, and nothing is parsed,
//! stored or called before that.

use slack::signature::sign;

use crate::MAX_BODY_BYTES;
use crate::http::{Request, Response};
use crate::ports::Clock as _;
use crate::testing::{SIGNING_SECRET, Typed, World};

async fn post(world: &World, request: &Request) -> Response {
    world.commands().handle(request, world.clock.now(), world.writer()).await
}

#[tokio::test(start_paused = true)]
async fn only_slack_is_let_in() {
    type Change = fn(&mut Request);
    let changes: [(&str, Change); 6] = [
        ("unsigned", |request| request.headers.clear()),
        ("without a timestamp", |request| drop(request.headers.remove(0))),
        ("without a signature", |request| drop(request.headers.remove(1))),
        ("two signatures", |request| request.headers.push(request.headers[1].clone())),
        ("another signature", |request| request.headers[1].1 = format!("v0={}", "0".repeat(64))),
        ("another body", |request| request.body = "command=%2Fec2".into()),
    ];
    for body in [Typed::new("/reverse", "abc").form(), b"ssl_check=1".to_vec(), b"\xff".to_vec(), Vec::new()]
    {
        for (what, change) in changes {
            let world = World::new();
            let mut request = world.signed(&body);
            change(&mut request);
            let answer = post(&world, &request).await;
            assert_eq!((answer.status, answer.body.as_str()), (401, ""), "{what}");
            assert_eq!(world.seam.calls(), ["secrets.verifier"], "{what}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_signature_is_good_for_five_minutes() {
    for (seconds, status) in [(-301, 401), (-300, 200), (300, 200), (301, 401)] {
        let world = World::new();
        let body = Typed::new("/reverse", "abc").form();
        let timestamp = world.clock.now().secs().checked_add_signed(seconds).unwrap().to_string();
        let mut request = world.signed(&body);
        request.headers[1].1 = sign(&SIGNING_SECRET.into(), &timestamp, &body);
        request.headers[0].1 = timestamp;
        assert_eq!(post(&world, &request).await.status, status, "{seconds}");
        assert_eq!(world.jobs.all().len(), usize::from(status == 200), "{seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_too_large_is_not_even_verified() {
    for (size, status, calls) in [(MAX_BODY_BYTES, 400, 1), (MAX_BODY_BYTES + 1, 413, 0)] {
        let world = World::new();
        let answer = post(&world, &world.signed(&vec![b' '; size])).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, ""));
        assert_eq!(world.seam.calls().len(), calls);
    }
}
