use std::sync::Mutex;

use serde_json::{Value, json};

use app::MAX_BODY_BYTES as MAX_BODY;

use super::*;

/// A slash command as API Gateway delivered it, identifiers replaced.
fn recorded() -> Value {
    json!({
        "version": "2.0",
        "routeKey": "POST /slack/events",
        "rawPath": "/slack/events",
        "rawQueryString": "a=1&b=%20x&a=2",
        "cookies": ["bellhop_oauth=abc", "other=1"],
        "headers": {
            "accept-encoding": "gzip,deflate",
            "content-length": "11",
            "content-type": "application/x-www-form-urlencoded",
            "host": "evil.example.com",
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "x-amzn-trace-id": "Root=1-6553b8f2-0",
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            "X-Slack-Request-Timestamp": "1531420618",
            "x-slack-signature": "v0=aa,v0=bb"
        },
        "queryStringParameters": {"a": "1,2", "b": " x"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api-id",
            "domainName": "abc123.execute-api.eu-west-1.amazonaws.com",
            "domainPrefix": "abc123",
            "http": {
                "method": "POST",
                "path": "/slack/events",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "Slackbot 1.0 (+https://api.slack.com/robots)"
            },
            "requestId": "id=",
            "routeKey": "POST /slack/events",
            "stage": "$default",
            "time": "12/Mar/2026:19:03:58 +0000",
            "timeEpoch": 1_773_342_238_000_u64
        },
        "body": "dG9rZW49JUZG/w==",
        "isBase64Encoded": true
    })
}

fn event(changes: &[(&str, Value)]) -> Value {
    let mut event = recorded();
    for (name, value) in changes {
        event[*name] = value.clone();
    }
    event
}

async fn seen(event: Value) -> (Option<Request>, ApiGatewayV2httpResponse) {
    let seen = Mutex::new(None);
    let handler = async |request: Request| {
        *seen.lock().unwrap() = Some(request);
        Response::empty(200)
    };
    let answer = answer(&handler, event).await;
    (seen.into_inner().unwrap(), answer)
}

#[tokio::test]
async fn a_recorded_event_is_translated() {
    let (request, _) = seen(event(&[])).await;
    let request = request.unwrap();
    assert_eq!(request.method, "POST");
    assert_eq!(request.path, "/slack/events");
    assert_eq!(request.query, "a=1&b=%20x&a=2");
    assert_eq!(request.cookies, ["bellhop_oauth=abc", "other=1"]);
    assert_eq!(request.domain_name.as_deref(), Some("abc123.execute-api.eu-west-1.amazonaws.com"));
    assert_eq!(&request.body[..], b"token=%FF\xff");
    assert_eq!(request.header_values("x-slack-request-timestamp").collect::<Vec<_>>(), ["1531420618"]);
    // API Gateway has joined two lines: still one value, which is no signature.
    assert_eq!(request.header_values("x-slack-signature").collect::<Vec<_>>(), ["v0=aa,v0=bb"]);
    assert!(request.headers.iter().all(|(name, _)| !name.bytes().any(|byte| byte.is_ascii_uppercase())));
}

#[tokio::test]
async fn an_event_that_is_no_request_is_refused_and_not_a_fault() {
    let header = json!({"x-slack-signature": "v0=\u{7f}\u{0}é"});
    for odd in [json!(null), json!([]), json!({"requestContext": 1}), event(&[("headers", header)])] {
        let (request, answer) = seen(odd).await;
        assert!(request.is_none());
        assert_eq!(answer.status_code, 400);
    }
}

#[tokio::test]
async fn a_request_may_have_no_body_cookies_or_query() {
    let mut bare = recorded();
    for name in ["body", "cookies", "rawQueryString", "headers", "isBase64Encoded", "queryStringParameters"] {
        bare.as_object_mut().unwrap().remove(name);
    }
    bare["requestContext"]["http"]["method"] = json!("GET");
    let (request, _) = seen(bare).await;
    let request = request.unwrap();
    assert_eq!((request.method.as_str(), request.query.as_str(), request.body.len()), ("GET", "", 0));
}

#[tokio::test]
async fn bodies_are_taken_up_to_the_limit() {
    use base64::Engine as _;
    let base64 = |length: usize| json!(base64::engine::general_purpose::STANDARD.encode(vec![b'x'; length]));
    let plain = |length: usize| json!("x".repeat(length));
    for (body, is_base64, status) in [
        (plain(MAX_BODY), false, 200),
        (plain(MAX_BODY + 1), false, 413),
        (base64(MAX_BODY), true, 200),
        (base64(MAX_BODY + 1), true, 413),
        (base64(MAX_BODY + 10), true, 413),
        (json!("not base64!"), true, 400),
        (Value::Null, true, 200),
    ] {
        let (request, answer) = seen(event(&[("body", body), ("isBase64Encoded", json!(is_base64))])).await;
        assert_eq!(request.is_some(), status == 200);
        assert_eq!(answer.status_code, status);
    }
}

#[tokio::test]
async fn an_answer_goes_back_with_its_cookies_and_headers() {
    let handler = async |_: Request| Response {
        status: 302,
        headers: vec![
            ("Location".into(), "https://slack.com/oauth".into()),
            ("Vary".into(), "a".into()),
            ("vary".into(), "b".into()),
        ],
        cookies: vec!["bellhop_oauth=abc; HttpOnly; Secure".into()],
        body: "<p>ü</p>".into(),
    };
    let answer = serde_json::to_value(answer(&handler, event(&[])).await).unwrap();
    let expected = json!({
        "statusCode": 302,
        "headers": {"location": "https://slack.com/oauth", "vary": "a, b"},
        "multiValueHeaders": {},
        "cookies": ["bellhop_oauth=abc; HttpOnly; Secure"],
        "body": "<p>ü</p>",
        "isBase64Encoded": false
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn an_error_is_a_500_without_details() {
    let fails = async |_: Request| -> anyhow::Result<Response> { anyhow::bail!("xoxb-secret") };
    let plain = event::answer(Response::empty(500)).unwrap();
    assert_eq!(answer(&fails, event(&[])).await, plain);
}
