//! `template.yaml` in the common form.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::fields::{Fields, Read};
use crate::form::{self, LOGGING, Place};

/// What SAM asks for, and the other tool knows by itself.
const SETTINGS: [&str; 2] = ["Architecture", "LogRetentionDays"];

pub(crate) fn read(document: &Value, place: Place) -> Read<Value> {
    let mut document = Fields::of(form::plain(document.clone(), place, &str::to_owned), "template.yaml")?;
    document.expect("AWSTemplateFormatVersion", &json!("2010-09-09"))?;
    document.expect("Transform", &json!("AWS::Serverless-2016-10-31"))?;
    let mut parameters = document.map("Parameters")?.into_rest();
    let settings = settings(&mut parameters)?;
    match parameters.get_mut("Stage").and_then(|stage| stage.get_mut("Default")) {
        Some(stage) if *stage == "prod" => *stage = json!(place.stage),
        other => return Err(format!("template.yaml: the stage is {other:?} instead of prod")),
    }
    let globals = document.map("Globals")?;
    let globals = only_function(globals)?;
    let mut resources = document.take("Resources")?;
    set_parameters(&mut resources, &settings);
    let mut resources = Fields::of(resources, "template.yaml.Resources")?.into_rest();
    let mut api = Fields::of(resources.remove("Api").unwrap_or_default(), "Api")?;
    api.expect("Type", &json!("AWS::Serverless::HttpApi"))?;
    let limits = api.take("Properties")?;
    api.end()?;
    let functions: Vec<String> = resources
        .iter()
        .filter(|(_, resource)| resource.get("Type") == Some(&json!("AWS::Serverless::Function")))
        .map(|(id, _)| id.clone())
        .collect();
    let mut read = Map::new();
    for id in functions {
        let resource = resources.remove(&id).unwrap_or_default();
        let globals = plain_globals(&globals, &settings);
        read.insert(id.clone(), function(&id, resource, globals, &mut resources)?);
    }
    let stack = json!({
        "name": place.stack,
        "description": document.take("Description")?,
        "parameters": parameters,
        "settings": settings,
        "conditions": document.take("Conditions")?,
        "api": limits,
        "functions": read,
        "resources": resources,
        "outputs": document.take("Outputs")?,
    });
    document.end()?;
    Ok(stack)
}

/// The defaults of the parameters that are no parameters elsewhere.
fn settings(parameters: &mut Map<String, Value>) -> Read<BTreeMap<String, Value>> {
    let mut found = BTreeMap::new();
    for name in SETTINGS {
        let at = format!("template.yaml.Parameters.{name}");
        let mut parameter = Fields::of(parameters.remove(name).unwrap_or_default(), &at)?;
        let numbers = name == "LogRetentionDays";
        parameter.expect("Type", &json!(if numbers { "Number" } else { "String" }))?;
        parameter.text("Description")?;
        if numbers {
            parameter.take("AllowedValues")?;
        } else {
            parameter.expect("AllowedValues", &json!(["arm64", "x86_64"]))?;
        }
        found.insert(name.to_owned(), parameter.take("Default")?);
        parameter.end()?;
    }
    Ok(found)
}

/// Puts the settings where they are referred to.
fn set_parameters(value: &mut Value, settings: &BTreeMap<String, Value>) {
    let referred = value.as_object().filter(|map| map.len() == 1).and_then(|map| map.get("Ref"));
    if let Some(setting) = referred.and_then(Value::as_str).and_then(|name| settings.get(name)) {
        *value = setting.clone();
        return;
    }
    match value {
        Value::Object(map) => map.values_mut().for_each(|value| set_parameters(value, settings)),
        Value::Array(items) => items.iter_mut().for_each(|value| set_parameters(value, settings)),
        _ => {}
    }
}

fn only_function(mut globals: Fields) -> Read<Map<String, Value>> {
    let function = globals.map("Function")?.into_rest();
    globals.end()?;
    Ok(function)
}

fn plain_globals(globals: &Map<String, Value>, settings: &BTreeMap<String, Value>) -> Map<String, Value> {
    let mut globals = Value::Object(globals.clone());
    set_parameters(&mut globals, settings);
    globals.as_object().cloned().unwrap_or_default()
}

fn function(
    id: &str,
    resource: Value,
    mut properties: Map<String, Value>,
    resources: &mut Map<String, Value>,
) -> Read<Value> {
    let mut resource = Fields::of(resource, id)?;
    resource.expect("Type", &json!("AWS::Serverless::Function"))?;
    let mut metadata = resource.map("Metadata")?;
    metadata.expect("BuildMethod", &json!("rust-cargolambda"))?;
    let mut build = metadata.map("BuildProperties")?;
    let binary = build.take("Binary")?;
    build.end()?;
    metadata.end()?;
    properties.extend(resource.map("Properties")?.into_rest());
    resource.end()?;
    let mut own = Fields::of(Value::Object(properties), id)?;
    own.expect("CodeUri", &json!("."))?;
    let mut environment = own.map("Environment")?;
    let variables = environment.take("Variables")?;
    environment.end()?;
    let (routes, schedules, rules) = events(own.maybe("Events"), id)?;
    let mut function = json!({
        "name": own.take("FunctionName")?,
        "description": own.take("Description")?,
        "binary": binary,
        "handler": own.take("Handler")?,
        "runtime": own.take("Runtime")?,
        "architectures": own.take("Architectures")?,
        "memory": own.take("MemorySize")?,
        "timeout": own.take("Timeout")?,
        "environment": variables,
        "routes": form::set(Value::Array(routes)),
        "schedules": form::set(Value::Array(schedules)),
        "rules": form::set(Value::Array(rules)),
        "log": log(own.map("LoggingConfig")?, resources)?,
        "managed_policies": [{"Fn::Sub": LOGGING}],
    });
    if let Some(asynchronous) = own.maybe("EventInvokeConfig") {
        function["asynchronous"] = invoked(asynchronous, id)?;
    }
    let mut policies = own.list("Policies")?;
    let document = policies.pop().filter(|_| policies.is_empty());
    let document = document.ok_or_else(|| format!("{id}: has not one policy document"))?;
    function["statements"] = form::statements(document, id)?;
    own.end()?;
    Ok(function)
}

fn log(mut logging: Fields, resources: &mut Map<String, Value>) -> Read<Value> {
    let mut group = logging.map("LogGroup")?;
    let id = group.text("Ref")?;
    group.end()?;
    logging.end()?;
    let group = resources.remove(&id).ok_or_else(|| format!("there is no log group {id}"))?;
    let mut group = Fields::of(group, &id)?;
    group.expect("Type", &json!("AWS::Logs::LogGroup"))?;
    let mut properties = group.map("Properties")?;
    let log = json!({"group": properties.take("LogGroupName")?, "days": properties.take("RetentionInDays")?});
    properties.end()?;
    group.end()?;
    Ok(log)
}

type Events = (Vec<Value>, Vec<Value>, Vec<Value>);

fn events(events: Option<Value>, id: &str) -> Read<Events> {
    let (mut routes, mut schedules, mut rules) = Events::default();
    let Some(events) = events else { return Ok((routes, schedules, rules)) };
    for (at, _, event) in Fields::of(events, id)?.into_entries() {
        let mut event = Fields::of(event, &at)?;
        let kind = event.text("Type")?;
        let mut properties = event.map("Properties")?;
        match kind.as_str() {
            "HttpApi" => {
                properties.expect("ApiId", &json!({"Ref": "Api"}))?;
                let (method, path) = (properties.text("Method")?, properties.text("Path")?);
                routes.push(json!(format!("{method} {path}")));
            }
            "Schedule" => schedules.push(properties.take("Schedule")?),
            "EventBridgeRule" => rules.push(properties.take("Pattern")?),
            other => return Err(format!("{at}: nobody here knows events of the type {other}")),
        }
        properties.end()?;
        event.end()?;
    }
    Ok((routes, schedules, rules))
}

fn invoked(asynchronous: Value, id: &str) -> Read<Value> {
    let mut asynchronous = Fields::of(asynchronous, id)?;
    let mut destinations = asynchronous.map("DestinationConfig")?;
    let mut failure = destinations.map("OnFailure")?;
    failure.expect("Type", &json!("SQS"))?;
    let read = json!({
        "age": asynchronous.take("MaximumEventAgeInSeconds")?,
        "retries": asynchronous.take("MaximumRetryAttempts")?,
        "dead_letters": failure.take("Destination")?,
    });
    failure.end()?;
    destinations.end()?;
    asynchronous.end()?;
    Ok(read)
}
