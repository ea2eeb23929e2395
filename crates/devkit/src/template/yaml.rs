//! YAML with CloudFormation's tags, brought to one form: `!Ref x` and `Ref: x` become the same JSON.

use serde_json::{Map, Value};
use serde_yaml_ng::Value as Yaml;

use super::TemplateError;

/// Tags whose long form has the prefix `Fn::`.
const FUNCTION_TAGS: [&str; 13] = [
    "Sub",
    "GetAtt",
    "If",
    "Equals",
    "Not",
    "And",
    "Or",
    "Select",
    "Join",
    "Split",
    "FindInMap",
    "ImportValue",
    "Base64",
];

/// Parses the text of a template.
pub(super) fn parse(text: &str) -> Result<Value, TemplateError> {
    let yaml: Yaml =
        serde_yaml_ng::from_str(text).map_err(|error| TemplateError::new("template", error.to_string()))?;
    json(&yaml, "template")
}

fn json(yaml: &Yaml, at: &str) -> Result<Value, TemplateError> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => Value::Bool(*flag),
        Yaml::Number(number) => serde_json::to_value(number)
            .map_err(|error| TemplateError::new(at, format!("not a number JSON knows: {error}")))?,
        Yaml::String(text) => Value::String(text.clone()),
        Yaml::Sequence(items) => Value::Array(
            items
                .iter()
                .enumerate()
                .map(|(index, item)| json(item, &format!("{at}[{index}]")))
                .collect::<Result<_, _>>()?,
        ),
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let key = key_text(key, at)?;
                let value = json(value, &format!("{at}.{key}"))?;
                map.insert(key, value);
            }
            Value::Object(map)
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            long_form(tag.trim_start_matches('!'), json(&tagged.value, at)?, at)?
        }
    })
}

fn long_form(tag: &str, argument: Value, at: &str) -> Result<Value, TemplateError> {
    let (key, argument) = match tag {
        "Ref" | "Condition" => (tag.to_owned(), argument),
        "GetAtt" => ("Fn::GetAtt".to_owned(), get_att(argument, at)?),
        _ if FUNCTION_TAGS.contains(&tag) => (format!("Fn::{tag}"), argument),
        _ => return Err(TemplateError::new(at, format!("the intrinsic function !{tag} is unknown"))),
    };
    Ok(Value::Object(Map::from_iter([(key, argument)])))
}

/// `A.B.C` names the attribute `B.C` of `A`.
fn get_att(argument: Value, at: &str) -> Result<Value, TemplateError> {
    let Value::String(text) = argument else { return Ok(argument) };
    match text.split_once('.') {
        Some((resource, attribute)) => Ok(serde_json::json!([resource, attribute])),
        None => Err(TemplateError::new(at, format!("!GetAtt {text} names no attribute"))),
    }
}

/// Unquoted account ids in `Mappings` are numbers to YAML.
fn key_text(key: &Yaml, at: &str) -> Result<String, TemplateError> {
    match key {
        Yaml::String(text) => Ok(text.clone()),
        Yaml::Number(number) => Ok(number.to_string()),
        Yaml::Bool(flag) => Ok(flag.to_string()),
        _ => Err(TemplateError::new(at, "a key must be text")),
    }
}
