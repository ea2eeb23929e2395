//! `serverless.yml` in the common form, by what osls makes of it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::fields::{Fields, Read};
use crate::form::{self, Place};

/// What osls calls a function, behind its key with an upper-case letter.
const SUFFIX: &str = "LambdaFunction";

pub(crate) fn read(document: &Value, place: Place) -> Read<Value> {
    let variables = variables(document, place)?;
    let document = resolved(document.clone(), &variables)?;
    let mut document = Fields::of(form::plain(document, place, &renamed), "serverless.yml")?;
    document.expect("service", &json!("bellhop"))?;
    document.expect("frameworkVersion", &json!("3 || 4"))?;
    document.expect("configValidationMode", &json!("error"))?;
    document.take("params")?;
    // Without it all would be packed into one, whatever the functions say.
    document.expect("package", &json!({"individually": true}))?;
    let provider = document.map("provider")?;
    let mut resources = document.map("resources")?;
    let mut own = resources.map("Resources")?.into_rest();
    let (common, stack) = common(provider)?;
    let mut functions = Map::new();
    for (at, key, function) in document.map("functions")?.into_entries() {
        let id = capitalized(&key);
        let read = self::function(&at, &key, function, common.clone(), &mut own)?;
        functions.insert(id, read);
    }
    let mut extensions = resources.map("extensions")?;
    let mut stage = extensions.map("HttpApiStage")?;
    let limits = stage.take("Properties")?;
    stage.end()?;
    extensions.end()?;
    let read = json!({
        "name": stack,
        "description": resources.take("Description")?,
        "parameters": resources.take("Parameters")?,
        "settings": {
            "Architecture": common.get("architecture"),
            "LogRetentionDays": common.get("logRetentionInDays"),
        },
        "conditions": resources.take("Conditions")?,
        "api": limits,
        "functions": functions,
        "resources": own,
        "outputs": resources.take("Outputs")?,
    });
    resources.end()?;
    document.end()?;
    Ok(read)
}

fn capitalized(key: &str) -> String {
    let mut chars = key.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default() + chars.as_str()
}

fn renamed(name: &str) -> String {
    match name.strip_suffix(SUFFIX) {
        Some(function) => function.to_owned(),
        None if name == "HttpApi" => "Api".to_owned(),
        None => name.to_owned(),
    }
}

/// What `${…}` stands for: the parameters, those of the stage above all, and where it
/// is deployed.
fn variables(document: &Value, place: Place) -> Read<BTreeMap<String, Value>> {
    let mut found = BTreeMap::from([("sls:stage".to_owned(), json!(place.stage))]);
    let service = document.get("service").ok_or("serverless.yml: service is missing")?;
    found.insert("self:service".to_owned(), service.clone());
    let empty = json!({});
    for of in ["default", place.stage] {
        let parameters = document.pointer(&format!("/params/{of}")).unwrap_or(&empty).clone();
        for (_, name, value) in Fields::of(parameters, "params")?.into_entries() {
            let value = resolved(value, &found)?;
            found.insert(format!("param:{name}"), value);
        }
    }
    Ok(found)
}

fn resolved(value: Value, variables: &BTreeMap<String, Value>) -> Read<Value> {
    match value {
        Value::String(text) => resolved_text(&text, variables),
        Value::Array(items) => items.into_iter().map(|item| resolved(item, variables)).collect(),
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| Ok((key, resolved(value, variables)?))).collect()
        }
        other => Ok(other),
    }
}

/// CloudFormation's own `${AWS::Region}` and `${Stage}` stay.
fn resolved_text(text: &str, variables: &BTreeMap<String, Value>) -> Read<Value> {
    let mut parts = text.split("${");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, after) = part.split_once('}').ok_or_else(|| format!("{text}: a ${{ without an end"))?;
        if name.contains("::") || !name.contains(':') {
            result.push_str(&format!("${{{name}}}{after}"));
            continue;
        }
        let value = source(name, variables).ok_or_else(|| format!("{text}: there is no {name}"))?;
        match value {
            value if text == format!("${{{name}}}") => return Ok(value),
            Value::String(value) => result.push_str(&value),
            other => result.push_str(&other.to_string()),
        }
        result.push_str(after);
    }
    Ok(json!(result))
}

/// The first of several sources that has something; the environment has nothing here.
fn source(names: &str, variables: &BTreeMap<String, Value>) -> Option<Value> {
    names.split(',').map(str::trim).find_map(|name| match name.strip_prefix('\'') {
        Some(literal) => Some(json!(literal.trim_end_matches('\''))),
        None => variables.get(name).cloned(),
    })
}

/// What functions have in common, and the stack's name.
fn common(mut provider: Fields) -> Read<(Map<String, Value>, Value)> {
    provider.expect("name", &json!("aws"))?;
    provider.expect("stage", &json!("prod"))?;
    provider.expect("region", &json!("eu-west-1"))?;
    // Or each deployment would leave a version that nobody calls.
    provider.expect("versionFunctions", &json!(false))?;
    let stack = provider.take("stackName")?;
    let mut common = Map::new();
    for key in ["runtime", "architecture", "memorySize", "timeout", "logRetentionInDays"] {
        common.insert(key.to_owned(), provider.take(key)?);
    }
    provider.end()?;
    Ok((common, stack))
}

fn function(
    at: &str,
    key: &str,
    function: Value,
    mut common: Map<String, Value>,
    resources: &mut Map<String, Value>,
) -> Read<Value> {
    common.extend(Fields::of(function, at)?.into_rest());
    let mut own = Fields::of(Value::Object(common), at)?;
    let name = own.text("name")?;
    let mut package = own.map("package")?;
    let artifact = package.text("artifact")?;
    package.end()?;
    let binary = artifact.strip_prefix("zips/").and_then(|file| file.strip_suffix(".zip"));
    let (routes, schedules, rules) = events(own.list("events")?, at)?;
    let mut function = json!({
        "name": name,
        "description": own.take("description")?,
        "binary": binary.ok_or_else(|| format!("{at}: {artifact} is not in zips"))?,
        "handler": own.take("handler")?,
        "runtime": own.take("runtime")?,
        "architectures": [own.take("architecture")?],
        "memory": own.take("memorySize")?,
        "timeout": own.take("timeout")?,
        "environment": own.take("environment")?,
        "routes": form::set(Value::Array(routes)),
        "schedules": form::set(Value::Array(schedules)),
        "rules": form::set(Value::Array(rules)),
        "log": {"group": format!("/aws/lambda/{name}"), "days": own.take("logRetentionInDays")?},
    });
    if let Some(destinations) = own.maybe("destinations") {
        function["asynchronous"] = json!({
            "age": own.take("maximumEventAge")?,
            "retries": own.take("maximumRetryAttempts")?,
            "dead_letters": dead_letters(destinations, at)?,
        });
    }
    let id = own.text("role")?;
    let role = resources.remove(&id).ok_or_else(|| format!("{at}: there is no role {id}"))?;
    role_of(&mut function, role, &capitalized(key), &id)?;
    own.end()?;
    Ok(function)
}

fn dead_letters(destinations: Value, at: &str) -> Read<Value> {
    let mut destinations = Fields::of(destinations, at)?;
    let mut failure = destinations.map("onFailure")?;
    failure.expect("type", &json!("sqs"))?;
    let queue = failure.take("arn")?;
    failure.end()?;
    destinations.end()?;
    Ok(queue)
}

/// A role like the one that SAM makes by itself.
fn role_of(function: &mut Value, role: Value, policy_name: &str, id: &str) -> Read<()> {
    let mut role = Fields::of(role, id)?;
    role.expect("Type", &json!("AWS::IAM::Role"))?;
    let mut properties = role.map("Properties")?;
    let lambda = json!({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"});
    let trust = json!({"Version": "2012-10-17", "Statement": [lambda]});
    properties.expect("AssumeRolePolicyDocument", &trust)?;
    function["managed_policies"] = properties.take("ManagedPolicyArns")?;
    let mut policies = properties.list("Policies")?;
    let policy = policies.pop().filter(|_| policies.is_empty());
    let mut policy = Fields::of(policy.ok_or_else(|| format!("{id}: has not one policy"))?, id)?;
    policy.expect("PolicyName", &json!(policy_name))?;
    function["statements"] = form::statements(policy.take("PolicyDocument")?, id)?;
    policy.end()?;
    properties.end()?;
    role.end()
}

type Events = (Vec<Value>, Vec<Value>, Vec<Value>);

fn events(events: Vec<Value>, at: &str) -> Read<Events> {
    let (mut routes, mut schedules, mut rules) = Events::default();
    for event in events {
        let mut event = Fields::of(event, at)?;
        if let Some(route) = event.maybe("httpApi") {
            routes.push(route);
        } else if let Some(schedule) = event.maybe("schedule") {
            schedules.push(schedule);
        } else {
            let mut rule = event.map("eventBridge")?;
            rules.push(rule.take("pattern")?);
            rule.end()?;
        }
        event.end()?;
    }
    Ok((routes, schedules, rules))
}
