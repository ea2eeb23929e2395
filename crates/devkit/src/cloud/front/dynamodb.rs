//! DynamoDB: the embedded one, behind its own HTTP server on a port nobody else is told.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use dynoxide::actions::create_table::CreateTableRequest;
use dynoxide::actions::update_time_to_live::UpdateTimeToLiveRequest;
use http::Request;
use http::request::Parts;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::cloud::server::{Answer, HangUp, Tasks};
use crate::template::{Key, Stack, Table};

/// The embedded DynamoDB.
#[derive(Clone)]
pub(crate) struct Database {
    pub(crate) tables: dynoxide::Database,
    client: Client<HttpConnector, Full<Bytes>>,
    address: String,
}

impl Database {
    /// Opens it, creates the stack's tables, and serves it.
    pub(crate) async fn start(stack: &Stack, dir: Option<&Path>, tasks: &Tasks) -> anyhow::Result<Self> {
        let database = match dir {
            None => dynoxide::Database::memory()?,
            Some(dir) => {
                std::fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
                let file = dir.join("dynamodb.sqlite");
                dynoxide::Database::new(&file.to_string_lossy())
                    .with_context(|| format!("cannot open {}", file.display()))?
            }
        };
        for table in &stack.tables {
            create(&database, table)
                .with_context(|| format!("cannot create the table {}", table.logical_id))?;
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?.to_string();
        let served = database.clone();
        tasks.spawn(async move {
            let _ = dynoxide::server::serve_with_shutdown(listener, served, std::future::pending()).await;
        });
        let client =
            Client::builder(TokioExecutor::new()).pool_idle_timeout(Duration::from_mins(1)).build_http();
        Ok(Self { tables: database, client, address })
    }

    /// Passes one call on.
    pub(super) async fn call(&self, parts: &Parts, body: Bytes) -> Result<Answer, HangUp> {
        let mut request = Request::builder()
            .method(parts.method.clone())
            .uri(format!("http://{}/", self.address))
            .body(Full::new(body))
            .map_err(|_| HangUp)?;
        for name in ["authorization", "content-type", "x-amz-date", "x-amz-target", "x-amz-security-token"] {
            if let Some(value) = parts.headers.get(name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        let answer = self.client.request(request).await.map_err(|_| HangUp)?;
        let (mut parts, body) = answer.into_parts();
        let body = body.collect().await.map_err(|_| HangUp)?.to_bytes();
        parts.headers.remove("transfer-encoding");
        parts.headers.remove("connection");
        Ok(Answer::from_parts(parts, Full::new(body)))
    }
}

fn create(database: &dynoxide::Database, table: &Table) -> anyhow::Result<()> {
    if database.get_table_metadata(&table.name)?.is_some() {
        return Ok(());
    }
    let attributes: Vec<_> = table
        .attributes
        .iter()
        .map(|(name, kind)| json!({ "AttributeName": name, "AttributeType": kind }))
        .collect();
    let mut request = json!({
        "TableName": table.name,
        "AttributeDefinitions": attributes,
        "KeySchema": schema(&table.keys),
        "BillingMode": "PAY_PER_REQUEST",
    });
    if !table.indexes.is_empty()
        && let Some(map) = request.as_object_mut()
    {
        map.insert("GlobalSecondaryIndexes".to_owned(), table.indexes.iter().map(index).collect());
    }
    database.create_table(serde_json::from_value::<CreateTableRequest>(request)?)?;
    if let Some(attribute) = &table.ttl_attribute {
        let specification = json!({ "AttributeName": attribute, "Enabled": true });
        let request = json!({ "TableName": table.name, "TimeToLiveSpecification": specification });
        database.update_time_to_live(serde_json::from_value::<UpdateTimeToLiveRequest>(request)?)?;
    }
    Ok(())
}

fn index(index: &crate::template::Index) -> Value {
    let mut projection = json!({ "ProjectionType": index.projection });
    if let Some(map) = projection.as_object_mut().filter(|_| !index.non_key_attributes.is_empty()) {
        map.insert("NonKeyAttributes".to_owned(), json!(index.non_key_attributes));
    }
    json!({ "IndexName": index.name, "KeySchema": schema(&index.keys), "Projection": projection })
}

fn schema(keys: &[Key]) -> Value {
    keys.iter().map(|key| json!({ "AttributeName": key.attribute, "KeyType": key.kind })).collect()
}
