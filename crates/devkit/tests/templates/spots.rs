//! Every spot of a document at which something can be missing or be something else.

use serde_json::{Value, json};

/// The ways to all values in `value`, as JSON pointers.
pub(crate) fn all(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, "", &mut found);
    found
}

fn collect(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut visit = |key: &str, inner: &Value| {
        let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        found.push(at.clone());
        collect(inner, &at, found);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, inner)| visit(key, inner)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, inner)| visit(&index.to_string(), inner));
        }
        _ => {}
    }
}

/// The document without what stands there.
pub(crate) fn without(document: &Value, spot: &str) -> Value {
    let mut document = document.clone();
    let (parent, key) = spot.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Object(map) => {
            map.remove(&key.replace("~1", "/").replace("~0", "~")).unwrap();
        }
        Value::Array(items) => {
            items.remove(key.parse().unwrap());
        }
        other => panic!("{spot} is in {other}"),
    }
    document
}

/// The document with another value there; none if it is a map or a list.
pub(crate) fn with_another(document: &Value, spot: &str) -> Option<Value> {
    let mut document = document.clone();
    let value = document.pointer_mut(spot).unwrap();
    *value = match value {
        Value::String(text) => json!(format!("{text}-")),
        Value::Number(number) => json!(number.as_u64().unwrap() + 1),
        Value::Bool(flag) => json!(!*flag),
        _ => return None,
    };
    Some(document)
}
