//! The real network: hyper, with rustls on ring and the web's root certificates
//! built in.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::connect::Bounded;
use super::transport::{MAX_ANSWER_BYTES, Transport, TransportError};

/// How long a connection is kept for the next call. Short, because a frozen
/// Lambda does not see the other side close it, and a message sent into a dead
/// connection is one of which nobody knows whether it arrived.
const KEEP_IDLE: Duration = Duration::from_secs(20);

/// Speaks HTTP/1.1, over TLS for `https` and without for `http` (the local
/// stack), and keeps its connections between calls.
#[derive(Clone, Debug)]
pub struct HttpsTransport {
    client: Client<Bounded<HttpsConnector<HttpConnector>>, Full<Bytes>>,
}

impl HttpsTransport {
    /// A transport that spends `connect` at most on making a connection.
    ///
    /// # Errors
    /// If ring lacks what TLS needs, which would be a broken build.
    pub fn new(connect: Duration) -> Result<Self, rustls::Error> {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(KEEP_IDLE)
            .build(Bounded { inner: https, limit: connect });
        Ok(Self { client })
    }
}

#[async_trait]
impl Transport for HttpsTransport {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let sent = self.client.request(request.map(Full::new)).await;
        let (head, body) = sent.map_err(failure)?.into_parts();
        let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await.map_err(TransportError::Other)?;
        Ok(http::Response::from_parts(head, body.to_bytes()))
    }
}

fn failure(error: hyper_util::client::legacy::Error) -> TransportError {
    if error.is_connect() {
        TransportError::Connect(error.into())
    } else {
        TransportError::Other(error.into())
    }
}
