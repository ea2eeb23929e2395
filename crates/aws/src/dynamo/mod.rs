//! The tables, one adapter per port. Every decision between two writers is a
//! condition on one item; every read is consistent. The one exception is the
//! inventory, which decides nothing.
//!
//! A record that cannot be read is a fault that names its key, never its
//! content: it may hold what people wrote.

mod accounts;
mod audit;
mod batch;
mod deeds;
mod installations;
mod inventory;
mod jobs;
mod oauth_states;
mod resealing;
mod sealed_tokens;
mod settings;
mod standups;
#[cfg(test)]
mod tests;
mod threads;

use std::collections::HashMap;

use anyhow::Context as _;
use app::ports::Installation;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::time::Millis;
use serde::de::DeserializeOwned;

pub use accounts::DynamoAccounts;
pub use audit::DynamoAudit;
pub use deeds::DynamoDeeds;
pub use installations::DynamoInstallations;
pub use inventory::{DynamoInventory, SIGHTING_LIFETIME_MS};
pub use jobs::{DynamoJobs, JOB_RETENTION_SECONDS, OPEN_INDEX};
pub use oauth_states::DynamoOauthStates;
pub use resealing::{Page, Resealed, Resealing, Seal, Start};
pub use sealed_tokens::SealedTokens;
pub use settings::DynamoSettings;
pub use standups::DynamoStandups;
pub use threads::DynamoThreads;

type Item = HashMap<String, AttributeValue>;

/// The key of an installation, and the first part of the keys of what a team has.
const TEAM_ID: &str = "team_id";

/// The key of the item that names the team that installed the app first. No id of
/// Slack's looks so.
const FIRST: &str = "first#team";

/// Which attribute of it does.
const FIRST_TEAM: &str = "first_team";

/// Whether `item` of the table of installations is something else than an
/// installation: its key is no id of Slack's.
fn is_reserved(item: &Item) -> bool {
    text_of(item, TEAM_ID).is_ok_and(|key| key.contains('#'))
}

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn text_of<'a>(item: &'a Item, attribute: &str) -> anyhow::Result<&'a str> {
    match item.get(attribute) {
        Some(AttributeValue::S(value)) => Ok(value),
        _ => anyhow::bail!("the attribute {attribute} is not text"),
    }
}

fn number_of(item: &Item, attribute: &str) -> anyhow::Result<Option<u64>> {
    match item.get(attribute) {
        None => Ok(None),
        Some(AttributeValue::N(digits)) => {
            digits.parse().map(Some).with_context(|| format!("the attribute {attribute} is not a count"))
        }
        Some(_) => anyhow::bail!("the attribute {attribute} is not a number"),
    }
}

/// The record in `item`. A fault tells the place in the JSON, not what stands
/// there.
fn record_of<T: DeserializeOwned>(item: &Item) -> anyhow::Result<T> {
    serde_json::from_str(text_of(item, "record")?).map_err(|error| {
        anyhow::anyhow!("the record cannot be read (line {}, column {})", error.line(), error.column())
    })
}

/// An installation as it is stored: the tombstone is an attribute of its own,
/// so that uninstalling is one conditional update.
fn installation_of(item: &Item, key: &str) -> anyhow::Result<Installation> {
    let read = || -> anyhow::Result<Installation> {
        let mut installation: Installation = record_of(item)?;
        installation.uninstalled_at = number_of(item, "uninstalled_at")?.map(Millis);
        anyhow::ensure!(installation.team.as_str() == key, "the record is another team's");
        Ok(installation)
    };
    read().with_context(|| format!("reading the installation of team {key}"))
}
