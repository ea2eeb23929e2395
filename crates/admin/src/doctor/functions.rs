//! The functions: there, ready, of the right kind, and told what they need to know.

use std::collections::{BTreeMap, BTreeSet};

use aws::config::{
    Commands, ConfigError, Ec2, Environment, Events, Install, Interactions, Lookup, Standup, Sweeper, Text,
};
use aws_config::SdkConfig;
use aws_sdk_lambda::operation::get_function_configuration::{
    GetFunctionConfigurationError, GetFunctionConfigurationOutput,
};
use aws_sdk_lambda::types::{Architecture, LastUpdateStatus, State};

use super::blueprint::TABLE;
use super::report::Report;
use super::{Environments, Place};
use crate::trouble::Trouble;

/// Reads an environment as the function itself does.
type Reads = fn(Lookup<'_>) -> Result<(), ConfigError>;

const FUNCTIONS: [(&str, Reads); 8] = [
    ("install", reads::<Install>),
    ("events", reads::<Events>),
    ("commands", reads::<Commands>),
    ("interactions", reads::<Interactions>),
    ("ec2", reads::<Ec2>),
    ("text", reads::<Text>),
    ("standup", reads::<Standup>),
    ("sweeper", reads::<Sweeper>),
];

/// What all of them are built for.
const RUNTIME: &str = "provided.al2023";
/// The program's name in each zip.
const HANDLER: &str = "bootstrap";

/// Variables that name functions end so.
const FUNCTION: &str = "_FUNCTION";

/// These mean the same to each function that is told of them, as do tables and functions.
const SHARED: [&str; 3] = ["HOME_TEAMS", "SLACK_API_URL", "SSM_PREFIX"];

/// What they are called, without the stack's name.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.into_iter().map(|(name, _)| name)
}

fn reads<E: Environment>(lookup: Lookup<'_>) -> Result<(), ConfigError> {
    E::read(lookup).map(drop)
}

/// Looks at each of them. What those are told that are there.
pub(super) async fn check(config: &SdkConfig, place: &Place, report: &mut Report) -> Environments {
    let client = aws::clients::lambda(config);
    let mut environments = Environments::new();
    let mut architectures = BTreeMap::new();
    for (name, reads) in FUNCTIONS {
        let check = format!("function {name}");
        let asked = client.get_function_configuration().function_name(place.function(name)).send().await;
        let found = match asked {
            Ok(found) => found,
            Err(error) => {
                let is_absent = error
                    .as_service_error()
                    .is_some_and(GetFunctionConfigurationError::is_resource_not_found_exception);
                let trouble = if is_absent {
                    Trouble::new(format!("there is no {}", place.function(name)), place.deploy())
                } else {
                    Trouble::of(&error, "lambda:GetFunctionConfiguration")
                };
                report.wrong(&check, &trouble);
                continue;
            }
        };
        let variables = variables(&found);
        architectures.insert(name, architecture(&found));
        let problem = kind(&found, place, name).or_else(|| wiring(&variables, reads, place));
        report
            .either(&check, problem.map_or_else(|| Ok(format!("{RUNTIME}, {}", architecture(&found))), Err));
        environments.insert(name, variables);
    }
    agree(&architectures, &environments, place, report);
    environments
}

fn variables(found: &GetFunctionConfigurationOutput) -> BTreeMap<String, String> {
    let variables = found.environment().and_then(|environment| environment.variables());
    variables.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn architecture(found: &GetFunctionConfigurationOutput) -> String {
    found.architectures().iter().map(Architecture::as_str).collect::<Vec<_>>().join("+")
}

/// What is wrong with the function itself.
fn kind(found: &GetFunctionConfigurationOutput, place: &Place, name: &str) -> Option<Trouble> {
    let deploy = |what: String| Some(Trouble::new(what, place.deploy()));
    // A function that was not called for weeks is inactive, and wakes up when it is.
    match found.state() {
        Some(State::Active | State::Inactive) => {}
        Some(state) => {
            let (state, why) = (state.as_str(), found.state_reason().unwrap_or("no reason is told"));
            return deploy(format!("its state is {state}: {why}"));
        }
        None => return deploy("its state is unknown".to_owned()),
    }
    if found.last_update_status() == Some(&LastUpdateStatus::Failed) {
        let why = found.last_update_status_reason().unwrap_or("no reason is told");
        return deploy(format!("its last update failed: {why}"));
    }
    let runtime = found.runtime().map_or("none", |runtime| runtime.as_str());
    if runtime != RUNTIME {
        return deploy(format!("its runtime is {runtime}, not {RUNTIME}"));
    }
    let handler = found.handler().unwrap_or("none");
    if handler != HANDLER {
        return deploy(format!("its handler is {handler}, not {HANDLER}"));
    }
    let unread = found.environment().and_then(|environment| environment.error())?;
    Some(Trouble::new(
        format!("its environment cannot be read: {}", unread.error_code().unwrap_or("no reason is told")),
        format!("aws lambda get-function-configuration --function-name {}", place.function(name)),
    ))
}

/// What is wrong with what it is told.
fn wiring(variables: &BTreeMap<String, String>, reads: Reads, place: &Place) -> Option<Trouble> {
    if let Err(error) = reads(&|name| variables.get(name).cloned()) {
        return Some(Trouble::new(error.to_string(), place.deploy()));
    }
    let prefix = variables.get("SSM_PREFIX").map_or("", |prefix| prefix.trim_end_matches('/'));
    if prefix != place.prefix {
        return Some(Trouble::new(
            format!("SSM_PREFIX is {prefix}, not {}", place.prefix),
            format!("cargo admin doctor --stage <the last part of it>, or {}", place.deploy_stage()),
        ));
    }
    // A name, or an ARN that ends with it.
    let ours: BTreeSet<String> = FUNCTIONS.iter().map(|(name, _)| place.function(name)).collect();
    let strays = variables.iter().filter(|(name, _)| name.ends_with(FUNCTION));
    let stray = strays.map(|(name, value)| (name, value.rsplit(':').next().unwrap_or(value)));
    let (name, value) = stray.into_iter().find(|(_, value)| !ours.contains(*value))?;
    Some(Trouble::new(format!("{name} is {value}, which is no function of this stack"), place.deploy()))
}

/// Whether all were built for one processor, and are told the same.
fn agree(
    architectures: &BTreeMap<&str, String>,
    environments: &Environments,
    place: &Place,
    report: &mut Report,
) {
    if architectures.is_empty() {
        return;
    }
    let mut problems = Vec::new();
    let kinds: BTreeSet<&String> = architectures.values().collect();
    if kinds.len() > 1 {
        let each: Vec<String> = architectures.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
        problems.push(format!("they are for different processors: {}", each.join(", ")));
    }
    let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let is_shared = |name: &str| SHARED.contains(&name) || name.ends_with(TABLE) || name.ends_with(FUNCTION);
    for (name, value) in environments.values().flatten().filter(|(name, _)| is_shared(name)) {
        values.entry(name).or_default().insert(value);
    }
    let torn: Vec<&str> =
        values.iter().filter(|(_, values)| values.len() > 1).map(|(name, _)| *name).collect();
    if !torn.is_empty() {
        problems.push(format!("they are told different values of {}", torn.join(", ")));
    }
    let found = if problems.is_empty() {
        Ok(format!("{} of {} are there and agree", architectures.len(), FUNCTIONS.len()))
    } else {
        Err(Trouble::new(problems.join("; "), place.deploy()))
    };
    report.either("functions together", found);
}
