//! Alarms, dashboards and topics. Nothing here watches anything: they are read so that
//! a misspelt property, or a metric that nobody sends, shows before they are deployed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::TemplateError;
use super::fields::Fields;
use super::model::Watched;

const ALARM: [&str; 19] = [
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "AlarmName",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Metrics",
    "Namespace",
    "OKActions",
    "Period",
    "Statistic",
    "Threshold",
    "TreatMissingData",
    "Unit",
];
const COMPARISONS: [&str; 4] = [
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanThreshold",
];
const MISSING: [&str; 4] = ["breaching", "ignore", "missing", "notBreaching"];

/// How many metrics one alarm may look at.
const MAX_QUERIES: usize = 10;

/// Reads a resource of these kinds, and what it looks at.
pub(super) fn read(kind: &str, logical_id: &str, fields: Fields<'_>) -> Result<Vec<Watched>, TemplateError> {
    match kind {
        "AWS::CloudWatch::Alarm" => alarm(logical_id, fields),
        "AWS::CloudWatch::Dashboard" => dashboard(logical_id, fields),
        "AWS::SNS::Topic" => topic(fields).map(|()| Vec::new()),
        _ => Ok(Vec::new()),
    }
}

fn alarm(logical_id: &str, fields: Fields<'_>) -> Result<Vec<Watched>, TemplateError> {
    let fields = fields.only(&ALARM)?;
    one_of(fields, "ComparisonOperator", &COMPARISONS)?;
    // Left out, it is `missing`; said, it was thought of.
    one_of(fields, "TreatMissingData", &MISSING)?;
    let periods = fields.small_number("EvaluationPeriods", 0, 1..=100)?;
    fields.small_number("DatapointsToAlarm", periods, 1..=periods)?;
    fields.small_number("Threshold", 0, 0..=u32::MAX)?;
    fields.need("Threshold")?;
    if fields.get("Metrics").is_some() {
        return queries(logical_id, fields);
    }
    let (plain, extended) = (fields.get("Statistic"), fields.get("ExtendedStatistic"));
    if plain.is_some() == extended.is_some() {
        return Err(TemplateError::new(fields.path("Statistic"), "must be there, or ExtendedStatistic"));
    }
    Ok(vec![metric(logical_id, fields)?])
}

fn queries(logical_id: &str, fields: Fields<'_>) -> Result<Vec<Watched>, TemplateError> {
    let queries = fields.list("Metrics")?;
    let (mut found, mut returned) = (Vec::new(), 0);
    for (index, query) in queries.iter().enumerate() {
        let at = fields.path(&format!("Metrics[{index}]"));
        let query =
            Fields::new(query, &at)?.only(&["Expression", "Id", "Label", "MetricStat", "ReturnData"])?;
        if !query.text("Id")?.starts_with(|first: char| first.is_ascii_lowercase()) {
            return Err(TemplateError::new(query.path("Id"), "must begin with a lower-case letter"));
        }
        returned += usize::from(query.flag("ReturnData", true)?);
        let Some(stat) = query.get("MetricStat") else {
            query.text("Expression")?;
            continue;
        };
        let at = query.path("MetricStat");
        let stat = Fields::new(stat, &at)?.only(&["Metric", "Period", "Stat", "Unit"])?;
        stat.text("Stat")?;
        stat.text("Period")?;
        let at = stat.path("Metric");
        let own = Fields::new(stat.need("Metric")?, &at)?.only(&["Dimensions", "MetricName", "Namespace"])?;
        found.push(metric(logical_id, own)?);
    }
    if returned != 1 || found.len() > MAX_QUERIES {
        let why = format!("one of them must return data, and at most {MAX_QUERIES} be metrics");
        return Err(TemplateError::new(fields.path("Metrics"), why));
    }
    Ok(found)
}

fn metric(logical_id: &str, fields: Fields<'_>) -> Result<Watched, TemplateError> {
    let mut dimensions = BTreeMap::new();
    for (index, dimension) in fields.list("Dimensions")?.iter().enumerate() {
        let at = fields.path(&format!("Dimensions[{index}]"));
        let dimension = Fields::new(dimension, &at)?.only(&["Name", "Value"])?;
        dimensions.insert(dimension.text("Name")?, dimension.text("Value")?);
    }
    let (namespace, name) = (fields.text("Namespace")?, fields.text("MetricName")?);
    Ok(Watched { by: logical_id.to_owned(), namespace, name, dimensions })
}

fn dashboard(logical_id: &str, fields: Fields<'_>) -> Result<Vec<Watched>, TemplateError> {
    let fields = fields.only(&["DashboardBody", "DashboardName"])?;
    let at = fields.path("DashboardBody");
    let wrong = |why: String| TemplateError::new(&at, why);
    let body: Value =
        serde_json::from_str(&fields.text("DashboardBody")?).map_err(|error| wrong(error.to_string()))?;
    let widgets =
        body.get("widgets").and_then(Value::as_array).ok_or_else(|| wrong("has no widgets".into()))?;
    let mut found = Vec::new();
    for widget in widgets.iter().filter(|widget| widget.get("type").is_some_and(|kind| kind == "metric")) {
        let rows = widget.pointer("/properties/metrics").and_then(Value::as_array);
        for row in rows.ok_or_else(|| wrong("a widget has no metrics".into()))? {
            found.push(row_of(logical_id, row).ok_or_else(|| wrong(format!("{row} is no metric")))?);
        }
    }
    Ok(found)
}

/// `[namespace, name, dimension, value, …, {options}]`, as dashboards have it.
fn row_of(logical_id: &str, row: &Value) -> Option<Watched> {
    let row = row.as_array()?;
    let texts: Vec<&str> = row.iter().map_while(Value::as_str).collect();
    let rest = row.get(texts.len()..)?;
    let options_only = rest.is_empty() || (rest.len() == 1 && rest.iter().all(Value::is_object));
    let [namespace, name, dimensions @ ..] = texts.as_slice() else { return None };
    if !options_only || dimensions.len() % 2 != 0 {
        return None;
    }
    let pairs = dimensions.chunks_exact(2).filter_map(|pair| match pair {
        [name, value] => Some(((*name).to_owned(), (*value).to_owned())),
        _ => None,
    });
    Some(Watched {
        by: logical_id.to_owned(),
        namespace: (*namespace).to_owned(),
        name: (*name).to_owned(),
        dimensions: pairs.collect(),
    })
}

fn topic(fields: Fields<'_>) -> Result<(), TemplateError> {
    let fields = fields.only(&["DisplayName", "Subscription", "Tags", "TopicName"])?;
    for (index, subscription) in fields.list("Subscription")?.iter().enumerate() {
        let at = fields.path(&format!("Subscription[{index}]"));
        let subscription = Fields::new(subscription, &at)?.only(&["Endpoint", "Protocol"])?;
        subscription.text("Endpoint")?;
        subscription.text("Protocol")?;
    }
    Ok(())
}

fn one_of(fields: Fields<'_>, key: &str, known: &[&str]) -> Result<(), TemplateError> {
    let text = fields.text(key)?;
    if known.contains(&text.as_str()) {
        return Ok(());
    }
    Err(TemplateError::new(fields.path(key), format!("must be one of {}", known.join(", "))))
}
