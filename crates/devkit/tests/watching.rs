//! Alarms and the dashboard of `template.yaml` look at metrics that somebody sends.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic here is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};

use devkit::template::{self, Deployment, Stack, Watched};

/// The metrics of the app, which nothing here may depend on: its list, read as text.
/// For each, what it is told apart by and the values of that.
fn own() -> BTreeMap<String, Option<(String, Vec<String>)>> {
    let text = include_str!("../../app/src/metrics.rs");
    let words =
        |line: &str| -> Vec<String> { line.split('"').skip(1).step_by(2).map(str::to_owned).collect() };
    let list = |name: &str| {
        let (_, rest) =
            text.split_once(&format!("const {name}: [&str;")).unwrap_or_else(|| panic!("no {name}"));
        words(rest.split_once("];").unwrap().0)
    };
    let (_, rest) = text.split_once("pub const ALL:").unwrap();
    let mut found = BTreeMap::new();
    for line in rest.split_once("];").unwrap().0.lines().filter(|line| line.contains("metric(")) {
        match words(line).as_slice() {
            [name] => drop(found.insert(name.clone(), None)),
            [field, name] => {
                let values = if line.contains("&ENDINGS") { list("ENDINGS") } else { list("REFUSALS") };
                found.insert(name.clone(), Some((field.clone(), values)));
            }
            [] => drop(found.insert("faults".to_owned(), None)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(found.len(), 8, "{found:?}");
    found
}

fn stack() -> Stack {
    let yaml = include_str!("../../../template.yaml");
    let parameters = BTreeMap::from([("AlarmEmail".to_owned(), "ops@example.com".to_owned())]);
    template::read(yaml, &Deployment { parameters, ..Deployment::default() }).unwrap()
}

/// What is wrong with a metric that is looked at.
fn objection(stack: &Stack, watched: &Watched) -> Option<String> {
    let dimension = |name: &str| watched.dimensions.get(name).map(String::as_str);
    let keys: Vec<&str> = watched.dimensions.keys().map(String::as_str).collect();
    let is_function = |name: &str| stack.functions.iter().any(|function| function.name == name);
    let expected = match (watched.namespace.as_str(), watched.name.as_str()) {
        ("AWS/Lambda", "Errors" | "Throttles") => {
            keys == ["FunctionName"] && dimension("FunctionName").is_some_and(is_function)
        }
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible") => {
            let is_queue = |name: &str| stack.queues.iter().any(|queue| queue.name == name);
            keys == ["QueueName"] && dimension("QueueName").is_some_and(is_queue)
        }
        ("AWS/ApiGateway", "5xx") => keys == ["ApiId"] && dimension("ApiId") == Some(&stack.api_id),
        ("Bellhop", name) => {
            let by = match own().get(name).cloned() {
                None => false,
                Some(None) => keys == ["function"],
                Some(Some((field, values))) => {
                    let value = dimension(&field).unwrap_or_default();
                    keys == ["function", field.as_str()] && values.iter().any(|known| known == value)
                }
            };
            by && dimension("function").is_some_and(is_function)
        }
        _ => false,
    };
    (!expected).then(|| format!("nobody sends what {} looks at: {watched:?}", watched.by))
}

#[test]
fn whatever_is_looked_at_is_sent() {
    let stack = stack();
    let wrong: Vec<String> = stack.watched.iter().filter_map(|one| objection(&stack, one)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_nobody_sends_is_noticed() {
    let stack = stack();
    let good = stack.watched.iter().find(|one| one.by == "ParkedJobsAlarm").unwrap();
    assert_eq!(objection(&stack, good), None);
    let changed = |change: &dyn Fn(&mut Watched)| {
        let mut changed = good.clone();
        change(&mut changed);
        objection(&stack, &changed).is_some()
    };
    assert!(changed(&|one| one.name = "jobs".to_owned()));
    assert!(changed(&|one| one.namespace = "Bellhops".to_owned()));
    assert!(changed(&|one| drop(one.dimensions.remove("status"))));
    assert!(changed(&|one| drop(one.dimensions.insert("status".to_owned(), "lost".to_owned()))));
    assert!(changed(&|one| drop(one.dimensions.insert("function".to_owned(), "bellhop-porter".to_owned()))));
    assert!(changed(&|one| drop(one.dimensions.insert("kind".to_owned(), "x".to_owned()))));
}

#[test]
fn every_metric_is_on_the_dashboard_and_the_worst_have_alarms() {
    let stack = stack();
    let of = |by: &str| -> BTreeSet<&str> {
        stack.watched.iter().filter(|one| one.by == by).map(|one| one.name.as_str()).collect()
    };
    for name in own().keys() {
        assert!(of("Dashboard").contains(name.as_str()), "{name} is on no dashboard");
    }
    let functions = stack.functions.len();
    for (alarm, metric, count) in [
        ("DeadLettersAlarm", "ApproximateNumberOfMessagesVisible", 1),
        ("ParkedJobsAlarm", "jobs_ended", 1),
        ("EventsAckAlarm", "ack_ms", 1),
        ("CommandsAckAlarm", "ack_ms", 1),
        ("InteractionsAckAlarm", "ack_ms", 1),
        ("FunctionErrorsAlarm", "Errors", functions),
        ("ThrottlesAlarm", "Throttles", functions),
        ("ApiErrorsAlarm", "5xx", 1),
        ("SweeperAlarm", "sweeps", 1),
    ] {
        assert_eq!(of(alarm), BTreeSet::from([metric]), "{alarm}");
        assert_eq!(stack.watched.iter().filter(|one| one.by == alarm).count(), count, "{alarm}");
    }
}

/// With an address or without one, what is written is complete.
#[test]
fn alarms_need_nobody_to_tell() {
    let yaml = include_str!("../../../template.yaml");
    let quiet = template::read(yaml, &Deployment::default()).unwrap();
    assert_eq!(quiet.watched, stack().watched);
}
