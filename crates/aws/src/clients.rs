//! The SDK's clients, all over one HTTPS connection pool, with the patience
//! that the caller can afford.
//!
//! Nothing here looks anywhere but in the environment: no profile files, no
//! instance metadata, no single sign-on. A Lambda has none of them, and asking
//! costs time at a cold start.

use std::time::Duration;

use anyhow::Context as _;
use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::meta::region::ProvideRegion as _;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use http::Uri;

use crate::config::environment;
use crate::https::{self, Https};

/// How long a caller waits, and how often it tries.
#[derive(Clone, Copy, Debug)]
enum Patience {
    /// A person's request waits: Slack gives up after 3 s.
    Gateway,
    /// Nobody waits but a job.
    Worker,
}

impl Patience {
    fn retries(self) -> RetryConfig {
        match self {
            Self::Gateway => RetryConfig::standard()
                .with_max_attempts(2)
                .with_initial_backoff(Duration::from_millis(50))
                .with_max_backoff(Duration::from_millis(100)),
            Self::Worker => RetryConfig::standard().with_max_attempts(4),
        }
    }

    fn timeouts(self) -> TimeoutConfig {
        let timeouts = TimeoutConfig::builder();
        match self {
            Self::Gateway => timeouts
                .connect_timeout(Duration::from_millis(300))
                .operation_attempt_timeout(Duration::from_millis(700))
                .operation_timeout(Duration::from_millis(1_600)),
            Self::Worker => timeouts
                .connect_timeout(Duration::from_secs(1))
                .operation_attempt_timeout(Duration::from_secs(5)),
        }
        .build()
    }
}

/// A service that a person's request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Its tables.
    DynamoDb,
    /// Its functions.
    Lambda,
}

/// What all clients of a gateway share, see [`worker_config`]. Connections to the `services` of its first request are
/// made while it starts, when a function of any size has a whole processor. Each host
/// has its own, and where `AWS_ENDPOINT_URL` names one for all, what reads the secrets
/// connects to it.
///
/// # Errors
/// The same.
pub async fn gateway_config(services: &[Service]) -> anyhow::Result<SdkConfig> {
    let https = Https::new(&https::AMAZON_ROOTS)?;
    let config = config(Patience::Gateway, https.clone()).await?;
    if let (None, Some(region)) = (config.endpoint_url(), config.region()) {
        for url in services.iter().filter_map(|service| service.url(region.as_ref())) {
            let https = https.clone();
            tokio::spawn(async move { https.connect(&Patience::Gateway.timeouts(), url).await });
        }
    }
    Ok(config)
}

impl Service {
    /// Where it is, in the partitions whose names are public.
    /// <https://docs.aws.amazon.com/general/latest/gr/rande.html>
    fn url(self, region: &str) -> Option<Uri> {
        let service = match self {
            Self::DynamoDb => "dynamodb",
            Self::Lambda => "lambda",
        };
        let domain = match region.split('-').next()? {
            "cn" => "amazonaws.com.cn",
            _ if region.contains("-iso") => return None,
            "eusc" => "amazonaws.eu",
            _ => "amazonaws.com",
        };
        Uri::try_from(format!("https://{service}.{region}.{domain}")).ok()
    }
}

/// What all clients of a worker share. Region, credentials and
/// `AWS_ENDPOINT_URL` come from the environment, as Lambda sets it.
///
/// Not `aws_config::defaults`: what it would ask in turn, and a function does not
/// have, is code that each cold start would load.
///
/// # Errors
/// If `AWS_REGION` is not set.
pub async fn worker_config() -> anyhow::Result<SdkConfig> {
    config(Patience::Worker, Https::new(&https::AMAZON_ROOTS)?).await
}

async fn config(patience: Patience, https: Https) -> anyhow::Result<SdkConfig> {
    let region = EnvironmentVariableRegionProvider::new()
        .region()
        .await
        .context("the environment variable AWS_REGION is missing")?;
    let credentials = SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new());
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(region)
        .credentials_provider(credentials)
        .http_client(https)
        .retry_config(patience.retries())
        .timeout_config(patience.timeouts())
        // It guards long downloads; ours are a few kilobytes, each under a timeout.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    config.set_endpoint_url(environment("AWS_ENDPOINT_URL"));
    Ok(config.build())
}

/// The client for tables.
pub fn dynamo(config: &SdkConfig) -> aws_sdk_dynamodb::Client {
    aws_sdk_dynamodb::Client::new(config)
}

/// The client for secrets.
pub fn ssm(config: &SdkConfig) -> aws_sdk_ssm::Client {
    aws_sdk_ssm::Client::new(config)
}

/// The client for what wakes functions at set times.
pub fn scheduler(config: &SdkConfig) -> aws_sdk_scheduler::Client {
    aws_sdk_scheduler::Client::new(config)
}

/// The client that wakes other functions.
pub fn lambda(config: &SdkConfig) -> aws_sdk_lambda::Client {
    aws_sdk_lambda::Client::new(config)
}

/// HTTPS to AWS and nobody else.
///
/// # Errors
/// If TLS cannot be set up, which would be a broken build.
pub fn https_client() -> anyhow::Result<SharedHttpClient> {
    Ok(SharedHttpClient::new(Https::new(&https::AMAZON_ROOTS)?))
}

#[cfg(test)]
mod tests;
