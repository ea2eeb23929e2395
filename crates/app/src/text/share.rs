//! Showing a summary to the channel. A message for everybody cannot be sent
//! twice without being seen twice, so it is sent at most once: the attempt is on
//! record before it is made, and is never repeated.

use domain::ids::JobId;
use domain::job::{Answers, Ask, Audience, Ending, Job, Move, Status};
use slack::blocks::Message;
use slack::web::{ApiError, Followup};

use super::Text;
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::metrics::{self, Refused};
use crate::telling;

impl Text {
    /// Shows the channel what the job `of` has answered, for the person whom it
    /// answered.
    pub(super) async fn share(&self, hold: &mut Hold<'_>, of: &JobId) -> Result<(), Stop> {
        let own = of.worker() == hold.job.id.worker();
        let told = if own { self.jobs.find(of).await? } else { None };
        if told.as_ref().is_some_and(|job| !is_theirs(job, &hold.job)) {
            metrics::refused(Refused::NotAllowed, "Somebody has asked to share what another person was told");
        }
        let Some(summary) = told.as_ref().and_then(|job| summary_for(job, &hold.job)) else {
            return Self::answer(hold, Ending::Failed, &messages::nothing_to_share()).await;
        };
        let user = hold.job.request.user.clone();
        self.show_channel(hold, messages::shared(&user, &summary)).await
    }

    /// Sends `message` for everybody in the channel to see, once.
    pub(super) async fn show_channel(&self, hold: &mut Hold<'_>, message: Message) -> Result<(), Stop> {
        let Answers::Private { response_url } = hold.job.request.answers.clone() else {
            return Err(Stop::Fault(anyhow::anyhow!("a summary without a response_url cannot be shared")));
        };
        let begin = Move::Begin { owner: hold.owner() };
        hold.go(&begin, |_| {}).await?;
        match self.slack.respond(&response_url, &Followup::Channel(message)).await {
            Ok(()) => self.was_shared(hold).await,
            Err(ApiError::Unclear(reason)) => {
                tracing::warn!(job.id = %hold.job.id, "Whether the channel sees it is not known: {reason}");
                self.reconcile(hold).await
            }
            Err(error) => {
                tracing::warn!(job.id = %hold.job.id, "The channel was not shown it: {error}");
                let again = summarized_by(&hold.job);
                Self::answer(hold, Ending::Failed, &messages::not_shared(again)).await
            }
        }
    }

    /// The attempt was made, and nobody knows how it ended. It cannot be looked
    /// up without a token, so the person is asked to.
    pub(super) async fn reconcile(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        let again = summarized_by(&hold.job);
        Self::answer(hold, Ending::Unknown, &messages::perhaps_shared(again)).await
    }

    async fn was_shared(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        if matches!(hold.job.request.ask, Ask::Share { .. }) {
            return Self::answer(hold, Ending::Done, &messages::was_shared()).await;
        }
        // The summary itself is the answer.
        let nobody = telling::reply(Audience::Nobody, &messages::was_shared(), &hold.job.request);
        let finish = Move::Finish { owner: hold.owner(), ending: Ending::Done };
        hold.go(&finish, |job| job.reply = Some(nobody)).await
    }
}

/// The summary that `told` gave, if it is for whoever asks to share it. A
/// button's value is the app's own word, but another team's job is never shown.
fn summary_for(told: &Job, asking: &Job) -> Option<Message> {
    let is_summary = matches!(told.request.ask, Ask::Summarize { .. }) && told.machine.status == Status::Done;
    let reply = told.reply.as_ref().filter(|_| is_theirs(told, asking) && is_summary)?;
    serde_json::from_value(reply.message.clone()).ok()
}

/// Whether one person has asked for both.
fn is_theirs(told: &Job, asking: &Job) -> bool {
    told.team == asking.team && told.request.user == asking.request.user
}

/// The job whose summary can be shared again, if it is on record.
fn summarized_by(job: &Job) -> Option<JobId> {
    match &job.request.ask {
        Ask::Share { job } => Some(job.clone()),
        _ => None,
    }
}
