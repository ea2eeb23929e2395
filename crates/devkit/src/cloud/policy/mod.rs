//! Statements of IAM policies, wherever they stand: in the template's roles, in
//! the roles of other accounts, in session policies.
//!
//! Managed policies and SAM's policy templates grant nothing here, policy variables
//! (`${aws:…}`) are not replaced, and an operator that is not known never holds.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

mod condition;
mod document;
mod used;

use serde_json::Value;

pub(crate) use condition::Context;
pub(crate) use document::parse;
pub(crate) use used::{FOLDER as USES_FOLDER, Use, folder as uses_folder, for_a_function, is_for_a_function};
pub(crate) use used::{note, read as uses};

/// One action on one resource.
pub(crate) struct Asked {
    pub(crate) action: String,
    /// Its ARN, or `*`.
    pub(crate) resource: String,
    /// The condition keys that the service supplies for this action. One that is not here
    /// never comes: as in IAM, `…IfExists` then holds, and a plain operator does not.
    pub(crate) context: Context,
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

/// What decided: one action and one resource of a statement, each by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ground {
    /// The position among the statements.
    pub(crate) statement: usize,
    /// Among the statement's actions; 0 where it names those that it is not about.
    pub(crate) action: usize,
    /// Among its resources, likewise.
    pub(crate) resource: usize,
}

/// What all of `statements` together say.
pub(crate) fn judge(statements: &[Value], asked: &Asked) -> Verdict {
    weigh(statements, asked).0
}

/// The same, and by which statements: every Allow that granted it, or every Deny that
/// refused it.
pub(crate) fn weigh(statements: &[Value], asked: &Asked) -> (Verdict, Vec<Ground>) {
    let of = |effect: &str| -> Vec<Ground> {
        let own = statements.iter().enumerate();
        let own = own.filter(|(_, one)| one.get("Effect").and_then(Value::as_str) == Some(effect));
        own.flat_map(|(position, one)| grounds(position, one, asked)).collect()
    };
    let denied = of("Deny");
    if !denied.is_empty() {
        return (Verdict::Denied, denied);
    }
    let allowed = of("Allow");
    (if allowed.is_empty() { Verdict::NotAllowed } else { Verdict::Allowed }, allowed)
}

/// What all of `statements` say to everything that one call asks for, which is allowed
/// as a whole or not at all: the first that is not allowed, and by what all this is so.
pub(crate) fn weigh_all<'a>(
    statements: &[Value],
    all: &'a [Asked],
) -> (Option<(&'a Asked, Verdict)>, Vec<Ground>) {
    let mut granting = Vec::new();
    for asked in all {
        match weigh(statements, asked) {
            (Verdict::Allowed, grounds) => granting.extend(grounds),
            (verdict, grounds) => return (Some((asked, verdict)), grounds),
        }
    }
    (None, granting)
}

/// Whether a role's statements allow one action on one resource, about which nothing
/// else is known. What decides is noted.
pub(crate) fn lets(role: &str, statements: &[Value], action: &str, resource: &str) -> bool {
    let context = Context::new();
    let asked = Asked { action: action.to_owned(), resource: resource.to_owned(), context };
    let (verdict, grounds) = weigh(statements, &asked);
    note(role, statements, &grounds);
    verdict == Verdict::Allowed
}

/// By which of its actions and resources a statement applies; empty if it does not.
fn grounds(position: usize, statement: &Value, asked: &Asked) -> Vec<Ground> {
    let condition = statement.get("Condition");
    if condition.is_some_and(|condition| !condition::holds(condition, &asked.context)) {
        return Vec::new();
    }
    let actions = matching(statement, "Action", "NotAction", &asked.action, true);
    let resources = matching(statement, "Resource", "NotResource", &asked.resource, false);
    let both = actions.iter().flat_map(|action| resources.iter().map(move |resource| (*action, *resource)));
    both.map(|(action, resource)| Ground { statement: position, action, resource }).collect()
}

/// The positions of the patterns that match; 0 if none of those in `not` does.
fn matching(statement: &Value, name: &str, not: &str, text: &str, fold: bool) -> Vec<usize> {
    match (statement.get(name), statement.get(not)) {
        (Some(patterns), _) => {
            let matching = texts(patterns).enumerate().filter(|(_, pattern)| like(pattern, text, fold));
            matching.map(|(position, _)| position).collect()
        }
        (None, Some(others)) if !texts(others).any(|pattern| like(pattern, text, fold)) => vec![0],
        _ => Vec::new(),
    }
}

/// One text, or each of a list.
pub(crate) fn texts(value: &Value) -> impl Iterator<Item = &str> {
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
    use serde_json::json;

    use super::*;

    fn asked(action: &str, resource: &str) -> Asked {
        Asked { action: action.to_owned(), resource: resource.to_owned(), context: Context::new() }
    }

    #[test]
    fn what_decides_is_named_by_its_place() {
        let statements = [
            json!({ "Effect": "Allow", "Action": ["s:Get", "s:Put"], "Resource": ["a", "b*"] }),
            json!({ "Effect": "Allow", "Action": "s:*", "NotResource": "a" }),
            json!({ "Effect": "Allow", "NotAction": ["s:*"], "Resource": "*" }),
            json!({ "Effect": "Deny", "Action": ["s:List", "s:Put"], "Resource": "bc" }),
            json!({ "Effect": "Allow", "Action": "s:Get", "Resource": "a", "Condition": { "StringEquals": { "s:k": "v" } } }),
        ];
        let check = |action: &str, resource: &str| {
            let (verdict, grounds) = weigh(&statements, &asked(action, resource));
            (verdict, grounds.iter().map(|one| (one.statement, one.action, one.resource)).collect::<Vec<_>>())
        };
        assert_eq!(check("s:Get", "a"), (Verdict::Allowed, vec![(0, 0, 0)]));
        assert_eq!(check("s:put", "b"), (Verdict::Allowed, vec![(0, 1, 1), (1, 0, 0)]));
        assert_eq!(check("s:Put", "bc"), (Verdict::Denied, vec![(3, 1, 0)]));
        assert_eq!(check("s:List", "a"), (Verdict::NotAllowed, vec![]));
        assert_eq!(check("t:List", "a"), (Verdict::Allowed, vec![(2, 0, 0)]));
    }

    #[test]
    fn a_call_is_allowed_as_a_whole_or_not_at_all() {
        let statements = [
            json!({ "Effect": "Allow", "Action": "s:Get", "Resource": "*" }),
            json!({ "Effect": "Deny", "Action": "s:Get", "Resource": "b" }),
        ];
        let check = |resources: &[&str]| {
            let all: Vec<_> = resources.iter().map(|resource| asked("s:Get", resource)).collect();
            let (refused, grounds) = weigh_all(&statements, &all);
            let refused = refused.map(|(asked, verdict)| (asked.resource.clone(), verdict));
            (refused, grounds.iter().map(|one| one.statement).collect::<Vec<_>>())
        };
        assert_eq!(check(&[]), (None, vec![]));
        assert_eq!(check(&["a", "c"]), (None, vec![0, 0]));
        assert_eq!(check(&["a", "b", "c"]), (Some(("b".to_owned(), Verdict::Denied)), vec![1]));
    }

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
