//! The last step of every job: the person is told.

use domain::job::Move;
use slack::web::ApiError;

use super::Run;
use crate::hold::{Hold, Stop};
use crate::telling;

/// Pauses before telling is tried again within one run. After that the sweeper
/// sees to it.
const PAUSES_MS: [u64; 2] = [1_000, 3_000];

impl Run<'_> {
    /// Tells the person how the job ended, and closes it.
    pub(super) async fn tell(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        let owner = hold.owner();
        match self.told(hold).await {
            Ok(()) => {
                hold.go(&Move::Told { owner }, |_| {}).await?;
                tracing::info!(
                    job.id = %hold.job.id, job.status = hold.job.machine.status.name(),
                    age_ms = self.worker.clock.now().since(hold.job.created_at), "The job is closed"
                );
                Ok(())
            }
            Err(error) if telling::is_hopeless(&error) => {
                tracing::error!(job.id = %hold.job.id, "Nobody can be told how the job ended: {error}");
                hold.go(&Move::GiveUp { writer: owner }, |_| {}).await
            }
            Err(error) => Err(Stop::Fault(anyhow::Error::new(error).context("telling how the job ended"))),
        }
    }

    async fn told(&self, hold: &Hold<'_>) -> Result<(), ApiError> {
        let mut pauses = PAUSES_MS.into_iter();
        loop {
            let error = match telling::tell(&self.worker.slack, &self.token, &hold.job).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let pause = match &error {
                ApiError::RateLimited { retry_after } => {
                    retry_after.and_then(|wait| u64::try_from(wait.as_millis()).ok())
                }
                _ => None,
            };
            let (Some(usual), false) = (pauses.next(), telling::is_hopeless(&error)) else {
                return Err(error);
            };
            let pause = pause.unwrap_or(usual);
            if self.worker.clock.now().plus(pause) >= self.until {
                return Err(error);
            }
            self.worker.clock.sleep(pause).await;
        }
    }
}
