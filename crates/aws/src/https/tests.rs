//! The SDK's calls over our client: to whom it speaks, and how a failure is told.

use std::error::Error;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ssm::error::{ConnectorError, SdkError};
use aws_sdk_ssm::operation::get_parameters::{GetParametersError, GetParametersOutput};
use hyper_util::client::legacy;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

use super::{AMAZON_ROOTS, Https};

#[path = "../../benches/server/mod.rs"]
mod server;

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
    let fingerprints = AMAZON_ROOTS.map(|root| hex::encode(Sha256::digest(root)));
    assert_eq!(fingerprints, FINGERPRINTS);
}

type Called = Result<GetParametersOutput, SdkError<GetParametersError>>;

/// One attempt at a call, by a client that trusts `roots`.
async fn call(url: String, roots: &[&[u8]]) -> Called {
    let config = config(url, Https::new(roots).unwrap());
    crate::clients::ssm(&config).get_parameters().names("/bellhop/test").send().await
}

fn config(url: String, https: Https) -> SdkConfig {
    let credentials = Credentials::new("AKIDTEST", "secret", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-west-1"))
        .endpoint_url(url)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(https)
        .retry_config(RetryConfig::disabled())
        .timeout_config(connecting_within(Duration::from_mins(5)))
        .build()
}

fn connecting_within(limit: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(limit).build()
}

/// How the failure of a connection is told to the SDK.
fn connector_error(called: &Called) -> &ConnectorError {
    match called {
        Err(SdkError::DispatchFailure(failure)) => failure.as_connector_error().unwrap(),
        other => panic!("no failure to connect: {other:?}"),
    }
}

/// What `ec2` asks before it says that nothing was sent.
fn never_connected(error: &(dyn Error + 'static)) -> bool {
    anyhow::Chain::new(error)
        .filter_map(|cause| cause.downcast_ref::<legacy::Error>())
        .any(legacy::Error::is_connect)
}

#[tokio::test]
async fn a_server_under_a_trusted_root_is_spoken_to_over_tls() {
    let served = server::start().unwrap();
    let root = hex::decode(&served.root).unwrap();
    let called = call(format!("https://localhost:{}", served.tls_port), &[&root]).await;
    assert_eq!(called.unwrap().parameters().len(), 1);
    let called = call(format!("http://localhost:{}", served.plain_port), &AMAZON_ROOTS).await;
    assert_eq!(called.unwrap().parameters().len(), 1);
}

#[tokio::test]
async fn a_server_under_another_root_or_of_another_name_is_not() {
    let served = server::start().unwrap();
    let root = hex::decode(&served.root).unwrap();
    let others = [
        call(format!("https://localhost:{}", served.tls_port), &AMAZON_ROOTS).await,
        call(format!("https://127.0.0.1:{}", served.tls_port), &[&root]).await,
    ];
    for called in &others {
        let error = connector_error(called);
        assert!(error.is_io() && never_connected(error), "{error:?}");
        assert!(
            anyhow::Chain::new(error).any(|cause| cause.to_string().contains("certificate")),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_closed_port_and_a_broken_answer_can_be_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let breaking = tokio::spawn(async move { drop(listener.accept().await) });
    let broken = call(url.clone(), &AMAZON_ROOTS).await;
    let error = connector_error(&broken);
    assert!(error.is_io() && !never_connected(error), "{error:?}");
    breaking.await.unwrap();
    let refused = call(url, &AMAZON_ROOTS).await;
    let error = connector_error(&refused);
    assert!(error.is_io() && never_connected(error), "{error:?}");
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_a_timeout_and_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let https = Https::new(&AMAZON_ROOTS).unwrap();
    let limit = connecting_within(Duration::from_millis(200));
    let config = config(url, https).into_builder().timeout_config(limit).build();
    let silent = crate::clients::ssm(&config).get_parameters().names("/bellhop/test").send().await;
    let error = connector_error(&silent);
    assert!(error.is_timeout() && never_connected(error), "{error:?}");
    drop(listener);
}

#[tokio::test]
async fn a_connection_that_was_made_ahead_serves_the_first_call() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let https = Https::new(&AMAZON_ROOTS).unwrap();
    let config = config(url.clone(), https.clone());
    https.connect(config.timeout_config().unwrap(), url.parse().unwrap()).await;
    let (stream, _) = listener.accept().await.unwrap();
    // Whoever connects from now on is refused.
    drop(listener);
    let answering = tokio::spawn(server::answer(stream));
    let ssm = crate::clients::ssm(&config);
    let called = ssm.get_parameters().names("/bellhop/test").send().await;
    assert_eq!(called.unwrap().parameters().len(), 1);
    answering.await.unwrap();
    let called = ssm.get_parameters().names("/bellhop/test").send().await;
    assert!(never_connected(connector_error(&called)), "{called:?}");
    // A host that is not there costs nothing but the attempt.
    https.connect(config.timeout_config().unwrap(), url.parse().unwrap()).await;
}
