//! Numbers in a log line that CloudWatch takes for metrics: its embedded metric
//! format. The line stays a line of the log; a member `_aws` says which of its other
//! members are values, and which tell them apart.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::fmt::Debug;

use app::metrics::{ALL, FAULTS, Metric, TARGET, Unit};
use domain::time::Millis;
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

/// Where the metrics stand in CloudWatch.
pub const NAMESPACE: &str = "Bellhop";

/// The dimension that every metric has: the name of the function.
pub const FUNCTION: &str = "function";

/// Which metrics stand in one line.
#[derive(Default)]
pub(super) struct Measured {
    metrics: Vec<&'static Metric>,
    /// The fields of the line that metrics may be told apart by.
    told_apart: Vec<&'static str>,
    is_fault: bool,
}

impl Measured {
    /// What `event` measures.
    pub(super) fn of(event: &Event<'_>) -> Self {
        let mut measured = Self::default();
        if event.metadata().target() == TARGET {
            event.record(&mut measured);
        }
        if *event.metadata().level() == Level::ERROR {
            measured.is_fault = true;
            measured.metrics.extend(ALL.iter().filter(|metric| metric.name == FAULTS));
        }
        measured
    }

    /// Makes the metrics of `line`, a JSON object, known to CloudWatch; a line
    /// without any is left alone.
    pub(super) fn add_to(&self, line: &mut String, function: &str, now: Millis) {
        let Some(end) = line.rfind('}').filter(|_| !self.metrics.is_empty()) else { return };
        let fault = if self.is_fault { format!(",{}:1", json!(FAULTS)) } else { String::new() };
        let (function, directives) = (json!(function), self.directives(now));
        let more = format!(",{}:{function}{fault},\"_aws\":{directives}", json!(FUNCTION));
        line.insert_str(end, &more);
    }

    fn directives(&self, now: Millis) -> Value {
        // One for each metric: they differ in what they are told apart by.
        let directives: Vec<Value> = self.metrics.iter().map(|metric| self.directive(metric)).collect();
        json!({ "Timestamp": now.0, "CloudWatchMetrics": directives })
    }

    fn directive(&self, metric: &Metric) -> Value {
        let by = metric.by.map(|(field, _)| field).filter(|field| self.told_apart.contains(field));
        let dimensions: Vec<&str> = std::iter::once(FUNCTION).chain(by).collect();
        let unit = match metric.unit {
            Unit::Count => "Count",
            Unit::Milliseconds => "Milliseconds",
        };
        json!({
            "Namespace": NAMESPACE,
            "Dimensions": [dimensions],
            "Metrics": [{ "Name": metric.name, "Unit": unit }],
        })
    }

    fn number(&mut self, field: &Field) {
        self.metrics.extend(ALL.iter().filter(|metric| metric.name == field.name() && metric.name != FAULTS));
    }
}

impl Visit for Measured {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no other numbers.
        if value.is_finite() {
            self.number(field);
        }
    }

    fn record_i64(&mut self, field: &Field, _: i64) {
        self.number(field);
    }

    fn record_u64(&mut self, field: &Field, _: u64) {
        self.number(field);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        // Only what is foreseen: every new value would be a metric that is paid for.
        let known = ALL.iter().filter_map(|metric| metric.by);
        let known = known.filter(|(name, values)| *name == field.name() && values.contains(&value));
        self.told_apart.extend(known.map(|(name, _)| name));
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
