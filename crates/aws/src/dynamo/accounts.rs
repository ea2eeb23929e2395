//! The accounts that teams have linked, one item each.

use anyhow::Context as _;
use app::ports::Accounts;
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::account::Account;
use domain::ids::{Alias, TeamId};

use super::{Item, TEAM_ID, record_of, text, text_of};

/// The table of accounts.
#[derive(Clone, Debug)]
pub struct DynamoAccounts {
    client: Client,
    table: String,
}

/// What became of one conditional write.
enum Put {
    Written,
    /// The condition did not hold: this is there.
    Found(Option<Item>),
}

impl DynamoAccounts {
    /// Over the table `table`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// Writes `record` if `before` is the record that is there (nothing, for a
    /// new one).
    async fn put(
        &self,
        team: &TeamId,
        alias: &Alias,
        record: &str,
        before: Option<&str>,
    ) -> anyhow::Result<Put> {
        let mut request = self
            .client
            .put_item()
            .table_name(&self.table)
            .item(TEAM_ID, text(team.as_str()))
            .item("alias", text(alias.as_str()))
            .item("record", text(record))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        request = match before {
            None => request.condition_expression("attribute_not_exists(alias)"),
            Some(before) => request
                .condition_expression("#record = :before")
                .expression_attribute_names("#record", "record")
                .expression_attribute_values(":before", text(before)),
        };
        let Err(error) = request.send().await else { return Ok(Put::Written) };
        if let Some(PutItemError::ConditionalCheckFailedException(refusal)) = error.as_service_error() {
            return Ok(Put::Found(refusal.item().cloned()));
        }
        Err(error).with_context(|| format!("storing the account {alias} of team {team}"))
    }
}

#[async_trait]
impl Accounts for DynamoAccounts {
    async fn all(&self, team: &TeamId) -> anyhow::Result<Vec<Account>> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("team_id = :team")
            .expression_attribute_values(":team", text(team.as_str()))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut accounts = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.with_context(|| format!("looking for the accounts of team {team}"))?;
            accounts.push(account_of(&item, team)?);
        }
        Ok(accounts)
    }

    async fn store(
        &self,
        team: &TeamId,
        account: &Account,
        before: Option<&Account>,
    ) -> anyhow::Result<bool> {
        let alias = &account.alias;
        anyhow::ensure!(
            before.is_none_or(|before| before.alias == *alias),
            "the account {alias} cannot become another account"
        );
        let record = json(account)?;
        let expected = before.map(json).transpose()?;
        let stored = match self.put(team, alias, &record, expected.as_deref()).await? {
            Put::Written => return Ok(true),
            Put::Found(None) => return Ok(false),
            Put::Found(Some(stored)) => stored,
        };
        let known = account_of(&stored, team)?;
        if known == *account {
            // It is on record as it was to be: the reply was lost, not the write.
            return Ok(true);
        }
        if Some(&known) != before {
            return Ok(false);
        }
        // The same account in the words of another version, whose record lacks a
        // field that is new, or has one that is gone.
        let again = self.put(team, alias, &record, Some(text_of(&stored, "record")?)).await?;
        Ok(matches!(again, Put::Written))
    }

    async fn everywhere(&self) -> anyhow::Result<Vec<(TeamId, Account)>> {
        let scan = self.client.scan().table_name(&self.table).consistent_read(true);
        let mut pages = scan.into_paginator().items().send();
        let mut accounts = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.context("looking for the accounts of all teams")?;
            let read = || -> anyhow::Result<(TeamId, Account)> {
                let team = TeamId::new(text_of(&item, TEAM_ID)?);
                let account = account_of(&item, &team)?;
                Ok((team, account))
            };
            match read() {
                Ok(account) => accounts.push(account),
                // One team's broken record is no reason to do nothing for the others.
                Err(error) => tracing::error!("Left out an account: {error:#}"),
            }
        }
        Ok(accounts)
    }

    /// After a reply that was lost, the SDK asks again and finds nothing any more:
    /// then it is false, though this very call has removed it.
    async fn remove(&self, team: &TeamId, alias: &Alias) -> anyhow::Result<bool> {
        let answer = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key(TEAM_ID, text(team.as_str()))
            .key("alias", text(alias.as_str()))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .with_context(|| format!("removing the account {alias} of team {team}"))?;
        Ok(answer.attributes.is_some())
    }
}

fn json(account: &Account) -> anyhow::Result<String> {
    serde_json::to_string(account).with_context(|| format!("writing the account {} as JSON", account.alias))
}

fn account_of(item: &Item, team: &TeamId) -> anyhow::Result<Account> {
    let alias = text_of(item, "alias")?;
    let read = || -> anyhow::Result<Account> {
        anyhow::ensure!(text_of(item, TEAM_ID)? == team.as_str(), "it is another team's");
        let account: Account = record_of(item)?;
        anyhow::ensure!(account.alias.as_str() == alias, "the record is another account's");
        Ok(account)
    };
    read().with_context(|| format!("reading the account {alias} of team {team}"))
}
