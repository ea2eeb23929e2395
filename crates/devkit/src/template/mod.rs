//! Reads `template.yaml`: what is deployed is what runs locally.
//!
//! Everything is resolved here, so that a broken reference, a misspelt property or
//! a circle shows before anything starts. Resources that have no local counterpart
//! (log groups, keys) are still resolved and checked, and then dropped.

mod events;
mod fields;
mod functions;
mod functions_of_text;
mod model;
mod names;
mod order;
mod parameters;
mod pattern;
mod resolve;
mod roles;
mod stack;
mod tables;
#[cfg(test)]
mod tests;
mod watching;
mod yaml;

use std::collections::BTreeMap;

pub use model::{
    AsyncConfig, DEFAULT_ASYNC_AGE_S, DEFAULT_ASYNC_RETRIES, EventRule, Function, IamRole, Index, Key, Queue,
    Route, Schedule, Stack, Table, Watched,
};
pub use pattern::EventPattern;

/// Where a template is deployed, and with which parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The stack's name.
    pub stack_name: String,
    /// A twelve-digit account id.
    pub account: String,
    /// The region.
    pub region: String,
    /// Parameters that differ from their defaults.
    pub parameters: BTreeMap<String, String>,
}

impl Default for Deployment {
    fn default() -> Self {
        Self {
            stack_name: "bellhop".to_owned(),
            account: "111122223333".to_owned(),
            region: "eu-central-1".to_owned(),
            parameters: BTreeMap::new(),
        }
    }
}

/// Why a template cannot be deployed: where, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {what}")]
pub struct TemplateError {
    /// The path in the template: `Resources.EventsFunction.Properties.Timeout`.
    pub at: String,
    /// What is wrong there.
    pub what: String,
}

impl TemplateError {
    fn new(at: impl Into<String>, what: impl Into<String>) -> Self {
        Self { at: at.into(), what: what.into() }
    }
}

/// A template as it stands, with `!Ref x` and the like in their long form.
pub fn parse(yaml: &str) -> Result<serde_json::Value, TemplateError> {
    yaml::parse(yaml)
}

/// Reads a template and resolves everything in it.
pub fn read(yaml: &str, deployment: &Deployment) -> Result<Stack, TemplateError> {
    stack::build(&yaml::parse(yaml)?, deployment)
}
