//! `dynamodb:LeadingKeys`: the partition keys that a call touches.

use serde_json::Value;

use crate::cloud::policy::Context;
use crate::template::Table;

/// The condition keys of one part of a DynamoDB call on a table, or on an index of it.
pub(super) fn context(table: Option<(&Table, Option<&str>)>, part: &Value) -> Context {
    let mut context = Context::new();
    if let Some((table, index)) = table {
        let own = table.indexes.iter().find(|one| Some(one.name.as_str()) == index);
        let keys = own.map_or(&table.keys, |index| &index.keys);
        if let Some(key) = keys.first() {
            let mut found = Vec::new();
            collect(part, &key.attribute, &mut found);
            found.extend(queried(part, &key.attribute));
            if !found.is_empty() {
                context.insert("dynamodb:LeadingKeys".to_owned(), found);
            }
        }
    }
    context
}

/// The partition keys in `Key`, `Keys` and `Item`, however deep in a batch.
fn collect(part: &Value, attribute: &str, found: &mut Vec<String>) {
    match part {
        Value::Array(parts) => parts.iter().for_each(|part| collect(part, attribute, found)),
        Value::Object(map) => {
            for (name, inner) in map {
                match (name.as_str(), inner) {
                    ("Key" | "Item", item) => found.extend(item.get(attribute).and_then(plain)),
                    ("Keys", Value::Array(items)) => {
                        found.extend(items.iter().filter_map(|item| item.get(attribute).and_then(plain)));
                    }
                    ("PutRequest" | "DeleteRequest", inner) => collect(inner, attribute, found),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// The partition key of a `Query`: `key = :value`, in either spelling.
fn queried(part: &Value, attribute: &str) -> Option<String> {
    let expression = part.get("KeyConditionExpression")?.as_str()?;
    let names = part.get("ExpressionAttributeNames");
    let tokens = expression.replace(['(', ')'], " ").replace('=', " = ");
    let tokens: Vec<_> = tokens.split_whitespace().collect();
    let is_key =
        |token: &str| names.and_then(|names| names.get(token)?.as_str()).unwrap_or(token) == attribute;
    let value = tokens.windows(3).find_map(|three| match three {
        [name, "=", value] if is_key(name) => Some(*value),
        _ => None,
    })?;
    part.get("ExpressionAttributeValues")?.get(value).and_then(plain)
}

fn plain(value: &Value) -> Option<String> {
    let inner = ["S", "N", "B"].into_iter().find_map(|kind| value.get(kind))?;
    inner.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn leading_keys_are_found_wherever_they_stand() {
        let check = |part: Value| {
            let mut found = Vec::new();
            collect(&part, "id", &mut found);
            found.extend(queried(&part, "id"));
            found
        };
        assert_eq!(check(json!({ "Key": { "id": { "S": "a" }, "at": { "N": "1" } } })), ["a"]);
        let batch = json!([{ "PutRequest": { "Item": { "id": { "S": "a" } } } }, { "DeleteRequest": { "Key": { "id": { "S": "b" } } } }]);
        assert_eq!(check(batch), ["a", "b"]);
        assert_eq!(check(json!({ "Keys": [{ "id": { "S": "a" } }, { "id": { "S": "b" } }] })), ["a", "b"]);
        let query = json!({
            "KeyConditionExpression": "(#k=:v) AND at > :t",
            "ExpressionAttributeNames": { "#k": "id" },
            "ExpressionAttributeValues": { ":v": { "S": "a" }, ":t": { "N": "1" } },
        });
        assert_eq!(check(query), ["a"]);
    }
}
