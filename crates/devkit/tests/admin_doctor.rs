//! `cargo admin doctor`: a healthy deployment passes, and each planted fault is found and its cure named.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic here is a failed test"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use axum::routing::any;
use devkit::cloud::{AwsFault, Fault};
use devkit::slack::{Fault as SlackFault, FaultKind};
use reqwest::Method;
use serde_json::{Value, json};
use support::admin::{Said, admin, admin_as};
use support::role::Role;
use support::{App, app, bare_with};

const DOCTOR: [&str; 3] = ["doctor", "--stage", "dev"];
const DEPLOY: &str = "sam build && sam deploy --stack-name bellhop";
const SECRETS: &str = "cargo admin secrets --stage dev";

/// Everything that the doctor may call, as its help says.
const READS: [&str; 19] = [
    "GetCallerIdentity",
    "GetFunctionConfiguration",
    "GetFunctionEventInvokeConfig",
    "GetPolicy",
    "ListTags",
    "Invoke",
    "DescribeRule",
    "ListRuleNamesByTarget",
    "GetScheduleGroup",
    "ListSchedules",
    "GetSchedule",
    "GetRole",
    "SimulatePrincipalPolicy",
    "GetParameters",
    "DescribeTable",
    "DescribeTimeToLive",
    "DescribeContinuousBackups",
    "Scan",
    "GetItem",
];

/// A fault, and how it is made.
enum Plant {
    /// AWS says this of a function, a table, a rule, a role or a group of schedules.
    Told(&'static str, Value),
    /// All functions are told this variable.
    Everywhere(&'static str, String),
    /// A parameter of this type holds this.
    Stored(&'static str, &'static str, String),
    /// A parameter is removed.
    Removed(&'static str),
    /// AWS refuses the doctor this.
    Denied(&'static str, &'static str),
    /// A function cannot read its secrets.
    Blind(&'static str),
    /// There is a schedule of a standup that differs so from a right one.
    Scheduled(Value),
    /// The next `auth.test` of the doctor meets this.
    Slack(FaultKind),
    /// It is asked with these arguments.
    Typed(Vec<String>),
}

use Plant::{Blind, Denied, Everywhere, Removed, Scheduled, Slack, Stored, Told, Typed};

/// One fault: what plants it, how many lines it makes wrong (none: not counted), what one of them
/// says, and the cure that it names.
struct Case(Plant, Option<usize>, &'static str, &'static str);

fn environment(name: &'static str, variable: &str, value: impl Into<Value>) -> Plant {
    Told(name, json!({ "Environment": { "Variables": { variable: value.into() } } }))
}

fn cases_of_functions() -> Vec<Case> {
    let told = |name, field: &str, value: &str| Told(name, json!({ field: value }));
    vec![
        Case(Told("bellhop-text", Value::Null), Some(1), "function text: there is no bellhop-text", DEPLOY),
        Case(told("bellhop-ec2", "State", "Failed"), Some(1), "function ec2: its state is Failed", DEPLOY),
        Case(
            told("bellhop-ec2", "LastUpdateStatus", "Failed"),
            Some(1),
            "function ec2: its last update failed",
            DEPLOY,
        ),
        Case(
            told("bellhop-install", "Runtime", "nodejs22.x"),
            Some(1),
            "function install: its runtime is nodejs22.x, not provided.al2023",
            DEPLOY,
        ),
        Case(
            told("bellhop-events", "Handler", "index.handler"),
            Some(1),
            "function events: its handler is index.handler, not bootstrap",
            DEPLOY,
        ),
        Case(
            Told("bellhop-text", json!({ "Architectures": ["x86_64"] })),
            Some(1),
            "functions together: they are for different processors: ",
            DEPLOY,
        ),
        Case(
            environment("bellhop-events", "JOBS_TABLE", Value::Null),
            Some(1),
            "function events: the environment variable JOBS_TABLE is missing",
            DEPLOY,
        ),
        Case(
            environment("bellhop-ec2", "REGIONS", json!(" ")),
            Some(1),
            "function ec2: the environment variable REGIONS is blank",
            DEPLOY,
        ),
        Case(
            environment("bellhop-standup", "SCHEDULE_ROLE_ARN", json!("role")),
            Some(2),
            "function standup: the environment variable SCHEDULE_ROLE_ARN ",
            DEPLOY,
        ),
        Case(
            environment("bellhop-events", "EC2_FUNCTION", json!("old-ec2")),
            Some(2),
            "function events: EC2_FUNCTION is old-ec2, which is no function of this stack",
            DEPLOY,
        ),
        Case(
            environment("bellhop-text", "JOBS_TABLE", json!("other-jobs")),
            Some(1),
            "functions together: they are told different values of JOBS_TABLE",
            DEPLOY,
        ),
        Case(
            Everywhere("SSM_PREFIX", "/bellhop/prod".to_owned()),
            Some(8),
            "function sweeper: SSM_PREFIX is /bellhop/prod, not /bellhop/dev",
            "--parameter-overrides Stage=dev",
        ),
        Case(
            Typed(vec!["--stack".into(), "other".into()]),
            None,
            "function sweeper: there is no other-sweeper",
            "sam build && sam deploy --stack-name other",
        ),
        Case(
            Blind("Events"),
            Some(3),
            "start of events: it does not start, or fails (Unhandled)",
            "aws logs tail /aws/lambda/bellhop-events --since 15m",
        ),
        Case(
            told("bellhop-sweeper", "Policy", r#"{"Statement":[]}"#),
            Some(1),
            "triggers of sweeper: 0 rules of EventBridge may wake it, and 1 should",
            DEPLOY,
        ),
    ]
}

fn cases_of_versions() -> Vec<Case> {
    let answers = |answer: Value| Told("bellhop-text", json!({ "Answer": answer }));
    let tagged = |tags: Value| Told("bellhop-install", json!({ "Tags": tags, "Runtime": "nodejs22.x" }));
    vec![
        Case(
            answers(json!({ "version": "0.0.9" })),
            Some(1),
            concat!("versions: text runs 0.0.9; this program is ", env!("CARGO_PKG_VERSION")),
            DEPLOY,
        ),
        Case(
            answers(json!({ "done": true })),
            Some(1),
            "start of text: it does not know its version: its code is older",
            DEPLOY,
        ),
        Case(
            tagged(
                json!({ "lambda:createdBy": null, "aws:cloudformation:logical-id": "InstallLambdaFunction" }),
            ),
            Some(1),
            "function install: its runtime is",
            "&& osls deploy --stage dev --param stack=bellhop (or serverless deploy",
        ),
        Case(
            tagged(json!({ "lambda:createdBy": null })),
            Some(1),
            "function install: its runtime is",
            "sam build && sam deploy --stack-name bellhop, or cargo lambda build --release --arm64",
        ),
    ]
}

fn cases_of_rules() -> Vec<Case> {
    let off = || json!({ "State": "DISABLED" });
    vec![
        Case(
            Told("SweeperEveryMinute", off()),
            Some(1),
            "rule SweeperEveryMinute of sweeper: it is switched off",
            "aws events enable-rule --name SweeperEveryMinute",
        ),
        Case(
            Told("Ec2StateChange", off()),
            Some(1),
            "rule Ec2StateChange of ec2: it is switched off",
            "aws events enable-rule --name Ec2StateChange",
        ),
        Case(
            Told("Ec2Refresh", json!({ "Targets": [] })),
            Some(1),
            "rule Ec2Refresh of ec2: it does not lead to the function any more",
            "aws events put-targets --rule Ec2Refresh --targets Id=function,Arn=arn:aws:lambda:",
        ),
        Case(
            Told("Ec2StateChange", Value::Null),
            Some(1),
            "rule Ec2StateChange of ec2: there is no such rule any more",
            "aws events put-rule --name Ec2StateChange, with what template.yaml says of it; then aws events",
        ),
    ]
}

/// `role` is the name of the role by which schedules wake the standup.
fn cases_of_schedules(role: &'static str) -> Vec<Case> {
    let queue = "arn:aws:sqs:eu-west-1:111122223333:another";
    let wakes = json!({ "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*" });
    let elsewhere = "arn:aws:lambda:eu-west-1:111122223333:function:old-standup";
    let edit = "/standup list in Slack, [Edit] and save";
    vec![
        Case(
            Told("bellhop-standups", Value::Null),
            Some(1),
            "schedules: there is no group bellhop-standups",
            "aws scheduler create-schedule-group --name bellhop-standups",
        ),
        Case(Told(role, Value::Null), Some(1), "role of schedules: there is no role bellhop-", DEPLOY),
        Case(
            Told(role, json!({ "Trust": [] })),
            Some(1),
            "does not let Scheduler in for arn:aws:scheduler:",
            DEPLOY,
        ),
        Case(
            Told(role, json!({ "Statements": [] })),
            Some(1),
            "does not allow lambda:InvokeFunction on arn:aws:lambda:",
            "“Changed by hand”",
        ),
        Case(
            Told(role, json!({ "Statements": [wakes] })),
            Some(1),
            "does not allow sqs:SendMessage on arn:aws:sqs:",
            DEPLOY,
        ),
        Case(
            environment("bellhop-standup", "SCHEDULE_TARGET_ARN", json!(elsewhere)),
            Some(2),
            "target of schedules: SCHEDULE_TARGET_ARN is arn:aws:lambda:eu-west-1:111122223333:function:old-standup",
            DEPLOY,
        ),
        Case(
            Told(
                "bellhop-standup",
                json!({ "DestinationConfig": { "OnFailure": { "Destination": queue } } }),
            ),
            Some(1),
            "target of schedules: what is given up goes to arn:aws:sqs:eu-west-1:111122223333:another, and that",
            DEPLOY,
        ),
        Case(
            Scheduled(json!({ "State": "DISABLED" })),
            Some(1),
            "schedules: T-planted is switched off",
            edit,
        ),
        Case(
            Scheduled(json!({ "Target": { "Arn": elsewhere } })),
            Some(1),
            "schedules: T-planted wakes arn:aws:lambda:eu-west-1:111122223333:function:old-standup, not arn:",
            edit,
        ),
        Case(
            Scheduled(json!({ "Target": { "DeadLetterConfig": { "Arn": queue } } })),
            Some(1),
            "schedules: T-planted leaves what it cannot hand over to arn:aws:sqs:eu-west-1:111122223333:another",
            edit,
        ),
    ]
}

fn cases_of_parameters() -> Vec<Case> {
    let stored = |name, value: &str| Stored(name, "SecureString", value.to_owned());
    let other_ring = format!(r#"{{"current":"k2","keys":{{"k2":"{}="}}}}"#, "A".repeat(43));
    vec![
        Case(
            Removed("slack/client_secret"),
            Some(1),
            "parameter slack/client_secret: there is no /bellhop/dev/slack/client_secret",
            SECRETS,
        ),
        Case(
            Removed("slack/signing_secret"),
            // A gateway that happens to be started just then fails too.
            None,
            "parameter slack/signing_secret: there is no ",
            SECRETS,
        ),
        Case(
            stored("slack/client_id", " "),
            Some(1),
            "parameter slack/client_id: its value is blank",
            SECRETS,
        ),
        Case(
            stored("slack/client_id", "1234567890.987654321\n"),
            Some(1),
            "parameter slack/client_id: its value has blanks or line breaks around it",
            SECRETS,
        ),
        Case(
            stored("slack/client_id", "A0123456789"),
            Some(1),
            "parameter slack/client_id: its value is not two numbers",
            SECRETS,
        ),
        Case(
            Stored("slack/client_secret", "String", "0123456789abcdef0123456789abcdef".to_owned()),
            Some(1),
            "parameter slack/client_secret: it is no SecureString",
            "aws ssm delete-parameter --name /bellhop/dev/slack/client_secret, then cargo admin secrets",
        ),
        Case(
            stored("slack/signing_secret_previous", "xoxb-not-a-secret-of-this-kind"),
            Some(1),
            "parameter slack/signing_secret_previous: its value is not 32 of the digits",
            "cargo admin secrets forget-previous --stage dev",
        ),
        Case(
            stored("slack/signing_secret", "0123456789abcdef0123456789abcdef"),
            Some(3),
            "signing secret of commands: it is not the one that is stored",
            "wait ten minutes, until commands reads its secrets again; then aws logs tail",
        ),
        Case(
            stored("token_keys", "not a ring of keys"),
            Some(1),
            "parameter token_keys: the key ring is not JSON",
            "aws ssm get-parameter-history --with-decryption --name /bellhop/dev/token_keys",
        ),
        Case(
            Stored("token_keys", "SecureString", other_ring),
            Some(1),
            "the key ring has no key \"k1\"",
            "/slack/install",
        ),
    ]
}

fn cases_of_tables(untimed: &str, installations: &str, audit: &'static str) -> Vec<Case> {
    let off = json!({ "ContinuousBackupsDescription": {
        "PointInTimeRecoveryDescription": { "PointInTimeRecoveryStatus": "DISABLED" },
    } });
    vec![
        Case(
            environment("bellhop-ec2", "ACCOUNTS_TABLE", json!("nowhere")),
            Some(1),
            "table of ACCOUNTS_TABLE: there is no table nowhere",
            DEPLOY,
        ),
        Case(
            environment("bellhop-ec2", "ACCOUNTS_TABLE", json!(installations)),
            Some(1),
            "has the keys team_id S HASH, not team_id S HASH, alias S RANGE",
            DEPLOY,
        ),
        Case(
            environment("bellhop-install", "OAUTH_STATES_TABLE", json!(untimed)),
            Some(1),
            "items of untimed do not expire by expires_at",
            "aws dynamodb update-time-to-live --table-name untimed",
        ),
        Case(
            Told(audit, off),
            Some(1),
            "could not be restored: point-in-time recovery is off",
            "aws dynamodb update-continuous-backups --table-name",
        ),
    ]
}

fn cases_of_rights() -> Vec<Case> {
    vec![
        Case(
            Denied("lambda", "GetFunctionConfiguration"),
            Some(2),
            "the right lambda:GetFunctionConfiguration is missing",
            "allow lambda:GetFunctionConfiguration to whoever runs this",
        ),
        Case(
            Denied("lambda", "GetPolicy"),
            Some(1),
            "the right lambda:GetPolicy is missing",
            "allow lambda:GetPolicy to",
        ),
        Case(
            Denied("lambda", "ListTags"),
            Some(1),
            "deployed by: the right lambda:ListTags is missing",
            "allow lambda:ListTags to",
        ),
        Case(
            Denied("events", "DescribeRule"),
            Some(1),
            "the right events:DescribeRule is missing",
            "allow events:DescribeRule to",
        ),
        Case(
            Denied("events", "ListRuleNamesByTarget"),
            Some(1),
            "the right events:ListRuleNamesByTarget is missing",
            "allow events:ListRuleNamesByTarget to",
        ),
        Case(
            Denied("scheduler", "GetScheduleGroup"),
            Some(1),
            "schedules: the right scheduler:GetScheduleGroup is missing",
            "allow scheduler:GetScheduleGroup to",
        ),
        Case(
            Denied("iam", "GetRole"),
            Some(1),
            "role of schedules: the right iam:GetRole is missing",
            "allow iam:GetRole to",
        ),
        Case(
            Denied("iam", "SimulatePrincipalPolicy"),
            Some(1),
            "role of schedules: the right iam:SimulatePrincipalPolicy is missing",
            "allow iam:SimulatePrincipalPolicy to",
        ),
        Case(
            Denied("lambda", "Invoke"),
            Some(1),
            "the right lambda:InvokeFunction is missing",
            "allow lambda:InvokeFunction",
        ),
        Case(
            Denied("ssm", "GetParameters"),
            Some(1),
            "parameters: the right ssm:GetParameters is missing",
            "allow ssm:GetParameters to",
        ),
        Case(
            Denied("dynamodb", "DescribeTable"),
            Some(1),
            "the right dynamodb:DescribeTable is missing",
            "allow dynamodb:DescribeTable to",
        ),
        Case(
            Denied("dynamodb", "Scan"),
            Some(1),
            "workspaces: the right dynamodb:Scan is missing",
            "allow dynamodb:Scan to",
        ),
    ]
}

fn cases_of_slack(fewer_scopes: String) -> Vec<Case> {
    let refused = FaultKind::Refused { error: "token_revoked".to_owned() };
    vec![
        Case(Slack(refused), Some(1), "Slack does not accept the token: token_revoked", "/slack/install"),
        Case(
            Everywhere("SLACK_API_URL", fewer_scopes),
            Some(1),
            "it has not granted app_mentions:read, channels:read",
            "an admin of that workspace opens http://127.0.0.1:",
        ),
        Case(
            Everywhere("SLACK_API_URL", "http://127.0.0.1:1/api".to_owned()),
            Some(2),
            "Slack: 127.0.0.1: no answer",
            "https://slack-status.com",
        ),
    ]
}

fn cases_of_routes(servers: &Servers) -> Vec<Case> {
    let url = |url: &str| Typed(vec!["--url".to_owned(), url.to_owned()]);
    vec![
        Case(
            url(&servers.empty),
            None,
            "route /healthz: 404 where 200 is due: there is no such route",
            DEPLOY,
        ),
        Case(
            url(&servers.broken),
            None,
            "route /slack/commands: without a signature: 502 where 401 is due: commands fails",
            "aws logs tail /aws/lambda/bellhop-commands",
        ),
        Case(
            url(&servers.open),
            None,
            "route /slack/events: without a signature: 200 where 401 is due",
            DEPLOY,
        ),
        Case(url(&servers.gullible), None, "route /slack/interactions: with a wrong signature: 200", DEPLOY),
        Case(
            url(&servers.gullible),
            None,
            "signing secret of events: Slack's challenge is not answered as it should be",
            DEPLOY,
        ),
        Case(
            url(&servers.late),
            None,
            "clock: this machine and the deployment are",
            "sudo timedatectl set-ntp true",
        ),
        Case(url("http://127.0.0.1:1"), None, "route /healthz: http://127.0.0.1:1: no answer", "check --url"),
    ]
}

/// Deployments that are not as they should be, and a Slack that has granted little.
struct Servers {
    empty: String,
    broken: String,
    open: String,
    gullible: String,
    late: String,
    slack: String,
}

impl Servers {
    async fn start() -> Self {
        let answers = |status: u16| any(async move || axum::http::StatusCode::from_u16(status).unwrap());
        let gullible = any(async |headers: HeaderMap| {
            let status = if headers.contains_key("x-slack-signature") { 200 } else { 401 };
            axum::http::StatusCode::from_u16(status).unwrap()
        });
        let dated = any(async || ([("date", "Sun, 06 Nov 1994 08:49:37 GMT")], "ok").into_response());
        let granted =
            any(async || ([("x-oauth-scopes", "chat:write,commands")], r#"{"ok":true}"#).into_response());
        Self {
            empty: served(answers(404)).await,
            broken: served(answers(502)).await,
            open: served(answers(200)).await,
            gullible: served(gullible).await,
            late: served(dated).await,
            slack: format!("{}/api", served(granted).await),
        }
    }
}

async fn served(handler: axum::routing::MethodRouter) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await });
    url
}

/// Makes the fault; the arguments that the doctor gets besides.
async fn plant(app: &App, plant: &Plant) -> Vec<String> {
    let cloud = app.cloud();
    let full = |name: &str| format!("/bellhop/dev/{name}");
    match plant {
        Told(name, patch) => cloud.misreport(name, patch.clone()),
        Everywhere(variable, value) => {
            let patch = json!({ "Environment": { "Variables": { *variable: value } } });
            let known = |function: &&devkit::template::Function| function.environment.contains_key(*variable);
            for function in cloud.stack().functions.iter().filter(known) {
                cloud.misreport(&function.name, patch.clone());
            }
        }
        Stored(name, kind, value) => app.store_parameter(&full(name), kind, value).await,
        Removed(name) => app.remove_parameter(&full(name)).await,
        Denied(service, operation) => {
            let denied = AwsFault::Status { status: 400, code: "AccessDeniedException".to_owned() };
            cloud.faults().add(Fault::next(service, operation, denied));
        }
        Blind(function) => {
            cloud.chill();
            let failed = AwsFault::Status { status: 400, code: "AccessDeniedException".to_owned() };
            cloud.faults().add(Fault::next("ssm", "GetParameters", failed).from(function).times(1_000));
        }
        Scheduled(difference) => schedule(app, difference).await,
        Slack(kind) => {
            app.slack().fault(SlackFault { method: "auth.test".into(), times: 1, kind: kind.clone() });
        }
        Typed(arguments) => return arguments.clone(),
    }
    Vec::new()
}

/// Where the planted schedule is.
const PLANTED: (&str, &str) = ("bellhop-standups", "T-planted");

/// Makes a schedule as `standup` does, but for the difference.
async fn schedule(app: &App, difference: &Value) {
    let standup = app.cloud().stack().function("Standup").unwrap();
    let told = |name: &str| standup.environment[name].clone();
    let mut wanted = json!({
        "GroupName": PLANTED.0,
        "ScheduleExpression": "cron(0 9 ? * MON *)",
        "FlexibleTimeWindow": { "Mode": "OFF" },
        "State": "ENABLED",
        "Target": {
            "Arn": told("SCHEDULE_TARGET_ARN"),
            "RoleArn": told("SCHEDULE_ROLE_ARN"),
            "Input": "{}",
            "DeadLetterConfig": { "Arn": told("SCHEDULE_DEAD_LETTERS_ARN") },
        },
    });
    for (name, value) in difference.as_object().unwrap() {
        match value.as_object() {
            Some(inner) => inner.iter().for_each(|(key, value)| wanted[name][key] = value.clone()),
            None => wanted[name] = value.clone(),
        }
    }
    let (status, answer) = Role::operator(app).schedule(Method::POST, PLANTED, &wanted).await;
    assert_eq!(status, 200, "{answer}");
}

/// Makes all well again.
async fn heal(app: &App, parameters: &[(String, String)]) {
    app.cloud().report_truly();
    app.cloud().faults().clear();
    if app.cloud().schedules().iter().any(|one| one.name == PLANTED.1) {
        let (status, answer) = Role::operator(app).schedule(Method::DELETE, PLANTED, &json!({})).await;
        assert_eq!(status, 200, "{answer}");
    }
    let now: BTreeMap<String, String> = app.slack_parameters().await.into_iter().collect();
    for name in now.keys().filter(|name| !parameters.iter().any(|(kept, _)| kept == *name)) {
        app.remove_parameter(name).await;
    }
    for (name, value) in parameters {
        app.store_parameter(name, "SecureString", value).await;
    }
}

async fn examined(app: &App, more: &[String]) -> Said {
    let arguments: Vec<&str> = DOCTOR.into_iter().chain(more.iter().map(String::as_str)).collect();
    admin(app, &arguments, "").await
}

async fn each_is_found(app: &App, cases: Vec<Case>) {
    let parameters = app.slack_parameters().await;
    for Case(fault, lines, problem, cure) in cases {
        let more = plant(app, &fault).await;
        let said = examined(app, &more).await;
        heal(app, &parameters).await;
        assert!(!said.succeeded, "{problem}: not noticed\n{}{}", said.out, said.err);
        let wrong = said.wrong();
        let (found, cured) = (
            |line: &&&str| line.contains(problem),
            |line: &str| line.split_once(" -- to mend it: ").is_some_and(|(_, named)| named.contains(cure)),
        );
        let line = wrong.iter().find(found);
        assert!(line.is_some_and(|line| cured(line)), "{problem} / {cure}: not in\n{}{}", said.out, said.err);
        assert!(lines.is_none_or(|lines| lines == wrong.len()), "{problem}: also wrong:\n{wrong:#?}");
    }
    let said = examined(app, &[]).await;
    assert!(said.succeeded, "a fault was not taken back:\n{}", said.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_deployment_passes_and_is_only_read() {
    let app = app().await;
    schedule(&app, &json!({})).await;
    let before = app.cloud().aws_calls().len();
    let said = examined(&app, &[]).await;
    assert!(said.succeeded, "{said:?}");
    assert_eq!((said.wrong(), said.err.as_str()), (Vec::<&str>::new(), ""));
    for line in [
        "ok    credentials: arn:aws:sts::111122223333:",
        "ok    function standup: provided.al2023, arm64",
        "ok    functions together: 8 of 8 are there and agree",
        "ok    start of text: it answers, version ",
        "ok    versions: 8 run ",
        "ok    deployed by: SAM",
        "ok    triggers of ec2: 2 rules",
        "ok    rule Ec2Refresh of ec2: on, rate(5 minutes)",
        "ok    rule Ec2StateChange of ec2: on, by events",
        "ok    rule SweeperEveryMinute of sweeper: on, rate(1 minute)",
        "ok    target of schedules: bellhop-standup, and one queue",
        "ok    role of schedules: ",
        "ok    schedules: 1 in bellhop-standups, as they should be",
        "ok    parameter token_keys: a SecureString; tokens are sealed with k1",
        "ok    table of STANDUPS_TABLE: ",
        "ok    route /slack/interactions: 401 without a signature and with a wrong one",
        "ok    signing secret of events: Slack's challenge",
        "ok    signing secret of commands: ",
        "ok    Slack: 127.0.0.1 answers",
        "the token works and has all 9 scopes",
        "ok    workspaces: 1 have the app, 0 have removed it",
        " right, 0 wrong, 0 not checked",
    ] {
        assert!(said.out.contains(line), "{line} is not in\n{}", said.out);
    }
    let calls = app.cloud().aws_calls().split_off(before);
    let own = calls.iter().filter(|call| call.access_key == app.cloud().operator_key());
    let own: BTreeSet<&str> = own.map(|call| call.operation.as_str()).collect();
    // That one is the test's own, to know what must not be printed.
    let own: BTreeSet<&str> = own.into_iter().filter(|name| *name != "GetParametersByPath").collect();
    assert_eq!(own, BTreeSet::from(READS));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_installed_and_no_address_of_its_own() {
    let app = bare_with(|config| drop(config.parameters.insert("PublicUrl".into(), String::new()))).await;
    let said = examined(&app, &[]).await;
    assert!(!said.succeeded && said.wrong().len() == 1, "{said:?}");
    assert!(said.wrong()[0].starts_with("WRONG routes: the public address is not known"), "{said:?}");
    assert!(said.wrong()[0].contains("--url \"$(aws cloudformation describe-stacks --stack-name bellhop"));
    let url = app.cloud().app_url.clone();
    let said = examined(&app, &["--url".to_owned(), url]).await;
    assert!(said.succeeded && said.out.contains("ok    workspaces: 0 have the app"), "{said:?}");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_look_is_told_so() {
    let app = bare_with(|_| {}).await;
    let said = admin_as(&app, "AKIANOBODY", &DOCTOR, "").await;
    assert!(!said.succeeded && said.out.starts_with("WRONG credentials: AWS does not take"), "{said:?}");
    assert!(said.out.contains("aws sso login, or aws configure"), "{said:?}");
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_planted_fault_is_found_with_its_cure() {
    let app = app().await;
    let servers = Servers::start().await;
    let untimed = json!({
        "TableName": "untimed",
        "AttributeDefinitions": [{ "AttributeName": "state_hash", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "state_hash", "KeyType": "HASH" }],
        "BillingMode": "PAY_PER_REQUEST",
    });
    let (status, answer) = Role::operator(&app).call("dynamodb", "CreateTable", &untimed).await;
    assert_eq!(status, 200, "{answer}");
    let table = |name: &str| app.cloud().stack().table(name).unwrap().name.clone();
    let audit: &'static str = table("Audit").leak();
    each_is_found(&app, cases_of_functions()).await;
    each_is_found(&app, cases_of_versions()).await;
    each_is_found(&app, cases_of_rules()).await;
    let role = app.cloud().stack().roles.iter().find(|role| role.logical_id == "ScheduleRole").unwrap();
    each_is_found(&app, cases_of_schedules(role.name.clone().leak())).await;
    each_is_found(&app, cases_of_parameters()).await;
    each_is_found(&app, cases_of_tables("untimed", &table("Installations"), audit)).await;
    each_is_found(&app, cases_of_rights()).await;
    each_is_found(&app, cases_of_slack(servers.slack.clone())).await;
    each_is_found(&app, cases_of_routes(&servers)).await;
}
