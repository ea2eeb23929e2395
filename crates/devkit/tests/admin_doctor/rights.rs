//! Rights that the doctor itself lacks.

use crate::cases::Case;
use crate::plants::Plant::Denied;

pub(crate) fn cases_of_rights() -> Vec<Case> {
    vec![
        Case(
            Denied("lambda", "GetFunctionConfiguration"),
            Some(2),
            "the right lambda:GetFunctionConfiguration is missing",
            "allow lambda:GetFunctionConfiguration to whoever runs this",
        ),
        Case(
            Denied("lambda", "GetPolicy"),
            Some(1),
            "the right lambda:GetPolicy is missing",
            "allow lambda:GetPolicy to",
        ),
        Case(
            Denied("lambda", "ListTags"),
            Some(1),
            "deployed by: the right lambda:ListTags is missing",
            "allow lambda:ListTags to",
        ),
        Case(
            Denied("events", "DescribeRule"),
            Some(1),
            "the right events:DescribeRule is missing",
            "allow events:DescribeRule to",
        ),
        Case(
            Denied("events", "ListRuleNamesByTarget"),
            Some(1),
            "the right events:ListRuleNamesByTarget is missing",
            "allow events:ListRuleNamesByTarget to",
        ),
        Case(
            Denied("scheduler", "GetScheduleGroup"),
            Some(1),
            "schedules: the right scheduler:GetScheduleGroup is missing",
            "allow scheduler:GetScheduleGroup to",
        ),
        Case(
            Denied("iam", "GetRole"),
            Some(1),
            "role of schedules: the right iam:GetRole is missing",
            "allow iam:GetRole to",
        ),
        Case(
            Denied("iam", "SimulatePrincipalPolicy"),
            Some(1),
            "role of schedules: the right iam:SimulatePrincipalPolicy is missing",
            "allow iam:SimulatePrincipalPolicy to",
        ),
        Case(
            Denied("lambda", "Invoke"),
            Some(1),
            "the right lambda:InvokeFunction is missing",
            "allow lambda:InvokeFunction",
        ),
        Case(
            Denied("ssm", "GetParameters"),
            Some(1),
            "parameters: the right ssm:GetParameters is missing",
            "allow ssm:GetParameters to",
        ),
        Case(
            Denied("dynamodb", "DescribeTable"),
            Some(1),
            "the right dynamodb:DescribeTable is missing",
            "allow dynamodb:DescribeTable to",
        ),
        Case(
            Denied("dynamodb", "Scan"),
            Some(1),
            "workspaces: the right dynamodb:Scan is missing",
            "allow dynamodb:Scan to",
        ),
    ]
}
