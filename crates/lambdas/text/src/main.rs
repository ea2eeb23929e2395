//! The worker of `/reverse` and `/summarize`: wires the entry point `app::text`
//! to AWS, Slack's `response_url`s and the web.

use std::sync::Arc;

use anyhow::Context as _;
use aws::clients;
use aws::config::Environment as _;
use aws::dynamo::DynamoJobs;
use aws::glue::{OsEntropy, SystemClock, worker};
use aws::secrets::{SmmryKey, SsmStore};
use slack::web::{ApiBase, Client, Limits};
use text::Articles;
use text::fetch::Fetcher;
use text::smmry::Smmry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    aws::glue::init_tracing();
    let config = aws::config::Text::from_env()?;
    let sdk = clients::worker_config().await?;
    let clock = Arc::new(SystemClock);
    let store = Arc::new(SsmStore::new(clients::ssm(&sdk)));
    let key = SmmryKey::new(store, &config.ssm_prefix, clock.clone());
    let (fetcher, smmry) = (Fetcher::new(config.fetch_hosts)?, Smmry::new(&config.smmry_api_url)?);
    let worker = app::text::Text {
        jobs: Arc::new(DynamoJobs::new(clients::dynamo(&sdk), config.jobs_table)),
        summarizer: Arc::new(Articles::new(fetcher, smmry, Arc::new(key))),
        slack: Client::over_https(ApiBase::parse(&config.slack_api_url)?, Limits::WORKER)?,
        clock,
        entropy: Arc::new(OsEntropy),
    };
    let worker = &worker;
    worker::run(async move |event, deadline| {
        let wake = serde_json::from_value(event).context("reading the payload")?;
        worker.handle(&wake, deadline).await
    })
    .await
}
