//! The names of a team's standups. A name is claimed by an item of its own, which is
//! written in one transaction with the definition: of two writers who want the same
//! name, one gets it, and no crash leaves a claim without a standup.
//!
//! Definitions that were stored before there were claims have none until they are
//! renamed. They need none: they are on record before each new name is chosen, and
//! the caller compares the new name with theirs.

use anyhow::Context as _;
use app::ports::Stored;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::{DeleteBuilder, PutBuilder};
use aws_sdk_dynamodb::types::{
    CancellationReason, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use domain::ids::TeamId;
use domain::standup::{Definition, StandupId};

use super::item::{self, Key};
use super::{DynamoStandups, ensure_follows, is_written};
use crate::dynamo::{number, text, text_of};

/// The attribute of a claim: which standup has the name.
const STANDUP: &str = "standup";

/// Holds for a claim that is free, or belongs to the standup `:id`.
const FREE_OR_OWN: &str = "attribute_not_exists(report_id) OR standup = :id";

impl DynamoStandups {
    /// Replaces `before` by `after`, claims the new name, and gives up the old one.
    pub(super) async fn store_with_name(
        &self,
        team: &TeamId,
        after: &Definition,
        before: Option<&Definition>,
    ) -> anyhow::Result<Stored> {
        let key = Key::definition(team, &after.id);
        ensure_follows(&key, after, before)?;
        let mut writes = vec![put(self.definition(&key, after, before)?)?, put(self.claim(team, after))?];
        if let Some(before) = before {
            writes.extend(self.release(team, before).await?);
        }
        let reasons = match self.transact(writes).await.with_context(|| format!("storing {key}"))? {
            Ok(()) => return Ok(Stored::Written),
            Err(reasons) => reasons,
        };
        let [definition, claim, ..] = reasons.as_slice() else {
            anyhow::bail!("DynamoDB did not say why {key} was not stored");
        };
        if is_refused(definition) {
            let written = is_written(definition.item(), &key, after)?;
            return Ok(if written { Stored::Written } else { Stored::Changed });
        }
        Ok(if is_refused(claim) { Stored::NameTaken } else { Stored::Changed })
    }

    /// Removes `known` and its claim; false if something else is on record.
    pub(super) async fn remove_with_name(&self, team: &TeamId, known: &Definition) -> anyhow::Result<bool> {
        let key = Key::definition(team, &known.id);
        let definition = self
            .deletion(&key)
            .condition_expression("attribute_not_exists(report_id) OR #version = :before")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":before", number(known.version));
        let mut writes = vec![delete(definition)?];
        writes.extend(self.release(team, known).await?);
        let done = self.transact(writes).await.with_context(|| format!("removing {key}"))?;
        Ok(done.is_ok())
    }

    /// The write of `after` in place of `before`.
    fn definition(
        &self,
        key: &Key,
        after: &Definition,
        before: Option<&Definition>,
    ) -> anyhow::Result<PutBuilder> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item::written(key, after)?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        Ok(match before {
            None => put.condition_expression("attribute_not_exists(report_id)"),
            Some(before) => put
                .condition_expression("#version = :before AND team_id = :team")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":before", number(before.version))
                .expression_attribute_values(":team", text(key.team.as_str())),
        })
    }

    /// The write that claims the name of `standup`.
    fn claim(&self, team: &TeamId, standup: &Definition) -> PutBuilder {
        let mut item = Key::name(team, &standup.blueprint.name_key()).item();
        let id = standup.id.as_str();
        item.extend([("team_id".to_owned(), text(team.as_str())), (STANDUP.to_owned(), text(id))]);
        Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(FREE_OR_OWN)
            .expression_attribute_values(":id", text(id))
    }

    /// The write that gives up the name of `standup`, if it has claimed it.
    async fn release(
        &self,
        team: &TeamId,
        standup: &Definition,
    ) -> anyhow::Result<Option<TransactWriteItem>> {
        let key = Key::name(team, &standup.blueprint.name_key());
        if self.claimed_by(&key).await?.as_ref() != Some(&standup.id) {
            return Ok(None);
        }
        let claim = self
            .deletion(&key)
            .condition_expression(FREE_OR_OWN)
            .expression_attribute_values(":id", text(standup.id.as_str()));
        delete(claim).map(Some)
    }

    async fn claimed_by(&self, key: &Key) -> anyhow::Result<Option<StandupId>> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(key.item()));
        let answer = request.consistent_read(true).send().await;
        let answer = answer.with_context(|| format!("looking for {key}"))?;
        let id = answer.item.as_ref().map(|item| text_of(item, STANDUP)).transpose()?;
        Ok(id.and_then(StandupId::parse))
    }

    fn deletion(&self, key: &Key) -> DeleteBuilder {
        Delete::builder().table_name(&self.table).set_key(Some(key.item()))
    }

    /// Makes all of `writes` or none. If a condition did not hold, or another
    /// transaction was at the same items: the reasons, one for each write.
    async fn transact(
        &self,
        writes: Vec<TransactWriteItem>,
    ) -> anyhow::Result<Result<(), Vec<CancellationReason>>> {
        let request = self.client.transact_write_items().set_transact_items(Some(writes));
        let Err(error) = request.send().await else { return Ok(Ok(())) };
        match error {
            SdkError::ServiceError(refusal) => match refusal.err() {
                TransactWriteItemsError::TransactionCanceledException(cancelled)
                    if cancelled.cancellation_reasons().iter().any(is_refused) =>
                {
                    Ok(Err(cancelled.cancellation_reasons().to_vec()))
                }
                _ => Err(SdkError::ServiceError(refusal).into()),
            },
            error => Err(error.into()),
        }
    }
}

fn put(put: PutBuilder) -> anyhow::Result<TransactWriteItem> {
    Ok(TransactWriteItem::builder().put(put.build()?).build())
}

fn delete(delete: DeleteBuilder) -> anyhow::Result<TransactWriteItem> {
    Ok(TransactWriteItem::builder().delete(delete.build()?).build())
}

/// Whether this write is a reason why none was made: its condition did not hold, or
/// another transaction is writing the same item.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
fn is_refused(reason: &CancellationReason) -> bool {
    matches!(reason.code(), Some("ConditionalCheckFailed" | "TransactionConflict"))
}
