//! SSM Parameter Store, as far as an app needs it: JSON 1.1 with Parameter Store's error names.
//!
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::errors;
use crate::cloud::server::{Answer, answer};
use crate::cloud::state::Shared;
use crate::cloud::{clock, lock};

/// The most names of one `GetParameters`.
const MOST_NAMES: usize = 10;

/// A stored parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameter {
    value: String,
    kind: String,
    version: u64,
    modified_ms: u64,
}

impl Parameter {
    /// The first version of a `SecureString`.
    pub(crate) fn secure(value: String) -> Self {
        Self { value, kind: "SecureString".to_owned(), version: 1, modified_ms: clock::now_ms() }
    }

    /// As if it had been written so much earlier.
    pub(crate) fn age(&mut self, by: std::time::Duration) {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.modified_ms = self.modified_ms.saturating_sub(by);
    }
}

/// A refusal's code and message.
type Refused = (&'static str, String);

/// Answers one call.
pub(super) fn call(shared: &Shared, operation: &str, body: &[u8]) -> Answer {
    let Ok(request) = serde_json::from_slice::<Value>(body) else {
        return errors::refusal("ssm", 400, "SerializationException", "the body is not JSON");
    };
    let result = match operation {
        "GetParameter" => get(shared, &request),
        "GetParameters" => get_batch(shared, &request),
        "GetParametersByPath" => by_path(shared, &request),
        "PutParameter" => put(shared, &request),
        "DeleteParameter" => delete(shared, &request),
        _ => Err(("UnknownOperationException", format!("{operation} is not known here"))),
    };
    match result {
        Ok(reply) => answer(200, "application/x-amz-json-1.1", reply.to_string()),
        Err((code, message)) => errors::refusal("ssm", 400, code, &message),
    }
}

fn get(shared: &Shared, request: &Value) -> Result<Value, Refused> {
    let name = text(request, "Name")?;
    let found = find(shared, &name, decrypted(request));
    found.map(|found| json!({ "Parameter": found })).ok_or_else(|| ("ParameterNotFound", String::new()))
}

fn get_batch(shared: &Shared, request: &Value) -> Result<Value, Refused> {
    let names = request.get("Names").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if names.is_empty() || names.len() > MOST_NAMES {
        let why = format!(
            "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length \
             less than or equal to {MOST_NAMES}, and greater than or equal to 1"
        );
        return Err(("ValidationException", why));
    }
    let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
    if names.iter().collect::<BTreeSet<_>>().len() != names.len() {
        return Err(("ValidationException", "Duplicate parameter names are not allowed.".to_owned()));
    }
    let (mut found, mut invalid) = (Vec::new(), Vec::new());
    for name in names {
        match find(shared, name, decrypted(request)) {
            Some(parameter) => found.push(parameter),
            None => invalid.push(name),
        }
    }
    Ok(json!({ "Parameters": found, "InvalidParameters": invalid }))
}

fn by_path(shared: &Shared, request: &Value) -> Result<Value, Refused> {
    let path = text(request, "Path")?;
    let path = format!("{}/", path.trim_end_matches('/'));
    let recursive = request.get("Recursive").and_then(Value::as_bool).unwrap_or(false);
    let names: Vec<_> = lock(&shared.parameters).keys().cloned().collect();
    let inside =
        |name: &String| name.strip_prefix(&path).is_some_and(|rest| recursive || !rest.contains('/'));
    let found: Vec<_> = names
        .iter()
        .filter(|name| inside(name))
        .filter_map(|name| find(shared, name, decrypted(request)))
        .collect();
    Ok(json!({ "Parameters": found }))
}

fn put(shared: &Shared, request: &Value) -> Result<Value, Refused> {
    let (name, value) = (text(request, "Name")?, text(request, "Value")?);
    let overwrite = request.get("Overwrite").and_then(Value::as_bool).unwrap_or(false);
    let mut parameters = lock(&shared.parameters);
    let earlier = parameters.get(&name);
    if earlier.is_some() && !overwrite {
        let why = "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.";
        return Err(("ParameterAlreadyExists", why.to_owned()));
    }
    let kind = text(request, "Type").ok().or_else(|| earlier.map(|earlier| earlier.kind.clone()));
    let kind = kind.ok_or_else(|| {
        ("ValidationException", "A parameter type is required when you create a parameter.".to_owned())
    })?;
    let version = earlier.map_or(0, |earlier| earlier.version) + 1;
    parameters.insert(name, Parameter { value, kind, version, modified_ms: clock::now_ms() });
    Ok(json!({ "Version": version, "Tier": "Standard" }))
}

fn delete(shared: &Shared, request: &Value) -> Result<Value, Refused> {
    let name = text(request, "Name")?;
    lock(&shared.parameters)
        .remove(&name)
        .map(|_| json!({}))
        .ok_or_else(|| ("ParameterNotFound", String::new()))
}

/// A parameter by name or ARN.
fn find(shared: &Shared, name: &str, decrypted: bool) -> Option<Value> {
    let name = name.split_once(":parameter").map_or(name, |(_, name)| name);
    let parameters = lock(&shared.parameters);
    let parameter = parameters.get(name)?;
    let sealed = parameter.kind == "SecureString" && !decrypted;
    let crate::template::Stack { region, account, .. } = &shared.stack;
    Some(json!({
        "Name": name,
        "Type": parameter.kind,
        // Whoever forgets WithDecryption gets what AWS gives: a ciphertext.
        "Value": if sealed { "AQICAHh-not-decrypted" } else { parameter.value.as_str() },
        "Version": parameter.version,
        "ARN": format!("arn:aws:ssm:{region}:{account}:parameter{name}"),
        "DataType": "text",
        "LastModifiedDate": parameter.modified_ms / 1000,
    }))
}

fn decrypted(request: &Value) -> bool {
    request.get("WithDecryption").and_then(Value::as_bool).unwrap_or(false)
}

fn text(request: &Value, name: &str) -> Result<String, Refused> {
    let text = request.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| ("ValidationException", format!("{name} is missing")))
}
