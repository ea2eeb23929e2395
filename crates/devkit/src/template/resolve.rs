//! Evaluates intrinsic functions: what CloudFormation does before it creates anything.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Deployment, TemplateError, names};

/// A resolved value; `None` is `AWS::NoValue`, which takes its key or list entry away.
pub(super) type Resolved = Result<Option<Value>, TemplateError>;

/// Knows everything a reference may lead to.
pub(super) struct Resolver<'a> {
    pub(super) deployment: &'a Deployment,
    pub(super) parameters: BTreeMap<String, Value>,
    pub(super) conditions: Map<String, Value>,
    pub(super) mappings: Map<String, Value>,
    pub(super) resources: Map<String, Value>,
    /// What is being resolved, to notice a circle.
    open: RefCell<Vec<String>>,
    /// Resources that were referred to since the last `take_references`.
    references: RefCell<BTreeSet<String>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(
        deployment: &'a Deployment,
        parameters: BTreeMap<String, Value>,
        conditions: Map<String, Value>,
        mappings: Map<String, Value>,
        resources: Map<String, Value>,
    ) -> Self {
        Self {
            deployment,
            parameters,
            conditions,
            mappings,
            resources,
            open: RefCell::default(),
            references: RefCell::default(),
        }
    }

    /// The resources referred to since the last call.
    pub(super) fn take_references(&self) -> BTreeSet<String> {
        std::mem::take(&mut self.references.borrow_mut())
    }

    pub(super) fn note_reference(&self, logical_id: &str) {
        self.references.borrow_mut().insert(logical_id.to_owned());
    }

    /// Does `work` while `name` counts as being resolved; resolving it again meanwhile is a circle.
    pub(super) fn guarded<T>(
        &self,
        name: &str,
        at: &str,
        work: impl FnOnce() -> Result<T, TemplateError>,
    ) -> Result<T, TemplateError> {
        {
            let mut open = self.open.borrow_mut();
            if open.iter().any(|entry| entry == name) {
                let circle = format!("{} → {name}", open.join(" → "));
                return Err(TemplateError::new(at, format!("circular reference: {circle}")));
            }
            open.push(name.to_owned());
        }
        let result = work();
        self.open.borrow_mut().pop();
        result
    }

    /// Resolves everything in a value.
    pub(super) fn resolve(&self, value: &Value, at: &str) -> Resolved {
        Ok(match value {
            Value::Object(map) => {
                if let Some((name, argument)) = intrinsic(map, at)? {
                    return self.intrinsic(name, argument, at);
                }
                let mut resolved = Map::new();
                for (key, value) in map {
                    if let Some(value) = self.resolve(value, &format!("{at}.{key}"))? {
                        resolved.insert(key.clone(), value);
                    }
                }
                Some(Value::Object(resolved))
            }
            Value::Array(items) => {
                let mut resolved = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    resolved.extend(self.resolve(item, &format!("{at}[{index}]"))?);
                }
                Some(Value::Array(resolved))
            }
            Value::String(text) if text.contains("{{resolve:") => {
                return Err(TemplateError::new(at, "dynamic references are not known here"));
            }
            other => Some(other.clone()),
        })
    }

    /// Resolves what must come to a text; numbers and flags become text.
    pub(super) fn text(&self, value: &Value, at: &str) -> Result<String, TemplateError> {
        let resolved = self.resolve(value, at)?;
        resolved.as_ref().and_then(scalar).ok_or_else(|| TemplateError::new(at, "must come to a text"))
    }

    /// Whether a resource, output or branch with this condition exists.
    pub(super) fn condition(&self, name: &str, at: &str) -> Result<bool, TemplateError> {
        let Some(expression) = self.conditions.get(name) else {
            return Err(TemplateError::new(at, format!("there is no condition {name}")));
        };
        let here = format!("Conditions.{name}");
        self.guarded(&here, at, || self.test(expression, &here))
    }

    fn test(&self, expression: &Value, at: &str) -> Result<bool, TemplateError> {
        let one = expression.as_object().filter(|map| map.len() == 1).and_then(|map| map.iter().next());
        let Some((name, argument)) = one else {
            return Err(TemplateError::new(at, "must be one condition function"));
        };
        let list = |least: usize, most: usize| list(argument, least, most, at, name);
        match name.as_str() {
            "Condition" => self.condition(&self.text(argument, at)?, at),
            "Fn::Not" => Ok(!self.test(list(1, 1)?.first().unwrap_or(&Value::Null), at)?),
            "Fn::And" => list(2, 10)?.iter().try_fold(true, |all, item| Ok(self.test(item, at)? && all)),
            "Fn::Or" => list(2, 10)?.iter().try_fold(false, |any, item| Ok(self.test(item, at)? || any)),
            "Fn::Equals" => {
                let sides =
                    list(2, 2)?.iter().map(|side| self.text(side, at)).collect::<Result<Vec<_>, _>>()?;
                Ok(sides.first() == sides.last())
            }
            _ => Err(TemplateError::new(at, format!("{name} is not a condition function"))),
        }
    }

    fn intrinsic(&self, name: &str, argument: &Value, at: &str) -> Resolved {
        match name {
            "Ref" => match argument.as_str() {
                Some("AWS::NoValue") => Ok(None),
                Some(target) => names::reference(self, target, at).map(Some),
                None => Err(TemplateError::new(at, "Ref takes a name")),
            },
            "Fn::GetAtt" => {
                let parts = list(argument, 2, 2, at, name)?;
                let part = |index: usize| parts.get(index).and_then(Value::as_str);
                match (part(0), part(1)) {
                    (Some(target), Some(attribute)) => {
                        names::attribute(self, target, attribute, at).map(|text| Some(Value::String(text)))
                    }
                    _ => Err(TemplateError::new(at, "Fn::GetAtt takes a logical id and an attribute")),
                }
            }
            "Fn::Sub" => self.substitute(argument, at).map(|text| Some(Value::String(text))),
            "Fn::If" => {
                let parts = list(argument, 3, 3, at, name)?;
                let [condition, yes, no] = parts else {
                    return Err(TemplateError::new(at, "Fn::If takes three things"));
                };
                let condition = condition.as_str().unwrap_or_default();
                self.resolve(if self.condition(condition, at)? { yes } else { no }, at)
            }
            _ => super::functions_of_text::apply(self, name, argument, at).map(Some),
        }
    }

    fn substitute(&self, argument: &Value, at: &str) -> Result<String, TemplateError> {
        let (text, own) = match argument {
            Value::String(text) => (text.as_str(), None),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(text), Value::Object(own)] => (text.as_str(), Some(own)),
                _ => return Err(TemplateError::new(at, "Fn::Sub takes a text and a map")),
            },
            _ => return Err(TemplateError::new(at, "Fn::Sub takes a text")),
        };
        let mut result = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, tail)) = after.split_once('}') else {
                return Err(TemplateError::new(at, format!("${{ without }} in {text:?}")));
            };
            result.push_str(before);
            result.push_str(&self.placeholder(name, own, at)?);
            rest = tail;
        }
        result.push_str(rest);
        Ok(result)
    }

    fn placeholder(
        &self,
        name: &str,
        own: Option<&Map<String, Value>>,
        at: &str,
    ) -> Result<String, TemplateError> {
        if let Some(literal) = name.strip_prefix('!') {
            return Ok(format!("${{{literal}}}"));
        }
        if let Some(value) = own.and_then(|own| own.get(name)) {
            return self.text(value, at);
        }
        match name.split_once('.') {
            Some((target, attribute)) => names::attribute(self, target, attribute, at),
            None => scalar(&names::reference(self, name, at)?)
                .ok_or_else(|| TemplateError::new(at, format!("${{{name}}} is a list, not a text"))),
        }
    }
}

/// The text of a text, number or flag.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The argument of `name` as a list of so many entries.
pub(super) fn list<'v>(
    argument: &'v Value,
    least: usize,
    most: usize,
    at: &str,
    name: &str,
) -> Result<&'v [Value], TemplateError> {
    match argument.as_array() {
        Some(items) if (least..=most).contains(&items.len()) => Ok(items),
        _ => Err(TemplateError::new(at, format!("{name} takes a list of {least} to {most} entries"))),
    }
}

fn intrinsic<'v>(
    map: &'v Map<String, Value>,
    at: &str,
) -> Result<Option<(&'v str, &'v Value)>, TemplateError> {
    let Some((name, argument)) = map.iter().find(|(key, _)| *key == "Ref" || key.starts_with("Fn::")) else {
        return Ok(None);
    };
    if map.len() == 1 {
        return Ok(Some((name, argument)));
    }
    Err(TemplateError::new(at, format!("{name} must stand alone")))
}
