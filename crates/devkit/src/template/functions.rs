//! Lambda functions.

use std::collections::BTreeMap;

use serde_json::Value;

use super::TemplateError;
use super::fields::Fields;
use super::model::{AsyncConfig, DEFAULT_ASYNC_AGE_S, DEFAULT_ASYNC_RETRIES, Function};

const PROPERTIES: [&str; 33] = [
    "Architectures",
    "AutoPublishAlias",
    "CodeUri",
    "DeadLetterQueue",
    "DeploymentPreference",
    "Description",
    "Environment",
    "EphemeralStorage",
    "EventInvokeConfig",
    "Events",
    "FunctionName",
    "Handler",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "PackageType",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "ProvisionedConcurrencyConfig",
    "RecursiveLoop",
    "ReservedConcurrentExecutions",
    "Role",
    "RolePath",
    "Runtime",
    "RuntimeManagementConfig",
    "SnapStart",
    "Tags",
    "Timeout",
    "Tracing",
    "VersionDescription",
    "VpcConfig",
];

/// Variables that Lambda sets itself and refuses to have set.
const RESERVED: [&str; 19] = [
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

/// What is known of a function before its properties are read.
pub(super) struct Identity<'a> {
    pub(super) logical_id: &'a str,
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) stack_name: &'a str,
}

/// Reads a function, all but its events.
pub(super) fn function(
    identity: Identity<'_>,
    properties: Fields<'_>,
    metadata: Option<&Value>,
) -> Result<Function, TemplateError> {
    let properties = properties.only(&PROPERTIES)?;
    for needed in ["CodeUri", "Handler", "Runtime"] {
        properties.need(needed)?;
    }
    let Identity { logical_id, name, arn, stack_name } = identity;
    let role = properties.optional_text("Role")?;
    let role_name = role.and_then(|arn| arn.rsplit_once('/').map(|(_, name)| name.to_owned()));
    let reserved = properties.get("ReservedConcurrentExecutions");
    Ok(Function {
        logical_id: logical_id.to_owned(),
        name,
        arn,
        binary: binary(logical_id, metadata)?,
        role_name: role_name.unwrap_or_else(|| format!("{stack_name}-{logical_id}Role")),
        memory_mb: properties.small_number("MemorySize", 128, 128..=10_240)?,
        timeout_s: properties.small_number("Timeout", 3, 1..=900)?,
        reserved_concurrency: reserved
            .map(|_| properties.small_number("ReservedConcurrentExecutions", 0, 0..=1_000))
            .transpose()?,
        environment: environment(properties)?,
        routes: Vec::new(),
        schedules: Vec::new(),
        rules: Vec::new(),
        async_config: async_config(properties)?,
        statements: statements(properties)?,
    })
}

fn binary(logical_id: &str, metadata: Option<&Value>) -> Result<String, TemplateError> {
    let at = format!("Resources.{logical_id}.Metadata");
    let fallback = || logical_id.strip_suffix("Function").unwrap_or(logical_id).to_lowercase();
    let Some(metadata) = metadata else { return Ok(fallback()) };
    let metadata = Fields::new(metadata, &at)?;
    let at = metadata.path("BuildProperties");
    let Some(build) = metadata.get("BuildProperties") else { return Ok(fallback()) };
    Ok(Fields::new(build, &at)?.optional_text("Binary")?.unwrap_or_else(fallback))
}

fn environment(properties: Fields<'_>) -> Result<BTreeMap<String, String>, TemplateError> {
    let at = properties.path("Environment");
    let Some(environment) = properties.get("Environment") else { return Ok(BTreeMap::new()) };
    let environment = Fields::new(environment, &at)?.only(&["Variables"])?;
    let mut variables = BTreeMap::new();
    for (name, value) in environment.entries("Variables")? {
        let at = environment.path(&format!("Variables.{name}"));
        if RESERVED.contains(&name.as_str()) {
            return Err(TemplateError::new(at, "is reserved; Lambda sets it itself"));
        }
        let named = name.len() > 1
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !named {
            return Err(TemplateError::new(at, "is not a name Lambda accepts"));
        }
        let value = super::resolve::scalar(value);
        variables.insert(name.clone(), value.ok_or_else(|| TemplateError::new(at, "must be a text"))?);
    }
    Ok(variables)
}

fn async_config(properties: Fields<'_>) -> Result<AsyncConfig, TemplateError> {
    let mut config = AsyncConfig::default();
    if let Some(queue) = properties.get("DeadLetterQueue") {
        let at = properties.path("DeadLetterQueue");
        config.on_failure = Some(Fields::new(queue, &at)?.only(&["TargetArn", "Type"])?.text("TargetArn")?);
    }
    let Some(own) = properties.get("EventInvokeConfig") else { return Ok(config) };
    let at = properties.path("EventInvokeConfig");
    let own = Fields::new(own, &at)?.only(&[
        "DestinationConfig",
        "MaximumEventAgeInSeconds",
        "MaximumRetryAttempts",
    ])?;
    config.max_retries = own.small_number("MaximumRetryAttempts", DEFAULT_ASYNC_RETRIES, 0..=2)?;
    config.max_age_s = own.number("MaximumEventAgeInSeconds", DEFAULT_ASYNC_AGE_S, 60..=21_600)?;
    if let Some(destinations) = own.get("DestinationConfig") {
        let at = own.path("DestinationConfig");
        let destinations = Fields::new(destinations, &at)?.only(&["OnFailure", "OnSuccess"])?;
        if let Some(failure) = destinations.get("OnFailure") {
            let at = destinations.path("OnFailure");
            config.on_failure =
                Some(Fields::new(failure, &at)?.only(&["Destination", "Type"])?.text("Destination")?);
        }
    }
    Ok(config)
}

fn statements(properties: Fields<'_>) -> Result<Vec<Value>, TemplateError> {
    let mut all = Vec::new();
    let policies = match properties.get("Policies") {
        Some(one @ (Value::String(_) | Value::Object(_))) => std::slice::from_ref(one),
        _ => properties.list("Policies")?,
    };
    for (index, policy) in policies.iter().enumerate() {
        let at = properties.path(&format!("Policies[{index}]"));
        match policy.get("Statement") {
            Some(Value::Array(statements)) => all.extend(statements.iter().cloned()),
            Some(statement) => all.push(statement.clone()),
            None => all.push(policy.clone()),
        }
        for statement in policy.get("Statement").into_iter().flat_map(as_list) {
            check_statement(statement, &at)?;
        }
    }
    Ok(all)
}

fn as_list(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// Fails unless a statement says to what it applies, and nothing that is not known.
pub(super) fn check_statement(statement: &Value, at: &str) -> Result<(), TemplateError> {
    let statement = Fields::new(statement, at)?.only(&[
        "Action",
        "Condition",
        "Effect",
        "NotAction",
        "NotResource",
        "Resource",
        "Sid",
    ])?;
    statement.need("Effect")?;
    statement.get("NotAction").map_or_else(|| statement.need("Action").map(drop), |_| Ok(()))?;
    statement.get("NotResource").map_or_else(|| statement.need("Resource").map(drop), |_| Ok(()))
}
