//! What `CreateSchedule` and `UpdateSchedule` ask for, checked as Scheduler checks it.
//!
//! <https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html>

use serde_json::Value;

use super::cron::{Cron, Wrong};
use super::{Schedule, Target, role};
use crate::template::Stack;

/// The longest name of a schedule or a group.
const MAX_NAME: usize = 64;

/// How old a firing may get: 1 minute to 1 day, if nobody says otherwise.
const AGES: std::ops::RangeInclusive<u64> = 60..=86_400;

/// How often handing over is tried again; the most, if nobody says otherwise.
const RETRIES: std::ops::RangeInclusive<u64> = 0..=185;

/// What may be asked for here.
const KNOWN: [&str; 9] = [
    "ClientToken",
    "Description",
    "FlexibleTimeWindow",
    "GroupName",
    "Name",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "State",
    "Target",
];

/// The same of a target.
const KNOWN_OF_TARGETS: [&str; 5] = ["Arn", "DeadLetterConfig", "Input", "RetryPolicy", "RoleArn"];

/// Why something is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Refused {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self { status: 400, code: "ValidationException", message: message.into() }
    }

    fn unknown(what: &str) -> Self {
        let message = format!("{what} is not known here");
        Self { status: 501, code: "NotImplemented", message }
    }

    /// As a constraint of the API's model that does not hold.
    fn constraint(value: &str, field: &str, constraint: &str) -> Self {
        Self::invalid(format!(
            "1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: Member must {constraint}"
        ))
    }
}

/// The schedule that `body` asks for under this name.
pub(crate) fn read(
    stack: &Stack,
    (group, name): (&str, &str),
    body: &Value,
    now_ms: u64,
) -> Result<Schedule, Refused> {
    check_name(group, "groupName")?;
    check_name(name, "name")?;
    only(body, &KNOWN)?;
    let expression = needed(body, "ScheduleExpression")?;
    let zone = text(body, "ScheduleExpressionTimezone")?.unwrap_or_else(|| "UTC".to_owned());
    check_times(&expression, &zone)?;
    match body.pointer("/FlexibleTimeWindow/Mode").and_then(Value::as_str) {
        Some("OFF") => {}
        Some("FLEXIBLE") => return Err(Refused::unknown("a flexible time window")),
        _ => return Err(Refused::constraint("null", "flexibleTimeWindow", "not be null")),
    }
    let enabled = match text(body, "State")?.as_deref() {
        None | Some("ENABLED") => true,
        Some("DISABLED") => false,
        Some(other) => {
            return Err(Refused::constraint(other, "state", "satisfy enum value set: [ENABLED, DISABLED]"));
        }
    };
    let target = body.get("Target").ok_or_else(|| Refused::constraint("null", "target", "not be null"))?;
    let target = read_target(target)?;
    if !role::trusts(stack, &target.role_arn, group) {
        let why = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.";
        return Err(Refused::invalid(why));
    }
    Ok(Schedule {
        group: group.to_owned(),
        name: name.to_owned(),
        expression,
        zone,
        enabled,
        description: text(body, "Description")?,
        target,
        created_ms: now_ms,
        modified_ms: now_ms,
        client_token: text(body, "ClientToken")?,
    })
}

fn check_times(expression: &str, zone: &str) -> Result<(), Refused> {
    match Cron::read(expression, zone) {
        Ok(_) => Ok(()),
        Err(Wrong::Expression) => Err(Refused::invalid(format!("Invalid Schedule Expression {expression}."))),
        Err(Wrong::Zone) => {
            Err(Refused::invalid(format!("The ScheduleExpressionTimezone {zone} is not supported.")))
        }
        Err(Wrong::Unknown) => Err(Refused::unknown(expression)),
    }
}

fn read_target(target: &Value) -> Result<Target, Refused> {
    only(target, &KNOWN_OF_TARGETS)?;
    let (arn, role_arn) = (needed(target, "Arn")?, needed(target, "RoleArn")?);
    if !arn.starts_with("arn:") {
        return Err(Refused::invalid("Provided Arn is not in correct format."));
    }
    if !arn.contains(":lambda:") {
        return Err(Refused::unknown(&arn));
    }
    let input = text(target, "Input")?.unwrap_or_else(|| "{}".to_owned());
    if serde_json::from_str::<serde::de::IgnoredAny>(&input).is_err() {
        return Err(Refused::invalid("The Input of a Lambda target must be well-formed JSON."));
    }
    let dead_letters = target.pointer("/DeadLetterConfig/Arn").and_then(Value::as_str).map(str::to_owned);
    if dead_letters.as_ref().is_some_and(|queue| !queue.contains(":sqs:")) {
        return Err(Refused::invalid("The DeadLetterConfig needs the ARN of an SQS queue."));
    }
    Ok(Target {
        arn,
        role_arn,
        input,
        dead_letters,
        max_age_s: number(target, "MaximumEventAgeInSeconds", &AGES)?,
        max_retries: number(target, "MaximumRetryAttempts", &RETRIES)?,
    })
}

/// Fails unless a name is one that Scheduler takes.
pub(super) fn check_name(name: &str, field: &str) -> Result<(), Refused> {
    if name.is_empty() || name.len() > MAX_NAME {
        let constraint =
            format!("have length less than or equal to {MAX_NAME}, and greater than or equal to 1");
        return Err(Refused::constraint(name, field, &constraint));
    }
    let right = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let constraint = "satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$";
    if right { Ok(()) } else { Err(Refused::constraint(name, field, constraint)) }
}

fn only(fields: &Value, known: &[&str]) -> Result<(), Refused> {
    let mut names = fields.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    names
        .find(|(name, _)| !known.contains(&name.as_str()))
        .map_or(Ok(()), |(name, _)| Err(Refused::unknown(name)))
}

fn needed(fields: &Value, name: &str) -> Result<String, Refused> {
    text(fields, name)?.ok_or_else(|| Refused::constraint("null", &member(name), "not be null"))
}

fn text(fields: &Value, name: &str) -> Result<Option<String>, Refused> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Refused {
            status: 400,
            code: "SerializationException",
            message: format!("{name} is not a text"),
        }),
    }
}

/// A limit of the retry policy; without one the highest.
fn number(target: &Value, name: &str, bounds: &std::ops::RangeInclusive<u64>) -> Result<u64, Refused> {
    let Some(given) = target.pointer(&format!("/RetryPolicy/{name}")) else { return Ok(*bounds.end()) };
    let number = given.as_u64().filter(|number| bounds.contains(number));
    let constraint = format!("have value from {} to {}", bounds.start(), bounds.end());
    number.ok_or_else(|| Refused::constraint(&given.to_string(), &member(name), &constraint))
}

/// A field's name as messages write it.
fn member(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}
