//! The key ring, as an operator wrote it.

use std::collections::BTreeMap;
use std::fmt;

use aes_gcm::{Aes256Gcm, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

/// AES-256.
const KEY_BYTES: usize = 32;

/// Longer names serve nobody, and each sealed token repeats one.
const MAX_ID_LENGTH: usize = 32;

/// The keys that tokens are sealed with.
pub struct KeyRing {
    current: (String, Aes256Gcm),
    keys: BTreeMap<String, Aes256Gcm>,
}

/// Why a key ring cannot be used. Nothing of the keys is told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// It is not JSON of the right shape.
    #[error(r#"the key ring is not JSON like {{"current":"k1","keys":{{"k1":"…"}}}} (line {line}, column {column})"#)]
    Shape {
        /// Where reading stopped.
        line: usize,
        /// Where reading stopped.
        column: usize,
    },
    /// A key's name is not 1 to 32 letters, digits, `-` or `_`.
    #[error("the key ring's key number {0} has no usable name (1 to 32 letters, digits, - or _)")]
    Id(usize),
    /// A key is not 32 bytes in base64.
    #[error("the key {0:?} is not 32 bytes in base64")]
    Key(String),
    /// `current` names no key of the ring.
    #[error("the key ring's current key is not in the ring")]
    Current,
}

/// The parameter's JSON.
#[derive(Deserialize)]
struct Written {
    current: String,
    keys: BTreeMap<String, String>,
}

impl KeyRing {
    /// Reads the ring from its parameter.
    pub fn parse(parameter: &SecretString) -> Result<Self, KeyRingError> {
        // serde's own message may quote what it stumbled over.
        let written: Written = serde_json::from_str(parameter.expose_secret())
            .map_err(|error| KeyRingError::Shape { line: error.line(), column: error.column() })?;
        let mut keys = BTreeMap::new();
        for (index, (id, encoded)) in written.keys.into_iter().enumerate() {
            if !is_id(&id) {
                return Err(KeyRingError::Id(index + 1));
            }
            let cipher = cipher(&Zeroizing::new(encoded)).ok_or_else(|| KeyRingError::Key(id.clone()))?;
            keys.insert(id, cipher);
        }
        let current = keys.get(&written.current).cloned().ok_or(KeyRingError::Current)?;
        Ok(Self { current: (written.current, current), keys })
    }

    /// The name of the key that seals.
    pub fn current_id(&self) -> &str {
        &self.current.0
    }

    pub(super) fn current(&self) -> (&str, &Aes256Gcm) {
        (&self.current.0, &self.current.1)
    }

    pub(super) fn key(&self, id: &str) -> Option<&Aes256Gcm> {
        self.keys.get(id)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("current", &self.current.0).finish_non_exhaustive()
    }
}

fn is_id(id: &str) -> bool {
    (1..=MAX_ID_LENGTH).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn cipher(encoded: &str) -> Option<Aes256Gcm> {
    let bytes = Zeroizing::new(STANDARD.decode(encoded.trim()).ok()?);
    if bytes.len() != KEY_BYTES {
        return None;
    }
    Aes256Gcm::new_from_slice(&bytes).ok()
}
