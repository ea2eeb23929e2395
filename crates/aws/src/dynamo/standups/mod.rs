//! Standups, their runs with what people have answered, and who is away: one
//! table, so that whoever reads it finds all of a day side by side.
//!
//! | `report_id` | `report_user_id` | holds |
//! |---|---|---|
//! | `<team>#definitions` | standup | a definition |
//! | `<team>#names` | name, in lower case | the claim of the standup that has the name |
//! | `<team>#<standup>#<day>` | `#run` | a run |
//! | `<team>#<standup>#<day>` | user | an entry |
//! | `<team>#absences` | user | an absence |
//!
//! The record is one JSON text. Its version stands beside it, for conditions; of
//! an entry, also the name, the picture and the answers, for people who read the
//! table itself. Nobody's id begins with `#`, so a run is never taken for an entry.

mod item;
mod names;
mod ports;

use anyhow::Context as _;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use domain::ids::TeamId;

use super::{Item, number, text};
use item::{Key, Record};

/// The table of standups.
#[derive(Clone, Debug)]
pub struct DynamoStandups {
    client: Client,
    table: String,
}

impl DynamoStandups {
    /// Over the table `table`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// The record under `key`.
    async fn get<T: Record>(&self, key: &Key) -> anyhow::Result<Option<T>> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key.item()))
            .consistent_read(true)
            .send()
            .await
            .with_context(|| format!("looking for {key}"))?;
        answer.item.as_ref().map(|item| item::read(item, key)).transpose()
    }

    /// The records of `team` under `report`, without the run.
    async fn list<T: Record>(&self, team: &TeamId, report: &str) -> anyhow::Result<Vec<T>> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("report_id = :report")
            .expression_attribute_values(":report", text(report))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut records = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.with_context(|| format!("looking for all of {report}"))?;
            let key = Key::of(team, &item)?;
            if !key.is_run() {
                records.push(item::read(&item, &key)?);
            }
        }
        Ok(records)
    }

    /// Replaces `before` by `after`. The version alone tells what is on record:
    /// each write makes the next one of the version that it has seen.
    async fn replace<T: Record>(&self, key: &Key, after: &T, before: Option<&T>) -> anyhow::Result<bool> {
        ensure_follows(key, after, before)?;
        let mut request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item::written(key, after)?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        request = match before {
            None => request.condition_expression("attribute_not_exists(report_id)"),
            Some(before) => request
                .condition_expression("#version = :before AND team_id = :team")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":before", number(before.version()))
                .expression_attribute_values(":team", text(key.team.as_str())),
        };
        let Err(error) = request.send().await else { return Ok(true) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(refusal)) => {
                is_written(refusal.item(), key, after)
            }
            // Another writer is changing the record, together with a name.
            Some(PutItemError::TransactionConflictException(_)) => Ok(false),
            _ => Err(error).with_context(|| format!("storing {key}")),
        }
    }

    /// Writes `record` over whatever is there.
    async fn put<T: Record>(&self, key: &Key, record: &T) -> anyhow::Result<()> {
        let request = self.client.put_item().table_name(&self.table);
        let request = request.set_item(Some(item::written(key, record)?));
        request.send().await.with_context(|| format!("storing {key}"))?;
        Ok(())
    }
}

/// Whether `after` gets the version that follows the one of `before`.
fn ensure_follows<T: Record>(key: &Key, after: &T, before: Option<&T>) -> anyhow::Result<()> {
    let follows = before.is_none_or(|before| after.version() == before.version().saturating_add(1));
    anyhow::ensure!(follows, "{key} was not to get the next version");
    Ok(())
}

/// After a write of `after` whose condition did not hold: whether `after` is on
/// record in spite of that, since only the reply was lost. The whole record is
/// compared: of two writers with the same version in mind, one has lost.
fn is_written<T: Record>(stored: Option<&Item>, key: &Key, after: &T) -> anyhow::Result<bool> {
    let Some(stored) = stored else { return Ok(false) };
    Ok(item::read::<T>(stored, key)? == *after)
}
