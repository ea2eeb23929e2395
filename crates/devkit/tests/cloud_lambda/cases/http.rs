//! The ways in over HTTP.

use devkit::cloud::Pace;
use serde_json::{Value, json};

use crate::setup::cloud;

pub(crate) async fn the_http_api_speaks_payload_version_2() {
    let cloud = cloud(Pace::quick()).await;
    let client = reqwest::Client::new();
    let form = client
        .post(format!("{}/page?a=1&b=%20x&a=2", cloud.app_url))
        .header("X-Twice", "one")
        .header("X-Twice", "two")
        .header("cookie", "k=v; l=w")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("text=hi");
    let reply = form.send().await.expect("an answer");
    assert_eq!(reply.status(), 201);
    let cookies: Vec<_> = reply.headers().get_all("set-cookie").iter().cloned().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    let event: Value = reply.json().await.expect("JSON");
    let host = cloud.app_url.trim_start_matches("http://");
    assert_eq!(event["routeKey"], "POST /page");
    assert_eq!((&event["rawPath"], &event["rawQueryString"]), (&json!("/page"), &json!("a=1&b=%20x&a=2")));
    assert_eq!(event["queryStringParameters"], json!({ "a": "1,2", "b": " x" }));
    assert_eq!(event["cookies"], json!(["k=v", "l=w"]));
    assert_eq!((&event["headers"]["x-twice"], event["headers"].get("cookie")), (&json!("one,two"), None));
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("dGV4dD1oaQ=="), &json!(true)));
    let context = &event["requestContext"];
    assert_eq!((&context["domainName"], &context["stage"]), (&json!(host), &json!("$default")));
    assert_eq!(
        (&context["http"]["method"], &context["http"]["protocol"]),
        (&json!("POST"), &json!("HTTP/1.1"))
    );

    let json = client.post(format!("{}/page", cloud.app_url)).json(&json!({ "x": 1 }));
    let event: Value = json.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("{\"x\":1}"), &json!(false)));

    let any = client.delete(format!("{}/any", cloud.app_url)).send().await.expect("an answer");
    assert_eq!((any.status().as_u16(), any.text().await.unwrap()), (200, "{\"plain\":\"json\"}".to_owned()));
    let none = client.delete(format!("{}/page", cloud.app_url)).send().await.expect("an answer");
    assert_eq!(
        (none.status().as_u16(), none.text().await.unwrap()),
        (404, "{\"message\":\"Not Found\"}".to_owned())
    );
    let large = client.post(format!("{}/page", cloud.app_url)).body(vec![0; 11 << 20]).send().await;
    assert!(large.is_err() || large.is_ok_and(|reply| reply.status() == 413));
    cloud.stop().await;
}

pub(crate) async fn the_lambda_api_invokes() {
    let cloud = cloud(Pace::quick()).await;
    let call = async |name: &str, kind: &str, key: &str| {
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20260131/eu-central-1/lambda/aws4_request, SignedHeaders=host, Signature=0"
        );
        let request = reqwest::Client::new()
            .post(format!("{}/2015-03-31/functions/{name}/invocations", cloud.aws_url))
            .header("authorization", scope)
            .header("x-amz-invocation-type", kind)
            .body("{\"do\":\"fail\"}");
        let reply = request.send().await.expect("an answer");
        let header = |name: &str| reply.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        (reply.status().as_u16(), header("x-amz-function-error"), header("x-amzn-errortype"))
    };
    let key = cloud.operator_key();
    let failed = (200, Some("Unhandled".to_owned()), None);
    assert_eq!(call("the-worker", "RequestResponse", key).await, failed);
    let arn = "arn%3Aaws%3Alambda%3Aeu-central-1%3A111122223333%3Afunction%3Athe-worker";
    assert_eq!(call(arn, "Event", key).await, (202, None, None));
    assert_eq!(call("the-worker", "DryRun", key).await, (204, None, None));
    assert_eq!(call("nobody", "Event", key).await, (404, None, Some("ResourceNotFoundException".to_owned())));
    assert_eq!(call("the-worker", "Event", "AKIA0").await.2.as_deref(), Some("UnrecognizedClientException"));
    cloud.idle().await;
    assert_eq!(cloud.dead_letters().len(), 1);
    cloud.stop().await;
}
