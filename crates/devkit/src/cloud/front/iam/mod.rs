//! Holds each function to the policies of its role.
//!
//! Statements of policy documents count; managed policies and SAM's policy
//! templates grant nothing here. What only the fleet knows (tags of instances) is
//! not judged: for EC2 and STS a statement's conditions are taken to let an Allow
//! pass and a Deny not apply.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

mod asked;
mod condition;
mod keys;

use serde_json::Value;

use super::{Call, errors};
use crate::cloud::server::Answer;
use crate::cloud::state::Shared;
use crate::template::Function;
use asked::Asked;

/// The refusal, if the calling function's role does not allow the call.
pub(super) fn refusal(shared: &Shared, call: &Call) -> Option<Answer> {
    let function = shared.stack.function(call.function()?)?;
    let denied = asked::all(shared, call).into_iter().find(|asked| !allows(function, asked))?;
    let (account, role) = (&shared.stack.account, &function.role_name);
    let message = format!(
        "User: arn:aws:sts::{account}:assumed-role/{role}/{} is not authorized to perform: {} on resource: {} \
         because no identity-based policy allows the {} action",
        function.name, denied.action, denied.resource, denied.action
    );
    let (status, code) = match call.scope.service.as_str() {
        "ec2" => (403, "UnauthorizedOperation"),
        "sts" => (403, "AccessDenied"),
        "lambda" => (403, "AccessDeniedException"),
        _ => (400, "AccessDeniedException"),
    };
    Some(errors::refusal(&call.scope.service, status, code, &message))
}

/// An Allow, and no Deny.
fn allows(function: &Function, asked: &Asked) -> bool {
    let effect = |effect: &str| {
        let mut statements = function.statements.iter();
        statements.any(|statement| {
            statement.get("Effect").and_then(Value::as_str) == Some(effect)
                && applies(statement, asked, effect == "Allow")
        })
    };
    effect("Allow") && !effect("Deny")
}

fn applies(statement: &Value, asked: &Asked, unknown_condition: bool) -> bool {
    let any = |name: &str, text: &str, fold: bool| {
        let patterns = statement.get(name);
        patterns.map(|patterns| texts(patterns).any(|pattern| like(pattern, text, fold)))
    };
    let either = |name: &str, not: &str, text: &str, fold: bool| {
        any(name, text, fold).or_else(|| any(not, text, fold).map(|found| !found)).unwrap_or(false)
    };
    let condition = match (statement.get("Condition"), &asked.context) {
        (None, _) => true,
        (Some(_), None) => unknown_condition,
        (Some(condition), Some(context)) => condition::holds(condition, context),
    };
    condition
        && either("Action", "NotAction", &asked.action, true)
        && either("Resource", "NotResource", &asked.resource, false)
}

/// One text, or each of a list.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    list.iter().filter_map(Value::as_str)
}

/// IAM's wildcards: `*` is any text, `?` any one character.
fn like(pattern: &str, text: &str, fold_case: bool) -> bool {
    let fold = |text: &str| if fold_case { text.to_lowercase() } else { text.to_owned() };
    let (pattern, text): (Vec<char>, Vec<char>) =
        (fold(pattern).chars().collect(), fold(text).chars().collect());
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || text.get(from) == Some(wanted) => {
                at += 1;
                from += 1;
            }
            // The last star takes one character more.
            _ => match star {
                Some((position, taken)) => {
                    star = Some((position, taken + 1));
                    at = position + 1;
                    from = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|letter| *letter == '*'))
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn wildcards_match_as_in_iam() {
        for (pattern, text) in
            [("*", ""), ("a*c", "abbc"), ("a?c", "abc"), ("*b*", "abc"), ("abc", "abc"), ("a*", "a")]
        {
            assert!(like(pattern, text, false), "{pattern} {text}");
        }
        for (pattern, text) in [("a*c", "abb"), ("a?c", "ac"), ("", "a"), ("ec2#*", "text#1"), ("abc", "ABC")]
        {
            assert!(!like(pattern, text, false), "{pattern} {text}");
        }
        assert!(like("SSM:Get*", "ssm:GetParameters", true));
    }
}
