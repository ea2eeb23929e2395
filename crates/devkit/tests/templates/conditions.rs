//! Every condition key in the templates is one that its action supplies. IAM accepts any
//! key; one that the action does not supply never has a value, so that a condition with
//! `…IfExists` or `Null` always holds, and any other never does.

use serde_json::Value;

use super::document;

/// The condition keys that each action supplies, as far as the templates need to know.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html>
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html>
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>
const SUPPLIED: &[(&[&str], &[&str])] = &[
    (
        &["ec2:StartInstances", "ec2:StopInstances", "ec2:RebootInstances", "ec2:TerminateInstances"],
        &["ec2:ResourceTag/", "ec2:InstanceID"],
    ),
    // The list does not have `ec2:Attribute`, which only `ModifyInstanceAttribute` supplies.
    (&["ec2:DescribeInstanceAttribute"], &["ec2:ResourceTag/", "ec2:InstanceID"]),
    (
        &[
            "dynamodb:BatchWriteItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ],
        &["dynamodb:LeadingKeys"],
    ),
    (&["kms:CreateGrant"], &["kms:GrantIsForAWSResource", "kms:ViaService"]),
    (&["iam:PassRole"], &["iam:PassedToService"]),
    (&["sts:AssumeRole"], &["sts:ExternalId", "aws:SourceAccount", "aws:SourceArn"]),
];

const FILES: [&str; 3] = ["template.yaml", "serverless.yml", "templates/customer-role.yaml"];

/// The statements that stand anywhere in `value`.
fn statements<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(map) if map.contains_key("Effect") => found.push(value),
        Value::Object(map) => map.values().for_each(|inner| statements(inner, found)),
        Value::Array(list) => list.iter().for_each(|inner| statements(inner, found)),
        _ => {}
    }
}

/// The condition keys of a statement, also of one that only a parameter switches on.
fn keys(condition: &Value) -> Vec<String> {
    if let Some([_, one, other]) = condition.get("Fn::If").and_then(Value::as_array).map(Vec::as_slice) {
        return [keys(one), keys(other)].concat();
    }
    let operators = condition.as_object().into_iter().flatten().filter(|(name, _)| *name != "Ref");
    operators
        .flat_map(|(_, keys)| keys.as_object().into_iter().flatten().map(|(key, _)| key.clone()))
        .collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().map_or_else(
        || value.as_str().into_iter().collect(),
        |list| list.iter().filter_map(Value::as_str).collect(),
    )
}

fn is_supplied(action: &str, key: &str) -> bool {
    let of_action = SUPPLIED.iter().filter(|(actions, _)| actions.contains(&action));
    of_action
        .flat_map(|(_, keys)| *keys)
        .any(|known| key == *known || (known.ends_with('/') && key.starts_with(known)))
}

#[test]
fn every_condition_key_is_one_that_the_action_supplies() {
    for file in FILES {
        let document = document(file);
        let mut all = Vec::new();
        statements(&document, &mut all);
        let mut conditions = 0;
        for statement in all {
            let Some(condition) = statement.get("Condition") else { continue };
            let keys = keys(condition);
            assert!(!keys.is_empty(), "{file}: {statement}");
            for key in &keys {
                for action in texts(&statement["Action"]) {
                    assert!(is_supplied(action, key), "{file}: {action} does not supply {key}");
                    conditions += 1;
                }
            }
        }
        assert!(conditions > 3, "{file}: {conditions}");
    }
}
