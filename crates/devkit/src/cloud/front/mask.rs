//! The arguments of a call for the record: secrets masked, long values cut.

use serde_json::{Map, Value};

/// Longest text that is kept whole.
const LONGEST: usize = 400;
/// Parts of names whose values are never kept.
const SECRET: [&str; 5] = ["token", "secret", "password", "externalid", "webidentity"];

/// The arguments as JSON.
pub(super) fn arguments(service: &str, operation: &str, body: &[u8]) -> Value {
    let arguments = match service {
        "ec2" | "iam" | "sts" => {
            let form = form_urlencoded::parse(body);
            let pairs = form.filter(|(name, _)| name != "Version" && name != "Action");
            Value::Object(pairs.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect())
        }
        _ => serde_json::from_slice(body).unwrap_or_default(),
    };
    mask(arguments, service == "ssm" && operation == "PutParameter")
}

fn mask(value: Value, values_too: bool) -> Value {
    match value {
        Value::Object(map) => {
            let masked = map.into_iter().map(|(name, value)| {
                let value = if is_secret(&name, &value, values_too) {
                    Value::String("***".to_owned())
                } else {
                    mask(value, values_too)
                };
                (name, value)
            });
            Value::Object(masked.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(|item| mask(item, values_too)).collect()),
        Value::String(text) if text.chars().count() > LONGEST => {
            Value::String(text.chars().take(LONGEST).chain("…".chars()).collect())
        }
        other => other,
    }
}

fn is_secret(name: &str, value: &Value, values_too: bool) -> bool {
    let lower = name.to_lowercase();
    let named = SECRET.iter().any(|part| lower.contains(part));
    // Paging and idempotency tokens are no secrets, and tests look for the latter.
    let harmless =
        lower.contains("nexttoken") || lower.contains("clienttoken") || lower.contains("requesttoken");
    let holds = value.is_string() || value.is_object();
    (named && !harmless && holds) || (values_too && name == "Value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_long_texts_cut() {
        let body = format!(r#"{{"Item":{{"bot_token":{{"S":"x"}},"text":{{"S":"{}"}}}}}}"#, "y".repeat(1000));
        let masked = arguments("dynamodb", "PutItem", body.as_bytes());
        assert_eq!(masked["Item"]["bot_token"], "***");
        assert_eq!(masked["Item"]["text"]["S"].as_str().unwrap().chars().count(), LONGEST + 1);
        let masked = arguments("sts", "AssumeRole", b"Action=AssumeRole&ExternalId=e&RoleArn=r");
        assert_eq!(masked, serde_json::json!({ "ExternalId": "***", "RoleArn": "r" }));
        assert_eq!(arguments("ssm", "PutParameter", br#"{"Name":"n","Value":"v"}"#)["Value"], "***");
    }
}
