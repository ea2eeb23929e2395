//! What a request may consist of: methods, paths, sizes, encodings, and nonsense.

use domain::instance::InstanceState;
use reqwest::header::HeaderMap;

use crate::support::signed::{Knocker, NOW};
use crate::support::{app, garbage, jobs};
use crate::{assert_nothing_happened, typed};

/// What a gateway passes on at most.
const MOST_BYTES: usize = 256 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_too_large_or_make_no_sense_are_refused_kindly() {
    let app = app().await;
    let knocker = Knocker::new(&app);
    // Too large, signed or not; and just not too large.
    let filled = |bytes: usize| {
        let head = r#"{"type":"event_callback","padding":""#;
        format!("{head}{}\"}}", "x".repeat(bytes - head.len() - 2))
    };
    let large = filled(MOST_BYTES + 1);
    assert_eq!(knocker.deliver(large.clone()).await.0, 413);
    assert_eq!(knocker.post(large, HeaderMap::new()).await.0, 413);
    assert!(knocker.deliver(filled(MOST_BYTES)).await.0 < 500);
    // The limit is on the bytes, not on their base64.
    let binary = vec![0xff; MOST_BYTES];
    let headers = knocker.headers(&binary, NOW);
    assert_eq!(knocker.post_as("application/octet-stream", binary, headers).await.0, 400);
    let mention = knocker.mention("1.1", "Ev1", "stop web-1");
    let mut wrong = Vec::new();
    for (what, body) in garbage::bodies(&mention) {
        for content_type in ["application/json", "application/x-www-form-urlencoded"] {
            let headers = knocker.headers(&body, NOW);
            let (status, answer) = knocker.post_as(content_type, body.clone(), headers).await;
            if !matches!(status, 200 | 400) {
                wrong.push(format!("{what} as {content_type}: {status} {answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    app.quieten().await;
    assert_eq!(app.state("web-1"), InstanceState::Running);
    assert_eq!(app.all_changes(), 0);
    let crashed = app.cloud().invocations().into_iter().filter(|one| one.outcome.word() != "ok");
    assert_eq!(crashed.count(), 0, "a function crashed");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_and_paths_lead_nowhere() {
    let app = app().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = &app.cloud().app_url;
    for path in [
        "/slack/events",
        "/slack/events/",
        "/slack/commands",
        "/nothing",
        "/slack/../slack/events",
        "//slack/events",
    ] {
        assert_eq!(client.get(format!("{url}{path}")).send().await.unwrap().status(), 404, "GET {path}");
    }
    for path in ["/slack/install", "/slack/oauth_redirect", "/"] {
        assert_eq!(client.post(format!("{url}{path}")).send().await.unwrap().status(), 404, "POST {path}");
    }
    assert_nothing_happened(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_comes_as_base64_is_the_same_body() {
    let app = app().await;
    let knocker = Knocker::new(&app);
    // API Gateway encodes whatever it does not take for text; the signature is over the raw bytes.
    for (n, kind) in [
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "",
        "application/json; charset=utf-8",
    ]
    .iter()
    .enumerate()
    {
        let said = typed(&app, "check web-1");
        let body = knocker.mention(said.ts.as_str(), &format!("Ev{n}"), "check web-1").to_string();
        let headers = knocker.headers(body.as_bytes(), NOW);
        assert_eq!(knocker.post_as(kind, body.clone(), headers).await.0, 200, "{kind}");
        assert_eq!(knocker.post_as(kind, body, HeaderMap::new()).await.0, 401, "{kind}");
    }
    let form = b"payload=%7B%22type%22%3A%22url_verification%22%2C%22challenge%22%3A%22x%22%7D".to_vec();
    let headers = knocker.headers(&form, NOW);
    assert_eq!(knocker.post_as("application/x-www-form-urlencoded", form, headers).await.0, 400);
    app.quieten().await;
    assert_eq!(jobs::statuses(app.cloud()), ["done"; 4]);
    app.finish().await;
}
