//! Gateway for Slack's Events API: wires the entry point `app::events` to AWS.

use std::sync::Arc;

use anyhow::Context as _;
use app::events::Events;
use app::ports::{Clock as _, SigningSecrets as _};
use aws::clients::{self, Service};
use aws::config::Environment as _;
use aws::dynamo::{DynamoInstallations, DynamoJobs, DynamoStandups};
use aws::glue::{OsEntropy, SystemClock, http};
use aws::invoke::LambdaWake;
use aws::secrets::{GatewaySecrets, SsmStore};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    aws::glue::init_tracing();
    let config = aws::config::Events::from_env()?;
    let sdk = clients::gateway_config(&[Service::DynamoDb, Service::Lambda]).await?;
    let store = Arc::new(SsmStore::new(clients::ssm(&sdk)));
    let secrets = GatewaySecrets::new(store, &config.ssm_prefix);
    secrets.verifier(SystemClock.now()).await.context("without signing secrets nothing can be let in")?;
    let dynamo = clients::dynamo(&sdk);
    let standups = Arc::new(DynamoStandups::new(dynamo.clone(), config.standups_table));
    let events = Events {
        secrets: Arc::new(secrets),
        installations: Arc::new(DynamoInstallations::new(dynamo.clone(), config.installations_table)),
        jobs: Arc::new(DynamoJobs::new(dynamo, config.jobs_table)),
        wake: Arc::new(LambdaWake::new(clients::lambda(&sdk), config.workers)),
        standups: standups.clone(),
        entries: standups,
    };
    let events = &events;
    http::run(async move |request| {
        let writer = app::new_owner(&OsEntropy)?;
        anyhow::Ok(events.handle(&request, SystemClock.now(), writer).await)
    })
    .await
}
