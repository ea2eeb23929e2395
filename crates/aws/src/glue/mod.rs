//! Between a Lambda's `main` and an entry point: tracing, the clock,
//! randomness, and the loops that hand requests and jobs to a handler.

pub mod emf;
pub mod http;
#[cfg(test)]
mod tests;
mod trace;
pub mod version;
pub mod worker;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use app::ports::{Clock, Entropy};
use async_trait::async_trait;
use domain::time::Millis;

pub use trace::init_tracing;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one clock that everything else is handed")]
    fn now(&self) -> Millis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    async fn sleep(&self, millis: u64) {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
}

/// The operating system's random generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, bytes: &mut [u8]) -> anyhow::Result<()> {
        getrandom::fill(bytes).context("asking the operating system for random bytes")
    }
}
