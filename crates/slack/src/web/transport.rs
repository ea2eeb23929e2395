//! The seam between the client and the network.

use async_trait::async_trait;
use bytes::Bytes;

/// How large an answer may be: 1 MiB. Slack's are a few KB.
pub const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// Sends one request and reads the whole answer.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` once. How long it may take is the caller's affair, who
    /// drops the future when time is up.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError>;
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// There was no connection, so the request was surely not sent.
    #[error("no connection")]
    Connect(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The request may have been sent: the connection broke, or the answer was
    /// malformed or larger than [`MAX_ANSWER_BYTES`].
    #[error("the connection failed")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}
