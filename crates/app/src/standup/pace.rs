//! Slack's limits on how fast it is called: when one caller is asked to slow
//! down, all of them wait.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::time::Millis;
use slack::web::ApiError;

use crate::ports::Clock;

/// How long one call may take, and what is written down after it.
pub(super) const ONE_CALL_MS: u64 = 6_000;

/// The pause when Slack does not say for how long.
const UNTOLD_MS: u64 = 1_000;

/// How often what does no harm is tried, and the pause between two tries.
const TRIES: usize = 3;
const BETWEEN_MS: u64 = 500;

/// How soon another run tries again what Slack fails to do.
const AGAIN_MS: u64 = 10_000;

/// No time is left for another call; there is from this moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Late(pub(super) Millis);

/// When it makes sense to try again what has failed with `error` at `now`.
pub(super) fn after(error: &ApiError, now: Millis) -> Millis {
    let asked = match error {
        ApiError::RateLimited { retry_after } => *retry_after,
        _ => None,
    };
    now.plus(asked.and_then(|wait| u64::try_from(wait.as_millis()).ok()).unwrap_or(AGAIN_MS))
}

/// The pace of one run.
pub(super) struct Pace<'a> {
    clock: &'a dyn Clock,
    until: Millis,
    free_at: Mutex<Millis>,
}

impl<'a> Pace<'a> {
    /// Of a run that must be over at `until`.
    pub(super) fn new(clock: &'a dyn Clock, until: Millis) -> Self {
        Self { clock, until, free_at: Mutex::new(Millis(0)) }
    }

    /// Returns when Slack may be called.
    pub(super) async fn ready(&self) -> Result<(), Late> {
        loop {
            let (now, free_at) = (self.clock.now(), self.free_at());
            let at = free_at.max(now);
            if at.plus(ONE_CALL_MS) > self.until {
                return Err(Late(at));
            }
            if free_at <= now {
                return Ok(());
            }
            self.clock.sleep(free_at.since(now)).await;
        }
    }

    /// Makes a call, again if it was too early. It is a call that gives up at once
    /// when it is asked to slow down.
    pub(super) async fn call<T>(
        &self,
        call: impl AsyncFn() -> Result<T, ApiError>,
    ) -> Result<Result<T, ApiError>, Late> {
        loop {
            self.ready().await?;
            match call().await {
                Err(ApiError::RateLimited { retry_after }) => self.slow_down(retry_after),
                answered => return Ok(answered),
            }
        }
    }

    /// Makes a call that does no harm, a few times if need be.
    pub(super) async fn look<T>(
        &self,
        call: impl AsyncFn() -> Result<T, ApiError>,
    ) -> Result<Result<T, ApiError>, Late> {
        for _ in 1..TRIES {
            match self.call(&call).await? {
                Err(ApiError::Retryable(_)) => self.clock.sleep(BETWEEN_MS).await,
                answered => return Ok(answered),
            }
        }
        self.call(&call).await
    }

    fn slow_down(&self, retry_after: Option<Duration>) {
        let asked = retry_after.and_then(|wait| u64::try_from(wait.as_millis()).ok());
        let free_at = self.clock.now().plus(asked.unwrap_or(UNTOLD_MS).max(1));
        let mut known = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        *known = free_at.max(*known);
    }

    fn free_at(&self) -> Millis {
        *self.free_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
