//! Statements of IAM policies, wherever they stand: in the template's roles, in
//! the roles of other accounts, in session policies.
//!
//! Managed policies and SAM's policy templates grant nothing here, policy variables
//! (`${aws:…}`) are not replaced, and an operator that is not known never holds.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

mod condition;
mod document;

use serde_json::Value;

pub(crate) use condition::Context;
pub(crate) use document::parse;

/// One action on one resource.
pub(crate) struct Asked {
    pub(crate) action: String,
    /// Its ARN, or `*`.
    pub(crate) resource: String,
    /// The condition keys; `None` where they are not known: then a condition lets
    /// an Allow pass and a Deny not apply.
    pub(crate) context: Option<Context>,
}

/// What a policy says to what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// An Allow, and no Deny.
    Allowed,
    /// No Allow.
    NotAllowed,
    /// A Deny, which wins over any Allow.
    Denied,
}

/// What all of `statements` together say.
pub(crate) fn judge(statements: &[Value], asked: &Asked) -> Verdict {
    let says = |effect: &str| {
        statements.iter().any(|statement| {
            statement.get("Effect").and_then(Value::as_str) == Some(effect)
                && applies(statement, asked, effect == "Allow")
        })
    };
    match (says("Deny"), says("Allow")) {
        (true, _) => Verdict::Denied,
        (false, true) => Verdict::Allowed,
        (false, false) => Verdict::NotAllowed,
    }
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
