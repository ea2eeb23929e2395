//! Puts the stack together: sections, globals, resources, and the order they could be created in.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::fields::Fields;
use super::functions::{self, Identity};
use super::model::{Function, Queue, Stack};
use super::names::{self, IMPLICIT_API};
use super::order::check_order;
use super::resolve::Resolver;
use super::{Deployment, TemplateError, events, parameters, roles, tables, watching};

const SECTIONS: [&str; 11] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];
const RESOURCE_KEYS: [&str; 8] = [
    "Condition",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];
const FUNCTION: &str = "AWS::Serverless::Function";
const API: &str = "AWS::Serverless::HttpApi";

/// Builds the stack from a template in long form.
pub(super) fn build(template: &Value, deployment: &Deployment) -> Result<Stack, TemplateError> {
    let top = Fields::new(template, "template")?.only(&SECTIONS)?;
    let parameters = parameters::values(&section(top, "Parameters")?, deployment)?;
    let resources = section(top, "Resources")?;
    let globals = section(top, "Globals")?;
    let api = api(&resources)?;
    let resolver = Resolver::new(
        deployment,
        parameters.clone(),
        section(top, "Conditions")?,
        section(top, "Mappings")?,
        resources.clone(),
    );
    for name in resolver.conditions.keys() {
        resolver.condition(name, "Conditions")?;
    }
    let mut stack = Stack {
        name: deployment.stack_name.clone(),
        account: deployment.account.clone(),
        region: deployment.region.clone(),
        api_id: names::reference(&resolver, &api, "Resources")?.as_str().unwrap_or_default().to_owned(),
        parameters: parameters.iter().map(|(name, value)| (name.clone(), joined(value))).collect(),
        functions: Vec::new(),
        tables: Vec::new(),
        queues: Vec::new(),
        roles: Vec::new(),
        schedule_groups: Vec::new(),
        watched: Vec::new(),
        outputs: BTreeMap::new(),
    };
    let mut builder = Builder { resolver: &resolver, globals, api, edges: BTreeMap::new() };
    for (logical_id, resource) in &resources {
        let at = format!("Resources.{logical_id}");
        names::check_type(&Fields::new(resource, &at)?.text("Type")?, &at)?;
    }
    for (logical_id, resource) in &resources {
        builder.resource(&mut stack, logical_id, resource)?;
    }
    check_order(&builder.edges, &resources)?;
    check_routes(&stack.functions)?;
    stack.outputs = outputs(&resolver, &section(top, "Outputs")?)?;
    Ok(stack)
}

struct Builder<'a> {
    resolver: &'a Resolver<'a>,
    globals: Map<String, Value>,
    api: String,
    /// What must exist before each resource.
    edges: BTreeMap<String, BTreeSet<String>>,
}

impl Builder<'_> {
    fn resource(
        &mut self,
        stack: &mut Stack,
        logical_id: &str,
        resource: &Value,
    ) -> Result<(), TemplateError> {
        let at = format!("Resources.{logical_id}");
        let resource = Fields::new(resource, &at)?.only(&RESOURCE_KEYS)?;
        let kind = resource.text("Type")?;
        if let Some(condition) = resource.optional_text("Condition")?
            && !self.resolver.condition(&condition, &at)?
        {
            return Ok(());
        }
        let nothing = Value::Object(Map::new());
        let own = resource.get("Properties").unwrap_or(&nothing);
        let merged = self.with_globals(&kind, own);
        let (events, rest) = split_events(&kind, merged);
        let at = resource.path("Properties");
        self.resolver.take_references();
        let resolved = self.resolver.resolve(&rest, &at)?.unwrap_or_default();
        let edges = self.edges.entry(logical_id.to_owned()).or_default();
        edges.extend(self.resolver.take_references());
        edges.extend(depends_on(resource));
        let name = names::physical(self.resolver, logical_id, &at)?;
        let fields = Fields::new(&resolved, &at)?;
        match kind.as_str() {
            FUNCTION => {
                let arn = names::attribute(self.resolver, logical_id, "Arn", &at)?;
                let identity =
                    Identity { logical_id, name, arn, stack_name: &self.resolver.deployment.stack_name };
                let metadata = resource.get("Metadata");
                let mut function = functions::function(identity, fields, metadata)?;
                self.events(&mut function, &events, &at, &stack.api_id)?;
                stack.functions.push(function);
            }
            "AWS::DynamoDB::Table" => stack.tables.push(tables::table(logical_id, name, fields)?),
            "AWS::SQS::Queue" => {
                let arn = names::attribute(self.resolver, logical_id, "Arn", &at)?;
                stack.queues.push(Queue { logical_id: logical_id.to_owned(), name, arn });
            }
            "AWS::IAM::Role" => stack.roles.push(roles::role(logical_id, name, fields)?),
            "AWS::Scheduler::ScheduleGroup" => {
                fields.only(&["Name", "Tags"])?;
                stack.schedule_groups.push(name);
            }
            other => stack.watched.extend(watching::read(other, logical_id, fields)?),
        }
        Ok(())
    }

    /// Events come after the function, and the API after every function it leads to.
    fn events(
        &mut self,
        function: &mut Function,
        events: &Value,
        at: &str,
        api_id: &str,
    ) -> Result<(), TemplateError> {
        let resolved = self.resolver.resolve(events, at)?.unwrap_or_default();
        let api = events::Api { id: api_id, implicit: self.api == IMPLICIT_API };
        events::read(function, Fields::new(&resolved, at)?, api)?;
        if !function.routes.is_empty() {
            self.edges.entry(self.api.clone()).or_default().insert(function.logical_id.clone());
        }
        Ok(())
    }

    fn with_globals(&self, kind: &str, own: &Value) -> Value {
        let section = match kind {
            FUNCTION => "Function",
            API => "HttpApi",
            _ => return own.clone(),
        };
        self.globals.get(section).map_or_else(|| own.clone(), |globals| merge(globals, own))
    }
}

/// As SAM merges globals: maps key by key, lists one after the other, else the resource's own value.
fn merge(global: &Value, own: &Value) -> Value {
    match (global, own) {
        (Value::Object(global), Value::Object(own)) if !is_intrinsic(own) && !is_intrinsic(global) => {
            let mut merged = global.clone();
            for (key, value) in own {
                let value = merged.get(key).map_or_else(|| value.clone(), |global| merge(global, value));
                merged.insert(key.clone(), value);
            }
            Value::Object(merged)
        }
        (Value::Array(global), Value::Array(own)) => global.iter().chain(own).cloned().collect(),
        _ => own.clone(),
    }
}

fn is_intrinsic(map: &Map<String, Value>) -> bool {
    map.len() == 1 && map.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
}

fn split_events(kind: &str, properties: Value) -> (Value, Value) {
    let mut events = Map::new();
    let mut properties = properties;
    if let (FUNCTION, Value::Object(map)) = (kind, &mut properties)
        && let Some(own) = map.remove("Events")
    {
        events.insert("Events".to_owned(), own);
    }
    (Value::Object(events), properties)
}

fn section(top: Fields<'_>, name: &str) -> Result<Map<String, Value>, TemplateError> {
    Ok(top.entries(name)?.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect())
}

fn api(resources: &Map<String, Value>) -> Result<String, TemplateError> {
    let mut own = resources
        .iter()
        .filter(|(_, one)| one.get("Type").and_then(Value::as_str) == Some(API))
        .map(|(id, _)| id);
    match (own.next(), own.next()) {
        (Some(_), Some(second)) => {
            Err(TemplateError::new(format!("Resources.{second}"), "is a second HTTP API; here is only one"))
        }
        (first, _) => Ok(first.cloned().unwrap_or_else(|| IMPLICIT_API.to_owned())),
    }
}

fn depends_on(resource: Fields<'_>) -> Vec<String> {
    match resource.get("DependsOn") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(all)) => all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn joined(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

fn outputs(
    resolver: &Resolver<'_>,
    declared: &Map<String, Value>,
) -> Result<BTreeMap<String, String>, TemplateError> {
    let mut outputs = BTreeMap::new();
    for (name, output) in declared {
        let at = format!("Outputs.{name}");
        let output = Fields::new(output, &at)?.only(&["Condition", "Description", "Export", "Value"])?;
        if let Some(condition) = output.optional_text("Condition")?
            && !resolver.condition(&condition, &at)?
        {
            continue;
        }
        outputs.insert(name.clone(), resolver.text(output.need("Value")?, &output.path("Value"))?);
    }
    Ok(outputs)
}

fn check_routes(functions: &[Function]) -> Result<(), TemplateError> {
    let mut taken = BTreeMap::new();
    for function in functions {
        for route in &function.routes {
            if let Some(other) = taken.insert(route.key(), &function.logical_id) {
                let at = format!("Resources.{}.Properties.Events", function.logical_id);
                return Err(TemplateError::new(at, format!("{} already leads to {other}", route.key())));
            }
        }
    }
    Ok(())
}
