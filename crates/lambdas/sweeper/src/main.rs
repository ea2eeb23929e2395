//! The sweeper: wires the entry point `app::sweeper` to AWS and Slack.

use std::sync::Arc;

use aws::clients;
use aws::config::Environment as _;
use aws::dynamo::{DynamoJobs, DynamoSettings, SealedTokens};
use aws::glue::{OsEntropy, SystemClock, worker};
use aws::invoke::LambdaWake;
use aws::secrets::{SsmStore, WorkerSecrets};
use slack::web::{ApiBase, Client, Limits};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    aws::glue::init_tracing();
    let config = aws::config::Sweeper::from_env()?;
    let sdk = clients::worker_config().await?;
    let clock = Arc::new(SystemClock);
    let store = Arc::new(SsmStore::new(clients::ssm(&sdk)));
    let keys = Arc::new(WorkerSecrets::new(store, &config.ssm_prefix));
    let dynamo = clients::dynamo(&sdk);
    let jobs = Arc::new(DynamoJobs::new(dynamo.clone(), config.jobs_table));
    let sweeper = app::sweeper::Sweeper {
        jobs: jobs.clone(),
        open: jobs,
        wake: Arc::new(LambdaWake::new(clients::lambda(&sdk), config.workers)),
        settings: Arc::new(DynamoSettings::new(dynamo.clone(), config.installations_table.clone())),
        tokens: Arc::new(SealedTokens::new(dynamo, config.installations_table, keys, clock.clone())),
        slack: Client::over_https(ApiBase::parse(&config.slack_api_url)?, Limits::WORKER)?,
        clock,
        entropy: Arc::new(OsEntropy),
        workers: app::sweeper::workers(),
    };
    let sweeper = &sweeper;
    worker::run(async move |_, deadline| sweeper.handle(deadline).await).await
}
