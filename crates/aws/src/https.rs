//! HTTP as the SDK's clients ask for it, over the client that speaks to Slack too.
//!
//! The SDK's own brings HTTP/2 and proxies along, which no function uses and every
//! cold start pays for.

use std::borrow::Cow;
use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::timeout::TimeoutConfig;
use http::Uri;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use slack::web::HttpsClient;

#[cfg(test)]
mod tests;

/// The roots that every AWS endpoint's certificate leads to, as DER: Amazon Root
/// CA 1 to 4, and Starfield Services Root Certificate Authority - G2, which still
/// signs for older chains. Five instead of a system's 144 save milliseconds at
/// each cold start.
/// <https://www.amazontrust.com/repository/>
pub const AMAZON_ROOTS: [&[u8]; 5] = [
    include_bytes!("roots/amazon-root-ca-1.cer"),
    include_bytes!("roots/amazon-root-ca-2.cer"),
    include_bytes!("roots/amazon-root-ca-3.cer"),
    include_bytes!("roots/amazon-root-ca-4.cer"),
    include_bytes!("roots/starfield-services-root-g2.cer"),
];

/// How long a connection may take, unless the SDK's configuration says so; as
/// long as with the SDK's own HTTP client.
const CONNECT: Duration = Duration::from_millis(3_100);

/// HTTP for the SDK's clients; those that get a clone share their connections.
///
/// A connection may take as long as `connect_timeout` in the SDK's configuration
/// says. A `read_timeout` is not kept: attempts and operations have bounds.
#[derive(Clone, Debug)]
pub struct Https {
    tls: ClientConfig,
    /// One client for each time that a connection may take, which is one per function.
    clients: Arc<Mutex<Vec<(Duration, Connector)>>>,
}

impl Https {
    /// HTTPS to whoever has a certificate under one of these roots (DER), and nobody
    /// else; plain HTTP to the local stack.
    ///
    /// # Errors
    /// If TLS cannot be set up, which would be a broken build.
    pub fn new(roots: &[&[u8]]) -> anyhow::Result<Self> {
        let mut trusted = RootCertStore::empty();
        for root in roots {
            trusted.add(CertificateDer::from(*root)).context("a root certificate")?;
        }
        let tls = slack::web::tls(trusted).context("setting TLS up")?;
        Ok(Self { tls, clients: Arc::default() })
    }

    /// Connects to `url` ahead of the first call that goes there, for clients whose
    /// connections may take as long as `settings` say. See [`HttpsClient::connect`].
    pub async fn connect(&self, settings: &TimeoutConfig, url: Uri) {
        self.connector(settings.connect_timeout()).0.connect(url).await;
    }

    fn connector(&self, connect_timeout: Option<Duration>) -> Connector {
        let connect = connect_timeout.unwrap_or(CONNECT);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let made = clients.iter().find(|(bound, _)| *bound == connect).map(|(_, client)| client.clone());
        made.unwrap_or_else(|| {
            let client = Connector(HttpsClient::new(self.tls.clone(), connect));
            clients.push((connect, client.clone()));
            client
        })
    }
}

impl HttpClient for Https {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.connector(settings.connect_timeout()))
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new("hyper", Some(Cow::Borrowed("1.x"))))
    }
}

#[derive(Clone, Debug)]
struct Connector(HttpsClient<SdkBody>);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        let captured = capture_connection(&mut request);
        if let Some(wanted) = request.extensions().get::<CaptureSmithyConnection>() {
            wanted.set_connection_retriever(move || Some(poisonable(captured.clone())));
        }
        let client = self.0.clone();
        HttpConnectorFuture::new(async move {
            let answer = client.send(request).await.map_err(failure)?;
            let answer = HttpResponse::try_from(answer.map(SdkBody::from_body_1_x));
            answer.map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// What the SDK needs to give a connection up over which a server said that it is ill.
fn poisonable(captured: CaptureConnection) -> ConnectionMetadata {
    let poison = move || {
        if let Some(connected) = captured.connection_metadata().as_ref() {
            connected.poison();
        }
    };
    ConnectionMetadata::builder().proxied(false).poison_fn(poison).build()
}

/// In the SDK's terms, by which it decides whether to try again.
fn failure(error: legacy::Error) -> ConnectorError {
    let timed_out = |cause: &(dyn Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
    };
    let ours = |cause: &(dyn Error + 'static)| {
        cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_user)
    };
    if anyhow::Chain::new(&error).any(timed_out) {
        ConnectorError::timeout(error.into())
    } else if anyhow::Chain::new(&error).any(ours) {
        ConnectorError::user(error.into())
    } else {
        ConnectorError::io(error.into())
    }
}
