//! What was seen of instances, one small item each: its name, and when it was seen.
//! Beside them stands one item for each corner that was ever seen whole.
//!
//! It is a cache. What a look changes is found out by reading first, and written in
//! batches, which know no conditions: of two looks into one corner at the same
//! time the older may be written last. The next whole look puts that right, and
//! nothing is ever decided by it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Context as _;
use app::ports::{Clock, Corner, Inventory, Known, Look, Shelf, Stock};
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::WriteRequest;
use domain::ids::{AccountId, InstanceId, Region};
use domain::time::Millis;
use futures_util::future::try_join_all;

use super::{Item, TEAM_ID, batch, number, number_of, text, text_of};

/// How long it is known that something was seen, if it is not seen again.
pub const SIGHTING_LIFETIME_MS: u64 = 7 * DAY_MS;

/// What is unchanged is written again only after so long, for it not to expire.
/// Every five minutes anew, 10,000 instances would cost 2.9 million writes a day;
/// so they cost 10,000.
const RENEWAL_MS: u64 = DAY_MS;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// Up to so many instances are read one by one, and more with their whole corner:
/// one item costs as much as some thirty that lie together.
const FEW: usize = 4;

/// Under what the instances of Bellhop's own account are kept; no team is called so.
const HOME: &str = "home";

/// The table of sightings.
#[derive(Clone)]
pub struct DynamoInventory {
    client: Client,
    table: String,
    clock: Arc<dyn Clock>,
}

/// An item as it is read.
struct Row {
    account: AccountId,
    region: Region,
    /// None for the item of the corner itself.
    id: Option<InstanceId>,
    name: Option<String>,
    seen_at: Millis,
    expires_at: u64,
}

/// What is known of a corner, or of a part of it.
#[derive(Default)]
struct Before {
    /// When it was last seen whole.
    whole: Option<Millis>,
    rows: BTreeMap<InstanceId, Row>,
}

impl DynamoInventory {
    /// Over the table `table`; `clock` tells what has expired, and waits where
    /// DynamoDB asks for patience.
    pub fn new(client: Client, table: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self { client, table: table.into(), clock }
    }

    /// The items of `owner` whose sort key begins with `prefix`. One that cannot be
    /// read is left out: it will expire, and a cache need not have it.
    async fn items(&self, owner: &str, prefix: &str) -> anyhow::Result<Vec<Row>> {
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .projection_expression("place, #name, seen_at, expires_at")
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":owner", text(owner))
            .consistent_read(true);
        query = if prefix.is_empty() {
            query.key_condition_expression("team_id = :owner")
        } else {
            query
                .key_condition_expression("team_id = :owner AND begins_with(place, :prefix)")
                .expression_attribute_values(":prefix", text(prefix))
        };
        let mut pages = query.into_paginator().items().send();
        let mut rows = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.with_context(|| format!("looking for what is known of {owner} {prefix}"))?;
            rows.extend(readable(&item, owner));
        }
        Ok(rows)
    }

    async fn item(&self, owner: &str, place: String) -> anyhow::Result<Option<Row>> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(key(owner, place)));
        let answer = request.consistent_read(true).send().await;
        let answer = answer.with_context(|| format!("looking for what is known of {owner}"))?;
        Ok(answer.item.and_then(|item| readable(&item, owner)))
    }

    /// What is known of what `look` is about.
    async fn before(&self, corner: &Corner, look: &Look) -> anyhow::Result<Before> {
        let owner = owner_of(&corner.shelf);
        let ids: Vec<_> = look.there.iter().map(|(id, _)| id).chain(&look.gone).collect();
        let rows = if look.complete || ids.len() > FEW {
            self.items(owner, &place(corner, None)).await?
        } else {
            let places = ids.into_iter().map(Some).chain([None]).map(|id| place(corner, id));
            let found = try_join_all(places.map(|place| self.item(owner, place))).await?;
            found.into_iter().flatten().collect()
        };
        let mut before = Before::default();
        for row in rows {
            match row.id.clone() {
                Some(id) => drop(before.rows.insert(id, row)),
                None => before.whole = Some(row.seen_at),
            }
        }
        Ok(before)
    }

    /// Writes down that all of `corner` was seen at `at`, unless it was later too.
    async fn seen_whole(&self, corner: &Corner, at: Millis) -> anyhow::Result<()> {
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item_of(corner, None, None, at)))
            .condition_expression("attribute_not_exists(place) OR seen_at < :at")
            .expression_attribute_values(":at", number(at.0))
            .send()
            .await;
        let Err(error) = result else { return Ok(()) };
        if let Some(PutItemError::ConditionalCheckFailedException(_)) = error.as_service_error() {
            return Ok(());
        }
        Err(error).with_context(|| format!("writing down a look into {} {}", corner.account, corner.region))
    }

    async fn write(&self, changes: Vec<WriteRequest>) -> anyhow::Result<()> {
        batch::write(&self.client, &self.table, self.clock.as_ref(), changes).await
    }
}

#[async_trait]
impl Inventory for DynamoInventory {
    async fn known(&self, shelves: &[Shelf]) -> anyhow::Result<Stock> {
        let unique: BTreeSet<&Shelf> = shelves.iter().collect();
        let read = unique.into_iter().map(async |shelf| {
            let rows = self.items(owner_of(shelf), "").await?;
            anyhow::Ok((shelf, rows))
        });
        let now = self.clock.now().secs();
        let mut stock = Stock::default();
        for (shelf, rows) in try_join_all(read).await? {
            // TTL deletes only within days, so the expiry is compared here.
            for Row { account, region, id, name, seen_at, .. } in
                rows.into_iter().filter(|row| row.expires_at > now)
            {
                match id {
                    Some(id) => stock.instances.push(Known { account, region, id, name }),
                    None => stock.corners.push((Corner { shelf: shelf.clone(), account, region }, seen_at)),
                }
            }
        }
        Ok(stock)
    }

    async fn keep(&self, corner: &Corner, look: &Look) -> anyhow::Result<()> {
        let before = self.before(corner, look).await?;
        if before.whole.is_some_and(|whole| whole > look.at) {
            // Whatever differs from what is known was already known to be otherwise.
            return Ok(());
        }
        self.write(changes(corner, &before, look)?).await?;
        if look.complete { self.seen_whole(corner, look.at).await } else { Ok(()) }
    }

    async fn clear(&self, of: &Shelf, account: &AccountId) -> anyhow::Result<()> {
        let owner = owner_of(of);
        let rows = self.items(owner, &format!("{account}#")).await?;
        let delete = |row: Row| {
            let id = row.id.as_ref().map_or("", InstanceId::as_str);
            batch::delete(key(owner, format!("{}#{}#{id}", row.account, row.region)))
        };
        self.write(rows.into_iter().map(delete).collect::<anyhow::Result<_>>()?).await
    }
}

/// What has to be written for `look` to be known.
fn changes(corner: &Corner, before: &Before, look: &Look) -> anyhow::Result<Vec<WriteRequest>> {
    let there: BTreeMap<&InstanceId, Option<&str>> =
        look.there.iter().map(|(id, name)| (id, name.as_deref())).collect();
    let mut changes = Vec::new();
    for (id, name) in &there {
        let stays = before.rows.get(id).is_some_and(|row| {
            let is_same = row.name.as_deref() == *name && look.at.since(row.seen_at) < RENEWAL_MS;
            is_same || row.seen_at > look.at
        });
        if !stays {
            changes.push(batch::put(item_of(corner, Some(id), *name, look.at))?);
        }
    }
    for (id, row) in &before.rows {
        let is_gone = look.complete || look.gone.contains(id);
        if is_gone && !there.contains_key(id) && row.seen_at <= look.at {
            changes.push(batch::delete(key(owner_of(&corner.shelf), place(corner, Some(id))))?);
        }
    }
    Ok(changes)
}

/// The partition key: the team, or, for Bellhop's own account, nobody's name.
fn owner_of(shelf: &Shelf) -> &str {
    match shelf {
        Shelf::Home => HOME,
        Shelf::Team(team) => team.as_str(),
    }
}

/// The sort key: account, region and instance; without one, that of the corner's
/// own item, with which those of its instances begin.
fn place(corner: &Corner, id: Option<&InstanceId>) -> String {
    format!("{}#{}#{}", corner.account, corner.region, id.map_or("", InstanceId::as_str))
}

fn key(owner: &str, place: String) -> Item {
    Item::from([(TEAM_ID.to_owned(), text(owner)), ("place".to_owned(), text(place))])
}

fn item_of(corner: &Corner, id: Option<&InstanceId>, name: Option<&str>, at: Millis) -> Item {
    let mut item = key(owner_of(&corner.shelf), place(corner, id));
    item.insert("seen_at".to_owned(), number(at.0));
    item.insert("expires_at".to_owned(), number(at.plus(SIGHTING_LIFETIME_MS).secs()));
    if let Some(name) = name {
        item.insert("name".to_owned(), text(name));
    }
    item
}

fn readable(item: &Item, owner: &str) -> Option<Row> {
    let row = row_of(item);
    row.inspect_err(|error| tracing::warn!("What is known of {owner} has an item too many: {error:#}")).ok()
}

fn row_of(item: &Item) -> anyhow::Result<Row> {
    let place = text_of(item, "place")?;
    let mut parts = place.splitn(3, '#');
    let (Some(account), Some(region), Some(id)) = (parts.next(), parts.next(), parts.next()) else {
        anyhow::bail!("{place} is no place");
    };
    let is_whole = id.is_empty();
    let id = InstanceId::parse(id);
    anyhow::ensure!(is_whole || id.is_some(), "{place} is no instance's place");
    Ok(Row {
        account: AccountId::new(account),
        region: Region::new(region),
        id,
        name: item.contains_key("name").then(|| text_of(item, "name").map(str::to_owned)).transpose()?,
        seen_at: number_of(item, "seen_at")?.map(Millis).context("the attribute seen_at is missing")?,
        expires_at: number_of(item, "expires_at")?.context("the attribute expires_at is missing")?,
    })
}
