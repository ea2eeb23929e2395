//! What nobody can guess or repeat: the time, and ids and secrets made from the
//! operating system's randomness.

use std::time::{SystemTime, UNIX_EPOCH};

const ID_ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Microseconds since the Unix epoch.
pub(crate) fn now_us() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the simulated Slack has its own clock, and this is it")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> u64 {
    now_us() / 1_000
}

/// Seconds since the Unix epoch.
pub(crate) fn now_s() -> u64 {
    now_us() / 1_000_000
}

/// `N` random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "a machine without randomness cannot run anything here")]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// An id as Slack writes them: `prefix` and ten capitals and digits.
pub(crate) fn id(prefix: &str) -> String {
    let tail = random::<10>()
        .map(|byte| char::from(ID_ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0')));
    prefix.chars().chain(tail).collect()
}

/// A secret of 32 hexadecimal digits.
pub(crate) fn secret() -> String {
    hex::encode(random::<16>())
}

/// A secret as it may be shown: its first five and last four characters.
pub(crate) fn masked(secret: &str) -> String {
    let count = secret.chars().count();
    if count < 16 {
        return "…".into();
    }
    let head: String = secret.chars().take(5).collect();
    let tail: String = secret.chars().skip(count - 4).collect();
    format!("{head}…{tail}")
}
