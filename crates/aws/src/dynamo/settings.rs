//! The settings of workspaces, kept in the table of installations: the workers that
//! read them may read that table anyway, and `ec2`, which alone writes them, is held
//! to the keys that begin with [`PREFIX`].

use anyhow::Context as _;
use app::ports::WorkspaceSettings;
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use domain::ids::TeamId;
use domain::settings::Settings;

use super::{Item, TEAM_ID, record_of, text, text_of};

/// How the keys of settings begin. No id of Slack's does.
const PREFIX: &str = "settings#";

/// The settings in the table of installations.
#[derive(Clone, Debug)]
pub struct DynamoSettings {
    client: Client,
    table: String,
}

/// What became of one conditional write.
enum Put {
    Written,
    /// The condition did not hold: this is there.
    Found(Option<Item>),
}

impl DynamoSettings {
    /// Over the table of installations, `table`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// Writes `record` if `before` is the record that is there (nothing, for the
    /// first one).
    async fn put(&self, team: &TeamId, record: &str, before: Option<&str>) -> anyhow::Result<Put> {
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .item(TEAM_ID, text(key(team)))
            .item("record", text(record))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let request = match before {
            None => request.condition_expression("attribute_not_exists(team_id)"),
            Some(before) => request
                .condition_expression("#record = :before")
                .expression_attribute_names("#record", "record")
                .expression_attribute_values(":before", text(before)),
        };
        let Err(error) = request.send().await else { return Ok(Put::Written) };
        if let Some(PutItemError::ConditionalCheckFailedException(refusal)) = error.as_service_error() {
            return Ok(Put::Found(refusal.item().cloned()));
        }
        Err(error).with_context(|| format!("storing the settings of team {team}"))
    }
}

#[async_trait]
impl WorkspaceSettings for DynamoSettings {
    async fn find(&self, team: &TeamId) -> anyhow::Result<Option<Settings>> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(TEAM_ID, text(key(team)))
            .consistent_read(true)
            .send()
            .await
            .with_context(|| format!("looking for the settings of team {team}"))?;
        answer.item.as_ref().map(|item| settings_of(item, team)).transpose()
    }

    async fn store(
        &self,
        team: &TeamId,
        after: &Settings,
        before: Option<&Settings>,
    ) -> anyhow::Result<bool> {
        let record = serde_json::to_string(after)?;
        let expected = before.map(serde_json::to_string).transpose()?;
        let stored = match self.put(team, &record, expected.as_deref()).await? {
            Put::Written => return Ok(true),
            Put::Found(None) => return Ok(false),
            Put::Found(Some(stored)) => stored,
        };
        let known = settings_of(&stored, team)?;
        if known == *after {
            // The reply was lost, not the write.
            return Ok(true);
        }
        if Some(&known) != before {
            return Ok(false);
        }
        // The same settings as another version writes them, with more fields or fewer.
        let again = self.put(team, &record, Some(text_of(&stored, "record")?)).await?;
        Ok(matches!(again, Put::Written))
    }
}

fn key(team: &TeamId) -> String {
    format!("{PREFIX}{team}")
}

fn settings_of(item: &Item, team: &TeamId) -> anyhow::Result<Settings> {
    record_of(item).with_context(|| format!("reading the settings of team {team}"))
}
