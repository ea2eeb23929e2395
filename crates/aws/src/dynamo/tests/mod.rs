//! The adapters against an embedded DynamoDB over HTTP, by the unmodified SDK.
//! Every conditional write is raced: of many, one wins.

mod accounts;
mod audit;
mod batch;
mod deeds;
mod installations;
mod inventory;
mod jobs;
mod oauth_states;
mod resealing;
mod settings;
mod standups;
mod threads;

use std::future::Future;
use std::sync::Arc;

use app::ports::Clock;
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::*;

/// How many writers race for one item.
const RACERS: usize = 50;

/// The app's tables: partition key, and sort key where there is one.
const TABLES: [(&str, &[&str]); 7] = [
    ("installations", &["team_id"]),
    ("oauth_states", &["state_hash"]),
    ("jobs", &["job_id"]),
    ("accounts", &["team_id", "alias"]),
    ("instances", &["team_id", "place"]),
    ("audit", &["team_month", "entry"]),
    ("standups", &["report_id", "report_user_id"]),
];

/// An embedded DynamoDB with the app's tables, gone when dropped.
struct Tables {
    client: Client,
    _stop: oneshot::Sender<()>,
}

impl Tables {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let database = dynoxide::Database::memory().unwrap();
        tokio::spawn(dynoxide::server::serve_with_shutdown(listener, database, async {
            let _ = stopped.await;
        }));
        let config = crate::local::config(&endpoint);
        let client = crate::clients::dynamo(&config);
        for (table, keys) in TABLES {
            create(&client, table, keys).await;
        }
        Self { client, _stop: stop }
    }

    /// The item under `key` as it is stored.
    async fn raw(&self, table: &str, key: (&str, &str)) -> Option<Item> {
        self.raw_under(table, &[key]).await
    }

    /// The item under a key of one part or two.
    async fn raw_under(&self, table: &str, key: &[(&str, &str)]) -> Option<Item> {
        let key = key.iter().map(|(name, value)| ((*name).to_owned(), text(*value))).collect();
        let get = self.client.get_item().table_name(table).set_key(Some(key)).consistent_read(true);
        get.send().await.unwrap().item
    }

    /// All items, in any order.
    async fn all(&self, table: &str) -> Vec<Item> {
        self.client.scan().table_name(table).send().await.unwrap().items.unwrap()
    }

    /// Stores an item as it is.
    async fn put_raw(&self, table: &str, item: &[(&str, AttributeValue)]) {
        let item = item.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.client.put_item().table_name(table).set_item(Some(item)).send().await.unwrap();
    }
}

async fn create(client: &Client, table: &str, keys: &[&str]) {
    let mut request = client.create_table().table_name(table).billing_mode(BillingMode::PayPerRequest);
    for (key, kind) in keys.iter().zip([KeyType::Hash, KeyType::Range]) {
        request = request
            .attribute_definitions(attribute(key, ScalarAttributeType::S))
            .key_schema(schema(key, kind));
    }
    if table == "jobs" {
        let index = GlobalSecondaryIndex::builder()
            .index_name(OPEN_INDEX)
            .key_schema(schema("open", KeyType::Hash))
            .key_schema(schema("due", KeyType::Range))
            .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build());
        request = request
            .attribute_definitions(attribute("open", ScalarAttributeType::S))
            .attribute_definitions(attribute("due", ScalarAttributeType::N))
            .global_secondary_indexes(index.build().unwrap());
    }
    request.send().await.unwrap();
}

fn attribute(name: &str, kind: ScalarAttributeType) -> AttributeDefinition {
    AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().unwrap()
}

fn schema(name: &str, kind: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
}

/// Runs `RACERS` of the same at once.
async fn race<Run, Racing>(run: Run) -> Vec<Racing::Output>
where
    Run: Fn(usize) -> Racing,
    Racing: Future<Output: Send> + Send + 'static,
{
    let running: Vec<_> = (0..RACERS).map(|racer| tokio::spawn(run(racer))).collect();
    futures_util::future::join_all(running).await.into_iter().map(Result::unwrap).collect()
}

/// A clock that stands still.
struct At(Millis);

#[async_trait]
impl Clock for At {
    fn now(&self) -> Millis {
        self.0
    }

    async fn sleep(&self, _millis: u64) {}
}

fn at(millis: u64) -> Arc<dyn Clock> {
    Arc::new(At(Millis(millis)))
}
