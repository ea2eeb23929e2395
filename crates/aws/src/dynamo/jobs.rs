//! Job records: the outbox between a gateway and its workers.
//!
//! The record is one JSON text; beside it stand the attributes that conditions
//! and the index look at. `open` and `due` are there only while something is
//! left to do, which keeps the index as small as the work.

use anyhow::Context as _;
use app::ports::{Advanced, Created, Jobs, OpenJobs};
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure, Select};
use domain::ids::{JobId, Worker};
use domain::job::Job;
use domain::time::Millis;

use super::{Item, number, record_of, text, text_of};

/// The sparse index of jobs with something left to do: partition key `open`
/// (the worker), sort key `due` (milliseconds), keys only.
pub const OPEN_INDEX: &str = "open";

/// How long a job is kept after it was created, in seconds: 30 days.
pub const JOB_RETENTION_SECONDS: u64 = 30 * 24 * 60 * 60;

/// The table of jobs.
#[derive(Clone, Debug)]
pub struct DynamoJobs {
    client: Client,
    table: String,
}

impl DynamoJobs {
    /// Over the table `table`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}

#[async_trait]
impl Jobs for DynamoJobs {
    async fn create(&self, job: &Job) -> anyhow::Result<Created> {
        let item = item_of(job)?;
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(job_id)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = result else { return Ok(Created::New) };
        if let Some(PutItemError::ConditionalCheckFailedException(refusal)) = error.as_service_error() {
            let stored = refusal.item().context("DynamoDB did not return the job that is there");
            let stored = stored.and_then(|item| job_of(item, &job.id))?;
            // Our own writer on the first epoch: the reply was lost, not the write.
            let ours =
                stored.machine.writer == job.machine.writer && stored.machine.epoch == job.machine.epoch;
            return Ok(if ours { Created::New } else { Created::Exists(Box::new(stored)) });
        }
        Err(error).with_context(|| format!("storing the job {}", job.id))
    }

    async fn find(&self, id: &JobId) -> anyhow::Result<Option<Job>> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("job_id", text(id.as_str()))
            .consistent_read(true)
            .send()
            .await
            .with_context(|| format!("looking for the job {id}"))?;
        answer.item.as_ref().map(|item| job_of(item, id)).transpose()
    }

    async fn advance(&self, before: &Job, after: &Job) -> anyhow::Result<Advanced> {
        let id = &before.id;
        anyhow::ensure!(
            after.id == *id && after.team == before.team,
            "the job {id} cannot become another job"
        );
        let item = item_of(after)?;
        let record = text_of(&item, "record")?.to_owned();
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(
                "#status = :status AND #writer = :writer AND #epoch = :epoch AND team_id = :team",
            )
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#writer", "writer")
            .expression_attribute_names("#epoch", "epoch")
            .expression_attribute_values(":status", text(before.machine.status.name()))
            .expression_attribute_values(":writer", text(before.machine.writer.as_str()))
            .expression_attribute_values(":epoch", number(before.machine.epoch))
            .expression_attribute_values(":team", text(before.team.as_str()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = result else { return Ok(Advanced::Written) };
        if let Some(PutItemError::ConditionalCheckFailedException(refusal)) = error.as_service_error() {
            return lost_or_written(refusal.item(), &record, id);
        }
        Err(error).with_context(|| format!("moving the job {id} on"))
    }
}

/// Tells a lost race from a lost reply. The very record that was to be written
/// is on record only if the write arrived: it carries our writer and the new
/// epoch. The whole record is compared, because one writer may, after an error,
/// try another move from the same epoch, which must not pass for the first.
fn lost_or_written(stored: Option<&Item>, record: &str, id: &JobId) -> anyhow::Result<Advanced> {
    let Some(item) = stored else { return Ok(Advanced::Lost(None)) };
    if text_of(item, "record").is_ok_and(|stored| stored == record) {
        return Ok(Advanced::Written);
    }
    Ok(Advanced::Lost(Some(Box::new(job_of(item, id)?))))
}

#[async_trait]
impl OpenJobs for DynamoJobs {
    async fn due(&self, worker: &Worker, now: Millis, limit: usize) -> anyhow::Result<Vec<JobId>> {
        let mut ids = Vec::new();
        let mut start = None;
        while ids.len() < limit {
            let missing = i32::try_from(limit - ids.len()).unwrap_or(i32::MAX);
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(OPEN_INDEX)
                .key_condition_expression("#open = :worker AND due <= :now")
                .expression_attribute_names("#open", "open")
                .expression_attribute_values(":worker", text(worker.as_str()))
                .expression_attribute_values(":now", number(now.0))
                .select(Select::AllProjectedAttributes)
                .scan_index_forward(true)
                .limit(missing)
                .set_exclusive_start_key(start)
                .send()
                .await
                .with_context(|| format!("looking for jobs of {worker} that are due"))?;
            for item in page.items() {
                ids.push(JobId::new(text_of(item, "job_id")?));
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        Ok(ids)
    }

    async fn set_aside_unreadable(&self, id: &JobId, until: Millis) -> anyhow::Result<bool> {
        let request = self.client.get_item().table_name(&self.table).key("job_id", text(id.as_str()));
        let answer = request.consistent_read(true).send().await;
        let answer = answer.with_context(|| format!("looking for the job {id}"))?;
        let Some(mut item) = answer.item.filter(|item| job_of(item, id).is_err()) else { return Ok(false) };
        // Only what was due is in the index, so it has this attribute.
        let Some(due) = item.insert("due".to_owned(), number(until.0)) else { return Ok(false) };
        let record = item.get("record").cloned();
        let mut put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .expression_attribute_names("#due", "due")
            .expression_attribute_names("#record", "record")
            .expression_attribute_values(":due", due);
        put = match record {
            Some(record) => put
                .condition_expression("#due = :due AND #record = :record")
                .expression_attribute_values(":record", record),
            None => put.condition_expression("#due = :due AND attribute_not_exists(#record)"),
        };
        let Err(error) = put.send().await else { return Ok(true) };
        if let Some(PutItemError::ConditionalCheckFailedException(_)) = error.as_service_error() {
            return Ok(false);
        }
        Err(error).with_context(|| format!("setting the job {id} aside"))
    }
}

fn item_of(job: &Job) -> anyhow::Result<Item> {
    let machine = &job.machine;
    let expires = job.created_at.secs().saturating_add(JOB_RETENTION_SECONDS);
    let record = serde_json::to_string(job).with_context(|| format!("writing the job {} as JSON", job.id))?;
    let mut item: Item = [
        ("job_id", text(job.id.as_str())),
        ("team_id", text(job.team.as_str())),
        ("status", text(machine.status.name())),
        ("epoch", number(machine.epoch)),
        ("writer", text(machine.writer.as_str())),
        ("record", text(record)),
        ("expires_at", number(expires)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    if let Some(due) = machine.due {
        item.insert("open".to_owned(), text(job.id.worker().as_str()));
        item.insert("due".to_owned(), number(due.0));
    }
    Ok(item)
}

fn job_of(item: &Item, id: &JobId) -> anyhow::Result<Job> {
    let job: Job = record_of(item).with_context(|| format!("reading the job {id}"))?;
    anyhow::ensure!(job.id == *id, "the record under the job {id} is another job's");
    anyhow::ensure!(
        text_of(item, "team_id").is_ok_and(|team| team == job.team.as_str()),
        "the record under the job {id} is another team's"
    );
    Ok(job)
}
