//! Wires the entry point of the `standup` function to AWS and Slack.

use std::sync::Arc;

use app::standup::Standup;
use aws::clients;
use aws::config;
use aws::dynamo::{DynamoDeeds, DynamoInventory, DynamoJobs, DynamoSettings, DynamoStandups, SealedTokens};
use aws::glue::{OsEntropy, SystemClock};
use aws::scheduler::EventBridgeSchedules;
use aws::secrets::{SsmStore, WorkerSecrets};
use slack::web::{ApiBase, Client, Limits};

pub(crate) async fn wire(config: config::Standup) -> anyhow::Result<Standup> {
    let sdk = clients::worker_config().await?;
    let dynamo = clients::dynamo(&sdk);
    let clock = Arc::new(SystemClock);
    let store = Arc::new(SsmStore::new(clients::ssm(&sdk)));
    let keys = Arc::new(WorkerSecrets::new(store, &config.ssm_prefix));
    // One table holds all four.
    let standups = Arc::new(DynamoStandups::new(dynamo.clone(), config.standups_table));
    Ok(Standup {
        jobs: Arc::new(DynamoJobs::new(dynamo.clone(), config.jobs_table)),
        settings: Arc::new(DynamoSettings::new(dynamo.clone(), config.installations_table.clone())),
        tokens: Arc::new(SealedTokens::new(dynamo.clone(), config.installations_table, keys, clock.clone())),
        standups: standups.clone(),
        runs: standups.clone(),
        entries: standups.clone(),
        absences: standups,
        schedules: Arc::new(EventBridgeSchedules::new(clients::scheduler(&sdk), config.schedules)),
        deeds: Arc::new(DynamoDeeds::new(dynamo.clone(), config.audit_table)),
        inventory: Arc::new(DynamoInventory::new(dynamo, config.instances_table, clock.clone())),
        slack: Client::over_https(ApiBase::parse(&config.slack_api_url)?, Limits::WORKER)?,
        clock,
        entropy: Arc::new(OsEntropy),
        home_teams: config.home_teams,
    })
}
