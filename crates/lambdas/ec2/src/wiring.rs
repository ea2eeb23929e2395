//! Wires the two entry points of the `ec2` function to AWS and Slack. What both may
//! touch is made once.

use std::sync::Arc;

use app::ec2::Ec2;
use app::inventory::Stocktaker;
use aws::clients;
use aws::config::{self, ManagedTag};
use aws::dynamo::{
    DynamoAccounts, DynamoAudit, DynamoInstallations, DynamoInventory, DynamoJobs, DynamoSettings,
    DynamoThreads, SealedTokens,
};
use aws::glue::{OsEntropy, SystemClock};
use aws::secrets::{SsmStore, WorkerSecrets};
use ec2::Ec2Instances;
use slack::web::{ApiBase, Client, Limits};

pub(crate) async fn wire(config: config::Ec2) -> anyhow::Result<(Ec2, Stocktaker)> {
    let sdk = clients::worker_config().await?;
    let dynamo = clients::dynamo(&sdk);
    let clock = Arc::new(SystemClock);
    let store = Arc::new(SsmStore::new(clients::ssm(&sdk)));
    let keys = Arc::new(WorkerSecrets::new(store, &config.ssm_prefix));
    let accounts = Arc::new(DynamoAccounts::new(dynamo.clone(), config.accounts_table));
    let inventory = Arc::new(DynamoInventory::new(dynamo.clone(), config.instances_table, clock.clone()));
    let instances = Arc::new(Ec2Instances::new(&sdk, config.managed_tag.map(ManagedTag::into_pair))?);
    let stocktaker = Stocktaker {
        accounts: accounts.clone(),
        installations: Arc::new(DynamoInstallations::new(dynamo.clone(), config.installations_table.clone())),
        inventory: inventory.clone(),
        instances: instances.clone(),
        clock: clock.clone(),
        home: config.home.clone(),
    };
    let worker = Ec2 {
        jobs: Arc::new(DynamoJobs::new(dynamo.clone(), config.jobs_table.clone())),
        settings: Arc::new(DynamoSettings::new(dynamo.clone(), config.installations_table.clone())),
        tokens: Arc::new(SealedTokens::new(dynamo.clone(), config.installations_table, keys, clock.clone())),
        threads: Arc::new(DynamoThreads::new(dynamo.clone(), config.jobs_table, clock.clone())),
        accounts,
        inventory,
        audit: Arc::new(DynamoAudit::new(dynamo, config.audit_table)),
        doors: instances.clone(),
        instances,
        slack: Client::over_https(ApiBase::parse(&config.slack_api_url)?, Limits::WORKER)?,
        clock,
        entropy: Arc::new(OsEntropy),
        home: config.home,
        home_teams: config.home_teams,
    };
    Ok((worker, stocktaker))
}
