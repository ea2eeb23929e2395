//! The EC2 worker: wires the entry point `app::ec2` to AWS and Slack.

use std::sync::Arc;

use anyhow::Context as _;
use aws::clients::{self, Patience};
use aws::config::{Environment as _, ManagedTag};
use aws::dynamo::{DynamoJobs, DynamoThreads, SealedTokens};
use aws::glue::{OsEntropy, SystemClock, worker};
use aws::secrets::{SsmStore, WorkerSecrets};
use ec2::Ec2Instances;
use slack::web::{ApiBase, Client, Limits};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    aws::glue::init_tracing();
    let config = aws::config::Ec2::from_env()?;
    let sdk = clients::sdk_config(Patience::Worker).await?;
    let clock = Arc::new(SystemClock);
    let store = Arc::new(SsmStore::new(clients::ssm(&sdk)));
    let keys = Arc::new(WorkerSecrets::new(store, &config.ssm_prefix));
    let dynamo = clients::dynamo(&sdk);
    let worker = app::ec2::Ec2 {
        jobs: Arc::new(DynamoJobs::new(dynamo.clone(), config.jobs_table.clone())),
        threads: Arc::new(DynamoThreads::new(dynamo.clone(), config.jobs_table, clock.clone())),
        tokens: Arc::new(SealedTokens::new(dynamo, config.installations_table, keys, clock.clone())),
        instances: Arc::new(Ec2Instances::new(&sdk, config.managed_tag.map(ManagedTag::into_pair))?),
        slack: Client::over_https(ApiBase::parse(&config.slack_api_url)?, Limits::WORKER)?,
        clock,
        entropy: Arc::new(OsEntropy),
        regions: config.regions,
    };
    let worker = &worker;
    worker::run(async move |event, deadline| {
        let wake = serde_json::from_value(event).context("reading the payload")?;
        worker.handle(&wake, deadline).await
    })
    .await
}
