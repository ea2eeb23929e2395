//! The cases, by name.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use devkit::cloud::{AwsFault, Cloud, Fault, Kind, Outcome, Pace};
use devkit::fleet::{
    Clock, Fleet, Machine, PROD_ACCOUNT, Role, SAMPLE_ACCOUNT, SourceIdentity, sample_world,
};
use domain::ids::{AccountId, InstanceId, Region};
use domain::instance::InstanceState;
use serde_json::{Value, json};

use super::setup::{aws, cloud, cloud_with};

type Case = Pin<Box<dyn Future<Output = ()>>>;

macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        /// Every case.
        pub(crate) fn all() -> Vec<(&'static str, Case)> {
            vec![$((stringify!($name), Box::pin($name()) as Case)),*]
        }
    };
}

cases![
    the_first_invocation_is_cold_and_the_next_is_warm,
    two_at_a_time_need_two_processes,
    a_frozen_process_does_nothing,
    a_timeout_kills_the_process,
    a_crash_is_reported_and_the_next_start_is_cold,
    only_its_own_environment_reaches_a_function,
    a_failing_event_is_tried_three_times_and_given_up,
    a_duplicate_is_delivered_on_demand,
    a_lost_event_is_never_delivered,
    a_schedule_fires_on_tick,
    the_http_api_speaks_payload_version_2,
    the_lambda_api_invokes,
    parameters_are_read_by_the_real_sdk,
    a_function_is_held_to_its_role,
    a_reply_can_be_lost_and_a_process_killed_after_the_effect,
    output_is_kept,
    a_function_assumes_only_what_its_own_role_allows,
    a_call_in_another_account_is_still_the_functions,
    state_changes_wake_the_functions_whose_rules_fit,
    a_function_makes_schedules_only_as_its_role_allows,
    a_schedule_wakes_its_function_through_its_role,
    nothing_is_left_behind,
];

async fn ask(cloud: &devkit::cloud::Cloud, function: &str, what: &str) -> (Outcome, Value) {
    let reply = cloud.invoke(function, &json!({ "do": what }), Kind::Sync).await.expect("a known function");
    cloud.idle().await;
    (reply.outcome, reply.payload)
}

async fn the_first_invocation_is_cold_and_the_next_is_warm() {
    let cloud = cloud(Pace::quick()).await;
    let (outcome, reply) = ask(&cloud, "WebFunction", "echo").await;
    assert_eq!(outcome, Outcome::Ok, "{reply}: {:#?}", cloud.log().output("WebFunction"));
    assert_eq!(reply["echo"]["do"], "echo");
    assert_eq!(reply["arn"], "arn:aws:lambda:eu-central-1:111122223333:function:WebFunction");
    ask(&cloud, "WebFunction", "echo").await;
    cloud.chill();
    ask(&cloud, "WebFunction", "echo").await;
    let cold: Vec<_> = cloud.invocations().iter().map(|invocation| invocation.init.is_some()).collect();
    assert_eq!(cold, [true, false, true]);
    assert_eq!(reply["request_id"], cloud.invocations()[0].request_id);
    cloud.stop().await;
}

async fn two_at_a_time_need_two_processes() {
    let cloud = cloud(Pace::quick()).await;
    let payload = json!({});
    let both = tokio::join!(
        cloud.invoke("WebFunction", &payload, Kind::Sync),
        cloud.invoke("WebFunction", &payload, Kind::Sync)
    );
    assert!(both.0.is_ok() && both.1.is_ok());
    assert_eq!(cloud.processes().len(), 2);
    cloud.stop().await;
}

async fn a_frozen_process_does_nothing() {
    let cloud = cloud(Pace::quick()).await;
    let (_, before) = ask(&cloud, "WebFunction", "count").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (_, after) = ask(&cloud, "WebFunction", "count").await;
    assert_eq!(before["pid"], after["pid"]);
    let ticks = after["ticks"].as_u64().unwrap() - before["ticks"].as_u64().unwrap();
    assert!(ticks < 250, "{ticks} ticks while frozen");
    cloud.stop().await;
}

async fn a_timeout_kills_the_process() {
    let cloud = cloud(Pace::quick()).await;
    let (outcome, reply) = ask(&cloud, "WorkerFunction", "hang").await;
    assert_eq!(outcome, Outcome::TimedOut);
    let message = reply["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("Task timed out after 1.00 seconds"), "{message}");
    let (_, reply) = ask(&cloud, "WorkerFunction", "echo").await;
    assert!(reply["echo"].is_object());
    assert!(cloud.invocations()[1].init.is_some());
    cloud.stop().await;
}

async fn a_crash_is_reported_and_the_next_start_is_cold() {
    let cloud = cloud(Pace::quick()).await;
    ask(&cloud, "WorkerFunction", "echo").await;
    let (outcome, reply) = ask(&cloud, "WorkerFunction", "exit").await;
    assert_eq!(outcome, Outcome::Crashed);
    assert_eq!(reply["errorType"], "Runtime.ExitError");
    assert!(reply["errorMessage"].as_str().unwrap().ends_with("exit status 3"), "{reply}");
    ask(&cloud, "WorkerFunction", "echo").await;
    assert!(cloud.invocations()[2].init.is_some());
    let (outcome, reply) = ask(&cloud, "WorkerFunction", "fail").await;
    assert_eq!((outcome, reply["errorMessage"].as_str()), (Outcome::Error, Some("it went wrong")));
    cloud.stop().await;
}

async fn only_its_own_environment_reaches_a_function() {
    let cloud = cloud(Pace::quick()).await;
    let (_, variables) = ask(&cloud, "WebFunction", "environment").await;
    assert_eq!((&variables["GREETING"], &variables["EXTRA"]), (&json!("hello"), &json!("given")));
    assert_eq!(variables["AWS_ENDPOINT_URL"], cloud.aws_url.as_str());
    assert!(variables.get("HOME").is_none() && variables.get("CARGO_MANIFEST_DIR").is_none());
    cloud.stop().await;
}

async fn a_failing_event_is_tried_three_times_and_given_up() {
    let cloud = cloud(Pace::quick()).await;
    cloud.invoke("the-worker", &json!({ "do": "fail" }), Kind::Async).await.expect("accepted");
    cloud.idle().await;
    let attempts: Vec<_> = cloud.invocations().iter().map(|one| (one.attempt, one.outcome)).collect();
    assert_eq!(attempts, [(1, Outcome::Error), (2, Outcome::Error), (3, Outcome::Error)]);
    let letters = cloud.dead_letters();
    assert_eq!(letters.len(), 1);
    let record = &letters[0].record;
    assert_eq!(
        letters[0].destination.as_deref(),
        Some("arn:aws:sqs:eu-central-1:111122223333:bellhop-Failed")
    );
    assert_eq!(record["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(record["requestPayload"], json!({ "do": "fail" }));
    assert_eq!(record["responsePayload"]["errorMessage"], "it went wrong");
    cloud.invoke("WebFunction", &json!({ "do": "fail" }), Kind::Async).await.expect("accepted");
    cloud.idle().await;
    let of_web = cloud.dead_letters().pop().expect("a letter");
    assert_eq!(
        (of_web.function.as_str(), of_web.destination),
        ("WebFunction", None),
        "its role may not send"
    );
    cloud.stop().await;
}

async fn a_duplicate_is_delivered_on_demand() {
    let cloud = cloud(Pace::quick()).await;
    cloud.faults().duplicate_next("WorkerFunction");
    cloud.invoke("WorkerFunction", &json!({}), Kind::Async).await.expect("accepted");
    cloud.idle().await;
    let ids: Vec<_> = cloud.invocations().into_iter().map(|one| one.request_id).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    cloud.stop().await;
}

async fn a_lost_event_is_never_delivered() {
    let cloud = cloud(Pace::quick()).await;
    cloud.faults().lose_next("WorkerFunction");
    cloud.invoke("WorkerFunction", &json!({}), Kind::Async).await.expect("accepted");
    cloud.idle().await;
    assert!(cloud.invocations().is_empty());
    cloud.faults().kill_next("WorkerFunction");
    cloud.invoke("WorkerFunction", &json!({}), Kind::Async).await.expect("accepted");
    cloud.idle().await;
    let outcomes: Vec<_> = cloud.invocations().iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [Outcome::Crashed, Outcome::Ok]);
    cloud.stop().await;
}

async fn a_schedule_fires_on_tick() {
    let cloud = cloud(Pace::quick()).await;
    cloud.tick("Tick").expect("a known schedule");
    assert!(cloud.tick("Tock").is_err());
    cloud.idle().await;
    let invocation = &cloud.invocations()[0];
    assert_eq!((invocation.kind, invocation.outcome), (Kind::Schedule, Outcome::Ok));
    assert_eq!(invocation.payload["detail-type"], "Scheduled Event");
    assert_eq!(
        invocation.payload["resources"][0],
        "arn:aws:events:eu-central-1:111122223333:rule/WorkerFunctionTick"
    );
    cloud.stop().await;
    let fast = Pace { schedule_scale: Some(1.0 / 600.0), ..Pace::quick() };
    let cloud = super::setup::cloud(fast).await;
    tokio::time::sleep(Duration::from_millis(350)).await;
    cloud.idle().await;
    assert!(!cloud.invocations().is_empty());
    cloud.stop().await;
}

async fn the_http_api_speaks_payload_version_2() {
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

async fn the_lambda_api_invokes() {
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

async fn parameters_are_read_by_the_real_sdk() {
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

async fn a_function_is_held_to_its_role() {
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

async fn a_reply_can_be_lost_and_a_process_killed_after_the_effect() {
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

async fn output_is_kept() {
    let cloud = cloud(Pace::quick()).await;
    ask(&cloud, "WebFunction", "print").await;
    let output = cloud.log().output("WebFunction");
    assert!(output.iter().any(|line| line == "printed by the function"), "{output:?}");
    assert!(
        cloud.log().events().iter().any(|line| line.starts_with("invoke WebFunction (sync, attempt 1) ok"))
    );
    cloud.stop().await;
}

/// The sample world, with roles that both functions of the fixture are trusted by.
async fn world() -> (Cloud, Arc<Fleet>) {
    let clock = Clock::by_hand(Clock::real().now());
    let fleet = Arc::new(Fleet::new(sample_world(clock.now()), clock));
    for name in ["Reader", "Named", "Other"] {
        let role = Role::new(name).trusting("arn:aws:iam::111122223333:role/bellhop-WorkerFunctionRole");
        let role = role.trusting(SAMPLE_ACCOUNT).with_source_identity(SourceIdentity::Allowed);
        let role = role.with_external_id("x-1").allowing(&["ec2:*"], &["*"]);
        fleet.add_role(&AccountId::new(PROD_ACCOUNT), role);
    }
    (cloud_with(Pace::quick(), Arc::clone(&fleet) as Arc<dyn devkit::cloud::Ec2Api>).await, fleet)
}

async fn a_function_assumes_only_what_its_own_role_allows() {
    let (cloud, _fleet) = world().await;
    let own = "because no identity-based policy allows the";
    for (function, role, external_id, identity, error) in [
        ("WorkerFunction", "Reader", Some("x-1"), None, None),
        ("WorkerFunction", "Reader", None, None, Some("on resource: arn:aws:iam::444455556666:role/Reader")),
        ("WorkerFunction", "Reader", Some("x-2"), None, Some("role/Reader")),
        (
            "WorkerFunction",
            "Reader",
            Some("x-1"),
            Some("U0ANN"),
            Some("allows the sts:SetSourceIdentity action"),
        ),
        ("WorkerFunction", "Named", Some("x-1"), Some("U0ANN"), None),
        ("WorkerFunction", "Named", Some("x-1"), Some("W0ANN"), Some(own)),
        ("WorkerFunction", "Named", Some("x-1"), None, Some(own)),
        ("WorkerFunction", "Other", Some("x-1"), None, Some(own)),
        ("WebFunction", "Reader", Some("x-1"), None, Some(own)),
    ] {
        let role = format!("arn:aws:iam::444455556666:role/{role}");
        let payload =
            json!({ "do": "assume", "role": role, "external_id": external_id, "identity": identity });
        let reply = cloud.invoke(function, &payload, Kind::Sync).await.expect("a known function").payload;
        let row = format!("{function} {payload}: {reply}");
        match error {
            None => assert_eq!(reply["account"], PROD_ACCOUNT, "{row}"),
            Some(says) => {
                assert_eq!(reply["error"], "AccessDenied", "{row}");
                let message = reply["message"].as_str().expect("a message");
                assert!(message.contains(says), "{row}");
                assert!(message.contains("User: arn:aws:sts::111122223333:assumed-role/bellhop-"), "{row}");
            }
        }
    }
    cloud.stop().await;
}

async fn a_call_in_another_account_is_still_the_functions() {
    let (cloud, fleet) = world().await;
    let payload =
        json!({ "do": "assume", "role": "arn:aws:iam::444455556666:role/Reader", "external_id": "x-1" });
    let invoke =
        async || cloud.invoke("WorkerFunction", &payload, Kind::Sync).await.expect("a known function");
    assert_eq!(invoke().await.outcome, Outcome::Ok);
    let calls = cloud.aws_calls();
    let told: Vec<_> = calls.iter().map(|call| (call.operation.as_str(), call.function.as_deref())).collect();
    assert_eq!(told, [("AssumeRole", Some("WorkerFunction")), ("GetCallerIdentity", Some("WorkerFunction"))]);
    assert!(calls[1].request_id.is_some() && calls[0].access_key != calls[1].access_key);
    let call = fleet.calls()[1].clone();
    assert_eq!((call.function, call.account.as_str()), (None, PROD_ACCOUNT));
    cloud.faults().add(Fault::next("sts", "GetCallerIdentity", AwsFault::KillAfter).from("WorkerFunction"));
    assert_eq!(invoke().await.outcome, Outcome::Crashed);
    assert_eq!(fleet.calls().len(), 4, "the call took effect");
    cloud.idle().await;
    cloud.stop().await;
}

async fn state_changes_wake_the_functions_whose_rules_fit() {
    let (cloud, fleet) = world().await;
    let (account, home) = (AccountId::new(SAMPLE_ACCOUNT), Region::new("eu-central-1"));
    let id = InstanceId::parse("i-0a1b2c3d4e5f60718").expect("an id");
    let now = fleet.clock().now();
    fleet.add(&account, Machine::new(id.clone(), home, "eu-central-1a", InstanceState::Running, now));
    let delivered = async |expected: usize| {
        let began = std::time::Instant::now();
        while cloud.invocations().len() < expected && began.elapsed() < Duration::from_secs(10) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // Whatever comes too often would come now.
        tokio::time::sleep(Duration::from_millis(50)).await;
        cloud.idle().await;
        let mut all: Vec<_> =
            cloud.invocations().into_iter().map(|one| (one.function, one.kind, one.payload)).collect();
        assert_eq!(all.len(), expected, "{all:?}");
        all.pop()
    };
    let ec2 = async |action: &str, id: &InstanceId, region: &str| {
        let key = cloud.operator_key();
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20260131/{region}/ec2/aws4_request, SignedHeaders=host, Signature=0"
        );
        let form = format!("Action={action}&Version=2016-11-15&InstanceId.1={id}");
        let call = reqwest::Client::new().post(&cloud.aws_url).header("authorization", scope).body(form);
        assert_eq!(call.send().await.expect("an answer").status(), 200);
    };
    ec2("StopInstances", &id, "eu-central-1").await;
    delivered(0).await;
    fleet.clock().advance(Duration::from_secs(5));
    let (function, kind, event) = delivered(1).await.expect("one");
    assert_eq!((function.as_str(), kind), ("WorkerFunction", Kind::Async));
    assert_eq!(
        (&event["source"], &event["detail-type"]),
        (&json!("aws.ec2"), &json!("EC2 Instance State-change Notification"))
    );
    assert_eq!(event["detail"], json!({ "instance-id": id.as_str(), "state": "stopped" }));
    assert_eq!((&event["account"], &event["region"]), (&json!(SAMPLE_ACCOUNT), &json!("eu-central-1")));
    assert_eq!(
        event["resources"],
        json!([format!("arn:aws:ec2:eu-central-1:{SAMPLE_ACCOUNT}:instance/{id}")])
    );
    assert!(event["time"].as_str().is_some_and(|time| time.len() == 20) && event["version"] == "0");
    ec2("StartInstances", &id, "eu-central-1").await;
    let (function, _, input) = delivered(2).await.expect("pending");
    assert_eq!((function.as_str(), &input["why"]), ("WebFunction", &json!("started")));
    fleet.clock().advance(Duration::from_secs(5));
    delivered(3).await;
    // Another region's bus is not this one's until it forwards.
    let web = fleet.ids_of("web-1").pop().expect("it is there");
    fleet.put(&web, InstanceState::Stopped);
    delivered(3).await;
    cloud.forward_events(SAMPLE_ACCOUNT, "eu-west-1");
    fleet.put(&fleet.ids_of("web-2").pop().expect("it is there"), InstanceState::Stopped);
    let (_, _, event) = delivered(4).await.expect("forwarded");
    assert_eq!(event["region"], "eu-west-1");
    cloud.stop().await;
}

/// Lets the function make a schedule with this role of the stack's.
async fn make(cloud: &Cloud, function: &str, group: &str, name: &str, role: &str) -> Value {
    let role = format!("arn:aws:iam::111122223333:role/{role}");
    let payload = json!({ "do": "schedule", "group": group, "name": name, "role": role });
    let made = cloud.invoke(function, &payload, Kind::Sync).await.expect("a known function").payload;
    cloud.idle().await;
    made
}

async fn a_function_makes_schedules_only_as_its_role_allows() {
    let cloud = cloud(Pace::quick()).await;
    let made = make(&cloud, "WorkerFunction", "dailies", "a", "wakes").await;
    assert_eq!(made["arn"], "arn:aws:scheduler:eu-central-1:111122223333:schedule/dailies/a");
    for (function, group, role, action) in [
        ("WorkerFunction", "default", "wakes", "scheduler:CreateSchedule"),
        ("WorkerFunction", "dailies", "sleeps", "iam:PassRole"),
        ("WorkerFunction", "dailies", "WorkerFunctionRole", "iam:PassRole"),
        ("WebFunction", "dailies", "wakes", "scheduler:CreateSchedule"),
    ] {
        let refused = make(&cloud, function, group, "b", role).await;
        assert_eq!(refused["error"], "AccessDeniedException", "{function} {group} {role}: {refused}");
        let says = format!("is not authorized to perform: {action} on resource: ");
        assert!(refused["message"].as_str().unwrap().contains(&says), "{refused}");
    }
    let names: Vec<_> = cloud.schedules().into_iter().map(|one| (one.group, one.name)).collect();
    assert_eq!(names, [("dailies".to_owned(), "a".to_owned())]);
    cloud.stop().await;
}

async fn a_schedule_wakes_its_function_through_its_role() {
    let cloud = cloud(Pace::quick()).await;
    make(&cloud, "WorkerFunction", "dailies", "a", "wakes").await;
    let [schedule] = &cloud.schedules()[..] else { panic!("{:?}", cloud.schedules()) };
    // A Friday at 09:30, and the Monday after it.
    let (friday, monday) = (1_795_167_000_000, 1_795_426_200_000);
    assert_eq!((schedule.until(friday), schedule.after(friday)), (Some(friday), Some(monday)));
    cloud.fire(schedule, friday).expect("the role allows it");
    cloud.idle().await;
    let woken = cloud.invocations().pop().unwrap();
    assert_eq!(
        (woken.function.as_str(), woken.kind, woken.outcome),
        ("WorkerFunction", Kind::Async, Outcome::Ok)
    );
    assert_eq!(woken.payload, json!({ "do": "echo", "time": "2026-11-20T09:30:00Z" }));
    // The role is looked at when it fires, not when it was made.
    let mut powerless = schedule.clone();
    powerless.target.role_arn = schedule.target.role_arn.replace("wakes", "sleeps");
    powerless.target.dead_letters = Some("arn:aws:sqs:eu-central-1:111122223333:bellhop-Failed".to_owned());
    let why = format!("{:#}", cloud.fire(&powerless, friday).unwrap_err());
    assert!(why.contains("role/sleeps does not allow lambda:InvokeFunction on arn:aws:lambda:"), "{why}");
    let mut closed = schedule.clone();
    closed.target.role_arn = schedule.target.role_arn.replace("wakes", "closed");
    closed.target.dead_letters.clone_from(&powerless.target.dead_letters);
    assert!(cloud.fire(&closed, friday).is_err());
    cloud.idle().await;
    assert_eq!(cloud.invocations().len(), 2, "only the making, and the one that may");
    let mut astray = powerless.clone();
    astray.target.role_arn.clone_from(&schedule.target.role_arn);
    astray.target.arn.push_str("-of-old");
    assert!(cloud.fire(&astray, friday).is_err());
    let letters = cloud.dead_letters();
    let to: Vec<_> = letters.iter().map(|letter| letter.destination.as_deref()).collect();
    // One may report, one does not let Scheduler in, and one may only wake.
    assert_eq!(to, [powerless.target.dead_letters.as_deref(), None, None]);
    cloud.stop().await;
}

async fn nothing_is_left_behind() {
    let alive = |id: &i32| std::path::Path::new(&format!("/proc/{id}")).exists();
    let first = cloud(Pace::quick()).await;
    ask(&first, "WebFunction", "echo").await;
    let hanging = json!({ "do": "hang" });
    first.invoke("WorkerFunction", &hanging, Kind::Async).await.expect("accepted");
    while first.processes().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let ids = first.processes();
    assert!(ids.iter().all(alive));
    first.stop().await;
    assert!(!ids.iter().any(alive), "stop leaves nothing, frozen or running");

    let second = cloud(Pace::quick()).await;
    ask(&second, "WebFunction", "echo").await;
    let key = second.operator_key().to_owned();
    let reply = aws(&second.aws_url, &key, "ec2", "", &json!({})).await.expect("an answer");
    assert_eq!(reply.0, 200);
    let ids = second.processes();
    drop(second);
    for _ in 0..200 {
        if !ids.iter().any(alive) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("drop left {ids:?}");
}
