//! EventBridge Scheduler by the real SDK: what is made, changed, told and removed, and
//! what is refused.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // in the helpers of the tests too

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use aws_credential_types::Credentials;
use aws_sdk_scheduler::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_scheduler::operation::create_schedule::builders::CreateScheduleFluentBuilder;
use aws_sdk_scheduler::types::{
    DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy, ScheduleState, Target,
    builders::TargetBuilder,
};
use aws_sdk_scheduler::{Client, config};
use devkit::cloud::{AwsFault, Cloud, CloudConfig, Ec2Api, Fault, Log, Pace, QueryAnswer, QueryCall};
use devkit::template::{self, Deployment};

const GROUP: &str = "dailies";
const CRON: &str = "cron(30 9 ? * MON-FRI *)";
const WORKER: &str = "arn:aws:lambda:eu-central-1:111122223333:function:the-worker";
const QUEUE: &str = "arn:aws:sqs:eu-central-1:111122223333:bellhop-Failed";

struct Nobody;

#[async_trait]
impl Ec2Api for Nobody {
    async fn call(&self, call: QueryCall) -> QueryAnswer {
        QueryAnswer { status: 501, body: call.service }
    }
}

async fn cloud(data_dir: Option<PathBuf>) -> Cloud {
    let yaml = include_str!("fixtures/cloud.yaml");
    let mut stack = template::read(yaml, &Deployment::default()).expect("the fixture is a template");
    stack.functions.clear();
    let config = CloudConfig {
        stack,
        bin_dir: PathBuf::new(),
        app_listener: TcpListener::bind(("127.0.0.1", 0)).expect("a port"),
        aws_listener: TcpListener::bind(("127.0.0.1", 0)).expect("a port"),
        ssm: BTreeMap::new(),
        extra_env: BTreeMap::new(),
        fleet: Arc::new(Nobody),
        log: Log::collect(),
        pace: Pace::quick(),
        data_dir,
    };
    Cloud::start(config).await.expect("the cloud starts")
}

/// The SDK with the key of whoever runs the cloud.
fn client(cloud: &Cloud) -> Client {
    let credentials = Credentials::new(cloud.operator_key(), "secret", None, None, "test");
    let config = config::Builder::new()
        .behavior_version_latest()
        .region(config::Region::new("eu-central-1"))
        .endpoint_url(&cloud.aws_url)
        .credentials_provider(credentials)
        .retry_config(config::retry::RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http());
    Client::from_conf(config.build())
}

fn role(name: &str) -> String {
    format!("arn:aws:iam::111122223333:role/{name}")
}

fn target() -> TargetBuilder {
    Target::builder().arn(WORKER).role_arn(role("wakes")).input(r#"{"do":"echo"}"#)
}

fn on_time() -> FlexibleTimeWindow {
    FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build().unwrap()
}

fn wish(client: &Client, name: &str) -> CreateScheduleFluentBuilder {
    let create = client.create_schedule().name(name).group_name(GROUP).schedule_expression(CRON);
    create.flexible_time_window(on_time()).target(target().build().unwrap())
}

/// The code of a refusal; `OK` if there was none.
fn code<T, E: ProvideErrorMetadata>(result: Result<T, SdkError<E>>) -> String {
    match result {
        Ok(_) => "OK".to_owned(),
        Err(error) => match error.as_service_error() {
            Some(refusal) => refusal.code().unwrap_or("?").to_owned(),
            None => "no answer".to_owned(),
        },
    }
}

#[tokio::test]
async fn a_schedule_is_made_told_changed_and_removed() {
    let cloud = cloud(None).await;
    let client = client(&cloud);
    let retries =
        RetryPolicy::builder().maximum_event_age_in_seconds(3_600).maximum_retry_attempts(3).build();
    let dead = DeadLetterConfig::builder().arn(QUEUE).build();
    let made = wish(&client, "a")
        .schedule_expression_timezone("Europe/Berlin")
        .target(target().retry_policy(retries).dead_letter_config(dead).build().unwrap())
        .send()
        .await
        .unwrap();
    let arn = "arn:aws:scheduler:eu-central-1:111122223333:schedule/dailies/a";
    assert_eq!(made.schedule_arn(), arn);
    let told = client.get_schedule().name("a").group_name(GROUP).send().await.unwrap();
    assert_eq!((told.arn(), told.name(), told.group_name()), (Some(arn), Some("a"), Some(GROUP)));
    assert_eq!(told.schedule_expression(), Some(CRON));
    assert_eq!(told.schedule_expression_timezone(), Some("Europe/Berlin"));
    assert_eq!(told.state(), Some(&ScheduleState::Enabled));
    assert_eq!(told.flexible_time_window(), Some(&on_time()));
    assert!(told.creation_date().is_some_and(|at| told.last_modification_date() == Some(at)));
    let wakes = told.target().unwrap();
    assert_eq!((wakes.arn(), wakes.role_arn()), (WORKER, role("wakes").as_str()));
    assert_eq!(wakes.input(), Some(r#"{"do":"echo"}"#));
    assert_eq!(wakes.dead_letter_config().and_then(DeadLetterConfig::arn), Some(QUEUE));
    let retries = wakes.retry_policy().unwrap();
    assert_eq!(
        (retries.maximum_event_age_in_seconds(), retries.maximum_retry_attempts()),
        (Some(3_600), Some(3))
    );
    let update =
        client.update_schedule().name("a").group_name(GROUP).schedule_expression("cron(0 8 * * ? *)");
    let update = update.flexible_time_window(on_time()).target(target().build().unwrap());
    update.state(ScheduleState::Disabled).send().await.unwrap();
    let told = client.get_schedule().name("a").group_name(GROUP).send().await.unwrap();
    // What an update does not say is as if it had never been said.
    assert_eq!(told.schedule_expression_timezone(), Some("UTC"));
    assert_eq!(
        (told.schedule_expression(), told.state()),
        (Some("cron(0 8 * * ? *)"), Some(&ScheduleState::Disabled))
    );
    assert!(told.target().unwrap().dead_letter_config().is_none());
    client.delete_schedule().name("a").group_name(GROUP).send().await.unwrap();
    assert!(cloud.schedules().is_empty());
    let operations: Vec<_> = cloud.aws_calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(
        operations,
        ["CreateSchedule", "GetSchedule", "UpdateSchedule", "GetSchedule", "DeleteSchedule"]
    );
    cloud.stop().await;
}

#[tokio::test]
async fn what_is_there_or_not_there_is_said() {
    let cloud = cloud(None).await;
    let client = client(&cloud);
    wish(&client, "a").client_token("one").send().await.unwrap();
    // The same call again, as after a reply that was lost.
    assert_eq!(code(wish(&client, "a").client_token("one").send().await), "OK");
    assert_eq!(code(wish(&client, "a").client_token("two").send().await), "ConflictException");
    assert_eq!(
        code(wish(&client, "a").group_name("default").send().await),
        "ValidationException",
        "the role"
    );
    let missing = "ResourceNotFoundException";
    assert_eq!(
        code(wish(&client, "b").group_name("weeklies").send().await),
        "ValidationException",
        "the role"
    );
    let open = target().role_arn(role("sleeps")).build().unwrap();
    let elsewhere = wish(&client, "b").target(open.clone());
    assert_eq!(code(elsewhere.group_name("weeklies").send().await), missing);
    assert_eq!(code(wish(&client, "a").target(open.clone()).group_name("default").send().await), "OK");
    let update = client.update_schedule().name("b").group_name(GROUP).schedule_expression(CRON);
    let update = update.flexible_time_window(on_time()).target(open);
    assert_eq!(code(update.send().await), missing);
    assert_eq!(code(client.get_schedule().name("b").group_name(GROUP).send().await), missing);
    assert_eq!(code(client.delete_schedule().name("b").group_name(GROUP).send().await), missing);
    assert_eq!(code(client.delete_schedule().name("a").group_name("weeklies").send().await), missing);
    // A name is the only one in its group, not in all.
    client.delete_schedule().name("a").send().await.unwrap();
    let left: Vec<_> = cloud.schedules().into_iter().map(|one| one.group).collect();
    assert_eq!(left, [GROUP]);
    cloud.stop().await;
}

#[tokio::test]
async fn what_scheduler_would_not_take_is_refused() {
    let cloud = cloud(None).await;
    let client = client(&cloud);
    let with = |target: TargetBuilder| wish(&client, "a").target(target.build().unwrap());
    let (invalid, unknown) = ("ValidationException", "NotImplemented");
    let retries = |age: i32, times: i32| {
        RetryPolicy::builder().maximum_event_age_in_seconds(age).maximum_retry_attempts(times).build()
    };
    let flexible =
        FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Flexible).maximum_window_in_minutes(5);
    for (why, wish, expected) in vec![
        ("a name with a space", wish(&client, "a b"), invalid),
        ("a long name", wish(&client, &"a".repeat(65)), invalid),
        ("the longest name", wish(&client, &"a".repeat(64)), "OK"),
        ("a group with a slash", wish(&client, "a").group_name("a/b"), invalid),
        ("no cron", wish(&client, "a").schedule_expression("30 9 ? * MON-FRI *"), invalid),
        ("both kinds of days", wish(&client, "a").schedule_expression("cron(30 9 1 * MON *)"), invalid),
        ("five fields", wish(&client, "a").schedule_expression("cron(30 9 ? * MON)"), invalid),
        ("no such minute", wish(&client, "a").schedule_expression("cron(60 9 ? * MON *)"), invalid),
        ("no such zone", wish(&client, "a").schedule_expression_timezone("Europe/Nowhere"), invalid),
        (
            "a zone in the wrong case",
            wish(&client, "a").schedule_expression_timezone("europe/berlin"),
            invalid,
        ),
        ("input that is no JSON", with(target().input("{do: echo}")), invalid),
        ("a role that lets nobody in", with(target().role_arn(role("closed"))), invalid),
        ("no such role", with(target().role_arn(role("nobody"))), invalid),
        ("a target that is no ARN", with(target().arn("the-worker")), invalid),
        ("an age that is too short", with(target().retry_policy(retries(59, 1))), invalid),
        ("too many retries", with(target().retry_policy(retries(60, 186))), invalid),
        ("another target", with(target().arn(QUEUE)), unknown),
        ("a window", wish(&client, "a").flexible_time_window(flexible.build().unwrap()), unknown),
        ("a rate", wish(&client, "a").schedule_expression("rate(5 minutes)"), unknown),
    ] {
        assert_eq!(code(wish.send().await), expected, "{why}");
    }
    let names: Vec<_> = cloud.schedules().into_iter().map(|one| one.name.len()).collect();
    assert_eq!(names, [64], "nothing that was refused is there");
    cloud.stop().await;
}

#[tokio::test]
async fn schedules_are_listed_page_by_page() {
    let cloud = cloud(None).await;
    let client = client(&cloud);
    for name in ["b-1", "a-2", "a-1"] {
        wish(&client, name).send().await.unwrap();
    }
    let names = async |prefix: &str| {
        let listed = client.list_schedules().group_name(GROUP).name_prefix(prefix).max_results(1);
        let items: Result<Vec<_>, _> = listed.into_paginator().items().send().collect().await;
        items.unwrap().into_iter().filter_map(|one| one.name).collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["a-1", "a-2", "b-1"]);
    assert_eq!(names("a-").await, ["a-1", "a-2"]);
    assert_eq!(
        code(client.list_schedules().group_name("weeklies").send().await),
        "ResourceNotFoundException"
    );
    cloud.stop().await;
}

#[tokio::test]
async fn schedules_are_kept_beside_the_tables() {
    let dir = tempfile::tempdir().expect("a folder");
    let first = cloud(Some(dir.path().to_owned())).await;
    wish(&client(&first), "a").send().await.unwrap();
    let made = first.schedules();
    first.stop().await;
    let second = cloud(Some(dir.path().to_owned())).await;
    assert_eq!((second.schedules().len(), second.schedules()), (1, made));
    client(&second).delete_schedule().name("a").group_name(GROUP).send().await.unwrap();
    second.stop().await;
    let third = cloud(Some(dir.path().to_owned())).await;
    assert!(third.schedules().is_empty());
    third.stop().await;
}

#[tokio::test]
async fn faults_and_strangers_are_answered_in_its_protocol() {
    let cloud = cloud(None).await;
    let own = client(&cloud);
    let status = AwsFault::Status { status: 500, code: "InternalServerException".to_owned() };
    cloud.faults().add(Fault::next("scheduler", "CreateSchedule", status));
    cloud.faults().add(Fault::next("scheduler", "DeleteSchedule", AwsFault::DropAfter));
    assert_eq!(code(wish(&own, "a").send().await), "InternalServerException");
    assert_eq!(code(wish(&own, "a").send().await), "OK");
    assert_eq!(code(own.delete_schedule().name("a").group_name(GROUP).send().await), "no answer");
    assert!(cloud.schedules().is_empty(), "it was removed though nobody was told");
    let stranger = own.config().to_builder();
    let stranger = stranger.credentials_provider(Credentials::new("AKIASTRANGER", "x", None, None, "test"));
    assert_eq!(
        code(wish(&Client::from_conf(stranger.build()), "a").send().await),
        "UnrecognizedClientException"
    );
    cloud.stop().await;
}
