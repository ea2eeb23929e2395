//! The client: sends a call, as often as it is safe and there is time.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::answer::{self, Outcome};
use super::{ApiBase, ApiError, Call, HttpsTransport, Limits, Repeat, Transport, TransportError};

/// The pause when Slack asks to slow down without saying for how long.
const UNTOLD_PAUSE: Duration = Duration::from_secs(1);

/// Calls the Web API. Cheap to clone; the connections are shared.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    base: ApiBase,
    limits: Limits,
}

/// Shows neither transport nor tokens; a call's token is an argument.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// An answer with `ok: true`.
#[derive(Debug)]
pub struct Answer {
    /// The answer's headers (`x-oauth-scopes`).
    pub headers: HeaderMap,
    /// The answer itself. It may hold a token: do not log it.
    pub body: Map<String, Value>,
}

/// A request, and what its answers mean.
pub(super) struct Exchange {
    /// What logs call it: the address may be secret.
    pub(super) name: &'static str,
    /// What is sent, each time.
    pub(super) request: Request<Bytes>,
    /// Whether it may be sent again when nobody knows if it was done.
    pub(super) repeat: Repeat,
    /// Reads an answer.
    pub(super) read: fn(Response<Bytes>) -> Outcome,
}

impl Client {
    /// A client of the Web API at `base` over `transport`.
    pub fn new(transport: Arc<dyn Transport>, base: ApiBase, limits: Limits) -> Self {
        Self { transport, base, limits }
    }

    /// A client over the real network.
    ///
    /// # Errors
    /// If TLS cannot be set up, which would be a broken build.
    pub fn over_https(base: ApiBase, limits: Limits) -> Result<Self, rustls::Error> {
        Ok(Self::new(Arc::new(HttpsTransport::new(limits.connect)?), base, limits))
    }

    /// The same client with `total` as its bound for each call, if that is less
    /// than it had: for a function whose own time runs out.
    #[must_use]
    pub fn within(&self, total: Duration) -> Self {
        let limits = Limits { total: total.min(self.limits.total), ..self.limits };
        Self { limits, ..self.clone() }
    }

    /// Where Slack is.
    pub fn base(&self) -> &ApiBase {
        &self.base
    }

    /// Makes any call. The methods of this type are the ones that we use; the
    /// rest of the Web API can be called by this.
    pub async fn call(&self, call: &Call<'_>) -> Result<Answer, ApiError> {
        let request = call.request(&self.base)?;
        let (name, repeat) = (call.method, call.repeat);
        self.exchange(&Exchange { name, request, repeat, read: answer::read }).await
    }

    /// The same client with `attempts` as its bound, if that is less than it had:
    /// with one, whoever calls hears of each 429 and waits for themselves.
    #[must_use]
    pub fn trying(&self, attempts: u32) -> Self {
        let limits = Limits { attempts: attempts.min(self.limits.attempts), ..self.limits };
        Self { limits, ..self.clone() }
    }

    /// Sends a request, as often as it is safe and there is time.
    pub(super) async fn exchange(&self, exchange: &Exchange) -> Result<Answer, ApiError> {
        let deadline = Instant::now() + self.limits.total;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let (error, pause) = match self.attempt(exchange, deadline).await {
                Outcome::Done(headers, body) => return Ok(Answer { headers, body }),
                Outcome::Failed(error) => return Err(error),
                Outcome::Unknown(reason) if exchange.repeat == Repeat::Never => {
                    return Err(ApiError::Unclear(reason));
                }
                Outcome::Unknown(reason) | Outcome::NotDone(reason) => {
                    (ApiError::Retryable(reason), self.limits.pause_after(attempt))
                }
                Outcome::TooMany(retry_after) => {
                    (ApiError::RateLimited { retry_after }, retry_after.unwrap_or(UNTOLD_PAUSE))
                }
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if attempt >= self.limits.attempts || pause >= left {
                return Err(error);
            }
            tracing::debug!(method = exchange.name, attempt, "Calling Slack again: {error}");
            tokio::time::sleep(pause).await;
        }
    }

    async fn attempt(&self, exchange: &Exchange, deadline: Instant) -> Outcome {
        let left = deadline.saturating_duration_since(Instant::now());
        let limit = self.limits.attempt.min(left);
        match tokio::time::timeout(limit, self.transport.send(exchange.request.clone())).await {
            Ok(Ok(response)) => (exchange.read)(response),
            Ok(Err(TransportError::Connect(source))) => {
                Outcome::NotDone(format!("no connection: {}", chain(source.as_ref())))
            }
            Ok(Err(TransportError::Other(source))) => {
                Outcome::Unknown(format!("the connection failed: {}", chain(source.as_ref())))
            }
            // Even while connecting: the limit for that is the shorter one, so
            // the request is likely to be on its way.
            Err(_) => Outcome::Unknown(format!("no answer within {} ms", limit.as_millis())),
        }
    }
}

/// An error and its sources, in one line.
fn chain(error: &dyn Error) -> String {
    let sources = std::iter::successors(Some(error), |error: &&dyn Error| (*error).source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
