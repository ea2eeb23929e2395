//! What was last listed in a conversation, kept in the table of jobs: the worker may
//! touch no other, and its own name begins the key as it begins its jobs' ids.

use std::sync::Arc;

use anyhow::Context as _;
use app::ports::{Clock, Threads};
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use domain::ids::{ChannelId, InstanceId, TeamId};
use domain::time::Millis;

use super::{Item, number, number_of, record_of, text, text_of};

/// Threads, in the table of jobs.
#[derive(Clone)]
pub struct DynamoThreads {
    client: Client,
    table: String,
    clock: Arc<dyn Clock>,
}

impl DynamoThreads {
    /// Over the table of jobs, `table`; `clock` tells what has expired.
    pub fn new(client: Client, table: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self { client, table: table.into(), clock }
    }
}

#[async_trait]
impl Threads for DynamoThreads {
    async fn rows(
        &self,
        team: &TeamId,
        channel: &ChannelId,
        conversation: &str,
    ) -> anyhow::Result<Vec<InstanceId>> {
        let key = key(team, channel, conversation);
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("job_id", text(&key))
            .consistent_read(true)
            .send()
            .await
            .with_context(|| format!("looking for the rows of {key}"))?;
        let Some(item) = answer.item else { return Ok(Vec::new()) };
        rows_of(&item, team, self.clock.now()).with_context(|| format!("reading the rows of {key}"))
    }

    async fn remember(
        &self,
        team: &TeamId,
        channel: &ChannelId,
        conversation: &str,
        rows: &[InstanceId],
        expires: Millis,
    ) -> anyhow::Result<()> {
        let key = key(team, channel, conversation);
        self.client
            .put_item()
            .table_name(&self.table)
            .item("job_id", text(&key))
            .item("team_id", text(team.as_str()))
            .item("record", text(serde_json::to_string(rows)?))
            .item("expires_at", number(expires.secs()))
            .send()
            .await
            .with_context(|| format!("remembering the rows of {key}"))?;
        Ok(())
    }
}

fn key(team: &TeamId, channel: &ChannelId, conversation: &str) -> String {
    format!("ec2#thread#{team}#{channel}#{conversation}")
}

/// The rows, unless they have expired or are another team's. TTL deletes only
/// within days, so the expiry is compared here.
fn rows_of(item: &Item, team: &TeamId, now: Millis) -> anyhow::Result<Vec<InstanceId>> {
    anyhow::ensure!(text_of(item, "team_id")? == team.as_str(), "they are another team's");
    let expired = number_of(item, "expires_at")?.is_none_or(|expires| expires <= now.secs());
    if expired { Ok(Vec::new()) } else { record_of(item) }
}
