//! What a call asks for: actions on resources.

use serde_json::Value;

use super::keys;
use crate::cloud::front::{Call, describe, scheduler};
use crate::cloud::policy::{Asked, Context};
use crate::cloud::scheduler::{DEFAULT_GROUP, SCHEDULER};
use crate::cloud::state::Shared;
use crate::template::Table;

/// Everything that a call asks for; nothing if it needs no permission.
pub(super) fn all(shared: &Shared, call: &Call) -> Vec<Asked> {
    let body = || serde_json::from_slice::<Value>(&call.body).unwrap_or_default();
    match call.scope.service.as_str() {
        "dynamodb" => dynamodb(shared, call, &body()),
        "ssm" => ssm(shared, call, &body()),
        "lambda" => {
            if let Some((operation, name)) = describe::of_function(&call.parts) {
                let pool = shared.pool(&name);
                let arn = pool.map_or_else(|| "*".to_owned(), |pool| pool.function.arn.clone());
                return vec![asked(&format!("lambda:{operation}"), arn)];
            }
            let path = call.parts.uri.path().trim_end_matches("/invocations");
            let name = percent_encoding::percent_decode_str(path.rsplit('/').next().unwrap_or_default());
            let pool = shared.pool(&name.decode_utf8_lossy());
            let arn = pool.map_or_else(|| "*".to_owned(), |pool| pool.function.arn.clone());
            vec![asked("lambda:InvokeFunction", arn)]
        }
        "scheduler" => schedules(shared, call, &body()),
        "sts" => sts(call),
        // No function looks at rules and roles; a statement about all of them would let it.
        service @ ("events" | "iam") => vec![asked(&format!("{service}:{}", call.operation), "*".to_owned())],
        _ => Vec::new(),
    }
}

fn asked(action: &str, resource: String) -> Asked {
    Asked { action: action.to_owned(), resource, context: Context::new() }
}

/// Whoever gives a schedule its role needs the right to pass that on as well.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html>
fn schedules(shared: &Shared, call: &Call, body: &Value) -> Vec<Asked> {
    let place = scheduler::place(call);
    let (region, account) = (&call.scope.region, &shared.stack.account);
    if call.operation == "GetScheduleGroup" {
        let group = place.group.unwrap_or_default();
        let resource = format!("arn:aws:scheduler:{region}:{account}:schedule-group/{group}");
        return vec![asked("scheduler:GetScheduleGroup", resource)];
    }
    let (group, name) = match call.operation.as_str() {
        "ListSchedules" => (place.group.unwrap_or_else(|| "*".to_owned()), "*".to_owned()),
        _ => (place.group.unwrap_or_else(|| DEFAULT_GROUP.to_owned()), place.name.unwrap_or_default()),
    };
    let resource = format!("arn:aws:scheduler:{region}:{account}:schedule/{group}/{name}");
    let mut all = vec![asked(&format!("scheduler:{}", call.operation), resource)];
    if let Some(role) = body.pointer("/Target/RoleArn").and_then(Value::as_str) {
        let service = ("iam:PassedToService".to_owned(), vec![SCHEDULER.to_owned()]);
        let context = Context::from([service]);
        all.push(Asked { context, ..asked("iam:PassRole", role.to_owned()) });
    }
    all
}

/// Who gives a session a source identity needs the right to do that as well.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html>
fn sts(call: &Call) -> Vec<Asked> {
    if call.operation == "GetCallerIdentity" {
        return Vec::new();
    }
    let form: Vec<_> = form_urlencoded::parse(&call.body).collect();
    let given = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.to_string());
    let keys = [
        ("sts:ExternalId", "ExternalId"),
        ("sts:RoleSessionName", "RoleSessionName"),
        ("sts:SourceIdentity", "SourceIdentity"),
    ];
    let known = keys.into_iter().filter_map(|(key, name)| Some((key.to_owned(), vec![given(name)?])));
    let context: Context = known.collect();
    let resource = given("RoleArn").unwrap_or_else(|| "*".to_owned());
    let mut actions = vec![format!("sts:{}", call.operation)];
    if given("SourceIdentity").is_some() {
        actions.push("sts:SetSourceIdentity".to_owned());
    }
    let asked = |action| Asked { action, resource: resource.clone(), context: context.clone() };
    actions.into_iter().map(asked).collect()
}

fn ssm(shared: &Shared, call: &Call, body: &Value) -> Vec<Asked> {
    let one = ["Name", "Path"].into_iter().filter_map(|key| body.get(key)?.as_str());
    let names = body.get("Names").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let arn = |name: &str| {
        let (region, account) = (&call.scope.region, &shared.stack.account);
        let name = name.split_once(":parameter").map_or(name, |(_, name)| name);
        format!("arn:aws:ssm:{region}:{account}:parameter/{}", name.trim_start_matches('/'))
    };
    let action = format!("ssm:{}", call.operation);
    one.chain(names).map(|name| asked(&action, arn(name))).collect()
}

fn dynamodb(shared: &Shared, call: &Call, body: &Value) -> Vec<Asked> {
    let on = |action: &str, part: &Value| on_table(shared, call, action, part);
    match call.operation.as_str() {
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = body.get("RequestItems").and_then(Value::as_object).into_iter().flatten();
            tables
                .map(|(name, part)| {
                    let table = table(shared, name);
                    let context = keys::context(table.map(|table| (table, None)), part);
                    Asked {
                        context,
                        ..asked(&format!("dynamodb:{}", call.operation), arn(shared, call, name))
                    }
                })
                .collect()
        }
        "TransactWriteItems" | "TransactGetItems" => {
            let items = body.get("TransactItems").and_then(Value::as_array).into_iter().flatten();
            let parts = items.filter_map(Value::as_object).flatten();
            parts
                .map(|(kind, part)| match kind.as_str() {
                    "ConditionCheck" => on("ConditionCheckItem", part),
                    kind => on(&format!("{kind}Item"), part),
                })
                .collect()
        }
        "ListTables" => vec![asked("dynamodb:ListTables", "*".to_owned())],
        operation => vec![on(operation, body)],
    }
}

fn on_table(shared: &Shared, call: &Call, action: &str, part: &Value) -> Asked {
    let text = |key: &str| part.get(key).and_then(Value::as_str);
    let name = text("TableName").unwrap_or_default();
    let table = table(shared, name);
    let context = keys::context(table.map(|table| (table, text("IndexName"))), part);
    let mut resource = arn(shared, call, name);
    if let Some(index) = text("IndexName") {
        resource = format!("{resource}/index/{index}");
    }
    Asked { context, ..asked(&format!("dynamodb:{action}"), resource) }
}

fn arn(shared: &Shared, call: &Call, name: &str) -> String {
    let name = short(name);
    format!("arn:aws:dynamodb:{}:{}:table/{name}", call.scope.region, shared.stack.account)
}

fn table<'s>(shared: &'s Shared, name: &str) -> Option<&'s Table> {
    shared.stack.tables.iter().find(|table| table.name == short(name))
}

/// A table may be named by its ARN too.
fn short(name: &str) -> &str {
    name.rsplit_once(":table/").map_or(name, |(_, name)| name)
}
