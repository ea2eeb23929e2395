//! A policy document as text: what IAM refuses in it is refused here, and what
//! could not be judged here is too.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use serde_json::{Map, Value};

use super::{condition, texts};

const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];
const OF_DOCUMENT: [&str; 3] = ["Id", "Statement", "Version"];
const OF_STATEMENT: [&str; 7] =
    ["Action", "Condition", "Effect", "NotAction", "NotResource", "Resource", "Sid"];

/// Why a text is no policy, in IAM's words where it has some.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct PolicyError(String);

/// The statements of an identity-based policy.
pub(crate) fn parse(text: &str) -> Result<Vec<Value>, PolicyError> {
    let document: Value =
        serde_json::from_str(text).map_err(|_| refuse("This policy contains invalid Json"))?;
    let document = document.as_object().ok_or_else(syntax)?;
    let version = document.get("Version").map(Value::as_str);
    let known = version.is_none_or(|version| version.is_some_and(|version| VERSIONS.contains(&version)));
    if !known || document.keys().any(|key| !OF_DOCUMENT.contains(&key.as_str())) {
        return Err(syntax());
    }
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(one @ Value::Object(_)) => vec![one.clone()],
        _ => return Err(syntax()),
    };
    statements.iter().try_for_each(check)?;
    Ok(statements)
}

fn check(statement: &Value) -> Result<(), PolicyError> {
    let statement = statement.as_object().ok_or_else(syntax)?;
    if let Some(key) = statement.keys().find(|key| !OF_STATEMENT.contains(&key.as_str())) {
        return Err(match key.as_str() {
            "Principal" | "NotPrincipal" => {
                refuse(format!("Policy document should not specify a principal: {key}"))
            }
            _ => syntax(),
        });
    }
    let effect = statement.get("Effect").and_then(Value::as_str).ok_or_else(syntax)?;
    if !["Allow", "Deny"].contains(&effect) {
        return Err(refuse(format!("Invalid effect: {effect}")));
    }
    let actions = either(statement, "Action", "Policy statement must contain actions.")?;
    if actions.iter().any(|action| *action != "*" && !action.contains(':')) {
        return Err(refuse("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."));
    }
    for resource in either(statement, "Resource", "Policy statement must contain resources.")? {
        if resource != "*" && resource.split(':').count() < 6 {
            return Err(refuse(format!("Resource {resource} must be in ARN format or \"*\".")));
        }
    }
    statement.get("Condition").map_or(Ok(()), check_condition)
}

/// The texts of `name` or of `Not…`: one of the two, and not empty.
fn either<'s>(
    statement: &'s Map<String, Value>,
    name: &str,
    missing: &str,
) -> Result<Vec<&'s str>, PolicyError> {
    let value = match (statement.get(name), statement.get(&format!("Not{name}"))) {
        (Some(value), None) | (None, Some(value)) => value,
        (None, None) => return Err(refuse(missing)),
        (Some(_), Some(_)) => return Err(syntax()),
    };
    let count = value.as_array().map_or(1, Vec::len);
    let found: Vec<&str> = texts(value).collect();
    if found.is_empty() || found.len() != count { Err(refuse(missing)) } else { Ok(found) }
}

fn check_condition(condition: &Value) -> Result<(), PolicyError> {
    for (operator, keys) in condition.as_object().ok_or_else(syntax)? {
        if !condition::is_known(operator) {
            return Err(refuse(format!(
                "Invalid Condition type : {operator} (or one that is not known here)."
            )));
        }
        for (key, wanted) in keys.as_object().ok_or_else(syntax)? {
            let count = wanted.as_array().map_or(1, Vec::len);
            if !key.contains(':') || (texts(wanted).count() != count && !wanted.is_boolean()) {
                return Err(syntax());
            }
        }
    }
    Ok(())
}

fn syntax() -> PolicyError {
    refuse("Syntax errors in policy.")
}

fn refuse(why: impl Into<String>) -> PolicyError {
    PolicyError(why.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"One","Effect":"Allow","Action":"ec2:StopInstances","Resource":["arn:aws:ec2:eu-west-1:444455556666:instance/i-1"],"Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}}]}"#;

    #[test]
    fn what_iam_would_refuse_is_refused() {
        assert_eq!(parse(WHOLE).unwrap().len(), 1);
        for (old, new, says) in [
            ("}]}", "}]", "invalid Json"),
            ("2012-10-17", "2012-10-18", "Syntax"),
            ("\"Version\"", "\"Verzion\"", "Syntax"),
            ("\"Statement\"", "\"Statements\"", "Syntax"),
            ("\"Allow\"", "\"allow\"", "Invalid effect: allow"),
            ("\"Sid\":\"One\"", "\"Principal\":\"*\"", "principal"),
            ("\"Sid\":\"One\"", "\"Side\":\"One\"", "Syntax"),
            ("\"Action\":\"ec2:StopInstances\",", "", "must contain actions"),
            ("\"ec2:StopInstances\"", "[]", "must contain actions"),
            ("\"ec2:StopInstances\"", "7", "must contain actions"),
            ("ec2:StopInstances", "StopInstances", "prefaced by a vendor"),
            ("\"Action\"", "\"NotAction\":\"ec2:*\",\"Action\"", "Syntax"),
            ("\"Resource\"", "\"resource\"", "Syntax"),
            ("arn:aws:ec2:eu-west-1:444455556666:instance/i-1", "i-1", "Resource i-1 must be in ARN format"),
            ("StringEquals", "DateLessThan", "DateLessThan"),
            ("aws:RequestedRegion", "Region", "Syntax"),
            ("\"eu-west-1\"}}", "{}}}", "Syntax"),
        ] {
            assert!(WHOLE.contains(old), "{old}");
            let error = parse(&WHOLE.replacen(old, new, 1)).unwrap_err().to_string();
            assert!(error.contains(says), "{new}: {error}");
        }
    }
}
