//! What `Ref` and `GetAtt` of each type of resource come to.

use serde_json::Value;

use super::resolve::Resolver;
use super::{Deployment, TemplateError};

/// The HTTP API that SAM creates when an event names none.
pub(super) const IMPLICIT_API: &str = "ServerlessHttpApi";

/// A type of resource: its name in templates, the property that names it, its attributes as patterns.
///
/// In patterns, `{P}`, `{R}` and `{A}` are partition, region and account, `{n}` the physical name,
/// `{id}` and `{uuid}` ids made of where it is deployed.
struct Type {
    name: &'static str,
    name_property: &'static str,
    reference: &'static str,
    attributes: &'static [(&'static str, &'static str)],
}

const fn kind(
    name: &'static str,
    name_property: &'static str,
    reference: &'static str,
    attributes: &'static [(&'static str, &'static str)],
) -> Type {
    Type { name, name_property, reference, attributes }
}

/// The types of resource that a template may use.
const TYPES: [Type; 23] = [
    kind(
        "AWS::Serverless::Function",
        "FunctionName",
        "{n}",
        &[("Arn", "arn:{P}:lambda:{R}:{A}:function:{n}")],
    ),
    kind(
        "AWS::Serverless::HttpApi",
        "",
        "{id}",
        &[("ApiId", "{id}"), ("ApiEndpoint", "https://{id}.execute-api.{R}.amazonaws.com")],
    ),
    kind("AWS::DynamoDB::Table", "TableName", "{n}", &[("Arn", "arn:{P}:dynamodb:{R}:{A}:table/{n}")]),
    kind(
        "AWS::SQS::Queue",
        "QueueName",
        "https://sqs.{R}.amazonaws.com/{A}/{n}",
        &[
            ("Arn", "arn:{P}:sqs:{R}:{A}:{n}"),
            ("QueueName", "{n}"),
            ("QueueUrl", "https://sqs.{R}.amazonaws.com/{A}/{n}"),
        ],
    ),
    kind("AWS::SQS::QueuePolicy", "", "{n}", &[]),
    kind(
        "AWS::SNS::Topic",
        "TopicName",
        "arn:{P}:sns:{R}:{A}:{n}",
        &[("TopicArn", "arn:{P}:sns:{R}:{A}:{n}"), ("TopicName", "{n}")],
    ),
    kind("AWS::SNS::TopicPolicy", "", "{n}", &[]),
    kind("AWS::SNS::Subscription", "", "arn:{P}:sns:{R}:{A}:{n}", &[]),
    kind("AWS::Logs::LogGroup", "LogGroupName", "{n}", &[("Arn", "arn:{P}:logs:{R}:{A}:log-group:{n}:*")]),
    kind("AWS::Logs::MetricFilter", "FilterName", "{n}", &[]),
    kind("AWS::CloudWatch::Alarm", "AlarmName", "{n}", &[("Arn", "arn:{P}:cloudwatch:{R}:{A}:alarm:{n}")]),
    kind(
        "AWS::CloudWatch::CompositeAlarm",
        "AlarmName",
        "{n}",
        &[("Arn", "arn:{P}:cloudwatch:{R}:{A}:alarm:{n}")],
    ),
    kind("AWS::CloudWatch::Dashboard", "DashboardName", "{n}", &[]),
    kind("AWS::IAM::Role", "RoleName", "{n}", &[("Arn", "arn:{P}:iam::{A}:role/{n}")]),
    kind("AWS::IAM::Policy", "PolicyName", "{n}", &[]),
    kind("AWS::IAM::ManagedPolicy", "ManagedPolicyName", "arn:{P}:iam::{A}:policy/{n}", &[]),
    kind("AWS::KMS::Key", "", "{uuid}", &[("Arn", "arn:{P}:kms:{R}:{A}:key/{uuid}"), ("KeyId", "{uuid}")]),
    kind("AWS::KMS::Alias", "AliasName", "{n}", &[]),
    kind("AWS::Events::Rule", "Name", "{n}", &[("Arn", "arn:{P}:events:{R}:{A}:rule/{n}")]),
    kind(
        "AWS::Scheduler::ScheduleGroup",
        "Name",
        "{n}",
        &[("Arn", "arn:{P}:scheduler:{R}:{A}:schedule-group/{n}")],
    ),
    kind("AWS::Lambda::Permission", "", "{n}", &[]),
    kind("AWS::Lambda::EventInvokeConfig", "", "{n}", &[]),
    kind("AWS::SSM::Parameter", "Name", "{n}", &[]),
];

/// What `Ref target` comes to.
pub(super) fn reference(resolver: &Resolver<'_>, target: &str, at: &str) -> Result<Value, TemplateError> {
    let Deployment { region, account, stack_name, .. } = resolver.deployment;
    let pseudo = match target {
        "AWS::Region" => Some(region.clone()),
        "AWS::AccountId" => Some(account.clone()),
        "AWS::StackName" => Some(stack_name.clone()),
        "AWS::StackId" => Some(format!("arn:aws:cloudformation:{region}:{account}:stack/{stack_name}/local")),
        "AWS::Partition" => Some("aws".to_owned()),
        "AWS::URLSuffix" => Some("amazonaws.com".to_owned()),
        _ => None,
    };
    if let Some(text) = pseudo {
        return Ok(Value::String(text));
    }
    if let Some(value) = resolver.parameters.get(target) {
        return Ok(value.clone());
    }
    let found = find(resolver, target, at)?;
    fill(resolver, &found, found.kind.reference, at).map(Value::String)
}

/// What `GetAtt target.attribute` comes to.
pub(super) fn attribute(
    resolver: &Resolver<'_>,
    target: &str,
    attribute: &str,
    at: &str,
) -> Result<String, TemplateError> {
    let found = find(resolver, target, at)?;
    let Some((_, pattern)) = found.kind.attributes.iter().find(|(name, _)| *name == attribute) else {
        return Err(TemplateError::new(
            at,
            format!("{target} ({}) has no attribute {attribute}", found.kind.name),
        ));
    };
    fill(resolver, &found, pattern, at)
}

/// The physical name of a resource: the property that names it, or a name made for it.
pub(super) fn physical(resolver: &Resolver<'_>, logical_id: &str, at: &str) -> Result<String, TemplateError> {
    let found = find(resolver, logical_id, at)?;
    fill(resolver, &found, "{n}", at)
}

/// An id made of a text, the same every time: ten lower-case letters and digits.
pub(super) fn stable_id(text: &str) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz012345";
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (0..10)
        .filter_map(|index| ALPHABET.get(usize::try_from((hash >> (index * 5)) & 31).ok()?))
        .map(|byte| char::from(*byte))
        .collect()
}

/// Fails unless the type is one of those a template may use.
pub(super) fn check_type(name: &str, at: &str) -> Result<(), TemplateError> {
    if TYPES.iter().any(|kind| kind.name == name) {
        return Ok(());
    }
    Err(TemplateError::new(at, format!("the resource type {name} is not known here")))
}

struct Found<'r> {
    logical_id: &'r str,
    kind: &'static Type,
    properties: Option<&'r Value>,
}

/// A resource by logical id, those that SAM makes by itself included.
fn find<'r>(resolver: &'r Resolver<'_>, target: &'r str, at: &str) -> Result<Found<'r>, TemplateError> {
    let of_type = |name: &str| TYPES.iter().find(|kind| kind.name == name);
    if let Some(resource) = resolver.resources.get(target) {
        if let Some(condition) = resource.get("Condition").and_then(Value::as_str)
            && !resolver.condition(condition, at)?
        {
            let why = format!("refers to {target}, which the condition {condition} leaves out");
            return Err(TemplateError::new(at, why));
        }
        resolver.note_reference(target);
        let name = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
        let kind = of_type(name)
            .ok_or_else(|| TemplateError::new(at, format!("the resource type {name} is not known here")))?;
        return Ok(Found { logical_id: target, kind, properties: resource.get("Properties") });
    }
    let function = target.strip_suffix("Role").filter(|id| is_function(resolver, id));
    let kind = match function {
        Some(function) => {
            resolver.note_reference(function);
            of_type("AWS::IAM::Role")
        }
        None if target == IMPLICIT_API => {
            resolver.note_reference(target);
            of_type("AWS::Serverless::HttpApi")
        }
        None => None,
    };
    let kind = kind
        .ok_or_else(|| TemplateError::new(at, format!("{target} is neither a parameter nor a resource")))?;
    Ok(Found { logical_id: target, kind, properties: None })
}

fn is_function(resolver: &Resolver<'_>, logical_id: &str) -> bool {
    let resource = resolver.resources.get(logical_id);
    resource.and_then(|resource| resource.get("Type")).and_then(Value::as_str)
        == Some("AWS::Serverless::Function")
}

fn fill(
    resolver: &Resolver<'_>,
    found: &Found<'_>,
    pattern: &str,
    at: &str,
) -> Result<String, TemplateError> {
    let Deployment { region, account, stack_name, .. } = resolver.deployment;
    let id = stable_id(&format!("{account} {region} {stack_name} {}", found.logical_id));
    let mut text = pattern
        .replace("{P}", "aws")
        .replace("{R}", region)
        .replace("{A}", account)
        .replace("{uuid}", &format!("00000000-0000-4000-8000-00{id}"))
        .replace("{id}", &id);
    if text.contains("{n}") {
        text = text.replace("{n}", &name(resolver, found, at)?);
    }
    Ok(text)
}

fn name(resolver: &Resolver<'_>, found: &Found<'_>, at: &str) -> Result<String, TemplateError> {
    let property = found.kind.name_property;
    let given = found.properties.filter(|_| !property.is_empty()).and_then(|all| all.get(property));
    if let Some(given) = given {
        let here = format!("Resources.{}.Properties.{property}", found.logical_id);
        let text = resolver.guarded(&here, at, || resolver.resolve(given, &here))?;
        if let Some(text) = text {
            return text
                .as_str()
                .map(str::to_owned)
                .ok_or_else(|| TemplateError::new(&here, "must come to a text"));
        }
    }
    Ok(match found.kind.name {
        "AWS::Serverless::Function" => found.logical_id.to_owned(),
        _ => format!("{}-{}", resolver.deployment.stack_name, found.logical_id),
    })
}
