//! Time and chance. Time is tokio's, which the tests stop: it moves only when
//! everybody waits, or by [`VirtualClock::later`]. So the pauses of the Slack
//! client and those of the worker pass on one clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::time::Millis;
use tokio::time::Instant;

use super::seam::Seam;
use crate::ports::{Clock, Entropy};

/// 2025-12-01 08:00 UTC.
const START: Millis = Millis(1_764_576_000_000);

/// The clock of one test.
pub(crate) struct VirtualClock {
    seam: Arc<Seam>,
    begun: Instant,
}

impl VirtualClock {
    pub(crate) fn new(seam: Arc<Seam>) -> Self {
        Self { seam, begun: Instant::now() }
    }

    /// Lets `millis` milliseconds pass.
    pub(crate) async fn later(&self, millis: u64) {
        tokio::time::advance(Duration::from_millis(millis)).await;
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Millis {
        START.plus(u64::try_from(self.begun.elapsed().as_millis()).unwrap())
    }

    async fn sleep(&self, millis: u64) {
        // A pause can be cut short by the process's death, but not fail.
        let _ = self.seam.cross("clock.sleep", || ()).await;
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
}

/// Bytes that are never given twice.
#[derive(Default)]
pub(crate) struct CountingEntropy(AtomicU64);

impl Entropy for CountingEntropy {
    fn fill(&self, bytes: &mut [u8]) -> anyhow::Result<()> {
        let count = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = count.get(at).copied().unwrap_or(0xA5);
        }
        Ok(())
    }
}
