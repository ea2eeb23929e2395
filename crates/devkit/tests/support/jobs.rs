//! The job table, seen from outside, and time that passes for it.
//!
//! The functions live by the real clock, and a hold outlives its invocation by
//! design. Waiting for that in earnest would take minutes; making every moment on
//! record earlier by the same span comes to the same.

use std::collections::HashMap;
use std::time::Duration;

use devkit::cloud::Cloud;
use dynoxide::actions::put_item::PutItemRequest;
use dynoxide::actions::scan::ScanRequest;
use dynoxide::types::AttributeValue;
use serde_json::{Value, json};

/// How a job stands that waits for people.
const AWAITING: &str = "awaiting";

type Item = HashMap<String, AttributeValue>;

/// The moments of a record that decide what may be done with the job now.
const MOMENTS: [&str; 4] = ["/machine/held_until", "/machine/due", "/created_at", "/plan/begun_at"];

/// The moments of a record that decide whether people can still agree to its plan.
const LAPSING: [&str; 3] = ["/machine/expires", "/machine/due", "/created_at"];

/// Every item of a table, by its logical id in the template.
pub(crate) fn items(cloud: &Cloud, table: &str) -> Vec<Item> {
    let table_name = cloud.stack().table(table).expect("the template has the table").name.clone();
    let answer = cloud.database().scan(ScanRequest { table_name, ..ScanRequest::default() });
    answer.expect("the table can be scanned").items.unwrap_or_default()
}

/// Every job on record.
pub(crate) fn all(cloud: &Cloud) -> Vec<Value> {
    let items = items(cloud, "Jobs");
    let jobs = items.iter().filter(|item| item.contains_key("status"));
    jobs.map(record).collect()
}

/// The jobs with something left to do: id and status.
pub(crate) fn open(cloud: &Cloud) -> Vec<String> {
    let open = all(cloud).into_iter().filter(|job| !job["machine"]["due"].is_null());
    open.map(|job| format!("{} ({})", job["id"], job["machine"]["status"])).collect()
}

/// The jobs that wait for somebody's word on their plan.
pub(crate) fn awaiting(cloud: &Cloud) -> Vec<Value> {
    all(cloud).into_iter().filter(|job| job["machine"]["status"] == AWAITING).collect()
}

/// The open jobs that wait for nobody's word: a worker, or the sweeper, has to go on.
pub(crate) fn left(cloud: &Cloud) -> Vec<String> {
    let awaiting = format!("({})", json!(AWAITING));
    open(cloud).into_iter().filter(|job| !job.ends_with(&awaiting)).collect()
}

/// How each job stands.
pub(crate) fn statuses(cloud: &Cloud) -> Vec<String> {
    let status = |job: &Value| job["machine"]["status"].as_str().unwrap_or_default().to_owned();
    all(cloud).iter().map(status).collect()
}

/// Lets so much time pass that every hold is over and every open job is due, but
/// for those that wait for people. Only to be called when no function runs.
pub(crate) fn let_time_pass(cloud: &Cloud) {
    let next = |job: &Value| {
        let moment = |pointer: &str| job.pointer(pointer).and_then(Value::as_u64).unwrap_or_default();
        moment("/machine/held_until").max(moment("/machine/due"))
    };
    let waits = |job: &Value| job["machine"]["due"].is_null() || job["machine"]["status"] == AWAITING;
    let latest = all(cloud).iter().filter(|job| !waits(job)).map(next).max();
    let_pass(cloud, Duration::from_millis(latest.unwrap_or_default().saturating_sub(now_ms()) + 1));
}

/// Lets that much time pass for every open job, but for those that wait for
/// people. When a plan lapses is part of the plan and stays as it is.
pub(crate) fn let_pass(cloud: &Cloud, span: Duration) {
    pass(cloud, span, &MOMENTS, |job| job["machine"]["status"] != AWAITING);
}

/// Lets so much time pass that every plan that people are asked about has lapsed.
pub(crate) fn let_plans_lapse(cloud: &Cloud) {
    let expires = |job: &Value| job["machine"]["expires"].as_u64();
    let latest = awaiting(cloud).iter().filter_map(expires).max().unwrap_or_default();
    let span = Duration::from_millis(latest.saturating_sub(now_ms()) + 1);
    pass(cloud, span, &LAPSING, |job| job["machine"]["status"] == AWAITING);
}

/// Makes these moments of the open jobs that `fits` earlier by `span`.
fn pass(cloud: &Cloud, span: Duration, moments: &[&str], fits: impl Fn(&Value) -> bool) {
    let span = u64::try_from(span.as_millis()).expect("no test waits for ages");
    let table_name = cloud.stack().table("Jobs").expect("the template has the table").name.clone();
    for mut item in items(cloud, "Jobs").into_iter().filter(|item| item.contains_key("due")) {
        let mut job = record(&item);
        if !fits(&job) {
            continue;
        }
        for pointer in moments {
            if let Some(moment) = job.pointer_mut(pointer)
                && let Some(at) = moment.as_u64()
            {
                *moment = json!(at.saturating_sub(span));
            }
        }
        let due = job["machine"]["due"].as_u64().expect("an open job has a due time");
        item.insert("due".to_owned(), AttributeValue::N(due.to_string()));
        item.insert("record".to_owned(), AttributeValue::S(job.to_string()));
        let request = PutItemRequest { table_name: table_name.clone(), item, ..PutItemRequest::default() };
        cloud.database().put_item(request).expect("the job can be put back");
    }
}

fn record(item: &Item) -> Value {
    match item.get("record") {
        Some(AttributeValue::S(text)) => serde_json::from_str(text).expect("a record is JSON"),
        other => panic!("a job without a record: {other:?}"),
    }
}

#[expect(clippy::disallowed_methods, reason = "the functions under test live by the machine's clock")]
fn now_ms() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
