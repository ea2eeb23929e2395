//! The `Condition` of a statement.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{like, texts};

/// Condition keys and their values.
pub(crate) type Context = BTreeMap<String, Vec<String>>;

const KNOWN: [&str; 11] = [
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Bool",
    "Null",
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotEquals",
    "StringNotLike",
];

/// Whether every operator with every key holds.
pub(super) fn holds(condition: &Value, context: &Context) -> bool {
    let operators = condition.as_object().into_iter().flatten();
    let mut pairs = operators.flat_map(|(operator, keys)| {
        keys.as_object().into_iter().flatten().map(move |(key, wanted)| (operator, key, wanted))
    });
    pairs.all(|(operator, key, wanted)| one(operator, values(context, key), wanted))
}

/// Names of condition keys are the same in either case.
fn values<'c>(context: &'c Context, key: &str) -> Option<&'c Vec<String>> {
    context.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, values)| values)
}

/// Whether an operator is one that [`holds`] knows.
pub(super) fn is_known(operator: &str) -> bool {
    let operator = operator.split_once(':').map_or(operator, |(set, rest)| match set {
        "ForAllValues" | "ForAnyValue" => rest,
        _ => operator,
    });
    let operator = operator.strip_suffix("IfExists").unwrap_or(operator);
    KNOWN.contains(&operator)
}

fn one(operator: &str, values: Option<&Vec<String>>, wanted: &Value) -> bool {
    let (set, operator) = operator.split_once(':').map_or(("", operator), |(set, rest)| (set, rest));
    if operator == "Null" {
        let absent = if values.is_some() { "false" } else { "true" };
        return wanted.as_str() == Some(absent) || wanted.as_bool() == Some(values.is_none());
    }
    let (operator, if_exists) =
        operator.strip_suffix("IfExists").map_or((operator, false), |name| (name, true));
    let (name, negated) = match operator {
        "StringNotEquals" => ("StringEquals", true),
        "StringNotLike" => ("StringLike", true),
        "ArnNotLike" | "ArnNotEquals" => ("ArnLike", true),
        other => (other, false),
    };
    let Some(values) = values else {
        // Without the key, a set operator over all values holds, and so does a negated one.
        return if_exists || negated || set == "ForAllValues";
    };
    let matches = |value: &String| {
        let found = texts(wanted).any(|wanted| match name {
            "StringEquals" | "Bool" => wanted == value,
            "StringEqualsIgnoreCase" => wanted.eq_ignore_ascii_case(value),
            "StringLike" | "ArnLike" | "ArnEquals" => like(wanted, value, false),
            _ => false,
        });
        found != negated
    };
    if set == "ForAnyValue" { values.iter().any(matches) } else { values.iter().all(matches) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn conditions_hold_as_in_iam() {
        let check = |condition: Value, values: Option<&[&str]>| {
            let values = values.map(|values| values.iter().map(|value| (*value).to_owned()).collect());
            holds(&condition, &values.map(|values| ("k".to_owned(), values)).into_iter().collect())
        };
        let all = json!({ "ForAllValues:StringLike": { "k": ["ec2#*"] } });
        assert!(check(all.clone(), Some(&["ec2#1", "ec2#2"])));
        assert!(!check(all.clone(), Some(&["ec2#1", "text#2"])));
        assert!(check(all, None));
        let any = json!({ "ForAnyValue:StringEquals": { "k": "a" } });
        assert!(check(any.clone(), Some(&["a", "b"])) && !check(any, None));
        let plain = json!({ "StringEquals": { "k": ["a", "b"] } });
        assert!(
            check(plain.clone(), Some(&["b"])) && !check(plain.clone(), Some(&["c"])) && !check(plain, None)
        );
        // A key that the service never supplies: the condition does nothing.
        let if_exists = json!({ "StringEqualsIgnoreCaseIfExists": { "k": ["a", "b"] } });
        assert!(check(if_exists.clone(), None) && check(if_exists.clone(), Some(&["A"])));
        assert!(!check(if_exists, Some(&["c"])));
        assert!(!check(json!({ "StringEqualsIgnoreCase": { "k": ["a", "b"] } }), None));
        assert!(check(json!({ "Null": { "k": "true" } }), None));
        assert!(!check(json!({ "Null": { "k": "true" } }), Some(&["x"])));
        assert!(
            !check(json!({ "NumericLessThan": { "k": "1" } }), Some(&["0"])),
            "what is not known does not hold"
        );
    }
}
