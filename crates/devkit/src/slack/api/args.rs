//! The arguments of one Web API call, from a query, a form or a JSON body.

use http::HeaderMap;
use serde_json::{Map, Value, json};

use super::Refusal;

/// Entries per page at most.
const PAGE: usize = 1_000;

/// Arguments by name: strings from a form, anything from JSON.
#[derive(Clone, Debug, Default)]
pub(crate) struct Args {
    values: Map<String, Value>,
    /// Slack warns about JSON without `charset=utf-8`.
    pub(super) missing_charset: bool,
}

impl Args {
    /// Reads the call. JSON sent to a method that takes none is simply not seen.
    pub(super) fn read(
        takes_json: bool,
        query: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Self, Refusal> {
        let mut args = Self::default();
        args.add_form(query.as_bytes());
        let content_type =
            headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let lower = content_type.to_ascii_lowercase();
        if lower.starts_with("application/json") {
            args.missing_charset = !lower.contains("charset");
            if takes_json && !body.is_empty() {
                let json: Value = serde_json::from_slice(body).map_err(|_| Refusal::new("invalid_json"))?;
                let Value::Object(members) = json else { return Err(Refusal::new("json_not_object")) };
                args.values.extend(members);
            }
        } else if lower.starts_with("application/x-www-form-urlencoded") {
            args.add_form(body);
        } else if !body.is_empty() {
            return Err(Refusal::new("invalid_post_type"));
        }
        Ok(args)
    }

    fn add_form(&mut self, form: &[u8]) {
        let fields = form_urlencoded::parse(form);
        self.values.extend(fields.map(|(name, value)| (name.into_owned(), json!(value))));
    }

    /// A text; a number counts as one, an empty text does not.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.values.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A text that must be there.
    pub(super) fn required(&self, name: &str) -> Result<String, Refusal> {
        let message = format!("[ERROR] missing required field: {name}");
        self.text(name).ok_or_else(|| Refusal::new("invalid_arguments").saying(vec![message]))
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        match self.values.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => matches!(text.as_str(), "true" | "1"),
            _ => false,
        }
    }

    /// A structure, or the text of one, as forms carry it.
    pub(super) fn structure(&self, name: &str) -> Option<Result<Value, ()>> {
        match self.values.get(name)? {
            Value::Null => None,
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(serde_json::from_str(text).map_err(|_| ())),
            other => Some(Ok(other.clone())),
        }
    }

    /// The page that is asked for with `cursor` and `limit`, and the cursor of the
    /// next one, which is empty at the end.
    ///
    /// <https://docs.slack.dev/apis/web-api/pagination>
    pub(super) fn page<'a, T>(&self, all: &'a [T], default: usize) -> Result<(&'a [T], String), Refusal> {
        let limit = self.text("limit").and_then(|limit| limit.parse().ok()).unwrap_or(default);
        let from = match self.text("cursor") {
            None => 0,
            Some(cursor) => {
                let from = cursor.strip_prefix("from:").and_then(|from| from.parse().ok());
                from.ok_or_else(|| Refusal::new("invalid_cursor"))?
            }
        };
        let rest = all.get(from..).unwrap_or_default();
        let page = rest.get(..limit.clamp(1, PAGE)).unwrap_or(rest);
        let next = from + page.len();
        Ok((page, if next < all.len() { format!("from:{next}") } else { String::new() }))
    }

    /// Everything, for the record.
    pub(super) fn to_json(&self) -> Value {
        Value::Object(self.values.clone())
    }
}
