//! Wires the gateway of clicks to AWS and Slack.

use std::sync::Arc;

use anyhow::Context as _;
use app::interactions::Interactions;
use app::ports::{Clock as _, SigningSecrets as _};
use aws::clients::{self, Service};
use aws::config;
use aws::dynamo::{DynamoInstallations, DynamoJobs, DynamoStandups, SealedTokens};
use aws::glue::SystemClock;
use aws::invoke::LambdaWake;
use aws::secrets::{GatewaySecrets, SsmStore, WorkerSecrets};
use slack::web::{ApiBase, Client, Limits};

pub(crate) async fn wire(config: config::Interactions) -> anyhow::Result<Interactions> {
    let sdk = clients::gateway_config(&[Service::DynamoDb, Service::Lambda]).await?;
    let store = Arc::new(SsmStore::new(clients::ssm(&sdk)));
    let keys = Arc::new(WorkerSecrets::new(store.clone(), &config.ssm_prefix));
    let secrets = GatewaySecrets::new(store, &config.ssm_prefix);
    secrets.verifier(SystemClock.now()).await.context("without signing secrets nothing can be let in")?;
    let (dynamo, table) = (clients::dynamo(&sdk), config.installations_table);
    // One table holds all three.
    let standups = Arc::new(DynamoStandups::new(dynamo.clone(), config.standups_table));
    Ok(Interactions {
        secrets: Arc::new(secrets),
        installations: Arc::new(DynamoInstallations::new(dynamo.clone(), table.clone())),
        jobs: Arc::new(DynamoJobs::new(dynamo.clone(), config.jobs_table)),
        tokens: Arc::new(SealedTokens::new(dynamo, table, keys, Arc::new(SystemClock))),
        standups: standups.clone(),
        runs: standups.clone(),
        entries: standups,
        wake: Arc::new(LambdaWake::new(clients::lambda(&sdk), config.workers)),
        slack: Client::over_https(ApiBase::parse(&config.slack_api_url)?, Limits::GATEWAY)?,
    })
}
