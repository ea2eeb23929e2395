//! The form in which both templates are compared: what a function is and may do,
//! whatever the tool calls it. All other resources stay as CloudFormation has them.

use serde_json::{Map, Value, json};

use crate::fields::{Fields, Read};

/// Where a template is deployed.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) stage: &'static str,
    pub(crate) stack: &'static str,
}

/// What a function's own role may do beside its statements: write its log.
pub(crate) const LOGGING: &str =
    "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

/// A statement that only counts under a condition of the template, and that condition.
fn switched(statement: Value, at: &str) -> Read<(Value, Option<Value>)> {
    let Some(Value::Array(parts)) = statement.get("Fn::If") else { return Ok((statement, None)) };
    match parts.as_slice() {
        [condition, statement, nothing] if *nothing == json!({"Ref": "AWS::NoValue"}) => {
            Ok((statement.clone(), Some(condition.clone())))
        }
        _ => Err(format!("{at}: a statement is switched in a way that is not known here")),
    }
}

/// The statements of a policy document by their ids, whose lists have no order and
/// may be a single text.
pub(crate) fn statements(document: Value, at: &str) -> Read<Value> {
    let mut document = Fields::of(document, at)?;
    document.expect("Version", &json!("2012-10-17"))?;
    let mut by_id = Map::new();
    for statement in document.list("Statement")? {
        let (statement, switch) = switched(statement, at)?;
        let mut statement = Fields::of(statement, at)?;
        let id = statement.text("Sid")?;
        let mut plain = Map::new();
        plain.insert("switch".to_owned(), json!(switch));
        plain.insert("effect".to_owned(), statement.take("Effect")?);
        plain.insert("actions".to_owned(), set(statement.take("Action")?));
        match statement.maybe("NotResource") {
            Some(others) => plain.insert("all resources but".to_owned(), set(others)),
            None => plain.insert("resources".to_owned(), set(statement.take("Resource")?)),
        };
        let mut conditions = Map::new();
        if let Some(condition) = statement.maybe("Condition") {
            for (at, operator, keys) in Fields::of(condition, at)?.into_entries() {
                for (_, key, values) in Fields::of(keys, &at)?.into_entries() {
                    conditions.insert(format!("{operator} {key}"), set(values));
                }
            }
        }
        plain.insert("conditions".to_owned(), Value::Object(conditions));
        statement.end()?;
        if by_id.insert(id.clone(), Value::Object(plain)).is_some() {
            return Err(format!("{at}: two statements are called {id}"));
        }
    }
    document.end()?;
    Ok(Value::Object(by_id))
}

/// A list without an order. A single value is a list of one.
pub(crate) fn set(value: Value) -> Value {
    let mut items = match value {
        Value::Array(items) => items,
        one => vec![one],
    };
    items.sort_by_key(Value::to_string);
    Value::Array(items)
}

/// Writes references to functions and to the API as `plain` calls them, and the
/// stack's name as it is. A `Fn::Sub` with nothing left to replace is its text.
pub(crate) fn plain(value: Value, place: Place, rename: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(|item| plain(item, place, rename)).collect(),
        Value::Object(map) => match one(&map) {
            Some(("Ref", Value::String(name))) if name == "AWS::StackName" => json!(place.stack),
            Some(("Ref", Value::String(name))) => json!({"Ref": rename(name)}),
            Some(("Fn::GetAtt", Value::Array(parts))) => match parts.as_slice() {
                [Value::String(name), attribute] => json!({"Fn::GetAtt": [rename(name), attribute]}),
                _ => Value::Object(map),
            },
            Some(("Fn::Sub", Value::String(text))) => {
                let text = substituted(text, place, rename);
                if text.contains("${") { json!({"Fn::Sub": text}) } else { json!(text) }
            }
            _ => map.into_iter().map(|(key, value)| (key, plain(value, place, rename))).collect(),
        },
        other => other,
    }
}

fn one(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    (map.len() == 1).then(|| map.iter().next()).flatten().map(|(key, value)| (key.as_str(), value))
}

fn substituted(text: &str, place: Place, rename: &dyn Fn(&str) -> String) -> String {
    let text = text.replace("${AWS::StackName}", place.stack);
    let mut parts = text.split("${");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, after) = part.split_once('}').unwrap_or((part, ""));
        let (name, attribute) = name.split_once('.').map_or((name, None), |(name, rest)| (name, Some(rest)));
        let attribute = attribute.map(|attribute| format!(".{attribute}")).unwrap_or_default();
        result.push_str(&format!("${{{}{attribute}}}{after}", rename(name)));
    }
    result
}

/// Where two values in the common form differ.
pub(crate) fn differences(left: &Value, right: &Value, at: &str, found: &mut Vec<String>) {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            let nothing = Value::Null;
            let keys = left.keys().chain(right.keys().filter(|key| !left.contains_key(*key)));
            for key in keys {
                let (left, right) = (left.get(key).unwrap_or(&nothing), right.get(key).unwrap_or(&nothing));
                differences(left, right, &format!("{at}.{key}"), found);
            }
        }
        (left, right) if left == right => {}
        (left, right) => {
            found.push(format!("{at}: template.yaml has {left}, and serverless.yml has {right}"));
        }
    }
}
