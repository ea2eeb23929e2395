//! Gateway of slash commands: wires the entry point `app::commands` to AWS and Slack.

use std::sync::Arc;

use anyhow::Context as _;
use app::commands::Commands;
use app::ports::{Clock as _, SigningSecrets as _};
use aws::clients::{self, Service};
use aws::config::Environment as _;
use aws::dynamo::{DynamoInstallations, DynamoJobs, SealedTokens};
use aws::glue::{OsEntropy, SystemClock, http};
use aws::invoke::LambdaWake;
use aws::secrets::{GatewaySecrets, SsmStore, WorkerSecrets};
use slack::web::{ApiBase, Client, Limits};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    aws::glue::init_tracing();
    let config = aws::config::Commands::from_env()?;
    let sdk = clients::gateway_config(&[Service::DynamoDb, Service::Lambda]).await?;
    let store = Arc::new(SsmStore::new(clients::ssm(&sdk)));
    let keys = Arc::new(WorkerSecrets::new(store.clone(), &config.ssm_prefix));
    let secrets = GatewaySecrets::new(store, &config.ssm_prefix);
    secrets.verifier(SystemClock.now()).await.context("without signing secrets nothing can be let in")?;
    let (dynamo, table) = (clients::dynamo(&sdk), config.installations_table);
    let commands = Commands {
        secrets: Arc::new(secrets),
        installations: Arc::new(DynamoInstallations::new(dynamo.clone(), table.clone())),
        jobs: Arc::new(DynamoJobs::new(dynamo.clone(), config.jobs_table)),
        tokens: Arc::new(SealedTokens::new(dynamo, table, keys, Arc::new(SystemClock))),
        wake: Arc::new(LambdaWake::new(clients::lambda(&sdk), config.workers)),
        slack: Client::over_https(ApiBase::parse(&config.slack_api_url)?, Limits::GATEWAY)?,
    };
    let commands = &commands;
    http::run(async move |request| {
        let writer = app::new_owner(&OsEntropy)?;
        anyhow::Ok(commands.handle(&request, SystemClock.now(), writer).await)
    })
    .await
}
