//! The last step of every job: a change is announced, and the person is told.

use domain::job::Move;

use super::Run;
use crate::hold::{Hold, Stop};
use crate::telling;

impl Run<'_> {
    /// Announces what the job has changed, tells the person how it ended, and closes it.
    pub(super) async fn tell(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        let owner = hold.owner();
        let unannounced = self.announcer().announce(hold).await?;
        let told = telling::noting(&hold.job, unannounced.as_ref());
        match self.voice().tell_patiently(&told, self.worker.clock.as_ref(), self.until).await {
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
}
