//! What stands on standard output: one JSON object per line, measurements as
//! CloudWatch takes them, and nothing secret.

mod rules;

use std::io;
use std::sync::{Arc, Mutex, Once};

use app::http::{Request, Response};
use app::metrics::{self, Refused, TARGET};
use domain::time::Millis;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use super::trace::{Lines, subscriber};
use super::{http, worker};
use rules::breaches;

/// What was written, as Lambda would get it.
#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl io::Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Output {
    /// Every line, each of which must be an object that keeps the rules.
    fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'), "{text}");
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        for line in &lines {
            assert_eq!(breaches(line), Vec::<String>::new(), "{line}");
        }
        lines
    }

    fn only_line(&self) -> Value {
        let lines = self.lines();
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines[0].clone()
    }
}

static LISTENING: Once = Once::new();

/// Collects what this thread logs until the guard is dropped.
fn listen(levels: Option<&str>) -> (Output, tracing::subscriber::DefaultGuard) {
    // A line that is first passed where nobody listens is taken for one that nobody
    // wants, everywhere. So somebody always does.
    LISTENING.call_once(|| drop(tracing::subscriber::set_global_default(tracing_subscriber::registry())));
    let output = Output::default();
    let lines = Lines::of(Some("bellhop-events".to_owned()));
    let subscriber = subscriber(levels.map(|levels: &str| levels.parse().unwrap()), lines, output.clone());
    (output, tracing::subscriber::set_default(subscriber))
}

fn metrics_of(line: &Value) -> Vec<(String, Value, Value)> {
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().cloned().unwrap_or_default();
    let one = |directive: &Value| {
        let metric = &directive["Metrics"][0];
        let name = metric["Name"].as_str().unwrap().to_owned();
        (name.clone(), line[&name].clone(), directive["Dimensions"].clone())
    };
    directives.iter().map(one).collect()
}

#[test]
fn every_metric_is_written_as_the_format_wants_it() {
    let (output, _guard) = listen(None);
    for metric in metrics::ALL {
        // The fields of an event are fixed where it is written.
        match metric.name {
            "deliveries" => tracing::info!(target: TARGET, deliveries = 1, "x"),
            "ack_ms" => tracing::info!(target: TARGET, ack_ms = 12_u64, "x"),
            "jobs_ended" => tracing::info!(target: TARGET, jobs_ended = 1, status = "parked", "x"),
            "age_ms" => tracing::info!(target: TARGET, age_ms = 1_500.5, "x"),
            "sweeps" => tracing::info!(target: TARGET, sweeps = 1, "x"),
            "driven" => tracing::info!(target: TARGET, driven = 0_usize, "x"),
            "refusals" => metrics::refused(Refused::MembersOnly, "x"),
            "faults" => tracing::error!("x"),
            other => panic!("how is {other} written?"),
        }
        let line = output.lines().pop().unwrap();
        let [(name, value, dimensions)] = &metrics_of(&line)[..] else { panic!("{line}") };
        assert_eq!(name, metric.name);
        assert!(value.is_number(), "{line}");
        let by = metric.by.map(|(field, _)| field);
        assert_eq!(*dimensions, json!([std::iter::once("function").chain(by).collect::<Vec<_>>()]));
        assert_eq!(line["function"], "bellhop-events");
    }
    assert_eq!(output.lines().len(), metrics::ALL.len());
}

#[test]
fn a_line_may_hold_several_metrics_beside_what_people_read() {
    let (output, _guard) = listen(None);
    let span = tracing::info_span!("invocation", request.id = "r-1");
    span.in_scope(|| {
        tracing::info!(target: TARGET, jobs_ended = 1, status = "done", age_ms = 7, job.id = "ec2#}", "Done: \"}}\"");
    });
    let line = output.only_line();
    let names: Vec<String> = metrics_of(&line).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["jobs_ended", "age_ms"]);
    assert_eq!((&line["message"], &line["job.id"]), (&json!("Done: \"}\""), &json!("ec2#}")));
    assert_eq!(line["span"]["request.id"], "r-1");
}

#[test]
fn other_lines_are_no_metrics() {
    let (output, _guard) = listen(None);
    tracing::info!(age_ms = 5, "The job is closed");
    tracing::warn!(target: TARGET, "No number");
    tracing::info!(target: TARGET, deliveries = "xoxb", ack_ms = f64::NAN, "No number either");
    tracing::info!(target: TARGET, faults = 1, "A fault is a line of its level");
    assert!(output.lines().iter().all(|line| line.get("_aws").is_none()), "{:?}", output.lines());
}

#[test]
fn what_is_not_foreseen_makes_no_new_metric() {
    let (output, _guard) = listen(None);
    tracing::info!(target: TARGET, refusals = 1, kind = "whatever somebody typed", "x");
    assert_eq!(metrics_of(&output.only_line()), [("refusals".to_owned(), json!(1), json!([["function"]]))]);
}

#[test]
fn measurements_are_logged_at_any_level() {
    for levels in ["off", "error", "warn,app=debug"] {
        let (output, _guard) = listen(Some(levels));
        tracing::info!("left out");
        metrics::refused(Refused::Signature, "kept");
        assert_eq!(output.only_line()["message"], "kept", "{levels}");
    }
}

const SECRET: &str = "xoxb-very-secret";

#[tokio::test]
async fn a_request_leaves_one_line_and_nothing_secret() {
    let (output, _guard) = listen(None);
    let event = json!({
        "routeKey": "POST /slack/commands", "rawPath": format!("/{SECRET}"), "rawQueryString": SECRET,
        "headers": { "x-slack-signature": SECRET }, "cookies": [SECRET], "body": SECRET,
        "requestContext": { "http": { "method": "POST" } }
    });
    let handler = async |request: Request| {
        assert_eq!(&request.body[..], SECRET.as_bytes());
        Response { body: SECRET.to_owned(), ..Response::empty(200) }
    };
    assert_eq!(http::noted(&handler, event).await.status_code, 200);
    let line = output.only_line();
    assert!(!line.to_string().contains(SECRET), "{line}");
    let ms = line["ack_ms"].as_u64().unwrap();
    assert_eq!(line["message"], format!("POST /slack/commands: 200 after {ms} ms"));
    let names: Vec<String> = metrics_of(&line).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["deliveries", "ack_ms"]);
}

#[tokio::test]
async fn a_request_that_is_none_is_a_refusal_and_a_delivery() {
    for (event, kind) in [
        (json!(SECRET), "malformed"),
        (
            json!({ "body": SECRET, "isBase64Encoded": true, "requestContext": { "http": { "method": "GET" } } }),
            "malformed",
        ),
        (
            json!({ "body": SECRET.repeat(30_000), "requestContext": { "http": { "method": "GET" } } }),
            "too_large",
        ),
    ] {
        let (output, _guard) = listen(None);
        let handler = async |_: Request| Response::empty(200);
        assert!(http::noted(&handler, event).await.status_code >= 400);
        let lines = output.lines();
        let [refusal, delivery] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!((&refusal["refusals"], &refusal["kind"]), (&json!(1), &json!(kind)));
        assert_eq!(delivery["deliveries"], 1);
    }
}

#[tokio::test]
async fn an_invocation_leaves_one_line_and_a_fault_one_more() {
    let wake = json!({ "v": 1, "team": "T1", "job": "ec2#1", "token": SECRET });
    let (output, _guard) = listen(None);
    let span = worker::span("r-1", &wake);
    let works = async |_: Value, _: Millis| Ok(());
    tracing::Instrument::instrument(worker::noted(&works, wake, Millis(0)), span).await.unwrap();
    let line = output.only_line();
    assert_eq!((&line["outcome"], &line["span"]["job.id"]), (&json!("ok"), &json!("ec2#1")));
    assert_eq!((&line["span"]["team.id"], &line["span"]["request.id"]), (&json!("T1"), &json!("r-1")));
    assert!(!line.to_string().contains(SECRET), "{line}");

    let (output, _guard) = listen(None);
    let fails = async |_: Value, _: Millis| anyhow::bail!("no luck");
    worker::noted(&fails, json!({ "detail-type": SECRET }), Millis(0)).await.unwrap_err();
    let lines = output.lines();
    let [fault, line] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(metrics_of(fault), [("faults".to_owned(), json!(1), json!([["function"]]))]);
    assert_eq!(line["outcome"], "failed");
    assert!(!line.to_string().contains(SECRET), "{line}");
}

#[test]
fn only_our_own_crates_log_below_info() {
    let (output, _guard) = listen(Some("trace"));
    tracing::trace!(target: "aws_sigv4::http_request::sign", "the canonical request");
    tracing::trace!(target: "aws", "our own");
    tracing::trace!(target: "aws::dynamo", "our own");
    tracing::trace!(target: "hyper_util::client", "bytes");
    tracing::trace!(target: "textual", "of another crate whose name begins like one of ours");
    tracing::debug!(target: "aws_smithy_runtime::client", "the id of a key");
    tracing::debug!(target: "app::ec2", "our own");
    tracing::info!(target: "aws_sigv4::http_request::sign", "no secret");
    let targets: Vec<_> = output.lines().iter().map(|line| line["target"].clone()).collect();
    assert_eq!(targets, ["aws", "aws::dynamo", "app::ec2", "aws_sigv4::http_request::sign"]);
}
