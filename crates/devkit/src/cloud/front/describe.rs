//! What Lambda and DynamoDB say of functions and tables, to those who look after them.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html>
//! <https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html>
//! <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html>
//! <https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html>
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html>

use http::Method;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{Call, errors};
use crate::cloud::lock;
use crate::cloud::server::{Answer, answer};
use crate::cloud::state::Shared;
use crate::template::Function;

/// What the path of each operation begins and ends with, around the function.
const OPERATIONS: [(&str, &str, &str); 4] = [
    ("/2015-03-31/functions/", "/configuration", "GetFunctionConfiguration"),
    ("/2015-03-31/functions/", "/policy", "GetPolicy"),
    ("/2019-09-25/functions/", "/event-invoke-config", "GetFunctionEventInvokeConfig"),
    ("/2017-03-31/tags/", "", "ListTags"),
];

/// The DynamoDB operation that the embedded one does not know.
pub(super) const BACKUPS: &str = "DescribeContinuousBackups";

/// The operation that method and path name, and the function it is about.
pub(super) fn of_function(parts: &Parts) -> Option<(&'static str, String)> {
    let path = Some(parts.uri.path()).filter(|_| parts.method == Method::GET)?;
    let (name, operation) = OPERATIONS.iter().find_map(|(begin, end, operation)| {
        Some((path.strip_prefix(begin)?.strip_suffix(end)?, *operation))
    })?;
    Some((operation, percent_decode_str(name).decode_utf8_lossy().into_owned()))
}

/// Answers one call about a function.
pub(super) fn function(shared: &Shared, operation: &str, name: &str) -> Answer {
    let crate::template::Stack { region, account, .. } = &shared.stack;
    let pool = shared.pool(name);
    let told = pool.and_then(|pool| lock(&shared.told).get(&pool.function.name).cloned());
    let pool = pool.filter(|_| told != Some(Value::Null));
    let Some(pool) = pool else {
        let message = format!("Function not found: arn:aws:lambda:{region}:{account}:function:{name}");
        return errors::refusal("lambda", 404, "ResourceNotFoundException", &message);
    };
    let reply = match operation {
        "GetPolicy" => policy(shared, &pool.function),
        "GetFunctionEventInvokeConfig" => Some(event_invoke_config(&pool.function)),
        "ListTags" => Some(tags(shared, &pool.function)),
        _ => Some(configuration(shared, &pool.function)),
    };
    let Some(mut reply) = reply else {
        let message = "The resource you requested does not exist.";
        return errors::refusal("lambda", 404, "ResourceNotFoundException", message);
    };
    merge(&mut reply, told.as_ref());
    answer(200, "application/json", reply.to_string())
}

/// What operators are told that a function answers, whatever it would, if they are.
pub(super) fn told_answer(shared: &Shared, call: &Call) -> Option<Answer> {
    let path = call.parts.uri.path().strip_prefix("/2015-03-31/functions/")?;
    let name = percent_decode_str(path.strip_suffix("/invocations")?).decode_utf8_lossy();
    let pool = shared.pool(&name).filter(|_| call.process.is_none())?;
    let told = lock(&shared.told).get(&pool.function.name)?.get("Answer")?.to_string();
    Some(answer(200, "application/json", told))
}

fn configuration(shared: &Shared, function: &Function) -> Value {
    let environment = function.environment.iter().chain(&shared.extra_env);
    let environment: serde_json::Map<_, _> =
        environment.map(|(name, value)| (name.clone(), value.clone().into())).collect();
    json!({
        "FunctionName": function.name,
        "FunctionArn": function.arn,
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Architectures": [shared.stack.parameters.get("Architecture").map_or("x86_64", String::as_str)],
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_s,
        "Environment": { "Variables": environment },
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "Version": "$LATEST",
        "PackageType": "Zip",
    })
}

fn event_invoke_config(function: &Function) -> Value {
    let config = &function.async_config;
    let on_failure = config.on_failure.as_ref().map(|arn| json!({ "Destination": arn }));
    json!({
        "FunctionArn": function.arn,
        "MaximumEventAgeInSeconds": config.max_age_s,
        "MaximumRetryAttempts": config.max_retries,
        "DestinationConfig": { "OnFailure": on_failure.unwrap_or_else(|| json!({})) },
    })
}

/// As SAM and CloudFormation tag a function.
fn tags(shared: &Shared, function: &Function) -> Value {
    json!({ "Tags": {
        "lambda:createdBy": "SAM",
        "aws:cloudformation:stack-name": shared.stack.name,
        "aws:cloudformation:logical-id": function.logical_id,
    } })
}

/// Which rules of EventBridge may wake the function.
fn policy(shared: &Shared, function: &Function) -> Option<Value> {
    let crate::template::Stack { region, account, .. } = &shared.stack;
    let rules = function.schedules.iter().map(|schedule| &schedule.name);
    let rules = rules.chain(function.rules.iter().map(|rule| &rule.name));
    let statement = |name: &String| {
        json!({
            "Sid": name,
            "Effect": "Allow",
            "Principal": { "Service": "events.amazonaws.com" },
            "Action": "lambda:InvokeFunction",
            "Resource": function.arn,
            "Condition": { "ArnLike": { "AWS:SourceArn": format!("arn:aws:events:{region}:{account}:rule/{name}") } },
        })
    };
    let statements: Vec<Value> = rules.map(statement).collect();
    let document = json!({ "Version": "2012-10-17", "Id": "default", "Statement": statements });
    (!statements.is_empty()).then(|| json!({ "Policy": document.to_string(), "RevisionId": "1" }))
}

/// Whether a table can be restored: every table of a stack can, unless it is told otherwise.
pub(super) fn backups(shared: &Shared, call: &Call) -> Answer {
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let name = body.get("TableName").and_then(Value::as_str).unwrap_or_default();
    if !matches!(shared.database.tables.get_table_metadata(name), Ok(Some(_))) {
        let message = format!("Table not found: {name}");
        return errors::refusal("dynamodb", 400, "TableNotFoundException", &message);
    }
    let mut reply = json!({ "ContinuousBackupsDescription": {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": { "PointInTimeRecoveryStatus": "ENABLED" },
    } });
    merge(&mut reply, lock(&shared.told).get(name));
    answer(200, "application/x-amz-json-1.0", reply.to_string())
}

/// Puts what stands in `patch` over what stands in `value`, field by field; `null` takes a field away.
pub(super) fn merge(value: &mut Value, patch: Option<&Value>) {
    let (Some(fields), Some(Value::Object(patches))) = (value.as_object_mut(), patch) else { return };
    for (name, patch) in patches {
        match (fields.get_mut(name), patch) {
            (_, Value::Null) => drop(fields.remove(name)),
            (Some(inner), Value::Object(_)) if inner.is_object() => merge(inner, Some(patch)),
            _ => drop(fields.insert(name.clone(), patch.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_changes_only_what_it_names() {
        let mut value = json!({ "a": { "b": 1, "c": 2 }, "d": 3 });
        merge(&mut value, Some(&json!({ "a": { "b": null, "e": 4 }, "d": [5] })));
        assert_eq!(value, json!({ "a": { "c": 2, "e": 4 }, "d": [5] }));
        merge(&mut value, None);
        assert_eq!(value["d"], json!([5]));
    }
}
