//! Signs a form with our own credentials or a session's, sends it, and takes the
//! answer; and where that fails, says whether the request can have left this machine.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use aws_config::SdkConfig;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime::client::auth::no_auth::{NO_AUTH_SCHEME_ID, NoAuthScheme};
use aws_smithy_runtime::client::identity::{IdentityCache, no_auth::NoAuthIdentityResolver};
use aws_smithy_runtime::client::orchestrator::endpoints::StaticUriEndpointResolver;
use aws_smithy_runtime::client::retries::strategy::NeverRetryStrategy;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::http::{HttpClient as _, HttpConnector as _};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::identity::{Identity, ResolveCachedIdentity as _};
use aws_smithy_runtime_api::client::identity::{SharedIdentityCache, SharedIdentityResolver};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::timeout::TimeoutConfig;
use domain::ids::Region;
use http::Uri;
use http_body_util::{BodyExt as _, Limited};

use crate::client::SetupError;
use crate::sessions::Session;

/// The longest answer that is read: a page of 500 instances is about 3 MiB.
const MAX_ANSWER: usize = 10 * 1024 * 1024;

/// How long a connection may take, unless the SDK's configuration says so.
const CONNECT: Duration = Duration::from_secs(1);

/// The type of a form, as EC2 takes it.
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// Sends signed requests to EC2.
#[derive(Debug)]
pub(crate) struct Wire {
    connector: SharedHttpConnector,
    components: RuntimeComponents,
    identities: SharedIdentityCache,
    resolver: SharedIdentityResolver,
    bag: ConfigBag,
    clock: SharedTimeSource,
}

/// With whose credentials a request is signed.
#[derive(Clone, Debug)]
pub(crate) enum Signer {
    /// Our own.
    Own,
    /// An assumed role's.
    Session(Arc<Session>),
}

/// An answer, whatever it says.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body, complete.
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// The request cannot have reached EC2.
    NotSent(String),
    /// It may have.
    Lost(String),
}

impl Wire {
    pub(crate) fn new(config: &SdkConfig) -> Result<Self, SetupError> {
        let client = config.http_client().ok_or(SetupError("HTTP client"))?;
        let credentials = config.credentials_provider().ok_or(SetupError("credentials"))?;
        let clock = config.time_source().unwrap_or_default();
        let connect = config.timeout_config().and_then(TimeoutConfig::connect_timeout);
        let settings = HttpConnectorSettings::builder().connect_timeout(connect.unwrap_or(CONNECT)).build();
        let components = components(config, &clock)?;
        Ok(Self {
            connector: client.http_connector(&settings, &components),
            components,
            identities: config.identity_cache().unwrap_or_else(|| IdentityCache::lazy().build()),
            resolver: SharedIdentityResolver::new(credentials),
            bag: ConfigBag::base(),
            clock,
        })
    }

    /// Sends `form` once, and waits for the whole answer for at most `patience`.
    pub(crate) async fn send(
        &self,
        signer: &Signer,
        to: (&Uri, &Region),
        form: String,
        patience: Duration,
    ) -> Result<Answer, Silence> {
        let request = self.signed(signer, to, form).await;
        let request = request.map_err(|error| Silence::NotSent(format!("{error:#}")))?;
        match tokio::time::timeout(patience, self.exchange(request)).await {
            Ok(result) => result,
            Err(_) => Err(Silence::Lost(format!("no answer within {} s", patience.as_secs_f32()))),
        }
    }

    async fn signed(
        &self,
        signer: &Signer,
        (endpoint, region): (&Uri, &Region),
        form: String,
    ) -> anyhow::Result<HttpRequest> {
        let identity = match signer {
            Signer::Own => self.identity().await?,
            Signer::Session(session) => session.identity().clone(),
        };
        let params = SigningParams::builder()
            .identity(&identity)
            .region(region.as_str())
            .name("ec2")
            .time(self.clock.now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let url = endpoint.to_string();
        let headers = [("content-type", FORM)];
        let signable =
            SignableRequest::new("POST", &url, headers.into_iter(), SignableBody::Bytes(form.as_bytes()))?;
        let (instructions, _) = sign(signable, &params).context("signing a request")?.into_parts();
        let mut request =
            http::Request::post(endpoint).header("content-type", FORM).body(SdkBody::from(form))?;
        instructions.apply_to_request_http1x(&mut request);
        HttpRequest::try_from(request).context("making a request")
    }

    async fn identity(&self) -> anyhow::Result<Identity> {
        let resolving =
            self.identities.resolve_cached_identity(self.resolver.clone(), &self.components, &self.bag);
        resolving.await.map_err(anyhow::Error::from_boxed).context("getting AWS credentials")
    }

    async fn exchange(&self, request: HttpRequest) -> Result<Answer, Silence> {
        let response = self.connector.call(request).await.map_err(|error| {
            let told = chain(&error);
            if never_connected(&error) { Silence::NotSent(told) } else { Silence::Lost(told) }
        })?;
        let status = response.status().as_u16();
        // Piece by piece into one buffer: a page is held once, not in three copies.
        let mut pieces = Limited::new(response.into_body(), MAX_ANSWER);
        let mut body = Vec::new();
        while let Some(piece) = pieces.frame().await {
            let piece =
                piece.map_err(|error| Silence::Lost(format!("the answer broke off: {}", chain(&*error))))?;
            if let Ok(bytes) = piece.into_data() {
                body.extend_from_slice(&bytes);
            }
        }
        Ok(Answer { status, body })
    }
}

/// The SDK's HTTP client takes all that an operation has, and uses the sleep
/// and the clock; the rest is filled in with what does nothing.
fn components(config: &SdkConfig, clock: &SharedTimeSource) -> Result<RuntimeComponents, SetupError> {
    let sleep = config.sleep_impl().or_else(aws_smithy_async::rt::sleep::default_async_sleep);
    RuntimeComponents::builder("ec2")
        .with_auth_scheme(NoAuthScheme::new())
        .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![NO_AUTH_SCHEME_ID])))
        .with_endpoint_resolver(Some(StaticUriEndpointResolver::http_localhost(0)))
        .with_identity_cache(Some(IdentityCache::no_cache()))
        .with_identity_resolver(NO_AUTH_SCHEME_ID, NoAuthIdentityResolver::new())
        .with_retry_strategy(Some(NeverRetryStrategy::new()))
        .with_sleep_impl(sleep)
        .with_time_source(Some(clock.clone()))
        .build()
        .map_err(|_| SetupError("runtime components"))
}

/// Whether the connection was never made (name not found, refused, no TLS): the
/// only failure after which the request surely did not arrive.
fn never_connected(error: &(dyn Error + 'static)) -> bool {
    anyhow::Chain::new(error)
        .filter_map(|cause| cause.downcast_ref::<hyper_util::client::legacy::Error>())
        .any(hyper_util::client::legacy::Error::is_connect)
}

/// What an error says, and what its causes say.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    anyhow::Chain::new(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
