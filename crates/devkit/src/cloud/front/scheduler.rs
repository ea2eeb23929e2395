//! The API of EventBridge Scheduler: JSON, with what is meant in the path.
//!
//! <https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html>

use http::Method;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{Call, errors};
use crate::cloud::scheduler::{DEFAULT_GROUP, Refused, Schedule, read};
use crate::cloud::server::{Answer, answer};
use crate::cloud::state::Shared;
use crate::cloud::{clock, lock};

/// The most that one page lists.
const MAX_RESULTS: usize = 100;

/// What a call is about.
pub(super) struct Place {
    pub(super) group: Option<String>,
    pub(super) name: Option<String>,
}

/// The operation that method and path name.
pub(super) fn operation(parts: &Parts) -> String {
    let one = parts.uri.path().strip_prefix("/schedules/").is_some_and(|name| !name.contains('/'));
    match (&parts.method, one) {
        (&Method::POST, true) => "CreateSchedule".to_owned(),
        (&Method::PUT, true) => "UpdateSchedule".to_owned(),
        (&Method::GET, true) => "GetSchedule".to_owned(),
        (&Method::DELETE, true) => "DeleteSchedule".to_owned(),
        (&Method::GET, false) if parts.uri.path() == "/schedules" => "ListSchedules".to_owned(),
        (&Method::GET, false) if group_of(parts).is_some() => "GetScheduleGroup".to_owned(),
        (method, _) => format!("{method} {}", parts.uri.path()),
    }
}

/// The group that the path names.
fn group_of(parts: &Parts) -> Option<String> {
    let name = parts.uri.path().strip_prefix("/schedule-groups/")?;
    Some(percent_decode_str(name).decode_utf8_lossy().into_owned())
}

/// Group and name, wherever the operation has them.
pub(super) fn place(call: &Call) -> Place {
    let name = call.parts.uri.path().strip_prefix("/schedules/");
    let name = name.map(|name| percent_decode_str(name).decode_utf8_lossy().into_owned());
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let group = body.get("GroupName").and_then(Value::as_str).map(str::to_owned);
    let group = group.or_else(|| asked(call, "groupName")).or_else(|| asked(call, "ScheduleGroup"));
    let group = group.or_else(|| group_of(&call.parts));
    Place { group, name }
}

/// One parameter of the query.
fn asked(call: &Call, name: &str) -> Option<String> {
    let query = call.parts.uri.query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.into_owned())
}

/// Answers one call.
pub(super) fn call(shared: &Shared, call: &Call) -> Answer {
    let place = place(call);
    let group = place.group.clone().unwrap_or_else(|| DEFAULT_GROUP.to_owned());
    let name = place.name.unwrap_or_default();
    let at = (group.as_str(), name.as_str());
    let result = match call.operation.as_str() {
        "CreateSchedule" => body(call).and_then(|body| create(shared, at, &body)),
        "UpdateSchedule" => body(call).and_then(|body| update(shared, at, &body)),
        "GetSchedule" => get(shared, at),
        "DeleteSchedule" => delete(shared, at),
        "ListSchedules" => list(shared, call, place.group.as_deref()),
        "GetScheduleGroup" => get_group(shared, &group),
        other => {
            let message = format!("{other} is not known here");
            Err(Refused { status: 501, code: "NotImplemented", message })
        }
    };
    match result {
        Ok(reply) => answer(200, "application/json", reply.to_string()),
        Err(Refused { status, code, message }) => errors::refusal("scheduler", status, code, &message),
    }
}

fn body(call: &Call) -> Result<Value, Refused> {
    let message = || "the body is not JSON".to_owned();
    serde_json::from_slice(&call.body).map_err(|_| Refused {
        status: 400,
        code: "SerializationException",
        message: message(),
    })
}

fn create(shared: &Shared, (group, name): (&str, &str), body: &Value) -> Result<Value, Refused> {
    let wanted = read(&shared.stack, (group, name), body, clock::now_ms())?;
    check_group(shared, group)?;
    shared.scheduler.change(group, name, |slot| match slot {
        // The same call again, because its answer was lost.
        Some(known) if known.client_token.is_some() && known.client_token == wanted.client_token => Ok(()),
        Some(_) => {
            let message = format!("Schedule {name} already exists.");
            Err(Refused { status: 409, code: "ConflictException", message })
        }
        None => {
            note(shared, "made", &wanted);
            *slot = Some(wanted);
            Ok(())
        }
    })?;
    Ok(json!({ "ScheduleArn": arn(shared, group, name) }))
}

fn update(shared: &Shared, (group, name): (&str, &str), body: &Value) -> Result<Value, Refused> {
    let wanted = read(&shared.stack, (group, name), body, clock::now_ms())?;
    check_group(shared, group)?;
    shared.scheduler.change(group, name, |slot| {
        let known = slot.as_ref().ok_or_else(|| missing(name))?;
        let (created_ms, client_token) = (known.created_ms, known.client_token.clone());
        note(shared, "changed", &wanted);
        *slot = Some(Schedule { created_ms, client_token, ..wanted });
        Ok(())
    })?;
    Ok(json!({ "ScheduleArn": arn(shared, group, name) }))
}

fn get(shared: &Shared, (group, name): (&str, &str)) -> Result<Value, Refused> {
    check_group(shared, group)?;
    let found = shared.scheduler.find(group, name).ok_or_else(|| missing(name))?;
    let target = &found.target;
    let mut shown = summary(shared, &found);
    let rest = json!({
        "ScheduleExpression": found.expression,
        "ScheduleExpressionTimezone": found.zone,
        "Description": found.description,
        "FlexibleTimeWindow": { "Mode": "OFF" },
        "ActionAfterCompletion": "NONE",
        "Target": {
            "Arn": target.arn,
            "RoleArn": target.role_arn,
            "Input": target.input,
            "DeadLetterConfig": target.dead_letters.as_ref().map(|arn| json!({ "Arn": arn })),
            "RetryPolicy": {
                "MaximumEventAgeInSeconds": target.max_age_s,
                "MaximumRetryAttempts": target.max_retries,
            },
        },
    });
    if let (Some(shown), Value::Object(rest)) = (shown.as_object_mut(), rest) {
        shown.extend(rest);
    }
    Ok(shown)
}

fn get_group(shared: &Shared, group: &str) -> Result<Value, Refused> {
    check_group(shared, group)?;
    let crate::template::Stack { region, account, .. } = &shared.stack;
    let arn = format!("arn:aws:scheduler:{region}:{account}:schedule-group/{group}");
    Ok(json!({ "Arn": arn, "Name": group, "State": "ACTIVE" }))
}

fn delete(shared: &Shared, (group, name): (&str, &str)) -> Result<Value, Refused> {
    check_group(shared, group)?;
    let removed = shared.scheduler.change(group, name, Option::take).ok_or_else(|| missing(name))?;
    note(shared, "removed", &removed);
    Ok(json!({}))
}

fn list(shared: &Shared, call: &Call, group: Option<&str>) -> Result<Value, Refused> {
    if let Some(group) = group {
        check_group(shared, group)?;
    }
    let number = |name: &str| asked(call, name).and_then(|text| text.parse::<usize>().ok());
    let (prefix, state) = (asked(call, "NamePrefix").unwrap_or_default(), asked(call, "State"));
    let most = number("MaxResults").unwrap_or(MAX_RESULTS).clamp(1, MAX_RESULTS);
    let start = number("NextToken").unwrap_or(0);
    let mut found = shared.scheduler.all();
    found.retain(|one| group.is_none_or(|group| group == one.group) && one.name.starts_with(&prefix));
    found.retain(|one| state.as_deref().is_none_or(|state| state == word(one)));
    let page: Vec<Value> = found.iter().skip(start).take(most).map(|one| brief(shared, one)).collect();
    let next = (start + most < found.len()).then(|| (start + most).to_string());
    Ok(json!({ "Schedules": page, "NextToken": next }))
}

/// What a list tells of one.
fn brief(shared: &Shared, schedule: &Schedule) -> Value {
    let mut brief = summary(shared, schedule);
    if let Some(fields) = brief.as_object_mut() {
        fields.insert("Target".to_owned(), json!({ "Arn": schedule.target.arn }));
    }
    brief
}

fn summary(shared: &Shared, schedule: &Schedule) -> Value {
    json!({
        "Arn": arn(shared, &schedule.group, &schedule.name),
        "GroupName": schedule.group,
        "Name": schedule.name,
        "State": word(schedule),
        "CreationDate": schedule.created_ms / 1_000,
        "LastModificationDate": schedule.modified_ms / 1_000,
    })
}

fn word(schedule: &Schedule) -> &'static str {
    if schedule.enabled { "ENABLED" } else { "DISABLED" }
}

fn arn(shared: &Shared, group: &str, name: &str) -> String {
    let (region, account) = (&shared.stack.region, &shared.stack.account);
    format!("arn:aws:scheduler:{region}:{account}:schedule/{group}/{name}")
}

fn check_group(shared: &Shared, group: &str) -> Result<(), Refused> {
    let is_gone = lock(&shared.told).get(group) == Some(&Value::Null);
    let is_known = group == DEFAULT_GROUP || shared.stack.schedule_groups.iter().any(|known| known == group);
    if is_known && !is_gone {
        return Ok(());
    }
    let message = format!("Schedule group {group} does not exist.");
    Err(Refused { status: 404, code: "ResourceNotFoundException", message })
}

fn missing(name: &str) -> Refused {
    let message = format!("Schedule {name} does not exist.");
    Refused { status: 404, code: "ResourceNotFoundException", message }
}

fn note(shared: &Shared, what: &str, schedule: &Schedule) {
    let Schedule { name, expression, zone, .. } = schedule;
    let next = schedule.after(clock::now_ms()).map(|at| format!(", next {}", clock::iso(at, false)));
    shared.log.event(format!("schedule {name} {what}: {expression} in {zone}{}", next.unwrap_or_default()));
}
