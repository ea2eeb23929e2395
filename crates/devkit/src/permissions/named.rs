//! Every permission that a template names.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde_json::Value;

use crate::cloud::policy::{self, Ground, Use};
use crate::template::{self, Deployment};

/// One action on one resource of one statement.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// The template.
    pub(super) file: &'static str,
    /// Where the statement stands in it.
    pub(super) line: usize,
    /// Whether it is a Deny.
    pub(super) denies: bool,
    /// The resource, with the values of a deployment.
    pub(super) resource: String,
    /// What the local stack notes of it.
    pub(super) used: Use,
}

impl Named {
    /// Whether both are the same action of the same statement.
    pub(super) fn is_same_action(&self, other: &Self) -> bool {
        let of = |one: &Self| {
            (one.file, one.used.role.clone(), one.used.statement.clone(), one.used.action.clone())
        };
        of(self) == of(other)
    }
}

/// All of a template, in the order in which its functions and roles have them.
pub(super) fn all(file: &'static str, yaml: &str) -> anyhow::Result<Vec<Named>> {
    let deployment = Deployment { parameters: needed(yaml)?, ..Deployment::default() };
    let stack = template::read(yaml, &deployment)?;
    let functions = stack.functions.iter().map(|one| (&one.logical_id, &one.logical_id, &one.statements));
    // Roles of other accounts are known there by their names.
    let is_own = !stack.functions.is_empty();
    let roles = stack.roles.iter();
    let roles =
        roles.map(|one| (&one.logical_id, if is_own { &one.logical_id } else { &one.name }, &one.statements));
    let mut all = Vec::new();
    for (resource, role, statements) in functions.chain(roles) {
        for position in 0..statements.len() {
            let of = Of { file, yaml, resource, role, statements };
            all.extend(of.statement(position));
        }
    }
    all.sort_by_key(|one: &Named| one.line);
    Ok(all)
}

/// The statements of a function or a role.
struct Of<'t> {
    file: &'static str,
    yaml: &'t str,
    resource: &'t str,
    role: &'t str,
    statements: &'t [Value],
}

impl Of<'_> {
    fn statement(&self, position: usize) -> Vec<Named> {
        let Some(statement) = self.statements.get(position) else { return Vec::new() };
        let list = |name: &str| -> Vec<&str> {
            // What a statement is not about is one permission: all the rest.
            statement.get(name).map_or_else(|| vec!["all the rest"], |value| policy::texts(value).collect())
        };
        let (actions, resources) = (list("Action"), list("Resource"));
        let denies = statement.get("Effect").and_then(Value::as_str) == Some("Deny");
        let mut all = Vec::new();
        for action in 0..actions.len() {
            for (resource, text) in resources.iter().enumerate() {
                let used =
                    Use::of(self.role, self.statements, Ground { statement: position, action, resource });
                let line = line(self.yaml, self.resource, &used.statement);
                all.push(Named { file: self.file, line, denies, resource: (*text).to_owned(), used });
            }
        }
        all
    }
}

/// Something for each parameter that has no default: none of them says what is allowed.
fn needed(yaml: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let template = template::parse(yaml)?;
    let parameters = template.get("Parameters").and_then(Value::as_object).into_iter().flatten();
    let needed = parameters.filter(|(_, parameter)| parameter.get("Default").is_none());
    let value = |parameter: &Value| -> anyhow::Result<String> {
        let least = parameter.get("MinLength").map_or(Some(1), Value::as_u64).context("MinLength")?;
        Ok("x".repeat(usize::try_from(least)?))
    };
    needed.map(|(name, parameter)| Ok((name.clone(), value(parameter)?))).collect()
}

/// Where a statement stands, or else the resource to which it belongs.
fn line(yaml: &str, resource: &str, sid: &str) -> usize {
    let numbered = yaml.lines().zip(1..).skip_while(|(line, _)| *line != "Resources:");
    let mut own = numbered.skip_while(|(line, _)| line.strip_prefix("  ") != Some(&format!("{resource}:")));
    let first = own.next().map_or(1, |(_, number)| number);
    let is_next = |line: &str| {
        line.strip_prefix("  ").unwrap_or(line).starts_with(|letter: char| letter.is_alphanumeric())
    };
    let mut body = own.take_while(|(line, _)| !is_next(line));
    let named = format!("Sid: {sid}");
    body.find(|(line, _)| line.trim().trim_start_matches("- ") == named).map_or(first, |(_, number)| number)
}
