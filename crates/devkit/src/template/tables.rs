//! DynamoDB tables.

use std::collections::BTreeMap;

use super::TemplateError;
use super::fields::Fields;
use super::model::{Index, Key, Table};

const PROPERTIES: [&str; 15] = [
    "AttributeDefinitions",
    "BillingMode",
    "ContributorInsightsSpecification",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "OnDemandThroughput",
    "PointInTimeRecoverySpecification",
    "ProvisionedThroughput",
    "SSESpecification",
    "StreamSpecification",
    "TableClass",
    "TableName",
    "Tags",
    "TimeToLiveSpecification",
];

/// Reads a table whose physical name is `name`.
pub(super) fn table(logical_id: &str, name: String, properties: Fields<'_>) -> Result<Table, TemplateError> {
    let properties = properties.only(&PROPERTIES)?;
    let mut attributes = BTreeMap::new();
    for (index, definition) in properties.list("AttributeDefinitions")?.iter().enumerate() {
        let at = properties.path(&format!("AttributeDefinitions[{index}]"));
        let definition = Fields::new(definition, &at)?.only(&["AttributeName", "AttributeType"])?;
        attributes.insert(definition.text("AttributeName")?, definition.text("AttributeType")?);
    }
    let keys = keys(properties, &attributes)?;
    let mut indexes = Vec::new();
    for (number, index) in properties.list("GlobalSecondaryIndexes")?.iter().enumerate() {
        let at = properties.path(&format!("GlobalSecondaryIndexes[{number}]"));
        indexes.push(read_index(Fields::new(index, &at)?, &attributes)?);
    }
    let used = |name: &String| {
        keys.iter().chain(indexes.iter().flat_map(|index| &index.keys)).any(|key| key.attribute == *name)
    };
    if let Some(unused) = attributes.keys().find(|name| !used(name)) {
        let at = properties.path("AttributeDefinitions");
        return Err(TemplateError::new(at, format!("{unused} is no key of the table or of an index")));
    }
    let ttl_attribute = ttl(properties)?;
    Ok(Table { logical_id: logical_id.to_owned(), name, keys, attributes, indexes, ttl_attribute })
}

fn keys(properties: Fields<'_>, attributes: &BTreeMap<String, String>) -> Result<Vec<Key>, TemplateError> {
    properties.need("KeySchema")?;
    let mut keys = Vec::new();
    for (index, key) in properties.list("KeySchema")?.iter().enumerate() {
        let at = properties.path(&format!("KeySchema[{index}]"));
        let key = Fields::new(key, &at)?.only(&["AttributeName", "KeyType"])?;
        let (attribute, kind) = (key.text("AttributeName")?, key.text("KeyType")?);
        if !attributes.contains_key(&attribute) {
            return Err(TemplateError::new(at, format!("{attribute} is not among AttributeDefinitions")));
        }
        keys.push(Key { attribute, kind });
    }
    let kinds: Vec<_> = keys.iter().map(|key| key.kind.as_str()).collect();
    match kinds.as_slice() {
        ["HASH"] | ["HASH", "RANGE"] => Ok(keys),
        _ => Err(TemplateError::new(properties.path("KeySchema"), "must be HASH, or HASH and RANGE")),
    }
}

fn read_index(index: Fields<'_>, attributes: &BTreeMap<String, String>) -> Result<Index, TemplateError> {
    let at = index.path("Projection");
    let projection = Fields::new(index.need("Projection")?, &at)?;
    Ok(Index {
        name: index.text("IndexName")?,
        keys: keys(index, attributes)?,
        projection: projection.text("ProjectionType")?,
        non_key_attributes: projection
            .list("NonKeyAttributes")?
            .iter()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect(),
    })
}

fn ttl(properties: Fields<'_>) -> Result<Option<String>, TemplateError> {
    let Some(specification) = properties.get("TimeToLiveSpecification") else { return Ok(None) };
    let at = properties.path("TimeToLiveSpecification");
    let specification = Fields::new(specification, &at)?.only(&["AttributeName", "Enabled"])?;
    let name = specification.text("AttributeName")?;
    Ok(specification.flag("Enabled", true)?.then_some(name))
}
