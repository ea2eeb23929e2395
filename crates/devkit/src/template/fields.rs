//! Typed access to resolved properties; every complaint names the property.

use serde_json::{Map, Value};

use super::TemplateError;
use super::resolve::scalar;

/// One map of the template, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    at: &'a str,
}

impl<'a> Fields<'a> {
    /// Fails unless the value is a map.
    pub(super) fn new(value: &'a Value, at: &'a str) -> Result<Self, TemplateError> {
        let map = value.as_object().ok_or_else(|| TemplateError::new(at, "must be a map"))?;
        Ok(Self { map, at })
    }

    /// Fails if there is a key that is not among `known`: most likely a misspelt one.
    pub(super) fn only(self, known: &[&str]) -> Result<Self, TemplateError> {
        match self.map.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(TemplateError::new(self.path(key), "is not a property known here")),
            None => Ok(self),
        }
    }

    /// The path of a property.
    pub(super) fn path(&self, key: &str) -> String {
        format!("{}.{key}", self.at)
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key)
    }

    pub(super) fn need(&self, key: &str) -> Result<&'a Value, TemplateError> {
        self.get(key).ok_or_else(|| TemplateError::new(self.path(key), "is missing"))
    }

    pub(super) fn text(&self, key: &str) -> Result<String, TemplateError> {
        self.need(key)?;
        self.optional_text(key)?.ok_or_else(|| TemplateError::new(self.path(key), "is empty"))
    }

    pub(super) fn optional_text(&self, key: &str) -> Result<Option<String>, TemplateError> {
        match self.get(key) {
            None => Ok(None),
            Some(value) => scalar(value)
                .filter(|text| !text.is_empty())
                .map(Some)
                .ok_or_else(|| TemplateError::new(self.path(key), "must be a text")),
        }
    }

    /// A number within the bounds, or `default` if there is none.
    pub(super) fn number(
        &self,
        key: &str,
        default: u64,
        bounds: std::ops::RangeInclusive<u64>,
    ) -> Result<u64, TemplateError> {
        let Some(text) = self.optional_text(key)? else { return Ok(default) };
        let number = text.parse().ok().filter(|number| bounds.contains(number));
        number.ok_or_else(|| {
            let (least, most) = (bounds.start(), bounds.end());
            TemplateError::new(self.path(key), format!("must be a number from {least} to {most}, not {text}"))
        })
    }

    /// The same for what is kept in 32 bits.
    pub(super) fn small_number(
        &self,
        key: &str,
        default: u32,
        bounds: std::ops::RangeInclusive<u32>,
    ) -> Result<u32, TemplateError> {
        let wide = u64::from(*bounds.start())..=u64::from(*bounds.end());
        let number = self.number(key, default.into(), wide)?;
        u32::try_from(number).map_err(|_| TemplateError::new(self.path(key), "is too large"))
    }

    pub(super) fn flag(&self, key: &str, default: bool) -> Result<bool, TemplateError> {
        match self.optional_text(key)?.as_deref() {
            None => Ok(default),
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            Some(_) => Err(TemplateError::new(self.path(key), "must be true or false")),
        }
    }

    /// The entries of a list; none if the property is absent.
    pub(super) fn list(&self, key: &str) -> Result<&'a [Value], TemplateError> {
        match self.get(key) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(TemplateError::new(self.path(key), "must be a list")),
        }
    }

    /// The entries of a map; none if the property is absent.
    pub(super) fn entries(&self, key: &str) -> Result<Vec<(&'a String, &'a Value)>, TemplateError> {
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(Value::Object(map)) => Ok(map.iter().collect()),
            Some(_) => Err(TemplateError::new(self.path(key), "must be a map")),
        }
    }
}
