//! The real network: hyper, with rustls on ring and root certificates built in.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::Uri;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;

use super::ahead::Ahead;
use super::connect::Bounded;
use super::transport::{MAX_ANSWER_BYTES, Transport, TransportError};

/// How long a connection is kept for the next call. Short, because a frozen
/// Lambda does not see the other side close it, and a message sent into a dead
/// connection is one of which nobody knows whether it arrived.
const KEEP_IDLE: Duration = Duration::from_secs(20);

/// Speaks HTTP/1.1, over TLS for `https` and without for `http` (the local
/// stack), and keeps its connections between calls.
#[derive(Debug)]
pub struct HttpsClient<B> {
    client: Client<Connector, B>,
    connector: Connector,
}

type Connector = Ahead<Bounded<HttpsConnector<HttpConnector>>, MaybeHttpsStream<TokioIo<TcpStream>>>;

impl<B> Clone for HttpsClient<B> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), connector: self.connector.clone() }
    }
}

impl<B> HttpsClient<B>
where
    B: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + Unpin + 'static,
{
    /// A client that trusts whoever `tls` trusts, and spends `connect` at most on
    /// making a connection.
    pub fn new(tls: ClientConfig, connect: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let https = HttpsConnectorBuilder::new().with_tls_config(tls);
        let https = https.https_or_http().enable_http1().wrap_connector(tcp);
        let connector = Ahead::new(Bounded { inner: https, limit: connect }, KEEP_IDLE);
        let client =
            Client::builder(TokioExecutor::new()).pool_idle_timeout(KEEP_IDLE).build(connector.clone());
        Self { client, connector }
    }

    /// Connects to the host of `uri` ahead of the first request that goes there. If that
    /// fails nothing is lost: the request will connect by itself, and tell the reason.
    pub async fn connect(&self, uri: Uri) {
        let _ = self.connector.clone().make(uri).await;
    }

    /// Sends a request; the answer may have any status.
    ///
    /// # Errors
    /// If no answer came. `is_connect` tells whether the request cannot have been sent.
    pub async fn send(&self, request: http::Request<B>) -> Result<http::Response<Incoming>, Error> {
        self.client.request(request).await
    }
}

/// TLS on ring, which trusts certificates under these roots.
///
/// # Errors
/// If ring lacks what TLS needs, which would be a broken build.
pub fn tls(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(tls.with_root_certificates(roots).with_no_client_auth())
}

/// The transport that [`super::Client`] uses outside of tests.
#[derive(Clone, Debug)]
pub struct HttpsTransport(HttpsClient<Full<Bytes>>);

impl HttpsTransport {
    /// A transport that trusts the web's roots, and spends `connect` at most on
    /// making a connection.
    ///
    /// # Errors
    /// If ring lacks what TLS needs, which would be a broken build.
    pub fn new(connect: Duration) -> Result<Self, rustls::Error> {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        Ok(Self(HttpsClient::new(tls(roots)?, connect)))
    }
}

#[async_trait]
impl Transport for HttpsTransport {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let sent = self.0.send(request.map(Full::new)).await;
        let (head, body) = sent.map_err(failure)?.into_parts();
        let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await.map_err(TransportError::Other)?;
        Ok(http::Response::from_parts(head, body.to_bytes()))
    }
}

fn failure(error: Error) -> TransportError {
    if error.is_connect() {
        TransportError::Connect(error.into())
    } else {
        TransportError::Other(error.into())
    }
}
