//! Add to Slack: wires the entry point `app::install` to AWS and Slack.

use std::sync::Arc;
use std::time::Duration;

use app::install::Install;
use aws::clients::{self, Service};
use aws::config::Environment as _;
use aws::dynamo::{DynamoOauthStates, SealedTokens};
use aws::glue::{OsEntropy, SystemClock, http};
use aws::secrets::{InstallSecrets, SsmStore};
use slack::web::{ApiBase, Client, Limits};

/// The longest that one call to Slack may take: two of them fit into a run.
const CALL: Duration = Duration::from_secs(6);

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    aws::glue::init_tracing();
    let config = aws::config::Install::from_env()?;
    let sdk = clients::gateway_config(&[Service::DynamoDb]).await?;
    let clock = Arc::new(SystemClock);
    let store = Arc::new(SsmStore::new(clients::ssm(&sdk)));
    let secrets = Arc::new(InstallSecrets::new(store, &config.ssm_prefix));
    let dynamo = clients::dynamo(&sdk);
    let tokens =
        SealedTokens::new(dynamo.clone(), config.installations_table, secrets.clone(), clock.clone());
    let install = Install {
        credentials: secrets,
        states: Arc::new(DynamoOauthStates::new(dynamo, config.oauth_states_table)),
        enrolment: Arc::new(tokens),
        slack: Client::over_https(ApiBase::parse(&config.slack_api_url)?, Limits::WORKER)?.within(CALL),
        entropy: Arc::new(OsEntropy),
        public_url: config.public_url,
    };
    let (install, clock) = (&install, &clock);
    http::run(async move |request| install.handle(&request, app::ports::Clock::now(clock.as_ref())).await)
        .await
}
