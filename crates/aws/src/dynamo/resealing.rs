//! Bot tokens that were sealed with an earlier key are sealed anew with the current one.
//! For operators, after the token keys were rotated: no function has the right to read
//! the whole table.
//!
//! A token is replaced only if it still is the one that was opened, so that whoever
//! installs or removes the app meanwhile wins. It may be done again at any time.

use std::collections::HashMap;

use anyhow::Context as _;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::scan::ScanError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::ids::TeamId;

use super::sealed_tokens::bound_to;
use super::{Item, TEAM_ID, installation_of, is_reserved, text, text_of};
use crate::seal::{KeyRing, key_id};

/// How often others may come between before a token is left as it is.
const ROUNDS: usize = 5;

/// The table of installations, with the tokens.
#[derive(Clone, Debug)]
pub struct Resealing {
    client: Client,
    table: String,
}

/// By which key a team's token is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seal {
    /// By the key of this name.
    Key(String),
    /// There is no token: the team has removed the app.
    NoToken,
    /// What stands there is no sealed token.
    Unreadable,
}

/// What became of a team's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resealed {
    /// It is sealed anew.
    Anew,
    /// The current key had sealed it already.
    Already,
    /// There is none any more.
    NoToken,
    /// Others have written it each time; it is whole, and may be tried again.
    Lost,
}

/// One page of the table.
#[derive(Debug)]
pub struct Page {
    /// The teams on it.
    pub teams: Vec<(TeamId, Seal)>,
    /// Where the next page begins, if there is one.
    pub next: Option<Start>,
}

/// Where a page begins.
#[derive(Clone, Debug)]
pub struct Start(HashMap<String, AttributeValue>);

impl Resealing {
    /// Over the table `table`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// The page that begins at `start`; the first one without it.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub async fn page(&self, start: Option<Start>) -> Result<Page, SdkError<ScanError>> {
        let scan = self.client.scan().table_name(&self.table).consistent_read(true);
        let scan =
            scan.projection_expression("team_id, #token").expression_attribute_names("#token", "token");
        let answer = scan.set_exclusive_start_key(start.map(|start| start.0)).send().await?;
        let items = answer.items.unwrap_or_default();
        let team = |item: &Item| text_of(item, TEAM_ID).ok().map(|team| (TeamId::new(team), seal_of(item)));
        Ok(Page {
            teams: items.iter().filter(|item| !is_reserved(item)).filter_map(team).collect(),
            next: answer.last_evaluated_key.filter(|key| !key.is_empty()).map(Start),
        })
    }

    /// Seals the token of `team` with the current key of `keys`.
    ///
    /// # Errors
    /// If it cannot be read, opened or written. Then it is as it was, or, if only the
    /// answer was lost, sealed anew.
    pub async fn reseal(&self, team: &TeamId, keys: &KeyRing) -> anyhow::Result<Resealed> {
        for _ in 0..ROUNDS {
            let Some(item) = self.item(team).await? else { return Ok(Resealed::NoToken) };
            match seal_of(&item) {
                Seal::NoToken => return Ok(Resealed::NoToken),
                Seal::Key(key) if key == keys.current_id() => return Ok(Resealed::Already),
                Seal::Key(_) | Seal::Unreadable => {}
            }
            if self.replace(team, &item, keys).await? {
                return Ok(Resealed::Anew);
            }
        }
        Ok(Resealed::Lost)
    }

    async fn item(&self, team: &TeamId) -> anyhow::Result<Option<Item>> {
        let get = self.client.get_item().table_name(&self.table).key(TEAM_ID, text(team.as_str()));
        let answer = get.consistent_read(true).send().await;
        Ok(answer.with_context(|| format!("reading the token of team {team}"))?.item)
    }

    /// Whether the token in `item` was still the one on record, and so is replaced.
    pub(super) async fn replace(&self, team: &TeamId, item: &Item, keys: &KeyRing) -> anyhow::Result<bool> {
        let installation = installation_of(item, team.as_str())?;
        let old = text_of(item, "token").with_context(|| format!("the token of team {team}"))?;
        let bound = bound_to(&installation);
        let new = keys.open(&bound, old).and_then(|token| keys.seal(&bound, &token));
        let new = new.with_context(|| format!("sealing the token of team {team} anew"))?;
        let result = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(TEAM_ID, text(team.as_str()))
            .update_expression("SET #token = :new")
            .condition_expression("#token = :old")
            .expression_attribute_names("#token", "token")
            .expression_attribute_values(":new", text(new))
            .expression_attribute_values(":old", text(old))
            .send()
            .await;
        let Err(error) = result else { return Ok(true) };
        if let Some(UpdateItemError::ConditionalCheckFailedException(_)) = error.as_service_error() {
            return Ok(false);
        }
        Err(error).with_context(|| format!("storing the token of team {team}"))
    }
}

fn seal_of(item: &Item) -> Seal {
    if !item.contains_key("token") {
        return Seal::NoToken;
    }
    let key = text_of(item, "token").ok().and_then(key_id);
    key.map_or(Seal::Unreadable, |key| Seal::Key(key.to_owned()))
}
