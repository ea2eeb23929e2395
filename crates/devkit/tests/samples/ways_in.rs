//! Each way to wake a function has a sample, and each sample wakes one.

use std::collections::{BTreeMap, BTreeSet};

use devkit::template::{self, Deployment, Function, Stack};
use domain::ids::{JobId, Worker};
use serde_json::Value;

use crate::root;
use crate::sample::{Sample, samples};

/// What EventBridge Scheduler sends for the schedules that a function makes: it comes
/// with these names, and says of what type it is.
const FIRED: [&str; 5] = ["type", "standup", "team", "time", "source"];

/// The types.
const TYPES: [&str; 2] = ["send_questions", "send_report"];

/// The variable that tells a function which one its schedules are to wake.
const TARGET: &str = "SCHEDULE_TARGET_ARN";

/// What EventBridge calls the event of a schedule.
const SCHEDULED: &str = "Scheduled Event";

fn stack() -> Stack {
    let yaml = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    template::read(&yaml, &Deployment::default()).unwrap()
}

/// How a sample wakes `function`: by one of its routes, schedules or rules, or by
/// a job's name.
fn woken_by(function: &Function, sample: &Sample) -> String {
    if sample.event.get("requestContext").is_some() {
        return http_request(function, sample);
    }
    match sample.event.get("detail-type").and_then(Value::as_str) {
        Some(SCHEDULED) => return scheduled(function, sample),
        Some(_) => return happened(function, sample),
        None => {}
    }
    let event = sample.event.as_object().unwrap();
    let names: BTreeSet<&str> = event.keys().map(String::as_str).collect();
    if event.contains_key("type") {
        assert_eq!(names, BTreeSet::from(FIRED), "{}", sample.file);
        assert!(sample.text("/time").parse::<jiff::Timestamp>().is_ok(), "{}", sample.file);
        return sample.text("/type").to_owned();
    }
    assert_eq!(names, BTreeSet::from(["v", "team", "job"]), "{}", sample.file);
    assert_eq!(sample.event.pointer("/v"), Some(&Value::from(1)), "{}", sample.file);
    let worker = JobId::new(sample.text("/job")).worker();
    assert_eq!(worker, Worker::new(function.binary.as_str()), "{}: another worker's job", sample.file);
    "job".to_owned()
}

/// A request as API Gateway's HTTP API passes it on, payload version 2.0.
fn http_request(function: &Function, sample: &Sample) -> String {
    let file = &sample.file;
    assert_eq!(sample.text("/version"), "2.0", "{file}");
    let (method, path) = (sample.text("/requestContext/http/method"), sample.text("/rawPath"));
    let route = format!("{method} {path}");
    assert_eq!(sample.text("/routeKey"), route, "{file}");
    assert_eq!(sample.text("/requestContext/routeKey"), route, "{file}");
    assert_eq!(sample.text("/requestContext/http/path"), path, "{file}");
    let routes: Vec<String> = function.routes.iter().map(template::Route::key).collect();
    assert!(routes.contains(&route), "{file}: {} has no route {route}, but {routes:?}", function.logical_id);
    for (name, _) in sample.headers() {
        assert_eq!(name, name.to_ascii_lowercase(), "{file}: API Gateway sends names in lower case");
        assert_ne!(name, "cookie", "{file}: API Gateway sends cookies apart");
    }
    let host = sample.text("/requestContext/domainName");
    assert_eq!(sample.text("/headers/host"), host, "{file}");
    let length = sample.text("/headers/content-length");
    assert_eq!(length, sample.body().len().to_string(), "{file}: content-length");
    sample.text("/rawQueryString");
    route
}

/// What EventBridge sends for a schedule that fixes no payload of its own.
fn scheduled(function: &Function, sample: &Sample) -> String {
    let file = &sample.file;
    assert!(sample.event.get("detail").is_some(), "{file} has no detail");
    let rule = sample.text("/resources/0").rsplit('/').next().unwrap();
    let schedule = function.schedules.iter().find(|schedule| rule.contains(&schedule.name));
    let schedule =
        schedule.unwrap_or_else(|| panic!("{file}: {rule} is no schedule of {}", function.logical_id));
    assert_eq!(
        sample.text("/source"),
        if schedule.scheduler { "aws.scheduler" } else { "aws.events" },
        "{file}"
    );
    schedule.name.clone()
}

/// What EventBridge sends of an event that fits a rule's pattern.
fn happened(function: &Function, sample: &Sample) -> String {
    for field in ["/version", "/id", "/source", "/account", "/time", "/region", "/resources/0"] {
        sample.text(field);
    }
    let mut rules = function.rules.iter().filter(|rule| rule.pattern.matches(&sample.event));
    let rule = rules.next().unwrap_or_else(|| panic!("{} fits no rule", sample.file));
    assert_eq!((rule.enabled, rules.count()), (true, 0), "{}", sample.file);
    rule.name.clone()
}

/// Everything that wakes `function`: what its template says, and whoever knows its name.
fn ways_in(stack: &Stack, function: &Function) -> BTreeSet<String> {
    let routes = function.routes.iter().map(template::Route::key);
    let schedules = function.schedules.iter().map(|schedule| schedule.name.clone());
    let rules = function.rules.iter().map(|rule| rule.name.clone());
    let knows = |other: &Function| {
        other.environment.iter().any(|(name, value)| name.ends_with("_FUNCTION") && *value == function.name)
    };
    let job = stack.functions.iter().any(knows).then(|| "job".to_owned());
    let fired = function.environment.get(TARGET).filter(|arn| **arn == function.arn);
    let fired = fired.into_iter().flat_map(|_| TYPES.map(str::to_owned));
    routes.chain(schedules).chain(rules).chain(job).chain(fired).collect()
}

#[test]
fn every_sample_wakes_its_function_and_every_way_in_has_one() {
    let stack = stack();
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for sample in samples() {
        let function = stack.functions.iter().find(|function| function.binary == sample.function);
        let function = function.unwrap_or_else(|| panic!("{}: no such function", sample.file));
        seen.entry(&function.binary).or_default().insert(woken_by(function, &sample));
    }
    for function in &stack.functions {
        let ways = seen.remove(function.binary.as_str()).unwrap_or_default();
        assert_eq!(ways, ways_in(&stack, function), "the samples of {}", function.binary);
    }
}

#[test]
fn what_schedules_wake_is_the_function_that_makes_them() {
    let stack = stack();
    let mut makers = stack.functions.iter().filter(|function| function.environment.contains_key(TARGET));
    let maker = makers.next().unwrap();
    assert_eq!(maker.environment[TARGET], maker.arn, "its ARN is written out, and wrong");
    assert!(makers.next().is_none(), "a second function makes schedules");
}
