//! What `template.yaml` says of tables and triggers: the doctor holds the deployment to it.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde_yaml_ng::Value;

const TEMPLATE: &str = include_str!("../../../../template.yaml");

/// Variables that name tables end so.
pub(crate) const TABLE: &str = "_TABLE";

/// What is deployed.
pub(crate) struct Blueprint {
    /// By the variable that names the table to the functions.
    pub(crate) tables: BTreeMap<String, Table>,
    /// How many rules of EventBridge wake a function, by its name.
    pub(crate) triggers: BTreeMap<String, usize>,
}

/// One table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// Each `attribute type HASH|RANGE`, in their order.
    pub(crate) keys: Vec<String>,
    /// The names of its indexes.
    pub(crate) indexes: Vec<String>,
    /// The attribute by which items expire.
    pub(crate) ttl: Option<String>,
    /// Whether it can be restored to any second.
    pub(crate) recoverable: bool,
}

impl Blueprint {
    /// # Errors
    /// If the template is not what it is: a broken build.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let template: Value = serde_yaml_ng::from_str(TEMPLATE).context("template.yaml is not YAML")?;
        let resources =
            template.get("Resources").and_then(Value::as_mapping).context("it has no resources")?;
        let (mut tables, mut triggers) = (BTreeMap::new(), BTreeMap::new());
        for resource in
            resources.values().filter(|one| text(one, "Type") == Some("AWS::Serverless::Function"))
        {
            for (variable, logical_id) in tables_of(resource) {
                let table = resources.get(logical_id).and_then(|table| table.get("Properties"));
                tables.insert(variable.to_owned(), Table::of(table.context("a variable names no table")?));
            }
            if let Some(name) =
                at(resource, &["Metadata", "BuildProperties", "Binary"]).and_then(Value::as_str)
            {
                triggers.insert(name.to_owned(), rules(resource));
            }
        }
        triggers.retain(|_, rules| *rules > 0);
        Ok(Self { tables, triggers })
    }
}

impl Table {
    fn of(properties: &Value) -> Self {
        let kinds: BTreeMap<_, _> = items(properties, "AttributeDefinitions")
            .filter_map(|one| Some((text(one, "AttributeName")?, text(one, "AttributeType")?)))
            .collect();
        let key = |one: &Value| {
            let name = text(one, "AttributeName")?;
            Some(format!("{name} {} {}", kinds.get(name)?, text(one, "KeyType")?))
        };
        let indexes = items(properties, "GlobalSecondaryIndexes");
        let ttl = at(properties, &["TimeToLiveSpecification", "AttributeName"]).and_then(Value::as_str);
        let pitr = at(properties, &["PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"]);
        Self {
            keys: items(properties, "KeySchema").filter_map(key).collect(),
            indexes: indexes.filter_map(|one| text(one, "IndexName")).map(str::to_owned).collect(),
            ttl: ttl.map(str::to_owned),
            recoverable: pitr.and_then(Value::as_bool).unwrap_or(false),
        }
    }
}

/// The variables of a function that refer to tables, and to which.
fn tables_of(function: &Value) -> Vec<(&str, &str)> {
    let variables = at(function, &["Properties", "Environment", "Variables"]).and_then(Value::as_mapping);
    let variables = variables.into_iter().flatten();
    variables
        .filter_map(|(name, value)| match value {
            Value::Tagged(tagged) if tagged.tag == "Ref" => Some((name.as_str()?, tagged.value.as_str()?)),
            _ => None,
        })
        .filter(|(name, _)| name.ends_with(TABLE))
        .collect()
}

fn rules(function: &Value) -> usize {
    let events = at(function, &["Properties", "Events"]).and_then(Value::as_mapping);
    let kinds = events.into_iter().flat_map(|events| events.values()).filter_map(|event| text(event, "Type"));
    kinds.filter(|kind| matches!(*kind, "Schedule" | "EventBridgeRule")).count()
}

fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.get(*key))
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}

fn items<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_sequence).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_read() {
        let Blueprint { tables, triggers } = Blueprint::read().unwrap();
        let jobs = Table {
            keys: vec!["job_id S HASH".into()],
            indexes: vec!["open".into()],
            ttl: Some("expires_at".into()),
            recoverable: true,
        };
        assert_eq!(tables["JOBS_TABLE"], jobs);
        assert_eq!(tables["AUDIT_TABLE"].keys, ["team_month S HASH", "entry S RANGE"]);
        assert_eq!((tables["AUDIT_TABLE"].ttl.as_ref(), tables.len()), (None, 7));
        assert_eq!(triggers, BTreeMap::from([("ec2".into(), 2), ("sweeper".into(), 1)]));
    }
}
