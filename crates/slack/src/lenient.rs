//! Reads fields out of JSON without ever failing: what is missing, empty or of
//! another type is absent.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The longest id that is taken for one. Slack's have some ten characters, a
/// trigger's sixty; ids become keys of records, which cannot be of any length.
pub(crate) const MAX_ID_BYTES: usize = 255;

/// A JSON object's fields.
pub(crate) type Object = Map<String, Value>;

/// The text under `key`, if there is any.
pub(crate) fn text(object: &Object, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

/// The text under `key`, if it can be an id.
pub(crate) fn id(object: &Object, key: &str) -> Option<String> {
    text(object, key).filter(|id| id.len() <= MAX_ID_BYTES)
}

/// The text or number under `key`, as text: Slack's samples show moments as
/// both.
pub(crate) fn text_or_number(object: &Object, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::Number(number) => Some(number.to_string()),
        _ => text(object, key),
    }
}

/// Whatever stands under `key` other than `null` and `""`, as text. For marks
/// whose mere presence counts: a strange `bot_id` still means a bot.
pub(crate) fn mark(object: &Object, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The yes or no under `key`, written as such or as text.
pub(crate) fn boolean(object: &Object, key: &str) -> Option<bool> {
    match object.get(key)? {
        Value::Bool(boolean) => Some(*boolean),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Whether `key` says yes.
pub(crate) fn flag(object: &Object, key: &str) -> bool {
    boolean(object, key).unwrap_or(false)
}

/// The whole number under `key`, written as a number or as text.
pub(crate) fn number(object: &Object, key: &str) -> Option<i64> {
    match object.get(key)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// The object under `key`.
pub(crate) fn object<'a>(object: &'a Object, key: &str) -> Option<&'a Object> {
    object.get(key)?.as_object()
}

/// The objects in the array under `key`; anything else in it is left out.
pub(crate) fn objects<'a>(object: &'a Object, key: &str) -> impl Iterator<Item = &'a Object> {
    object.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

/// The texts in the array under `key`; anything else in it is left out.
pub(crate) fn texts(object: &Object, key: &str) -> Vec<String> {
    let items = object.get(key).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// How the error begins of a body in which an object has a key twice.
pub(crate) const DOUBLED: &str = "a key is there twice";

/// Reads `body` as JSON in which no object has a key twice: of two values one would
/// have to be chosen, and another reader of the same signed bytes may choose the other.
pub(crate) fn unambiguous(body: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(body).map(|Unambiguous(value)| value)
}

struct Unambiguous(Value);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UnambiguousVisitor).map(Self)
    }
}

struct UnambiguousVisitor;

impl<'de> Visitor<'de> for UnambiguousVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Unambiguous(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Object::new();
        while let Some((key, Unambiguous(value))) = fields.next_entry::<String, Unambiguous>()? {
            if object.insert(key, value).is_some() {
                return Err(A::Error::custom(DOUBLED));
            }
        }
        Ok(Value::Object(object))
    }
}
