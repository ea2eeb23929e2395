//! The order of creation: CloudFormation refuses resources that need each other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::TemplateError;
use super::names::IMPLICIT_API;

/// What must exist before each resource, by logical id.
pub(super) type Edges = BTreeMap<String, BTreeSet<String>>;

/// Fails if a resource needs one that does not exist, or itself by a detour.
pub(super) fn check_order(edges: &Edges, resources: &Map<String, Value>) -> Result<(), TemplateError> {
    for (from, needs) in edges {
        if let Some(missing) = needs.iter().find(|id| !resources.contains_key(*id) && *id != IMPLICIT_API) {
            return Err(TemplateError::new(
                format!("Resources.{from}"),
                format!("there is no resource {missing}"),
            ));
        }
    }
    let mut done = BTreeSet::new();
    edges.keys().try_for_each(|node| visit(node, edges, &mut Vec::new(), &mut done))
}

fn visit<'e>(
    node: &'e str,
    edges: &'e Edges,
    path: &mut Vec<&'e str>,
    done: &mut BTreeSet<&'e str>,
) -> Result<(), TemplateError> {
    if let Some(start) = path.iter().position(|earlier| *earlier == node) {
        let circle = path.get(start..).unwrap_or_default().join(" → ");
        return Err(TemplateError::new(
            format!("Resources.{node}"),
            format!("circular dependency: {circle} → {node}"),
        ));
    }
    if done.contains(node) {
        return Ok(());
    }
    path.push(node);
    for next in edges.get(node).into_iter().flatten() {
        visit(next, edges, path, done)?;
    }
    path.pop();
    done.insert(node);
    Ok(())
}
