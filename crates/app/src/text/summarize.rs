//! `/summarize`: from what was typed to a summary, for the person or for the
//! channel.

use domain::job::Ending;
use domain::summarize::{Parsed, parse};

use super::Text;
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::metrics::{self, Refused};
use crate::ports::SummaryError;

impl Text {
    pub(super) async fn summarize(&self, hold: &mut Hold<'_>, text: &str) -> Result<(), Stop> {
        let (url, sentences, share) = match parse(text) {
            Parsed::Page { url, sentences, share } => (url, sentences, share),
            Parsed::Help => return Self::answer(hold, Ending::Done, &messages::summarize_help()).await,
            wrong => return Self::answer(hold, Ending::Failed, &messages::not_to_summarize(&wrong)).await,
        };
        match self.summarizer.summarize(&url, sentences).await {
            Ok(summary) if share => {
                self.show_channel(hold, messages::shared_summary(&hold.job.request.user, &summary)).await
            }
            Ok(summary) => {
                let message = messages::summary(&summary, &hold.job.id);
                Self::answer(hold, Ending::Done, &message).await
            }
            Err(error) => {
                if let SummaryError::Forbidden(why) = &error {
                    metrics::refused(Refused::NotAllowed, format_args!("An address is not opened: {why}"));
                }
                tracing::info!(job.id = %hold.job.id, "No summary: {error}");
                Self::answer(hold, Ending::Failed, &messages::no_summary(&url, &error)).await
            }
        }
    }
}
