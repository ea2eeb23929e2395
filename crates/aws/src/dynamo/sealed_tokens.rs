//! Bot tokens: stored sealed when a workspace installs the app, and opened
//! when a function speaks as the bot.

use std::sync::Arc;

use anyhow::Context as _;
use app::ports::{BotTokens, Clock, Enrolment, Installation};
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use domain::ids::TeamId;
use secrecy::SecretString;

use super::{FIRST, FIRST_TEAM, Item, TEAM_ID, installation_of, number, text, text_of};
use crate::seal::{Bound, TokenKind};
use crate::secrets::TokenKeys;

/// How often an installation is tried while others write the same one. Each of them
/// leaves a newer one or is done.
const TRIES: usize = 64;

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

/// What became of one conditional write.
enum Put {
    Written,
    /// The condition did not hold: this is there.
    Found(Item),
}

async fn put(request: PutItemFluentBuilder) -> anyhow::Result<Put> {
    let request =
        request.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    let Err(error) = request.send().await else { return Ok(Put::Written) };
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(refusal)) => {
            Ok(Put::Found(refusal.item().cloned().unwrap_or_default()))
        }
        _ => Err(error.into()),
    }
}

impl SealedTokens {
    /// The team that was the first of all to install the app: `team`, if there was
    /// none. It stays the first when it uninstalls the app, so that the right to the
    /// home account never passes to another team by itself.
    async fn first_team(&self, team: &TeamId) -> anyhow::Result<TeamId> {
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .item(TEAM_ID, text(FIRST))
            .item(FIRST_TEAM, text(team.as_str()))
            .condition_expression("attribute_not_exists(team_id)");
        match put(request).await? {
            Put::Written => Ok(team.clone()),
            Put::Found(item) => Ok(TeamId::new(text_of(&item, FIRST_TEAM)?)),
        }
    }

    /// Writes `installation` if `before` is what is there, and nothing if it is not.
    async fn replace(
        &self,
        installation: &Installation,
        token: &SecretString,
        before: Option<&Item>,
    ) -> anyhow::Result<Put> {
        let item = self.item(installation, token).await?;
        let request = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let request = match before {
            None => request.condition_expression("attribute_not_exists(team_id)"),
            // The record names everything but the tombstone.
            Some(before) => {
                let request = request
                    .expression_attribute_names("#record", "record")
                    .expression_attribute_values(":record", text(text_of(before, "record")?));
                match before.get("uninstalled_at") {
                    None => request
                        .condition_expression("#record = :record AND attribute_not_exists(uninstalled_at)"),
                    Some(at) => request
                        .condition_expression("#record = :record AND uninstalled_at = :uninstalled")
                        .expression_attribute_values(":uninstalled", at.clone()),
                }
            }
        };
        put(request).await
    }
}

#[async_trait]
impl Enrolment for SealedTokens {
    async fn enrol(
        &self,
        installation: &Installation,
        token: &SecretString,
    ) -> anyhow::Result<Option<Installation>> {
        let team = &installation.team;
        let storing = || format!("storing the installation of team {team}");
        let is_first = self.first_team(team).await.with_context(storing)? == *team;
        let mut installation = Installation { is_first, ..installation.clone() };
        let installer = installation.installer.clone();
        let (mut seen, mut replaced) = (None::<Item>, None);
        for _ in 0..TRIES {
            match self.replace(&installation, token, seen.as_ref()).await.with_context(storing)? {
                Put::Written => return Ok(replaced),
                Put::Found(item) => {
                    let known = installation_of(&item, team.as_str())?;
                    if is_newer(&known, &installation) {
                        tracing::info!(team.id = %team, "Something newer is on record for team {team}; it stays");
                        return Ok(None);
                    }
                    replaced = known.is_active().then_some(known);
                    let first = replaced.as_ref().map(|known| &known.installer);
                    installation.installer = first.unwrap_or(&installer).clone();
                    seen = Some(item);
                }
            }
        }
        Err(anyhow::anyhow!("others write it all the time")).with_context(storing)
    }
}

/// Whether what is on record was installed, or uninstalled, after `installation`.
fn is_newer(known: &Installation, installation: &Installation) -> bool {
    known.installed_at > installation.installed_at
        || known.uninstalled_at.is_some_and(|at| at >= installation.installed_at)
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
