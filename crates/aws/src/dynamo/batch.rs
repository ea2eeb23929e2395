//! Writing and deleting many items of one table.

use anyhow::Context as _;
use app::ports::Clock;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use futures_util::stream::{self, TryStreamExt as _};

use super::Item;

/// The most items that one `BatchWriteItem` takes.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>
const MAX_ITEMS: usize = 25;

/// How many batches of one call are under way at a time.
const AT_ONCE: usize = 4;

/// How long is waited before each try: DynamoDB hands back what it had no
/// capacity for, and to ask again at once would find as little.
const PAUSES_MS: [u64; 6] = [0, 50, 100, 200, 400, 800];

/// Makes all of `changes`, no two of one item, in any order.
///
/// # Errors
/// If a batch is refused, or something of it is handed back after every try. The
/// others may have been written.
pub(super) async fn write(
    client: &Client,
    table: &str,
    clock: &dyn Clock,
    changes: Vec<WriteRequest>,
) -> anyhow::Result<()> {
    let batches = changes.chunks(MAX_ITEMS).map(<[WriteRequest]>::to_vec).map(anyhow::Ok);
    let write = async |batch| write_batch(client, table, clock, batch).await;
    stream::iter(batches).try_for_each_concurrent(AT_ONCE, write).await
}

async fn write_batch(
    client: &Client,
    table: &str,
    clock: &dyn Clock,
    batch: Vec<WriteRequest>,
) -> anyhow::Result<()> {
    let mut left = batch;
    for pause in PAUSES_MS {
        if pause > 0 {
            clock.sleep(pause).await;
        }
        let request = client.batch_write_item().request_items(table, left);
        let answer = request.send().await.with_context(|| format!("writing a batch to the table {table}"))?;
        left = answer.unprocessed_items.unwrap_or_default().into_values().flatten().collect();
        if left.is_empty() {
            return Ok(());
        }
    }
    anyhow::bail!("the table {table} takes no more: {} items of a batch were handed back", left.len())
}

pub(super) fn put(item: Item) -> anyhow::Result<WriteRequest> {
    let put = PutRequest::builder().set_item(Some(item)).build()?;
    Ok(WriteRequest::builder().put_request(put).build())
}

pub(super) fn delete(key: Item) -> anyhow::Result<WriteRequest> {
    let delete = DeleteRequest::builder().set_key(Some(key)).build()?;
    Ok(WriteRequest::builder().delete_request(delete).build())
}
