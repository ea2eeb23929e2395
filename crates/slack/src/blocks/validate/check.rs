//! The parts that every check is made of, and the reasons they give.

use serde_json::{Map, Value};

use crate::text;

/// Where only plain text may stand.
pub(super) const PLAIN: &[&str] = &["plain_text"];

/// Where mrkdwn may stand as well.
pub(super) const TEXTS: &[&str] = &["plain_text", "mrkdwn"];

/// The reasons found so far.
#[derive(Default)]
pub(super) struct Check {
    reasons: Vec<String>,
}

impl Check {
    /// A reason in Slack's form.
    pub(super) fn reason(what: &str, path: &str) -> String {
        format!("[ERROR] {what} [json-pointer:{path}]")
    }

    pub(super) fn fail(&mut self, what: &str, path: &str) {
        self.reasons.push(Self::reason(what, path));
    }

    pub(super) fn unsupported(&mut self, kind: Option<&str>, path: &str) {
        match kind {
            Some(kind) => self.fail(&format!("unsupported type: {kind}"), &format!("{path}/type")),
            None => self.fail("missing required field: type", path),
        }
    }

    pub(super) fn finish(self) -> Result<(), Vec<String>> {
        if self.reasons.is_empty() { Ok(()) } else { Err(self.reasons) }
    }

    /// The text object under `key`, which must be there.
    pub(super) fn text(
        &mut self,
        object: &Map<String, Value>,
        key: &str,
        path: &str,
        limit: usize,
        kinds: &[&str],
    ) {
        match object.get(key) {
            Some(value) => self.text_object(value, &format!("{path}/{key}"), limit, kinds),
            None => self.fail(&format!("missing required field: {key}"), path),
        }
    }

    /// The text object under `key`, if it is there.
    pub(super) fn optional_text(
        &mut self,
        object: &Map<String, Value>,
        key: &str,
        path: &str,
        limit: usize,
        kinds: &[&str],
    ) {
        if object.contains_key(key) {
            self.text(object, key, path, limit, kinds);
        }
    }

    pub(super) fn text_object(&mut self, value: &Value, path: &str, limit: usize, kinds: &[&str]) {
        let Some(object) = value.as_object() else { return self.fail("must be an object", path) };
        match object.get("type").and_then(Value::as_str) {
            Some(kind) if kinds.contains(&kind) => self.string(object, "text", path, limit),
            kind => self.unsupported(kind, path),
        }
    }

    /// The string under `key`, which must be there and have 1 to `limit`
    /// characters.
    pub(super) fn string(&mut self, object: &Map<String, Value>, key: &str, path: &str, limit: usize) {
        let place = format!("{path}/{key}");
        match object.get(key) {
            None => self.fail(&format!("missing required field: {key}"), path),
            Some(Value::String(text)) if text.trim().is_empty() => {
                self.fail("must be more than 0 characters", &place);
            }
            Some(Value::String(text)) if text::length(text) > limit => {
                self.fail(&format!("must be less than {} characters", limit + 1), &place);
            }
            Some(Value::String(_)) => {}
            Some(_) => self.fail("must be a string", &place),
        }
    }

    /// The string under `key`, if it is there; it may be empty.
    pub(super) fn optional_string(
        &mut self,
        object: &Map<String, Value>,
        key: &str,
        path: &str,
        limit: usize,
    ) {
        if object.get(key).is_some_and(|value| value.as_str() != Some("")) {
            self.string(object, key, path, limit);
        }
    }

    /// The whole number under `key`, if it is there, which must lie between
    /// `least` and `most`.
    pub(super) fn optional_number(
        &mut self,
        object: &Map<String, Value>,
        key: &str,
        path: &str,
        least: usize,
        most: usize,
    ) {
        let Some(value) = object.get(key) else { return };
        let place = format!("{path}/{key}");
        match value.as_u64().and_then(|number| usize::try_from(number).ok()) {
            None => self.fail("must be an integer", &place),
            Some(number) if number < least => {
                self.fail(&format!("must be greater than {}", least.saturating_sub(1)), &place);
            }
            Some(number) if number > most => self.fail(&format!("must be less than {}", most + 1), &place),
            Some(_) => {}
        }
    }

    /// The array under `key`, which must have 1 to `limit` items, each with its
    /// path.
    pub(super) fn items<'a>(
        &mut self,
        object: &'a Map<String, Value>,
        key: &str,
        path: &str,
        limit: usize,
    ) -> Vec<(&'a Value, String)> {
        let place = format!("{path}/{key}");
        let Some(items) = object.get(key) else {
            self.fail(&format!("missing required field: {key}"), path);
            return Vec::new();
        };
        let Some(items) = items.as_array() else {
            self.fail("must be an array", &place);
            return Vec::new();
        };
        if items.is_empty() {
            self.fail("no fewer than 1 items allowed", &place);
        } else if items.len() > limit {
            self.fail(&format!("no more than {limit} items allowed"), &place);
        }
        items.iter().enumerate().map(|(number, item)| (item, format!("{place}/{number}"))).collect()
    }
}
