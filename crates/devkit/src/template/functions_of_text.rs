//! The intrinsic functions that only rearrange texts and lists.

use serde_json::Value;

use super::TemplateError;
use super::resolve::{Resolver, list, scalar};

/// Applies `Join`, `Select`, `Split`, `FindInMap` or `Base64`; anything else is an error.
pub(super) fn apply(
    resolver: &Resolver<'_>,
    name: &str,
    argument: &Value,
    at: &str,
) -> Result<Value, TemplateError> {
    match name {
        "Fn::Join" => join(resolver, list(argument, 2, 2, at, name)?, at),
        "Fn::Select" => select(resolver, list(argument, 2, 2, at, name)?, at),
        "Fn::Split" => split(resolver, list(argument, 2, 2, at, name)?, at),
        "Fn::FindInMap" => find_in_map(resolver, list(argument, 3, 3, at, name)?, at),
        "Fn::Base64" => {
            use base64::Engine as _;
            let text = resolver.text(argument, at)?;
            Ok(Value::String(base64::engine::general_purpose::STANDARD.encode(text)))
        }
        "Fn::ImportValue" => {
            Err(TemplateError::new(at, "Fn::ImportValue needs another stack, and here is only this one"))
        }
        "Fn::Equals" | "Fn::Not" | "Fn::And" | "Fn::Or" => {
            Err(TemplateError::new(at, format!("{name} belongs under Conditions")))
        }
        _ => Err(TemplateError::new(at, format!("the intrinsic function {name} is unknown"))),
    }
}

fn join(resolver: &Resolver<'_>, parts: &[Value], at: &str) -> Result<Value, TemplateError> {
    let [delimiter, items] = parts else { return Err(TemplateError::new(at, "Fn::Join takes two things")) };
    let delimiter = resolver.text(delimiter, at)?;
    let texts = texts(resolver, items, at, "Fn::Join")?;
    Ok(Value::String(texts.join(&delimiter)))
}

fn select(resolver: &Resolver<'_>, parts: &[Value], at: &str) -> Result<Value, TemplateError> {
    let [index, items] = parts else { return Err(TemplateError::new(at, "Fn::Select takes two things")) };
    let texts = texts(resolver, items, at, "Fn::Select")?;
    let index = resolver.text(index, at)?;
    index
        .parse::<usize>()
        .ok()
        .and_then(|index| texts.get(index).cloned())
        .map(Value::String)
        .ok_or_else(|| TemplateError::new(at, format!("Fn::Select finds no entry {index}")))
}

fn split(resolver: &Resolver<'_>, parts: &[Value], at: &str) -> Result<Value, TemplateError> {
    let [delimiter, text] = parts else { return Err(TemplateError::new(at, "Fn::Split takes two things")) };
    let (delimiter, text) = (resolver.text(delimiter, at)?, resolver.text(text, at)?);
    if delimiter.is_empty() {
        return Err(TemplateError::new(at, "Fn::Split needs a delimiter"));
    }
    Ok(Value::Array(text.split(&delimiter).map(|part| Value::String(part.to_owned())).collect()))
}

fn find_in_map(resolver: &Resolver<'_>, parts: &[Value], at: &str) -> Result<Value, TemplateError> {
    let keys = parts.iter().map(|part| resolver.text(part, at)).collect::<Result<Vec<_>, _>>()?;
    let [map, first, second] = keys.as_slice() else {
        return Err(TemplateError::new(at, "Fn::FindInMap takes three things"));
    };
    let found = resolver.mappings.get(map).and_then(|map| map.get(first)).and_then(|map| map.get(second));
    found
        .cloned()
        .ok_or_else(|| TemplateError::new(at, format!("there is no {map}.{first}.{second} in Mappings")))
}

fn texts(resolver: &Resolver<'_>, items: &Value, at: &str, name: &str) -> Result<Vec<String>, TemplateError> {
    let list = resolver.resolve(items, at)?;
    let texts = list.as_ref().and_then(Value::as_array);
    texts
        .and_then(|items| items.iter().map(scalar).collect::<Option<Vec<_>>>())
        .ok_or_else(|| TemplateError::new(at, format!("{name} needs a list of texts")))
}
