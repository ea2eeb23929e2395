//! The `text` worker: `/reverse` and `/summarize`.
//!
//! It opens addresses that people type, so it holds no token: it answers through
//! the `response_url` of the command, and what that does not take any more, the
//! sweeper tells.

mod share;
mod summarize;

use std::sync::Arc;

use domain::job::{Ask, Audience, Duty, Ending, Move};
use domain::reverse::{MAX_REVERSED, characters, reverse};
use domain::time::Millis;
use slack::blocks::Message;
use slack::web::{ApiError, Client};

use crate::hold::{self, Hold, Stop};
use crate::messages;
use crate::ports::{Clock, Entropy, Jobs, Summarizer};
use crate::telling::{self, Voice};
use crate::wake::WakeUp;

/// How much of an invocation is kept for writing down how far it got.
const RESERVE_MS: u64 = 5_000;

/// The worker's hands.
pub struct Text {
    /// The jobs it does.
    pub jobs: Arc<dyn Jobs>,
    /// Articles in short.
    pub summarizer: Arc<dyn Summarizer>,
    /// Slack, for `response_url`s only.
    pub slack: Client,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For names of runs.
    pub entropy: Arc<dyn Entropy>,
}

impl Text {
    /// Does the job that `wake` names, as far as it gets by `deadline`.
    ///
    /// # Errors
    /// Only if not even the record could be read or written: then Lambda tries
    /// again, and later the sweeper.
    pub async fn handle(&self, wake: &WakeUp, deadline: Millis) -> anyhow::Result<()> {
        let until = Millis(deadline.0.saturating_sub(RESERVE_MS));
        let hands = hold::Hands {
            jobs: self.jobs.as_ref(),
            clock: self.clock.as_ref(),
            entropy: self.entropy.as_ref(),
        };
        hands.hold(wake, deadline, async |hold| self.work(hold, until).await).await
    }

    async fn work(&self, hold: &mut Hold<'_>, until: Millis) -> Result<(), Stop> {
        while let Some(duty) = hold.job.machine.duty() {
            match duty {
                Duty::Decide => self.decide(hold).await?,
                Duty::Reconcile => self.reconcile(hold).await?,
                Duty::Look => return Err(Stop::Fault(anyhow::anyhow!("a text has nothing to wait for"))),
                Duty::Tell => return self.tell(hold, until).await,
            }
        }
        Ok(())
    }

    async fn decide(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        match hold.job.request.ask.clone() {
            Ask::Reverse { text } => self.reverse(hold, &text).await,
            Ask::Summarize { text } => self.summarize(hold, &text).await,
            Ask::Share { job } => self.share(hold, &job).await,
            Ask::Command { .. } | Ask::Decide { .. } | Ask::Standup { .. } => {
                Err(Stop::Fault(anyhow::anyhow!("a command is no job for this worker")))
            }
        }
    }

    async fn reverse(&self, hold: &mut Hold<'_>, text: &str) -> Result<(), Stop> {
        let text = slack::text::plain(text);
        let text = text.trim();
        if text.is_empty() || text.eq_ignore_ascii_case("help") {
            return Self::answer(hold, Ending::Done, &messages::reverse_help()).await;
        }
        if characters(text) > MAX_REVERSED {
            return Self::answer(hold, Ending::Failed, &messages::too_long_to_reverse(MAX_REVERSED)).await;
        }
        Self::answer(hold, Ending::Done, &messages::reversed(&reverse(text))).await
    }

    /// Finishes the job with a message for the requester; it is told next.
    async fn answer(hold: &mut Hold<'_>, ending: Ending, message: &Message) -> Result<(), Stop> {
        let reply = telling::reply(Audience::Requester, message, &hold.job.request);
        let finish = Move::Finish { owner: hold.owner(), ending };
        hold.go(&finish, |job| job.reply = Some(reply)).await
    }

    /// Tells the person how the job ended, and closes it. Where that cannot be
    /// done without a token, the sweeper is left to do it.
    async fn tell(&self, hold: &mut Hold<'_>, until: Millis) -> Result<(), Stop> {
        let owner = hold.owner();
        if hold.job.reply.as_ref().is_some_and(|reply| reply.audience == Audience::DirectMessage) {
            return hold.go(&Move::Release { owner }, |_| {}).await;
        }
        let voice = Voice { slack: &self.slack, token: None };
        match voice.tell_patiently(&hold.job, self.clock.as_ref(), until).await {
            Ok(()) => {
                hold.go(&Move::Told { owner }, |_| {}).await?;
                tracing::info!(
                    job.id = %hold.job.id, job.status = hold.job.machine.status.name(),
                    age_ms = self.clock.now().since(hold.job.created_at), "The job is closed"
                );
                Ok(())
            }
            Err(error) if telling::is_hopeless(&error) => self.hand_over(hold, &error).await,
            Err(error) => Err(Stop::Fault(anyhow::Error::new(error).context("telling how the job ended"))),
        }
    }

    /// The sweeper tells it in a direct message. There is no channel to share it
    /// with there, so there is nothing to click either.
    async fn hand_over(&self, hold: &mut Hold<'_>, error: &ApiError) -> Result<(), Stop> {
        tracing::warn!(job.id = %hold.job.id, "The answer is left to the sweeper: {error}");
        let release = Move::Release { owner: hold.owner() };
        hold.go(&release, |job| {
            if let Some(reply) = &mut job.reply {
                telling::redirect(reply);
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests;
