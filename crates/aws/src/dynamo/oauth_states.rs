//! One-time OAuth states. The table knows only hashes, so reading it gives
//! nobody a way in.

use anyhow::Context as _;
use app::ports::OauthStates;
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use domain::time::Millis;

use super::{number, text};

/// The table of OAuth states.
#[derive(Clone, Debug)]
pub struct DynamoOauthStates {
    client: Client,
    table: String,
}

impl DynamoOauthStates {
    /// Over the table `table`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}

#[async_trait]
impl OauthStates for DynamoOauthStates {
    async fn put(&self, state_hash: &str, cookie_hash: &str, expires: Millis) -> anyhow::Result<()> {
        self.client
            .put_item()
            .table_name(&self.table)
            .item("state_hash", text(state_hash))
            .item("cookie_hash", text(cookie_hash))
            // Whole seconds, rounded down, as TTL needs them: never a moment too long.
            .item("expires_at", number(expires.secs()))
            .send()
            .await
            .context("storing an OAuth state")?;
        Ok(())
    }

    async fn consume(&self, state_hash: &str, cookie_hash: &str, now: Millis) -> anyhow::Result<bool> {
        let result = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key("state_hash", text(state_hash))
            // TTL deletes only within days, so the expiry is compared here.
            .condition_expression("cookie_hash = :cookie AND expires_at > :now")
            .expression_attribute_values(":cookie", text(cookie_hash))
            .expression_attribute_values(":now", number(now.secs()))
            .send()
            .await;
        let Err(error) = result else { return Ok(true) };
        if let Some(DeleteItemError::ConditionalCheckFailedException(_)) = error.as_service_error() {
            return Ok(false);
        }
        Err(error).context("using up an OAuth state")
    }
}
