//! When to try again, and for how long. What only looks is repeated after any
//! failure that may pass; what changes something only if it surely did not run.

use std::future::Future;
use std::time::Duration;

use app::ports::InstancesError;
use tokio::time::Instant;

use crate::answer::Failure;

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It looks.
    Look,
    /// It changes something.
    Change,
}

/// How often, and how soon, a request is tried again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retry {
    /// At most so many tries of a request that looks.
    pub(crate) looks: u32,
    /// At most so many tries of a request that changes something.
    pub(crate) changes: u32,
    /// The first pause; each is twice the one before.
    pub(crate) first_pause: Duration,
    /// The longest pause.
    pub(crate) longest_pause: Duration,
    /// No try begins later than this after the first.
    pub(crate) budget: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            looks: 4,
            // EC2 refills a few requests per second; six tries wait for it about 12 s.
            changes: 6,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(5),
            budget: Duration::from_secs(20),
        }
    }
}

impl Retry {
    /// Tries until it works, or there is no point or no time in trying again.
    pub(crate) async fn run<T, Trying>(
        &self,
        effect: Effect,
        mut attempt: impl FnMut() -> Trying,
    ) -> Result<T, Failure>
    where
        Trying: Future<Output = Result<T, Failure>>,
    {
        let begun = Instant::now();
        let limit = if effect == Effect::Look { self.looks } else { self.changes };
        let mut tried = 0;
        loop {
            tried += 1;
            let failure = match attempt().await {
                Err(failure) if may_pass(effect, &failure) => failure,
                settled => return settled,
            };
            let pause = self.pause(tried);
            if tried >= limit || begun.elapsed() + pause > self.budget {
                return Err(failure);
            }
            tracing::debug!(?failure, tried, "EC2 is asked again");
            tokio::time::sleep(pause).await;
        }
    }

    /// Doubles with each try; the random half keeps many workers from returning at once.
    fn pause(&self, tried: u32) -> Duration {
        let doublings = tried.saturating_sub(1).min(16);
        let full = self.first_pause.saturating_mul(1 << doublings).min(self.longest_pause);
        let share = getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX));
        full.mul_f64(0.5 + share / 2.0)
    }
}

fn may_pass(effect: Effect, failure: &Failure) -> bool {
    match failure {
        Failure::NotRun(_) => true,
        Failure::Unclear(_) => effect == Effect::Look,
        Failure::Final(_) | Failure::WouldRun(_) => false,
    }
}

/// The failure in the port's terms.
pub(crate) fn told(effect: Effect, failure: Failure) -> InstancesError {
    match (failure, effect) {
        (Failure::Final(error), _) => error,
        (Failure::Unclear(why), Effect::Change) => InstancesError::Unclear(why),
        (Failure::NotRun(why), _) | (Failure::Unclear(why), Effect::Look) => InstancesError::Busy(why),
        (Failure::WouldRun(_), _) => InstancesError::Unclear("EC2 took it for a dry run".to_owned()),
    }
}
