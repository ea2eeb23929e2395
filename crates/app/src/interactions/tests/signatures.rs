//! Who is let in: nobody without a valid signature, and nothing is parsed,
//! stored or called before that.

use super::{Seen, click};
use crate::MAX_BODY_BYTES;
use crate::http::{Request, Response};
use crate::ports::Clock as _;
use crate::testing::World;

async fn post(world: &World, request: &Request) -> Response {
    world.interactions().handle(request, world.clock.now(), world.writer()).await
}

#[tokio::test(start_paused = true)]
async fn only_slack_is_let_in() {
    type Change = fn(&mut Request);
    let changes: [(&str, Change); 5] = [
        ("unsigned", |request| request.headers.clear()),
        ("without a signature", |request| drop(request.headers.remove(1))),
        ("two timestamps", |request| request.headers.push(request.headers[0].clone())),
        ("another signature", |request| request.headers[1].1 = format!("v0={}", "0".repeat(64))),
        ("another body", |request| request.body = "payload=%7B%7D".into()),
    ];
    let real = click(&World::new(), Seen::ByAll, "run.0", "stop web-1").form();
    for body in [real, b"\xff".to_vec(), Vec::new()] {
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
async fn a_click_from_before_five_minutes_is_not_taken() {
    let world = World::new();
    let request = world.signed(&click(&world, Seen::ByAll, "run.0", "stop web-1").form());
    world.clock.later(301_000).await;
    assert_eq!(post(&world, &request).await.status, 401);
    assert_eq!(world.seam.calls(), ["secrets.verifier"]);
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
