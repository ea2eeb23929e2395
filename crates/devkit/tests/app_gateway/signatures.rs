//! Only Slack gets in, and only now.

use reqwest::header::HeaderMap;
use serde_json::json;

use crate::support::signed::{Knocker, NOW, now_s, sign, value};
use crate::support::{app, jobs};
use crate::{assert_nothing_happened, typed};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_valid_signature_nobody_gets_in() {
    let app = app().await;
    let knocker = Knocker::new(&app);
    let body = knocker.mention("1700000000.000001", "Ev1", "stop web-1").to_string();
    let bytes = body.as_bytes();
    let now = now_s().to_string();
    let good = || knocker.headers_at(bytes, &now);
    let with = |name: &'static str, text: &str| {
        let mut headers = good();
        headers.insert(name, value(text));
        headers
    };
    let without = |name: &str| {
        let mut headers = good();
        headers.remove(name);
        headers
    };
    let doubled = |name: &'static str| {
        let mut headers = good();
        let again = headers[name].clone();
        headers.append(name, again);
        headers
    };
    let (timestamp, signature) = ("x-slack-request-timestamp", "x-slack-signature");
    let right = good()[signature].to_str().unwrap().to_owned();
    let digest = right.trim_start_matches("v0=").to_owned();
    let strangers = sign("another secret", &now, bytes);
    let mut wrong: Vec<(String, HeaderMap)> = vec![
        ("unsigned".into(), HeaderMap::new()),
        ("no signature".into(), without(signature)),
        ("no timestamp".into(), without(timestamp)),
        ("another secret".into(), with(signature, &strangers)),
        ("another body".into(), knocker.headers_at(b"{}", &now)),
        ("the timestamp of another".into(), with(timestamp, &(now_s() - 1).to_string())),
        ("an empty secret".into(), with(signature, &sign("", &now, bytes))),
        ("doubled signature".into(), doubled(signature)),
        ("doubled timestamp".into(), doubled(timestamp)),
        ("a right and a wrong signature".into(), {
            let mut headers = good();
            headers.append(signature, value(&strangers));
            headers
        }),
    ];
    // Signed, but at a time that is not now.
    for age in [-301, -3_600, 360, 3_600, 10_000_000] {
        wrong.push((format!("{age} s from now"), knocker.headers(bytes, age)));
    }
    for at in ["", " ", "-1", "+1", "1e9", "0x10", "１７", "99999999999999999999", "NaN", "1700000000.0"] {
        if let Ok(at_header) = reqwest::header::HeaderValue::from_bytes(at.as_bytes()) {
            let mut headers = knocker.headers_at(bytes, &now);
            headers.insert(timestamp, at_header);
            headers.insert(signature, value(&sign(&app.slack().app().signing_secret, at, bytes)));
            wrong.push((format!("timestamp {at:?}"), headers));
        }
    }
    for text in [
        "",
        "v0",
        "v0=",
        &digest,
        &format!("v1={digest}"),
        &format!("V0={digest}"),
        &format!("v0={}", digest.to_uppercase()),
        &format!("v0={}", &digest[..63]),
        &format!("{right}0"),
        &format!("{right},{right}"),
        &format!("v0={}", "é".repeat(32)),
        &format!("v0={}", "0".repeat(64)),
    ] {
        let header = reqwest::header::HeaderValue::from_bytes(text.as_bytes()).unwrap();
        let mut headers = good();
        headers.insert(signature, header);
        wrong.push((format!("signature {text:?}"), headers));
    }
    for (what, headers) in wrong {
        let (status, answer) = knocker.post(body.clone(), headers).await;
        assert_eq!((status, answer.as_str()), (401, ""), "{what}");
    }
    app.quieten().await;
    assert_nothing_happened(&app);
    // The very same body, properly signed, gets in: at the edges of what is now, too.
    for (n, age) in [NOW, -290, 290].into_iter().enumerate() {
        let said = typed(&app, "help");
        let body = knocker.mention(said.ts.as_str(), &format!("Ev{n}"), "help").to_string();
        let headers = knocker.headers(body.as_bytes(), age);
        assert_eq!(knocker.post(body, headers).await.0, 200, "{age} s from now");
    }
    app.quieten().await;
    assert_eq!(jobs::all(app.cloud()).len(), 3);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_challenge_is_echoed_to_slack_alone() {
    let app = app().await;
    let knocker = Knocker::new(&app);
    let challenge = r#"{"type":"url_verification","token":"t","challenge":"a \"b\" <c> ☃"}"#;
    let (status, answer) = knocker.deliver(challenge).await;
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((status, &answer["challenge"]), (200, &json!("a \"b\" <c> ☃")));
    assert_eq!(knocker.post(challenge, HeaderMap::new()).await, (401, String::new()));
    assert_eq!(knocker.post(challenge, knocker.headers(challenge.as_bytes(), -400)).await.0, 401);
    app.finish().await;
}
