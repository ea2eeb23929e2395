//! Calls of AWS by a function, and their faults.

use devkit::cloud::{AwsFault, Fault, Kind, Outcome, Pace};
use serde_json::{Value, json};

use crate::setup::cloud;

pub(crate) async fn parameters_are_read_by_the_real_sdk() {
    let cloud = cloud(Pace::quick()).await;
    let read = async |names: Vec<String>| {
        let payload = json!({ "do": "parameters", "names": names });
        cloud.invoke("WebFunction", &payload, Kind::Sync).await.expect("a known function").payload
    };
    let reply = read(vec!["/app/p1".into(), "/app/none".into()]).await;
    assert_eq!(reply, json!({ "values": ["value 1"], "invalid": ["/app/none"] }));
    let eleven = (1..=11).map(|n| format!("/app/p{n}")).collect();
    assert_eq!(read(eleven).await, json!({ "error": "ValidationException" }));
    let call = &cloud.aws_calls()[0];
    assert_eq!((call.operation.as_str(), call.function.as_deref()), ("GetParameters", Some("WebFunction")));
    assert_eq!(call.request_id.as_ref(), Some(&cloud.invocations()[0].request_id));
    cloud.stop().await;
}

pub(crate) async fn a_function_is_held_to_its_role() {
    let cloud = cloud(Pace::quick()).await;
    let ask = async |function: &str, payload: Value| {
        cloud.invoke(function, &payload, Kind::Sync).await.expect("a known function").payload
    };
    let foreign = ask("WorkerFunction", json!({ "do": "put", "id": "theirs#1" })).await;
    assert_eq!(foreign["status"], 400);
    let message = foreign["reply"]["message"].as_str().unwrap();
    let table = "arn:aws:dynamodb:eu-central-1:111122223333:table/things";
    let says = format!("is not authorized to perform: dynamodb:PutItem on resource: {table}");
    assert!(message.contains(&says), "{message}");
    assert_eq!(ask("WorkerFunction", json!({ "do": "put", "id": "mine#1" })).await["status"], 200);
    assert_eq!(ask("WebFunction", json!({ "do": "put", "id": "mine#2" })).await["status"], 400);
    let parameters =
        ask("WebFunction", json!({ "do": "parameters", "names": ["/app/p1", "/other/p1"] })).await;
    assert_eq!(parameters["error"], "AccessDeniedException");
    cloud.stop().await;
}

pub(crate) async fn a_reply_can_be_lost_and_a_process_killed_after_the_effect() {
    let cloud = cloud(Pace::quick()).await;
    let put = async |id: &str| {
        let payload = json!({ "do": "put", "id": id });
        let reply = cloud.invoke("WorkerFunction", &payload, Kind::Sync).await.expect("a known function");
        (reply.outcome, reply.payload["status"].as_u64())
    };
    cloud.faults().add(Fault::next("dynamodb", "PutItem", AwsFault::KillAfter).from("WorkerFunction"));
    assert_eq!(put("mine#1").await.0, Outcome::Crashed);
    assert_eq!(put("mine#1").await, (Outcome::Ok, Some(400)), "the first put took effect");
    cloud.faults().add(Fault::next("dynamodb", "PutItem", AwsFault::KillBefore));
    assert_eq!(put("mine#2").await.0, Outcome::Crashed);
    assert_eq!(put("mine#2").await, (Outcome::Ok, Some(200)), "the first put did not");
    cloud.faults().add(Fault::next("dynamodb", "PutItem", AwsFault::DropAfter).containing("mine#3"));
    assert_eq!(put("mine#3").await.0, Outcome::Error);
    assert_eq!(put("mine#3").await, (Outcome::Ok, Some(400)));
    let status = AwsFault::Status { status: 500, code: "InternalServerError".to_owned() };
    cloud.faults().add(Fault::next("dynamodb", "*", status));
    assert_eq!(put("mine#4").await, (Outcome::Ok, Some(500)));
    assert_eq!(cloud.faults().pending(), 0);
    cloud.idle().await;
    cloud.stop().await;
}
