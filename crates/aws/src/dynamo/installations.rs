//! Who has installed the app. This adapter never asks for the token, so that
//! its function's IAM role may be held to the other attributes.

use anyhow::Context as _;
use app::ports::{Installation, Installations};
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::get_item::GetItemError;
use aws_sdk_dynamodb::operation::scan::ScanError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use domain::ids::TeamId;
use domain::time::Millis;

use super::{
    FIRST, FIRST_TEAM, Item, TEAM_ID, installation_of, is_reserved, number, number_of, text, text_of,
};

/// The attributes of an installation without its token.
const PUBLIC_ATTRIBUTES: &str = "team_id, #record, installed_at, uninstalled_at";

/// The table of installations, without the tokens.
#[derive(Clone, Debug)]
pub struct DynamoInstallations {
    client: Client,
    table: String,
}

impl DynamoInstallations {
    /// Over the table `table`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// Every team on record, also those that have removed the app. For operators: no
    /// function has the right to read the whole table.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub async fn teams(&self) -> Result<Vec<TeamId>, SdkError<ScanError>> {
        let scan = self.client.scan().table_name(&self.table).projection_expression(TEAM_ID);
        let items: Vec<Item> =
            scan.consistent_read(true).into_paginator().items().send().collect::<Result<_, _>>().await?;
        let installations = items.iter().filter(|item| !is_reserved(item));
        Ok(installations.filter_map(|item| text_of(item, TEAM_ID).ok()).map(TeamId::new).collect())
    }

    /// The team that installed the app first, if that is on record. For operators.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub async fn first_team(&self) -> Result<Option<TeamId>, SdkError<GetItemError>> {
        let get = self.client.get_item().table_name(&self.table).key(TEAM_ID, text(FIRST));
        let item = get.consistent_read(true).send().await?.item;
        Ok(item.and_then(|item| text_of(&item, FIRST_TEAM).ok().map(TeamId::new)))
    }
}

#[async_trait]
impl Installations for DynamoInstallations {
    async fn find(&self, team: &TeamId) -> anyhow::Result<Option<Installation>> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(TEAM_ID, text(team.as_str()))
            .projection_expression(PUBLIC_ATTRIBUTES)
            .expression_attribute_names("#record", "record")
            .consistent_read(true)
            .send()
            .await
            .with_context(|| format!("looking for the installation of team {team}"))?;
        answer.item.as_ref().map(|item| installation_of(item, team.as_str())).transpose()
    }

    /// Events arrive in any order and more than once: the latest uninstallation
    /// is the one on record, so that no earlier installation that is still on
    /// its way can bring the team back.
    async fn uninstall(&self, team: &TeamId, at: Millis) -> anyhow::Result<bool> {
        let result = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(TEAM_ID, text(team.as_str()))
            .update_expression("SET uninstalled_at = :at, #status = :uninstalled REMOVE #token")
            .condition_expression(
                "attribute_exists(team_id) AND installed_at <= :at \
                 AND (attribute_not_exists(uninstalled_at) OR uninstalled_at < :at)",
            )
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#token", "token")
            .expression_attribute_values(":at", number(at.0))
            .expression_attribute_values(":uninstalled", text("uninstalled"))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = result else { return Ok(true) };
        if let Some(UpdateItemError::ConditionalCheckFailedException(refusal)) = error.as_service_error() {
            return already_laid(refusal.item(), at);
        }
        Err(error).with_context(|| format!("uninstalling team {team}"))
    }
}

/// Whether what stopped the write is a tombstone over whatever was installed before `at`.
fn already_laid(stored: Option<&Item>, at: Millis) -> anyhow::Result<bool> {
    let Some(item) = stored else { return Ok(false) };
    let installed_at = number_of(item, "installed_at")?.context("the attribute installed_at is missing")?;
    Ok(installed_at <= at.0 && number_of(item, "uninstalled_at")?.is_some())
}
