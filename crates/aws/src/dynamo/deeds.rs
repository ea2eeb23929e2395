//! What people have done, out of the audit: the only thing that is ever read there.

use anyhow::Context as _;
use app::ports::Deeds;
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use domain::audit::Entry;
use domain::ids::TeamId;
use domain::time::Millis;

use super::audit::{MONTH, moment};
use super::{record_of, text};

/// The table of audit entries, to be read.
#[derive(Clone, Debug)]
pub struct DynamoDeeds {
    client: Client,
    table: String,
}

impl DynamoDeeds {
    /// Over the table `table`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// The entries of one month, in no order.
    async fn month(
        &self,
        team: &TeamId,
        month: &str,
        (from, to): (&str, &str),
    ) -> anyhow::Result<Vec<Entry>> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("team_month = :month")
            .filter_expression("#result = :done AND #at >= :from AND #at < :to")
            .expression_attribute_names("#result", "result")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":month", text(format!("{team}#{month}")))
            .expression_attribute_values(":done", text("done"))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut entries = Vec::new();
        while let Some(item) = pages.next().await {
            let read = || -> anyhow::Result<Entry> {
                let entry: Entry = record_of(&item?)?;
                anyhow::ensure!(entry.team == *team, "an entry is another team's");
                Ok(entry)
            };
            entries.push(read().with_context(|| format!("looking for what team {team} has done"))?);
        }
        Ok(entries)
    }
}

#[async_trait]
impl Deeds for DynamoDeeds {
    async fn between(&self, team: &TeamId, from: Millis, to: Millis) -> anyhow::Result<Vec<Entry>> {
        if from >= to {
            return Ok(Vec::new());
        }
        // Moments are as long as each other, so their texts compare as they do.
        let (first, end) = (moment(from)?, moment(to)?);
        let mut entries = Vec::new();
        for month in months(&first, &end)? {
            entries.extend(self.month(team, &month, (&first, &end)).await?);
        }
        entries
            .sort_by(|one, other| (one.at, &one.job, one.number).cmp(&(other.at, &other.job, other.number)));
        Ok(entries)
    }
}

/// The months from that of `first` to that of `last`, `2026-11` and so on.
fn months(first: &str, last: &str) -> anyhow::Result<Vec<String>> {
    let count = |moment: &str| -> anyhow::Result<u32> {
        let (year, month) =
            moment.get(..MONTH).and_then(|month| month.split_once('-')).context("the moment has no month")?;
        Ok(year.parse::<u32>()? * 12 + month.parse::<u32>()? - 1)
    };
    let months = count(first)?..=count(last)?;
    Ok(months.map(|month| format!("{:04}-{:02}", month / 12, month % 12 + 1)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_go_on_over_the_end_of_a_year() {
        for (first, last, expected) in [
            ("2026-11-20T18:02:11.042Z", "2026-11-30T23:59:59.999Z", vec!["2026-11"]),
            ("2026-11-30T00:00:00.000Z", "2026-12-01T00:00:00.000Z", vec!["2026-11", "2026-12"]),
            ("2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00.001Z", vec!["2026-12", "2027-01"]),
            ("2026-11-01", "2027-02-01", vec!["2026-11", "2026-12", "2027-01", "2027-02"]),
        ] {
            assert_eq!(months(first, last).unwrap(), expected, "{first} {last}");
        }
        assert!(months("never", "2026-11").is_err());
    }
}
