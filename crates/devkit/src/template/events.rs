//! What wakes a function: routes, schedules, EventBridge rules.

use serde_json::Value;

use super::TemplateError;
use super::fields::Fields;
use super::model::{EventRule, Function, Route, Schedule};
use super::pattern::EventPattern;

const METHODS: [&str; 8] = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The stack's HTTP API.
#[derive(Clone, Copy)]
pub(super) struct Api<'a> {
    /// Its id.
    pub(super) id: &'a str,
    /// Made by SAM for the routes that name none, instead of being declared.
    pub(super) implicit: bool,
}

/// Reads `Events` into the function.
pub(super) fn read(
    function: &mut Function,
    properties: Fields<'_>,
    api: Api<'_>,
) -> Result<(), TemplateError> {
    for (key, event) in properties.entries("Events")? {
        let at = properties.path(&format!("Events.{key}"));
        let event = Fields::new(event, &at)?.only(&["Type", "Properties"])?;
        let nothing = Value::Object(serde_json::Map::new());
        let (inner, kind) = (event.path("Properties"), event.text("Type")?);
        let own = Fields::new(event.get("Properties").unwrap_or(&nothing), &inner)?;
        match kind.as_str() {
            "HttpApi" => function.routes.push(route(own, api)?),
            "Schedule" => function.schedules.push(schedule(function, key, own, false)?),
            "ScheduleV2" => function.schedules.push(schedule(function, key, own, true)?),
            "EventBridgeRule" | "CloudWatchEvent" => function.rules.push(rule(function, key, own)?),
            _ => return Err(TemplateError::new(at, format!("the event type {kind} is not known here"))),
        }
    }
    Ok(())
}

fn route(event: Fields<'_>, api: Api<'_>) -> Result<Route, TemplateError> {
    let event = event.only(&[
        "ApiId",
        "Auth",
        "Method",
        "Path",
        "PayloadFormatVersion",
        "RouteSettings",
        "TimeoutInMillis",
    ])?;
    let same = event.optional_text("ApiId")?.map_or(api.implicit, |id| id == api.id);
    if !same {
        let why = "must name the declared HTTP API, or SAM makes a second one; here is only one";
        return Err(TemplateError::new(event.path("ApiId"), why));
    }
    if event.optional_text("PayloadFormatVersion")?.is_some_and(|version| version != "2.0") {
        return Err(TemplateError::new(event.path("PayloadFormatVersion"), "only 2.0 is known here"));
    }
    let path = event.optional_text("Path")?.unwrap_or_else(|| "$default".to_owned());
    if path == "$default" {
        return Ok(Route { method: "ANY".to_owned(), path });
    }
    if !path.starts_with('/') || path.contains('{') {
        return Err(TemplateError::new(event.path("Path"), "must begin with / and have no variable part"));
    }
    let method = event.text("Method")?.to_uppercase();
    let method = if method == "X-AMAZON-APIGATEWAY-ANY-METHOD" { "ANY".to_owned() } else { method };
    if !METHODS.contains(&method.as_str()) {
        return Err(TemplateError::new(event.path("Method"), format!("{method} is not an HTTP method")));
    }
    Ok(Route { method, path })
}

fn schedule(
    function: &Function,
    key: &str,
    event: Fields<'_>,
    scheduler: bool,
) -> Result<Schedule, TemplateError> {
    let property = if scheduler { "ScheduleExpression" } else { "Schedule" };
    let expression = event.text(property)?;
    if !is_schedule(&expression) {
        let why = format!("{expression} is neither rate(1 minute), rate(5 minutes), … nor cron(six fields)");
        return Err(TemplateError::new(event.path(property), why));
    }
    let state = event.optional_text("State")?.unwrap_or_else(|| "ENABLED".to_owned());
    Ok(Schedule {
        event: key.to_owned(),
        name: event.optional_text("Name")?.unwrap_or_else(|| format!("{}{key}", function.logical_id)),
        expression,
        input: event.optional_text("Input")?,
        enabled: event.flag("Enabled", state == "ENABLED")?,
        scheduler,
    })
}

fn rule(function: &Function, key: &str, event: Fields<'_>) -> Result<EventRule, TemplateError> {
    let event = event.only(&["Enabled", "EventBusName", "Input", "Pattern", "RuleName", "State"])?;
    if event.optional_text("EventBusName")?.is_some_and(|bus| bus != "default") {
        return Err(TemplateError::new(event.path("EventBusName"), "only the default bus is known here"));
    }
    let state = event.optional_text("State")?.unwrap_or_else(|| "ENABLED".to_owned());
    if !["ENABLED", "DISABLED"].contains(&state.as_str()) {
        return Err(TemplateError::new(event.path("State"), "must be ENABLED or DISABLED"));
    }
    Ok(EventRule {
        name: event.optional_text("RuleName")?.unwrap_or_else(|| format!("{}{key}", function.logical_id)),
        pattern: EventPattern::read(event.need("Pattern")?, &event.path("Pattern"))?,
        input: event.optional_text("Input")?,
        enabled: event.flag("Enabled", state == "ENABLED")?,
    })
}

/// As EventBridge has it: one of something is singular.
fn is_schedule(expression: &str) -> bool {
    let inner = |prefix: &str| expression.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(')'));
    if let Some(fields) = inner("cron(") {
        return fields.split_whitespace().count() == 6;
    }
    let Some((number, unit)) = inner("rate(").and_then(|rate| rate.split_once(' ')) else { return false };
    match number.parse::<u32>() {
        Ok(1) => ["minute", "hour", "day"].contains(&unit),
        Ok(2..) => ["minutes", "hours", "days"].contains(&unit),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_schedule;

    #[test]
    fn schedules_are_written_as_eventbridge_wants_them() {
        for good in ["rate(1 minute)", "rate(5 minutes)", "rate(1 day)", "cron(0 9 ? * MON-FRI *)"] {
            assert!(is_schedule(good), "{good}");
        }
        for bad in
            ["rate(1 minutes)", "rate(5 minute)", "rate(0 minutes)", "rate(5 weeks)", "cron(0 9 * * *)", "5m"]
        {
            assert!(!is_schedule(bad), "{bad}");
        }
    }
}
