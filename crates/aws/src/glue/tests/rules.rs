//! The rules of the embedded metric format, written down from its specification:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use serde_json::{Map, Value, json};

const MAX_BYTES: usize = 1024 * 1024;
const MAX_METRICS: usize = 100;
const MAX_DIMENSIONS: usize = 30;
const MAX_VALUES: usize = 100;
const MAX_NAMESPACE: usize = 1024;
const MAX_METRIC_NAME: usize = 1024;
const MAX_DIMENSION_NAME: usize = 250;
const MAX_DIMENSION_VALUE: usize = 1024;

/// What CloudWatch knows as a unit.
const UNITS: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

/// Every rule that `line` breaks. A line without `_aws` is no document of the format.
pub(super) fn breaches(line: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let Some(root) = line.as_object() else { return vec!["the root is no object".to_owned()] };
    let Some(aws) = root.get("_aws") else { return found };
    if line.to_string().len() > MAX_BYTES {
        found.push("the document is too large".to_owned());
    }
    let Some(aws) = members(aws, &["CloudWatchMetrics", "Timestamp"], &[], &mut found) else { return found };
    // Milliseconds, not seconds: CloudWatch takes nothing older than two weeks.
    if aws.get("Timestamp").and_then(Value::as_u64).is_none_or(|at| at <= 1_600_000_000_000) {
        found.push("Timestamp is no moment in milliseconds".to_owned());
    }
    match aws.get("CloudWatchMetrics").and_then(Value::as_array) {
        Some(directives) => directives.iter().for_each(|one| directive(one, root, &mut found)),
        None => found.push("CloudWatchMetrics is no array".to_owned()),
    }
    found
}

fn directive(directive: &Value, root: &Map<String, Value>, found: &mut Vec<String>) {
    let needed = ["Namespace", "Dimensions", "Metrics"];
    let Some(directive) = members(directive, &needed, &[], found) else { return };
    let namespace = text(directive.get("Namespace"), MAX_NAMESPACE);
    if namespace
        .is_none_or(|name| name.starts_with("AWS/") || !name.bytes().all(|byte| byte.is_ascii_graphic()))
    {
        found.push(format!("{namespace:?} is no namespace"));
    }
    let sets = directive.get("Dimensions").and_then(Value::as_array).filter(|sets| !sets.is_empty());
    if sets.is_none() {
        found.push("Dimensions has no dimension set".to_owned());
    }
    for set in sets.into_iter().flatten() {
        dimensions(set, root, found);
    }
    let metrics = directive.get("Metrics").and_then(Value::as_array);
    if metrics.is_none_or(|metrics| metrics.len() > MAX_METRICS) {
        found.push("Metrics is no array of at most 100".to_owned());
    }
    for one in metrics.into_iter().flatten() {
        metric(one, root, found);
    }
}

fn dimensions(set: &Value, root: &Map<String, Value>, found: &mut Vec<String>) {
    let Some(set) = set.as_array().filter(|set| set.len() <= MAX_DIMENSIONS) else {
        return found.push("a dimension set is no array of at most 30".to_owned());
    };
    for name in set {
        let Some(name) = text(Some(name), MAX_DIMENSION_NAME).filter(|name| !name.starts_with(':')) else {
            found.push(format!("{name} is no name of a dimension"));
            continue;
        };
        if text(root.get(name), MAX_DIMENSION_VALUE).is_none_or(|value| value.trim().is_empty()) {
            found.push(format!("the dimension {name} has no text at the root"));
        }
    }
}

fn metric(metric: &Value, root: &Map<String, Value>, found: &mut Vec<String>) {
    let Some(metric) = members(metric, &["Name"], &["Unit", "StorageResolution"], found) else { return };
    let Some(name) = text(metric.get("Name"), MAX_METRIC_NAME) else {
        return found.push("a metric has no name".to_owned());
    };
    let is_value = match root.get(name) {
        Some(Value::Number(_)) => true,
        Some(Value::Array(all)) => all.len() <= MAX_VALUES && all.iter().all(Value::is_number),
        _ => false,
    };
    if !is_value {
        found.push(format!("the metric {name} has no number at the root"));
    }
    if metric.get("Unit").is_some_and(|unit| !unit.as_str().is_some_and(|unit| UNITS.contains(&unit))) {
        found.push(format!("the unit of {name} is unknown"));
    }
    if metric.get("StorageResolution").is_some_and(|seconds| *seconds != 1 && *seconds != 60) {
        found.push(format!("the resolution of {name} is neither 1 nor 60"));
    }
}

/// The members of an object, which has those that it needs and no unknown ones.
fn members<'v>(
    value: &'v Value,
    needed: &[&str],
    optional: &[&str],
    found: &mut Vec<String>,
) -> Option<&'v Map<String, Value>> {
    let Some(map) = value.as_object() else {
        found.push(format!("{value} is no object"));
        return None;
    };
    let missing = needed.iter().filter(|key| !map.contains_key(**key)).map(|key| format!("{key} is missing"));
    let known = |key: &&String| needed.contains(&key.as_str()) || optional.contains(&key.as_str());
    let unknown = map.keys().filter(|key| !known(key)).map(|key| format!("{key} is unknown"));
    found.extend(missing.chain(unknown));
    Some(map)
}

fn text(value: Option<&Value>, longest: usize) -> Option<&str> {
    value.and_then(Value::as_str).filter(|text| (1..=longest).contains(&text.chars().count()))
}

fn document() -> Value {
    json!({
        "_aws": {
            "Timestamp": 1_773_342_238_000_u64,
            "CloudWatchMetrics": [{
                "Namespace": "Bellhop",
                "Dimensions": [["function"]],
                "Metrics": [{ "Name": "ms", "Unit": "Milliseconds", "StorageResolution": 60 }]
            }]
        },
        "function": "events", "ms": 5, "anything": { "else": null }
    })
}

#[test]
fn each_rule_is_noticed() {
    assert_eq!(breaches(&document()), Vec::<String>::new());
    let directive = "/_aws/CloudWatchMetrics/0";
    let names = |count: usize| (0..count).map(|index| format!("d{index}")).collect::<Vec<_>>();
    let metrics = |count: usize| vec![json!({ "Name": "ms" }); count];
    for (pointer, value) in [
        ("/_aws", json!(1)),
        ("/_aws/Timestamp", json!(1_773_342_238)),
        ("/_aws/Timestamp", json!("2026-03-12T19:03:58Z")),
        ("/_aws/CloudWatchMetrics", json!({})),
        (directive, json!({ "Namespace": "Bellhop", "Metrics": [] })),
        (directive, json!({ "Namespace": "Bellhop", "Dimensions": [[]], "Metrics": [], "Unit": "Count" })),
        ("/_aws/CloudWatchMetrics/0/Namespace", json!("")),
        ("/_aws/CloudWatchMetrics/0/Namespace", json!("AWS/Lambda")),
        ("/_aws/CloudWatchMetrics/0/Namespace", json!("x".repeat(1025))),
        ("/_aws/CloudWatchMetrics/0/Dimensions", json!([])),
        ("/_aws/CloudWatchMetrics/0/Dimensions", json!(["function"])),
        ("/_aws/CloudWatchMetrics/0/Dimensions/0", json!(names(31))),
        ("/_aws/CloudWatchMetrics/0/Dimensions/0/0", json!("kind")),
        ("/_aws/CloudWatchMetrics/0/Metrics", json!(metrics(101))),
        ("/_aws/CloudWatchMetrics/0/Metrics/0", json!({ "Unit": "Count" })),
        ("/_aws/CloudWatchMetrics/0/Metrics/0/Name", json!("other")),
        ("/_aws/CloudWatchMetrics/0/Metrics/0/Unit", json!("ms")),
        ("/_aws/CloudWatchMetrics/0/Metrics/0/StorageResolution", json!(10)),
        ("/function", json!(5)),
        ("/function", json!(" ")),
        ("/function", json!("x".repeat(1025))),
        ("/ms", json!("5")),
        ("/ms", json!([1, "2"])),
        ("/anything", json!("x".repeat(MAX_BYTES))),
    ] {
        let mut broken = document();
        *broken.pointer_mut(pointer).unwrap() = value;
        assert!(!breaches(&broken).is_empty(), "{pointer} may be {}", broken.pointer(pointer).unwrap());
    }
}
