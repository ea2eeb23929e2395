//! Bot tokens: stored sealed when a workspace installs the app, and opened
//! when a function speaks as the bot.

use std::sync::Arc;

use anyhow::Context as _;
use app::ports::{BotTokens, Clock, Enrolment, Installation};
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use domain::ids::TeamId;
use secrecy::SecretString;

use super::{Item, TEAM_ID, installation_of, number, text, text_of};
use crate::seal::{Bound, TokenKind};
use crate::secrets::TokenKeys;

/// The table of installations, with the tokens and the keys to them.
#[derive(Clone)]
pub struct SealedTokens {
    client: Client,
    table: String,
    keys: Arc<dyn TokenKeys>,
    clock: Arc<dyn Clock>,
}

impl SealedTokens {
    /// Over the table `table`; `keys` are asked for at each use, and `clock`
    /// tells them how old they are.
    pub fn new(
        client: Client,
        table: impl Into<String>,
        keys: Arc<dyn TokenKeys>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { client, table: table.into(), keys, clock }
    }

    async fn item(&self, installation: &Installation, token: &SecretString) -> anyhow::Result<Item> {
        let keys = self.keys.key_ring(self.clock.now()).await?;
        let sealed = keys.seal(&bound_to(installation), token)?;
        let record = serde_json::to_string(installation)?;
        let mut item = Item::from([
            (TEAM_ID.to_owned(), text(installation.team.as_str())),
            ("status".to_owned(), text(if installation.is_active() { "installed" } else { "uninstalled" })),
            ("installed_at".to_owned(), number(installation.installed_at.0)),
            ("record".to_owned(), text(record)),
            ("token".to_owned(), text(sealed)),
        ]);
        if let Some(at) = installation.uninstalled_at {
            item.insert("uninstalled_at".to_owned(), number(at.0));
        }
        Ok(item)
    }
}

#[async_trait]
impl Enrolment for SealedTokens {
    async fn enrol(&self, installation: &Installation, token: &SecretString) -> anyhow::Result<()> {
        let team = &installation.team;
        let item =
            self.item(installation, token).await.with_context(|| format!("sealing for team {team}"))?;
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(
                "attribute_not_exists(team_id) OR (installed_at <= :at \
                 AND (attribute_not_exists(uninstalled_at) OR uninstalled_at < :at))",
            )
            .expression_attribute_values(":at", number(installation.installed_at.0))
            .send()
            .await;
        let Err(error) = result else { return Ok(()) };
        if let Some(PutItemError::ConditionalCheckFailedException(_)) = error.as_service_error() {
            tracing::info!(team.id = %team, "Something newer is on record for team {team}; it stays");
            return Ok(());
        }
        Err(error).with_context(|| format!("storing the installation of team {team}"))
    }
}

#[async_trait]
impl BotTokens for SealedTokens {
    async fn active(&self, team: &TeamId) -> anyhow::Result<Option<(Installation, SecretString)>> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(TEAM_ID, text(team.as_str()))
            .consistent_read(true)
            .send()
            .await
            .with_context(|| format!("looking for the token of team {team}"))?;
        let Some(item) = answer.item else { return Ok(None) };
        let installation = installation_of(&item, team.as_str())?;
        if !installation.is_active() {
            return Ok(None);
        }
        let keys = self.keys.key_ring(self.clock.now()).await?;
        let token = text_of(&item, "token")
            .and_then(|sealed| Ok(keys.open(&bound_to(&installation), sealed)?))
            .with_context(|| format!("opening the token of team {team}"))?;
        Ok(Some((installation, token)))
    }
}

/// What the token of an installation is bound to.
pub(super) fn bound_to(installation: &Installation) -> Bound<'_> {
    Bound { team: &installation.team, app: &installation.app, kind: TokenKind::Bot }
}
