//! `Parameters`: defaults, overrides, and what they may be.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::fields::Fields;
use super::resolve::scalar;
use super::{Deployment, TemplateError};

const PROPERTIES: [&str; 12] = [
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "Label",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];

/// The value of every parameter: a text, or a list of texts.
pub(super) fn values(
    declared: &Map<String, Value>,
    deployment: &Deployment,
) -> Result<BTreeMap<String, Value>, TemplateError> {
    if let Some(unknown) = deployment.parameters.keys().find(|name| !declared.contains_key(*name)) {
        return Err(TemplateError::new(format!("Parameters.{unknown}"), "is not declared in the template"));
    }
    let mut values = BTreeMap::new();
    for (name, parameter) in declared {
        let at = format!("Parameters.{name}");
        let parameter = Fields::new(parameter, &at)?.only(&PROPERTIES)?;
        values.insert(name.clone(), value(parameter, deployment.parameters.get(name), &at)?);
    }
    Ok(values)
}

fn value(parameter: Fields<'_>, given: Option<&String>, at: &str) -> Result<Value, TemplateError> {
    let kind = parameter.text("Type")?;
    let default = parameter.get("Default").map(|value| scalar(value).unwrap_or_default());
    let text = given
        .cloned()
        .or(default)
        .ok_or_else(|| TemplateError::new(at, "has no default and was not given"))?;
    let allowed = parameter.list("AllowedValues")?;
    if !allowed.is_empty() && !allowed.iter().any(|one| scalar(one).as_ref() == Some(&text)) {
        return Err(TemplateError::new(at, format!("{text:?} is not among AllowedValues")));
    }
    let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    let (least, most) = (
        parameter.number("MinLength", 0, 0..=u64::MAX)?,
        parameter.number("MaxLength", u64::MAX, 0..=u64::MAX)?,
    );
    if !(least..=most).contains(&length) {
        return Err(TemplateError::new(at, format!("{text:?} is too short or too long")));
    }
    match kind.as_str() {
        "String" => Ok(Value::String(text)),
        "Number" if text.parse::<f64>().is_ok() => Ok(Value::String(text)),
        "Number" => Err(TemplateError::new(at, format!("{text:?} is not a number"))),
        "CommaDelimitedList" | "List<String>" | "List<Number>" => {
            Ok(Value::Array(text.split(',').map(|part| Value::String(part.trim().to_owned())).collect()))
        }
        _ => Err(TemplateError::new(at, format!("the parameter type {kind} is not known here"))),
    }
}
