//! The tables that the functions are told of: there, with the right keys, expiring, restorable.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::types::{
    ContinuousBackupsDescription, KeySchemaElement, PointInTimeRecoveryStatus, TableDescription, TableStatus,
    TimeToLiveStatus,
};

use super::blueprint::{Blueprint, Table};
use super::report::Report;
use super::{Environments, Place, told};
use crate::trouble::Trouble;

pub(super) async fn check(
    config: &SdkConfig,
    place: &Place,
    blueprint: &Blueprint,
    environments: &Environments,
    report: &mut Report,
) {
    let client = aws::clients::dynamo(config);
    for (variable, table) in &blueprint.tables {
        let check = format!("table of {variable}");
        match told(environments, variable) {
            None => report.skipped(&check, "no function names it"),
            Some(name) => report.either(&check, looked_at(&client, &name, table, place).await),
        }
    }
}

async fn looked_at(client: &Client, name: &str, table: &Table, place: &Place) -> Result<String, Trouble> {
    let found = match client.describe_table().table_name(name).send().await {
        Ok(answer) => answer.table,
        Err(error)
            if error.as_service_error().is_some_and(DescribeTableError::is_resource_not_found_exception) =>
        {
            None
        }
        Err(error) => return Err(Trouble::of(&error, "dynamodb:DescribeTable")),
    };
    let found = found.ok_or_else(|| {
        Trouble::new(
            format!("there is no table {name}"),
            format!("{}, or restore it: docs/operations.md", place.deploy()),
        )
    })?;
    if let Some(what) = shape(&found, table) {
        return Err(Trouble::new(format!("{name} {what}"), place.deploy()));
    }
    if let Some(attribute) = &table.ttl {
        expires(client, name, attribute).await?;
    }
    if table.recoverable {
        recovers(client, name).await?;
    }
    Ok(name.to_owned())
}

/// What is wrong with status, keys or indexes, as the rest of a sentence.
fn shape(found: &TableDescription, table: &Table) -> Option<String> {
    let status = found.table_status().map_or("UNKNOWN", TableStatus::as_str);
    if !matches!(found.table_status(), Some(TableStatus::Active | TableStatus::Updating)) {
        return Some(format!("is {status}, not ACTIVE"));
    }
    let kinds: BTreeMap<&str, &str> = found
        .attribute_definitions()
        .iter()
        .map(|one| (one.attribute_name(), one.attribute_type().as_str()))
        .collect();
    let key = |one: &KeySchemaElement| {
        let name = one.attribute_name();
        format!("{name} {} {}", kinds.get(name).unwrap_or(&"?"), one.key_type().as_str())
    };
    let keys: Vec<String> = found.key_schema().iter().map(key).collect();
    if keys != table.keys {
        return Some(format!("has the keys {}, not {}", keys.join(", "), table.keys.join(", ")));
    }
    let indexes = found.global_secondary_indexes();
    let has = |name: &&String| indexes.iter().any(|one| one.index_name() == Some(name.as_str()));
    let absent = table.indexes.iter().find(|name| !has(name))?;
    Some(format!("lacks the index {absent}"))
}

async fn expires(client: &Client, name: &str, attribute: &str) -> Result<(), Trouble> {
    let asked = client.describe_time_to_live().table_name(name).send().await;
    let answer = asked.map_err(|error| Trouble::of(&error, "dynamodb:DescribeTimeToLive"))?;
    let found = answer.time_to_live_description();
    let is_on = found
        .and_then(|ttl| ttl.time_to_live_status())
        .is_some_and(|status| matches!(status, TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling));
    if is_on && found.and_then(|ttl| ttl.attribute_name()) == Some(attribute) {
        return Ok(());
    }
    Err(Trouble::new(
        format!("items of {name} do not expire by {attribute}"),
        format!(
            "aws dynamodb update-time-to-live --table-name {name} \
             --time-to-live-specification Enabled=true,AttributeName={attribute}"
        ),
    ))
}

async fn recovers(client: &Client, name: &str) -> Result<(), Trouble> {
    let asked = client.describe_continuous_backups().table_name(name).send().await;
    let answer = asked.map_err(|error| Trouble::of(&error, "dynamodb:DescribeContinuousBackups"))?;
    let found = answer
        .continuous_backups_description()
        .and_then(ContinuousBackupsDescription::point_in_time_recovery_description)
        .and_then(|recovery| recovery.point_in_time_recovery_status());
    if found == Some(&PointInTimeRecoveryStatus::Enabled) {
        return Ok(());
    }
    Err(Trouble::new(
        format!("{name} could not be restored: point-in-time recovery is off"),
        format!(
            "aws dynamodb update-continuous-backups --table-name {name} \
             --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true"
        ),
    ))
}
