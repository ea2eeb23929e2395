//! The fleet's time: the machine's own, or one that a test moves by hand.
//!
//! What an instance is doing is a function of this clock, so nothing has to tick
//! and a test waits for nothing.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::time::Millis;
use tokio::sync::watch;

/// Tells the time. Clones of a clock tell the same time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Real,
    Hand(Arc<watch::Sender<Millis>>),
}

impl Clock {
    /// The machine's own clock.
    pub const fn real() -> Self {
        Self(Source::Real)
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it.
    pub fn by_hand(start: Millis) -> Self {
        Self(Source::Hand(Arc::new(watch::Sender::new(start))))
    }

    /// What time it is.
    pub fn now(&self) -> Millis {
        match &self.0 {
            Source::Real => real_now(),
            Source::Hand(at) => *at.borrow(),
        }
    }

    /// Moves a clock made by [`Clock::by_hand`]; the real one goes its own way.
    pub fn advance(&self, by: Duration) {
        if let Source::Hand(at) = &self.0 {
            at.send_modify(|at| *at = at.plus(millis(by)));
        }
    }

    /// Waits until it is `at`; for ever if that is never.
    pub(super) async fn reaches(&self, at: Option<Millis>) {
        match (at, &self.0) {
            (None, _) => std::future::pending().await,
            (Some(at), Source::Real) => {
                tokio::time::sleep(Duration::from_millis(at.0.saturating_sub(real_now().0))).await;
            }
            (Some(at), Source::Hand(hand)) => {
                // It cannot fail: the sender is this clock.
                let _ = hand.subscribe().wait_for(|now| *now >= at).await;
            }
        }
    }
}

/// A duration in whole milliseconds.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "this is the one place where the fleet's time comes from")]
fn real_now() -> Millis {
    Millis(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_by_hand_moves_only_by_hand_and_with_its_clones() {
        let clock = Clock::by_hand(Millis(5));
        let other = clock.clone();
        assert_eq!(clock.now(), Millis(5));
        clock.advance(Duration::from_secs(2));
        assert_eq!(other.now(), Millis(2_005));
    }

    #[test]
    fn the_real_clock_does_not_stand_in_1970() {
        let clock = Clock::real();
        clock.advance(Duration::from_secs(1));
        assert!(clock.now() > Millis::from_secs(1_700_000_000));
    }
}
