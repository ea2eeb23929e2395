//! Takes a map apart, field by field. What nobody has taken is an error, so that a
//! reader which does not know a property cannot overlook it.

use serde_json::{Map, Value};

pub(crate) type Read<T> = Result<T, String>;

/// The rest of a map, and where it stands.
pub(crate) struct Fields {
    at: String,
    rest: Map<String, Value>,
}

impl Fields {
    pub(crate) fn of(value: Value, at: &str) -> Read<Self> {
        match value {
            Value::Object(rest) => Ok(Self { at: at.to_owned(), rest }),
            other => Err(format!("{at}: {other} is not a map")),
        }
    }

    pub(crate) fn maybe(&mut self, key: &str) -> Option<Value> {
        self.rest.remove(key)
    }

    pub(crate) fn take(&mut self, key: &str) -> Read<Value> {
        self.maybe(key).ok_or_else(|| format!("{}: {key} is missing", self.at))
    }

    pub(crate) fn map(&mut self, key: &str) -> Read<Self> {
        let at = format!("{}.{key}", self.at);
        Self::of(self.take(key)?, &at)
    }

    pub(crate) fn text(&mut self, key: &str) -> Read<String> {
        match self.take(key)? {
            Value::String(text) => Ok(text),
            other => Err(format!("{}.{key}: {other} is not a text", self.at)),
        }
    }

    pub(crate) fn list(&mut self, key: &str) -> Read<Vec<Value>> {
        match self.maybe(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(format!("{}.{key}: {other} is not a list", self.at)),
        }
    }

    /// Takes a field that has to be there and to be exactly this.
    pub(crate) fn expect(&mut self, key: &str, expected: &Value) -> Read<()> {
        let found = self.take(key)?;
        if found == *expected {
            return Ok(());
        }
        Err(format!("{}.{key}: {found} instead of {expected}", self.at))
    }

    /// All that is left.
    pub(crate) fn into_rest(self) -> Map<String, Value> {
        self.rest
    }

    /// The entries that are left, each with where it stands.
    pub(crate) fn into_entries(self) -> impl Iterator<Item = (String, String, Value)> {
        let at = self.at;
        self.rest.into_iter().map(move |(key, value)| (format!("{at}.{key}"), key, value))
    }

    /// Nothing may be left.
    pub(crate) fn end(self) -> Read<()> {
        match self.rest.keys().next() {
            None => Ok(()),
            Some(key) => Err(format!("{}: nobody here knows {key}", self.at)),
        }
    }
}
