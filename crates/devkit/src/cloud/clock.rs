//! The cloud's clock. Nothing else here reads the time of day.

use jiff::Timestamp;

/// Milliseconds since 1970.
#[allow(clippy::disallowed_methods)] // a stand-in for AWS keeps AWS's time
pub(crate) fn now_ms() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// `2026-01-31T09:30:00Z`, or with milliseconds.
pub(crate) fn iso(ms: u64, with_millis: bool) -> String {
    let at = stamp(ms);
    at.strftime(if with_millis { "%Y-%m-%dT%H:%M:%S.%3fZ" } else { "%Y-%m-%dT%H:%M:%SZ" }).to_string()
}

/// `31/Jan/2026:09:30:00 +0000`, as API Gateway writes it.
pub(crate) fn common_log(ms: u64) -> String {
    stamp(ms).strftime("%d/%b/%Y:%H:%M:%S +0000").to_string()
}

fn stamp(ms: u64) -> Timestamp {
    i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_aws_writes_them() {
        assert_eq!(iso(1_700_000_000_123, false), "2023-11-14T22:13:20Z");
        assert_eq!(iso(1_700_000_000_123, true), "2023-11-14T22:13:20.123Z");
        assert_eq!(common_log(1_700_000_000_123), "14/Nov/2023:22:13:20 +0000");
    }
}
