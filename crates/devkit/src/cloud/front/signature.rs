//! Signature Version 4 of calls made with an assumed role's credentials.
//!
//! The keys of the functions' own processes are not checked this way: they are
//! handed out and taken back within this program.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

use super::Call;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// How far a caller's clock may be off: 15 minutes.
const MOST_SKEW_MS: u64 = 15 * 60 * 1_000;

const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const OF_PATHS: AsciiSet = UNRESERVED.remove(b'/');

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It was not made with this secret, or not for this request.
    Mismatch,
    /// It was made too long ago, or is dated in the future.
    Skewed,
}

/// Checks the signature of a call against the secret of its access key.
pub(super) fn check(call: &Call, secret: &str, now_ms: u64) -> Result<(), Wrong> {
    let claim = Claim::of(&call.parts.headers).ok_or(Wrong::Mismatch)?;
    if !matches(call, &claim, secret).unwrap_or(false) {
        return Err(Wrong::Mismatch);
    }
    let at = claim.at_ms().ok_or(Wrong::Mismatch)?;
    if at.abs_diff(now_ms) > MOST_SKEW_MS { Err(Wrong::Skewed) } else { Ok(()) }
}

fn matches(call: &Call, claim: &Claim<'_>, secret: &str) -> Option<bool> {
    let canonical = canonical(call, claim)?;
    let to_sign = format!("{ALGORITHM}\n{}\n{}\n{}", claim.date, claim.scope, hash(canonical.as_bytes()));
    let mut key = format!("AWS4{secret}").into_bytes();
    for part in claim.scope.split('/') {
        key = hmac(&key, part)?;
    }
    Some(mac(&key, &to_sign)?.verify_slice(&hex::decode(claim.signature).ok()?).is_ok())
}

/// What the headers say of the signature.
struct Claim<'h> {
    /// Day, region, service and `aws4_request`, as the front has found them before.
    scope: &'h str,
    signed: Vec<&'h str>,
    signature: &'h str,
    date: &'h str,
}

impl<'h> Claim<'h> {
    fn of(headers: &'h HeaderMap) -> Option<Self> {
        let header = headers.get("authorization")?.to_str().ok()?.strip_prefix(ALGORITHM)?;
        let field = |name: &str| header.split(',').find_map(|field| field.trim().strip_prefix(name));
        let (_, scope) = field("Credential=")?.split_once('/')?;
        let (day, _) = scope.split_once('/')?;
        let date = headers.get("x-amz-date")?.to_str().ok()?;
        let signed = field("SignedHeaders=")?.split(';').collect();
        let claim = Self { scope, signed, signature: field("Signature=")?, date };
        // Whatever AWS acts on must be signed, or it could be exchanged on the way.
        let mut needed = headers.keys().map(http::HeaderName::as_str);
        let all = needed.all(|name| !name.starts_with("x-amz-") || claim.signed.contains(&name));
        (all && claim.signed.contains(&"host") && date.starts_with(day)).then_some(claim)
    }

    fn at_ms(&self) -> Option<u64> {
        let at = DateTime::strptime("%Y%m%dT%H%M%SZ", self.date).ok()?.to_zoned(TimeZone::UTC).ok()?;
        u64::try_from(at.timestamp().as_millisecond()).ok()
    }
}

fn canonical(call: &Call, claim: &Claim<'_>) -> Option<String> {
    let headers = &call.parts.headers;
    let mut lines = String::new();
    for name in &claim.signed {
        let values: Vec<&str> =
            headers.get_all(*name).iter().map(|value| value.to_str().ok()).collect::<Option<_>>()?;
        let values: Vec<String> =
            values.iter().map(|value| value.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        if values.is_empty() {
            return None;
        }
        lines.extend([*name, ":", &values.join(","), "\n"]);
    }
    let path = match call.parts.uri.path() {
        "" => "/".to_owned(),
        path => utf8_percent_encode(path, &OF_PATHS).to_string(),
    };
    let query = query(call.parts.uri.query().unwrap_or_default());
    let signed = claim.signed.join(";");
    Some(format!("{}\n{path}\n{query}\n{lines}\n{signed}\n{}", call.parts.method, hash(&call.body)))
}

fn query(text: &str) -> String {
    let encode = |part: &str| {
        utf8_percent_encode(&percent_decode_str(part).decode_utf8_lossy(), &UNRESERVED).to_string()
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<String> = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.sort();
    pairs.join("&")
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// HMAC takes a key of any length, so there always is one.
fn mac(key: &[u8], text: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}

fn hmac(key: &[u8], text: &str) -> Option<Vec<u8>> {
    mac(key, text).map(|mac| mac.finalize().into_bytes().to_vec())
}
