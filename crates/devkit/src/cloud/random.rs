//! Ids that nobody has seen before.

/// So many random bytes as upper-case hex.
pub(crate) fn hex(bytes: usize) -> String {
    let mut buffer = vec![0_u8; bytes];
    // Without randomness from the operating system nothing else works either.
    let _ = getrandom::fill(&mut buffer);
    hex::encode_upper(buffer)
}

/// A random UUID.
pub(crate) fn uuid() -> String {
    let digits = hex(16).to_lowercase();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
