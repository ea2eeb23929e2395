//! How long, and how often, a call to Slack is tried.

use std::time::Duration;

/// Bounds on one call, all of its attempts taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many requests are sent at most; at least one is.
    pub attempts: u32,
    /// For name, TCP and TLS of a new connection.
    pub connect: Duration,
    /// For one request and its answer, connecting included.
    pub attempt: Duration,
    /// For everything, pauses included.
    pub total: Duration,
    /// The pause before the second attempt; it doubles with each further one.
    pub back_off: Duration,
}

impl Limits {
    /// For a function that must answer Slack within three seconds.
    pub const GATEWAY: Self = Self {
        attempts: 2,
        connect: Duration::from_millis(300),
        attempt: Duration::from_millis(700),
        total: Duration::from_millis(1_600),
        back_off: Duration::from_millis(75),
    };

    /// For a function that works in the background.
    pub const WORKER: Self = Self {
        attempts: 4,
        connect: Duration::from_secs(2),
        attempt: Duration::from_secs(5),
        total: Duration::from_secs(25),
        back_off: Duration::from_millis(200),
    };

    /// The pause after `attempt`, counted from 1.
    pub(crate) fn pause_after(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(16);
        self.back_off.saturating_mul(2_u32.saturating_pow(doublings))
    }
}
