//! The two random values of one installation: the state, which travels through
//! Slack, and the cookie, which stays in the browser.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::ports::Entropy;

/// With this prefix a browser takes the cookie only from this very host, over
/// HTTPS, for all paths.
///
/// <https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes>
const COOKIE: &str = "__Host-bellhop-oauth";

/// 256 bits each.
const BYTES: usize = 32;

/// A state and its cookie.
pub(super) struct Pair {
    pub(super) state: String,
    pub(super) cookie: String,
}

impl Pair {
    pub(super) fn random(entropy: &dyn Entropy) -> anyhow::Result<Self> {
        let value = || {
            let mut bytes = [0; BYTES];
            entropy.fill(&mut bytes)?;
            anyhow::Ok(URL_SAFE_NO_PAD.encode(bytes))
        };
        Ok(Self { state: value()?, cookie: value()? })
    }

    pub(super) fn state_hash(&self) -> String {
        hash(&self.state)
    }

    pub(super) fn cookie_hash(&self) -> String {
        hash(&self.cookie)
    }
}

/// What is stored instead of a value, so that the table is of no use to a thief.
pub(super) fn hash(value: &str) -> String {
    hex::encode(Sha256::digest(value.as_bytes()))
}

/// The `Set-Cookie` that gives `value` to the browser for `max_age` seconds.
pub(super) fn cookie(value: &str, max_age: u64) -> String {
    format!("{COOKIE}={value}; Path=/; Max-Age={max_age}; Secure; HttpOnly; SameSite=Lax")
}

/// The cookie's value, if the browser sent exactly one of that name.
pub(super) fn read_cookie(cookies: &[String]) -> Option<&str> {
    let pairs =
        cookies.iter().flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value);
    let first = values.next().filter(|value| !value.is_empty());
    if values.next().is_some() { None } else { first }
}
