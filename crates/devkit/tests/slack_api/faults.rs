//! Trouble that a test has ordered.

use std::time::Duration;

use devkit::slack::{Fault, FaultKind};
use serde_json::json;

use crate::error;
use crate::slack_common::World;

#[tokio::test]
async fn faults_come_as_ordered() {
    let (world, token) = World::installed().await;
    let ops = world.channel("ops");
    let request = || {
        let request =
            world.http.post(format!("{}/chat.postMessage", world.slack.api_url())).bearer_auth(&token);
        request.json(&json!({"channel": ops, "text": "hi"})).send()
    };
    let fault = |times, kind| world.slack.fault(Fault { method: "chat.postMessage".into(), times, kind });
    fault(2, FaultKind::RateLimited { retry_after: 7 });
    fault(1, FaultKind::ServerError);
    fault(1, FaultKind::Refused { error: "fatal_error".into() });
    for _ in 0..2 {
        let limited = request().await.unwrap();
        assert_eq!(
            (limited.status().as_u16(), limited.headers()["retry-after"].to_str().unwrap()),
            (429, "7")
        );
    }
    assert_eq!(request().await.unwrap().status(), 500);
    assert_eq!(error(&request().await.unwrap().json().await.unwrap()), "fatal_error");
    let count = || world.slack.conversation("ann", "ops").unwrap().messages.len();
    assert_eq!(count(), 0, "none of these has an effect");
    fault(1, FaultKind::Cut);
    let broken = match request().await {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(broken && count() == 1, "the answer is lost, the message is there");
    fault(1, FaultKind::Late { millis: 50 });
    let began = tokio::time::Instant::now();
    assert!(request().await.unwrap().status().is_success() && began.elapsed() >= Duration::from_millis(50));
    assert!(request().await.unwrap().status().is_success());
    assert_eq!(count(), 3);
}

#[tokio::test]
async fn every_third_message_is_too_many() {
    let (world, token) = World::installed().await;
    let order = json!({"method": "chat.postMessage", "kind": "rate_limited_every", "every": 3, "retry_after": 4,
        "times": 100});
    assert_eq!(world.sim("faults", order).await.1["ok"], json!(true));
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let request = world.http.post(format!("{}/chat.postMessage", world.slack.api_url()));
        let message = json!({"channel": world.channel("ops"), "text": "hi"});
        let answer = request.bearer_auth(&token).json(&message).send().await.unwrap();
        let wait = answer.headers().get("retry-after").map(|wait| wait.to_str().unwrap().to_owned());
        statuses.push((answer.status().as_u16(), wait));
    }
    let (done, limited) = ((200, None), (429, Some("4".to_owned())));
    assert_eq!(statuses, [&done, &done, &limited, &done, &done, &limited].map(Clone::clone));
    assert_eq!(world.slack.conversation("ann", "ops").unwrap().messages.len(), 4);
    assert_eq!(error(&world.api(&token, "auth.test", json!({})).await), "none");
}
