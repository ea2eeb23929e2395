//! What every gateway does first: take the raw bytes, and let in only what
//! Slack has signed.

use domain::time::Millis;
use slack::signature::{SignatureError, SignatureHeaders};

use crate::http::{Request, Response};
use crate::ports::SigningSecrets;

/// How large a body may be: 256 KiB. Slack's largest are far below.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// When a gateway answers, whatever it has got to: Slack waits 3 s, and the
/// network takes its part of that.
pub(crate) const DEADLINE_MS: u64 = 2_300;

/// Whether Slack sent `request`. If not, the answer to give, which says nothing
/// of why; the reason goes to the log, without any value.
pub(crate) async fn admit(
    secrets: &dyn SigningSecrets,
    request: &Request,
    now: Millis,
) -> anyhow::Result<Result<(), Response>> {
    if request.body.len() > MAX_BODY_BYTES {
        tracing::info!(bytes = request.body.len(), "Refused a body that is too large");
        return Ok(Err(Response::empty(413)));
    }
    let verifier = secrets.verifier(now).await?;
    let pairs = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let signed = verifier.verify(&SignatureHeaders::from_pairs(pairs), &request.body, now);
    Ok(signed.map_err(|error: SignatureError| {
        tracing::info!("Refused a request without a valid signature: {error}");
        Response::empty(401)
    }))
}
