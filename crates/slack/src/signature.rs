//! Tells whether a request came from Slack: the HMAC-SHA256 that Slack puts on
//! everything it sends, over the raw bytes of the body.
//!
//! Nothing of a request may be parsed, logged or acted upon before
//! [`Verifier::verify`] has returned `Ok`. No error carries a signature: a
//! computed one, once in a log, is good for replaying the request.
//!
//! <https://docs.slack.dev/authentication/verifying-requests-from-slack>

use domain::time::Millis;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// The header with the signature, in lower case as in an `http::HeaderMap`.
pub const SIGNATURE_HEADER: &str = "x-slack-signature";

/// The header with the moment of signing, in seconds since the Unix epoch.
pub const TIMESTAMP_HEADER: &str = "x-slack-request-timestamp";

/// How far a timestamp may lie from our clock, before or after it.
pub const MAX_SKEW_SECONDS: u64 = 300;

/// The version of the scheme, which begins both base string and signature.
const VERSION: &str = "v0";

/// 12 digits reach the year 33658 and cannot overflow.
const MAX_TIMESTAMP_DIGITS: usize = 12;

/// The length of an HMAC-SHA256 in bytes; as hexadecimal digits, twice that.
const MAC_BYTES: usize = 32;

/// Two secrets are valid only while one replaces the other.
const MAX_SECRETS: usize = 2;

/// Checks signatures against one signing secret, or two during a rotation.
#[derive(Clone, Debug)]
pub struct Verifier {
    secrets: Vec<SecretString>,
}

/// Why no [`Verifier`] can be made: the app must refuse to start, because with
/// an empty secret anybody could sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// There is no secret at all, or there are more than two.
    #[error("one or two signing secrets are needed, not {0}")]
    Count(usize),
    /// A secret is empty or only white space.
    #[error("a signing secret is blank")]
    Blank,
    /// White space around a secret, such as a copied line end: it would never
    /// fit a signature, so it is better said at once.
    #[error("a signing secret begins or ends with white space")]
    Padded,
}

/// Why a request is not accepted. It names the header at fault, never a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The header did not come.
    #[error("the header {0} is missing")]
    Missing(&'static str),
    /// The header came more than once, so nobody can say which one counts.
    #[error("the header {0} came more than once")]
    Doubled(&'static str),
    /// The header does not have the form Slack gives it.
    #[error("the header {0} is malformed")]
    Malformed(&'static str),
    /// The timestamp is more than [`MAX_SKEW_SECONDS`] away from now.
    #[error("the timestamp is too far from now")]
    Stale,
    /// The signature belongs to none of our secrets and this body.
    #[error("the signature does not match")]
    Mismatch,
}

/// All values of the two headers that matter here, as they came.
#[derive(Clone, Default)]
pub struct SignatureHeaders<'a> {
    timestamps: Vec<&'a [u8]>,
    signatures: Vec<&'a [u8]>,
}

impl<'a> SignatureHeaders<'a> {
    /// Picks the two headers out of `(name, value)` pairs, whatever the case of
    /// the names.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut headers = Self::default();
        for (name, value) in pairs {
            if name.eq_ignore_ascii_case(TIMESTAMP_HEADER) {
                headers.timestamps.push(value);
            } else if name.eq_ignore_ascii_case(SIGNATURE_HEADER) {
                headers.signatures.push(value);
            }
        }
        headers
    }
}

impl<'a> From<&'a http::HeaderMap> for SignatureHeaders<'a> {
    fn from(map: &'a http::HeaderMap) -> Self {
        Self::from_pairs(map.iter().map(|(name, value)| (name.as_str(), value.as_bytes())))
    }
}

impl Verifier {
    /// Takes the signing secret, and during a rotation the previous one too.
    ///
    /// # Errors
    /// If there are not one or two secrets, or one of them is blank or padded.
    pub fn new(secrets: Vec<SecretString>) -> Result<Self, SecretError> {
        if secrets.is_empty() || secrets.len() > MAX_SECRETS {
            return Err(SecretError::Count(secrets.len()));
        }
        for secret in &secrets {
            let secret = secret.expose_secret();
            if secret.trim().is_empty() {
                return Err(SecretError::Blank);
            }
            if secret.trim() != secret {
                return Err(SecretError::Padded);
            }
        }
        Ok(Self { secrets })
    }

    /// Accepts `body`, the raw bytes before any decoding but base64, if one of
    /// the secrets signed it within [`MAX_SKEW_SECONDS`] of `now`.
    pub fn verify(
        &self,
        headers: &SignatureHeaders<'_>,
        body: &[u8],
        now: Millis,
    ) -> Result<(), SignatureError> {
        let timestamp = only(&headers.timestamps, TIMESTAMP_HEADER)?;
        let signature = only(&headers.signatures, SIGNATURE_HEADER)?;
        let seconds = seconds(timestamp).ok_or(SignatureError::Malformed(TIMESTAMP_HEADER))?;
        let claimed = claimed_mac(signature).ok_or(SignatureError::Malformed(SIGNATURE_HEADER))?;
        if now.secs().abs_diff(seconds) > MAX_SKEW_SECONDS {
            return Err(SignatureError::Stale);
        }
        // Every secret is tried, so the time taken does not tell which one fits.
        let fits = self
            .secrets
            .iter()
            .fold(Choice::from(0), |fits, secret| fits | mac(secret, timestamp, body).ct_eq(&claimed));
        if bool::from(fits) { Ok(()) } else { Err(SignatureError::Mismatch) }
    }
}

/// The signature header's value that Slack would send with `body`, signed at
/// `timestamp` (seconds since the Unix epoch, as text).
///
/// For programs that imitate Slack, such as the local stack; the app itself
/// only verifies.
pub fn sign(secret: &SecretString, timestamp: &str, body: &[u8]) -> String {
    format!("{VERSION}={}", hex::encode(mac(secret, timestamp.as_bytes(), body)))
}

fn mac(secret: &SecretString, timestamp: &[u8], body: &[u8]) -> [u8; MAC_BYTES] {
    // The key is the secret's text; HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else {
        unreachable!("HMAC takes keys of every length")
    };
    for part in [VERSION.as_bytes(), b":", timestamp, b":", body] {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn only<'a>(values: &[&'a [u8]], header: &'static str) -> Result<&'a [u8], SignatureError> {
    match values {
        [] => Err(SignatureError::Missing(header)),
        [value] => Ok(value),
        _ => Err(SignatureError::Doubled(header)),
    }
}

fn seconds(timestamp: &[u8]) -> Option<u64> {
    let right =
        (1..=MAX_TIMESTAMP_DIGITS).contains(&timestamp.len()) && timestamp.iter().all(u8::is_ascii_digit);
    if right { std::str::from_utf8(timestamp).ok()?.parse().ok() } else { None }
}

fn claimed_mac(signature: &[u8]) -> Option<[u8; MAC_BYTES]> {
    let digits = signature.strip_prefix(VERSION.as_bytes())?.strip_prefix(b"=")?;
    // `hex` would also take upper case, which Slack never sends.
    if !digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut mac = [0; MAC_BYTES];
    hex::decode_to_slice(digits, &mut mac).ok()?;
    Some(mac)
}

#[cfg(test)]
pub(crate) mod tests;
