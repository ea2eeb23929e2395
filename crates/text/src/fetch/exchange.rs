//! One request and its answer over a connection that is already made: TLS with
//! ring and the web's root certificates, and HTTP/1.1. Follows nothing, keeps
//! nothing, sends no cookie.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::ServerName;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use url::Host;

use super::network::Wire;

/// The most that a site may say before its page begins, with room for long
/// cookies and policies.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// TLS as this crate speaks it.
#[derive(Clone)]
pub(crate) struct Tls(TlsConnector);

impl Tls {
    /// TLS that trusts whom browsers trust.
    pub(crate) fn with_web_roots() -> Result<Self, rustls::Error> {
        Self::trusting(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
    }

    /// TLS that trusts `roots`.
    pub(super) fn trusting(roots: RootCertStore) -> Result<Self, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// `wire`, once the other side has proved to be `host`.
    pub(crate) async fn secure(&self, host: &Host<String>, wire: Box<dyn Wire>) -> io::Result<Box<dyn Wire>> {
        let name = match host {
            Host::Domain(name) => ServerName::try_from(name.clone()).map_err(io::Error::other)?,
            Host::Ipv4(address) => ServerName::from(std::net::IpAddr::V4(*address)),
            Host::Ipv6(address) => ServerName::from(std::net::IpAddr::V6(*address)),
        };
        Ok(Box::new(self.0.connect(name, wire).await?))
    }
}

/// An answer whose body is still to be read.
pub(crate) struct Answer {
    pub(crate) head: http::response::Parts,
    pub(crate) body: Incoming,
    /// Moves the bytes, and with them the connection ends: a fetch that was given
    /// up leaves nothing behind.
    _connection: JoinSet<()>,
}

/// Sends `request` over `wire`.
pub(crate) async fn send(wire: Box<dyn Wire>, request: Request<Full<Bytes>>) -> hyper::Result<Answer> {
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(MAX_HEAD_BYTES).handshake(TokioIo::new(wire)).await?;
    let mut running = JoinSet::new();
    running.spawn(async move {
        // What goes wrong here, the request or the body below tells as well.
        let _ = connection.await;
    });
    let (head, body) = Response::into_parts(sender.send_request(request).await?);
    Ok(Answer { head, body, _connection: running })
}

/// What the `Host` header says: the port only if the URL names one that is not
/// its scheme's own.
pub(crate) fn host_header(host: &Host<String>, port: Option<u16>) -> String {
    port.map_or_else(|| host.to_string(), |port| format!("{host}:{port}"))
}
