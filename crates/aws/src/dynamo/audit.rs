//! The book of changes, which only grows: the function's role lets it put items
//! and nothing else, so nothing is read here, not even to see what came before.
//!
//! A row lies in the month of its team, under the job and the number of the entry.
//! Its moment is not part of the key: an entry that is written again, because a
//! reply was lost or a run was cut off, comes with a later one, and would be a
//! second row about the same thing. Whoever wants rows by time sorts them by `at`.

use anyhow::Context as _;
use app::ports::Audit;
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use domain::audit::{Entry, Event};
use domain::ids::{InstanceId, PlanHash, UserId};
use domain::time::Millis;

use super::{Item, number, record_of, text};

/// How many characters of a moment are its month (`2026-11`).
pub(super) const MONTH: usize = 7;

/// How many characters of a moment are date and time to the second
/// (`2026-11-20T18:02:11`).
const SECOND: usize = 19;

/// The table of audit entries.
#[derive(Clone, Debug)]
pub struct DynamoAudit {
    client: Client,
    table: String,
}

impl DynamoAudit {
    /// Over the table `table`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}

#[async_trait]
impl Audit for DynamoAudit {
    async fn append(&self, entry: &Entry) -> anyhow::Result<()> {
        let item = item_of(entry).with_context(|| format!("writing down what {} does", entry.job))?;
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(entry)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = result else { return Ok(()) };
        if let Some(PutItemError::ConditionalCheckFailedException(refusal)) = error.as_service_error() {
            let known = refusal.item().context("DynamoDB did not return the entry that is there")?;
            let (number, job) = (entry.number, &entry.job);
            let same = record_of(known).is_ok_and(|known| is_about_the_same(&known, entry));
            anyhow::ensure!(same, "another entry stands in the place of entry {number} of {job}");
            return Ok(());
        }
        Err(error).with_context(|| format!("adding entry {} of {} to the audit", entry.number, entry.job))
    }
}

/// Whether two entries of one job and number say what is done to what. When that
/// was written and what came of it may differ: the first one stays.
fn is_about_the_same(known: &Entry, entry: &Entry) -> bool {
    let about = |entry: &Entry| {
        let Entry { actor, action, targets, account, region, plan, .. } = entry.clone();
        (actor, action, targets, account, region, plan)
    };
    about(known) == about(entry)
}

/// The row: the entry as it is, and beside it what an auditor asks for. What an
/// entry does not have, its row does not have either.
fn item_of(entry: &Entry) -> anyhow::Result<Item> {
    let at = moment(entry.at)?;
    let month = at.get(..MONTH).context("the moment has no month")?;
    let all = |names: &mut dyn Iterator<Item = &str>| AttributeValue::L(names.map(text).collect());
    let record = serde_json::to_string(entry)?;
    let mut item: Item = [
        ("team_month", text(format!("{}#{month}", entry.team))),
        ("entry", text(format!("{}#{:04}", entry.job, entry.number))),
        ("team_id", text(entry.team.as_str())),
        ("at", text(&at)),
        ("job_id", text(entry.job.as_str())),
        ("number", number(entry.number.into())),
        ("actor", text(entry.actor.as_str())),
        ("verb", text(&entry.verb)),
        ("action", text(entry.action.operation())),
        ("account", text(entry.account.as_str())),
        ("region", text(entry.region.as_str())),
        ("instance_ids", all(&mut entry.targets.iter().map(InstanceId::as_str))),
        ("approvers", all(&mut entry.approvers.iter().map(UserId::as_str))),
        ("record", text(record)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let (result, request_id, why) = match &entry.event {
        Event::Calling => ("calling", None, None),
        Event::Done { request_id, .. } => ("done", Some(request_id), None),
        Event::Refused { why } => ("refused", None, Some(why)),
        Event::Lost { why } => ("lost", None, Some(why)),
    };
    item.insert("result".to_owned(), text(result));
    let optional = [
        ("plan", entry.plan.as_ref().map(PlanHash::as_str)),
        ("reason", entry.reason.as_deref()),
        ("aws_request_id", request_id.map(String::as_str)),
        ("why", why.map(String::as_str)),
    ];
    let given = optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), text(value?))));
    item.extend(given);
    Ok(item)
}

/// `2026-11-20T18:02:11.123Z`: always as long, so that texts sort as moments do.
pub(super) fn moment(at: Millis) -> anyhow::Result<String> {
    let seconds = i64::try_from(at.secs()).context("the moment is too far away")?;
    let whole = DateTime::from_secs(seconds).fmt(DateTimeFormat::DateTime)?;
    let whole = whole.get(..SECOND).context("the moment is no date and time")?;
    Ok(format!("{whole}.{:03}Z", at.0 % 1_000))
}
