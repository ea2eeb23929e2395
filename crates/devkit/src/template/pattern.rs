//! Event patterns: which events an EventBridge rule is for.
//!
//! Of EventBridge's filters these are known: a value that must be the same,
//! `prefix`, `anything-but` and `exists`. Any other is refused when the template is
//! read, since a rule that never fits would only show by its silence.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>

use std::collections::BTreeMap;

use serde_json::Value;

use super::TemplateError;

/// The fields that every event has, and no other.
const FIELDS: [&str; 9] =
    ["account", "detail", "detail-type", "id", "region", "resources", "source", "time", "version"];

/// An event pattern, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPattern(BTreeMap<String, Node>);

/// What one field must be.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    /// A map, each of whose fields must fit.
    Inner(EventPattern),
    /// One of these.
    Any(Vec<Filter>),
}

#[derive(Debug, Clone, PartialEq)]
enum Filter {
    Exactly(Value),
    Prefix(String),
    NoneOf(Vec<Value>),
    NotPrefix(String),
    Exists(bool),
}

impl EventPattern {
    /// Reads a pattern that stands at `at` in the template.
    pub(super) fn read(pattern: &Value, at: &str) -> Result<Self, TemplateError> {
        let read = Self::inner(pattern, at)?;
        match read.0.keys().find(|field| !FIELDS.contains(&field.as_str())) {
            Some(field) => {
                Err(TemplateError::new(format!("{at}.{field}"), "is not a field that events have"))
            }
            None => Ok(read),
        }
    }

    fn inner(pattern: &Value, at: &str) -> Result<Self, TemplateError> {
        let map = pattern.as_object().filter(|map| !map.is_empty());
        let map = map.ok_or_else(|| TemplateError::new(at, "must be a map with something in it"))?;
        let mut fields = BTreeMap::new();
        for (field, wanted) in map {
            let at = format!("{at}.{field}");
            let node = match wanted {
                Value::Object(_) => Node::Inner(Self::inner(wanted, &at)?),
                Value::Array(filters) if !filters.is_empty() => Node::Any(
                    filters.iter().map(|filter| Filter::read(filter, &at)).collect::<Result<_, _>>()?,
                ),
                _ => return Err(TemplateError::new(at, "must be a list of what it may be, or a map")),
            };
            fields.insert(field.clone(), node);
        }
        Ok(Self(fields))
    }

    /// Whether an event is one of those.
    pub fn matches(&self, event: &Value) -> bool {
        self.0.iter().all(|(field, node)| {
            let found = event.get(field);
            match node {
                Node::Inner(inner) => inner.matches(found.unwrap_or(&Value::Null)),
                Node::Any(filters) => filters.iter().any(|filter| filter.fits(found)),
            }
        })
    }
}

impl Filter {
    fn read(filter: &Value, at: &str) -> Result<Self, TemplateError> {
        let Value::Object(map) = filter else {
            return if filter.is_array() {
                Err(TemplateError::new(at, "must not have a list in the list"))
            } else {
                Ok(Self::Exactly(filter.clone()))
            };
        };
        let refuse = |why: String| Err(TemplateError::new(at, why));
        let mut entries = map.iter();
        let (Some((kind, argument)), None) = (entries.next(), entries.next()) else {
            return refuse("a filter must have one key".to_owned());
        };
        match (kind.as_str(), argument) {
            ("prefix", Value::String(prefix)) => Ok(Self::Prefix(prefix.clone())),
            ("exists", Value::Bool(exists)) => Ok(Self::Exists(*exists)),
            ("anything-but", Value::Array(values)) if values.iter().all(is_scalar) && !values.is_empty() => {
                Ok(Self::NoneOf(values.clone()))
            }
            ("anything-but", Value::Object(inner)) => match inner.get("prefix").and_then(Value::as_str) {
                Some(prefix) if inner.len() == 1 => Ok(Self::NotPrefix(prefix.to_owned())),
                _ => refuse("of anything-but only values and prefix are known here".to_owned()),
            },
            ("anything-but", value) if is_scalar(value) => Ok(Self::NoneOf(vec![value.clone()])),
            ("prefix" | "exists" | "anything-but", _) => refuse(format!("{kind} has the wrong argument")),
            _ => refuse(format!("the filter {kind} is not known here")),
        }
    }

    /// A list fits if one of its entries does.
    fn fits(&self, found: Option<&Value>) -> bool {
        let Some(found) = found else { return *self == Self::Exists(false) };
        let values = found.as_array().map_or(std::slice::from_ref(found), Vec::as_slice);
        let begins = |value: &Value, prefix: &str| value.as_str().map(|text| text.starts_with(prefix));
        match self {
            Self::Exists(exists) => *exists,
            Self::Exactly(wanted) => values.contains(wanted),
            Self::Prefix(prefix) => values.iter().any(|value| begins(value, prefix) == Some(true)),
            Self::NoneOf(unwanted) => values.iter().any(|value| !unwanted.contains(value)),
            Self::NotPrefix(prefix) => values.iter().any(|value| begins(value, prefix) == Some(false)),
        }
    }
}

fn is_scalar(value: &Value) -> bool {
    value.is_string() || value.is_number()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event() -> Value {
        json!({
            "version": "0", "source": "aws.ec2", "detail-type": "EC2 Instance State-change Notification",
            "account": "111122223333", "region": "eu-west-1",
            "resources": ["arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "other"],
            "detail": { "instance-id": "i-1", "state": "stopped", "none": null },
        })
    }

    #[test]
    fn patterns_fit_as_in_eventbridge() {
        for (pattern, fits) in [
            (json!({ "source": ["aws.ec2"] }), true),
            (json!({ "source": ["aws.s3", "aws.ec2"] }), true),
            (json!({ "source": ["aws.s3"] }), false),
            (json!({ "source": ["AWS.EC2"] }), false),
            (json!({ "source": ["aws.ec2"], "region": ["us-east-1"] }), false),
            (json!({ "detail": { "state": ["stopped", "running"] } }), true),
            (json!({ "detail": { "state": ["running"] } }), false),
            (json!({ "detail": { "state": { "deep": ["x"] } } }), false),
            (json!({ "detail": { "gone": ["x"] } }), false),
            (json!({ "detail": { "none": [null] } }), true),
            (json!({ "source": [{ "prefix": "aws." }] }), true),
            (json!({ "source": [{ "prefix": "ec2" }] }), false),
            (json!({ "resources": [{ "prefix": "arn:aws:ec2:eu-west-1:" }] }), true),
            (json!({ "resources": ["other"] }), true),
            (json!({ "detail": { "state": [{ "anything-but": "running" }] } }), true),
            (json!({ "detail": { "state": [{ "anything-but": ["stopped", "running"] }] } }), false),
            (json!({ "detail": { "state": [{ "anything-but": { "prefix": "stop" } }] } }), false),
            (json!({ "detail": { "state": [{ "anything-but": { "prefix": "run" } }] } }), true),
            (json!({ "detail": { "gone": [{ "anything-but": "x" }] } }), false),
            (json!({ "detail": { "gone": [{ "exists": false }], "state": [{ "exists": true }] } }), true),
            (json!({ "detail": { "state": [{ "exists": false }] } }), false),
            (json!({ "detail": { "gone": [{ "exists": true }] } }), false),
        ] {
            assert_eq!(EventPattern::read(&pattern, "P").unwrap().matches(&event()), fits, "{pattern}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused_with_its_place() {
        for (pattern, says) in [
            (json!({}), "P: must be a map with something"),
            (json!([]), "P: must be a map"),
            (json!({ "sauce": ["x"] }), "P.sauce: is not a field"),
            (json!({ "source": "aws.ec2" }), "P.source: must be a list"),
            (json!({ "source": [] }), "P.source: must be a list"),
            (json!({ "source": [["x"]] }), "P.source: must not have a list"),
            (json!({ "source": [{ "suffix": "x" }] }), "P.source: the filter suffix is not known here"),
            (json!({ "detail": { "n": [{ "numeric": [">", 1] }] } }), "P.detail.n: the filter numeric"),
            (json!({ "source": [{ "prefix": 1 }] }), "P.source: prefix has the wrong argument"),
            (json!({ "source": [{ "exists": "yes" }] }), "P.source: exists has the wrong argument"),
            (json!({ "source": [{ "anything-but": { "suffix": "x" } }] }), "only values and prefix"),
            (json!({ "source": [{ "anything-but": [] }] }), "anything-but has the wrong argument"),
            (json!({ "source": [{ "prefix": "a", "exists": true }] }), "one key"),
            (json!({ "$or": [{ "source": ["x"] }] }), "P.$or"),
        ] {
            let error = EventPattern::read(&pattern, "P").unwrap_err().to_string();
            assert!(error.contains(says), "{pattern}: {error}");
        }
    }
}
