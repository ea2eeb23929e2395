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
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// The roots that every AWS endpoint's certificate leads to: Amazon Root CA 1
/// to 4, and Starfield Services Root Certificate Authority - G2, which still
/// signs for older chains. Parsing five instead of a system's 144 saves
/// milliseconds at each cold start.
/// <https://www.amazontrust.com/repository/>
const AMAZON_ROOTS: &str = include_str!("amazon-roots.pem");

/// How long a caller waits, and how often it tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
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

/// What all clients of one function share. Region, credentials and
/// `AWS_ENDPOINT_URL` come from the environment, as Lambda sets it.
///
/// # Errors
/// If `AWS_REGION` is not set.
pub async fn sdk_config(patience: Patience) -> anyhow::Result<SdkConfig> {
    let region = EnvironmentVariableRegionProvider::new()
        .region()
        .await
        .context("the environment variable AWS_REGION is missing")?;
    let config = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(region)
        .credentials_provider(EnvironmentVariableCredentialsProvider::new())
        .http_client(https_client()?)
        .retry_config(patience.retries())
        .timeout_config(patience.timeouts())
        // It guards long downloads; ours are a few kilobytes, each under a timeout.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .load()
        .await;
    Ok(config)
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
    let roots = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    let context =
        TlsContext::builder().with_trust_store(roots).build().context("building the TLS context")?;
    Ok(aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .build_https())
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest as _, Sha256};

    use super::AMAZON_ROOTS;

    /// As published at <https://www.amazontrust.com/repository/>.
    const FINGERPRINTS: [&str; 5] = [
        "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
        "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
        "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
        "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
        "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
    ];

    #[test]
    fn the_roots_are_amazons_and_no_others() {
        let certificates = AMAZON_ROOTS.split("-----BEGIN CERTIFICATE-----").skip(1);
        let fingerprints: Vec<_> = certificates
            .filter_map(|pem| pem.split("-----END").next())
            .map(|base64| STANDARD.decode(base64.split_whitespace().collect::<String>()).unwrap())
            .map(|der| hex::encode(Sha256::digest(der)))
            .collect();
        assert_eq!(fingerprints, FINGERPRINTS);
    }
}
