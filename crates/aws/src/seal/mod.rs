//! Seals bot tokens: AES-256-GCM, bound to the team, the app and the kind of
//! token, so that a sealed token moved to another row does not open.
//!
//! The keys are a ring in SSM: `{"current":"k1","keys":{"k1":"<32 bytes,
//! base64>"}}`. To rotate, add a key to the ring, wait until every function has
//! it (10 minutes), then make it `current`; what was sealed before is sealed
//! anew by an operator, and a key is removed once nothing is sealed with it any more.
//!
//! No error and no Debug here carries a key or a token.

mod ring;
#[cfg(test)]
mod tests;

use aes_gcm::aead::{Aead as _, Payload};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::{AppId, TeamId};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

pub use ring::{KeyRing, KeyRingError};

/// The version that begins a sealed token: `v1.<key id>.<base64url of nonce and ciphertext>`.
const VERSION: &str = "v1";

/// 96 bits, random: the size GCM is made for. A ring that sealed a thousand
/// tokens a day would take millions of years to come near repeating one.
/// <https://csrc.nist.gov/pubs/sp/800/38/d/final>
const NONCE_BYTES: usize = 12;

/// What a sealed token is bound to.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'a> {
    /// The installation.
    pub team: &'a TeamId,
    /// The Slack app.
    pub app: &'a AppId,
    /// Which of the installation's tokens.
    pub kind: TokenKind,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// `xoxb-…`, to speak as the bot.
    Bot,
}

/// Why a token could not be sealed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The operating system gave no random bytes.
    #[error("no random bytes for a nonce")]
    Randomness,
    /// The cipher refused; a token would have to be gigabytes long.
    #[error("the token cannot be sealed")]
    TooLong,
    /// It is not `v1.<key id>.<base64url>`.
    #[error("the sealed token is malformed")]
    Malformed,
    /// The ring has no key of that id.
    #[error("the key ring has no key {0:?}")]
    UnknownKey(String),
    /// It was sealed with another key, for something else, or was changed.
    #[error("the sealed token does not open")]
    Mismatch,
}

/// The name of the key that a token is sealed with; nothing if it is no sealed token.
pub fn key_id(sealed: &str) -> Option<&str> {
    parts(sealed).map(|(id, _)| id)
}

/// The key's name, and the rest.
fn parts(sealed: &str) -> Option<(&str, &str)> {
    let mut parts = sealed.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(VERSION), Some(id), Some(encoded), None) => Some((id, encoded)),
        _ => None,
    }
}

impl KeyRing {
    /// Seals `token` with the current key.
    pub fn seal(&self, bound: &Bound<'_>, token: &SecretString) -> Result<String, SealError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| SealError::Randomness)?;
        let (id, cipher) = self.current();
        let payload = Payload { msg: token.expose_secret().as_bytes(), aad: &bound.associated_data() };
        let ciphertext = cipher.encrypt(&nonce.into(), payload).map_err(|_| SealError::TooLong)?;
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&ciphertext);
        Ok(format!("{VERSION}.{id}.{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Opens what [`KeyRing::seal`] made for the same team, app and kind.
    pub fn open(&self, bound: &Bound<'_>, sealed: &str) -> Result<SecretString, SealError> {
        let (id, encoded) = parts(sealed).ok_or(SealError::Malformed)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| SealError::Malformed)?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Malformed)?;
        let cipher = self.key(id).ok_or_else(|| SealError::UnknownKey(id.to_owned()))?;
        let payload = Payload { msg: ciphertext, aad: &bound.associated_data() };
        let token = cipher.decrypt(&(*nonce).into(), payload).map_err(|_| SealError::Mismatch)?;
        let token = Zeroizing::new(token);
        let text = std::str::from_utf8(&token).map_err(|_| SealError::Mismatch)?;
        Ok(SecretString::from(text))
    }
}

impl TokenKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Bot => "bot",
        }
    }
}

impl Bound<'_> {
    /// Each part with its length before it, so that no two bindings read the same.
    fn associated_data(&self) -> Vec<u8> {
        let mut data = Vec::new();
        for part in ["bellhop", self.team.as_str(), self.app.as_str(), self.kind.name()] {
            data.extend_from_slice(&(part.len() as u64).to_be_bytes());
            data.extend_from_slice(part.as_bytes());
        }
        data
    }
}
