//! Keeping a report that stands in the channel as it should be: read, show, and
//! read again, until nothing has changed meanwhile. Of two who do so at once, the
//! one who shows last has also read last.

use std::time::Duration;

use domain::standup::RunKey;
use slack::blocks::Message;
use slack::web::{ApiError, NewMessage, Posted, UpdatedMessage};

use super::Shift;
use super::hand::{Grip, is_own};
use super::pace::{Late, ONE_CALL_MS, after};
use super::pages::{Page, pages, with};
use super::questions::Day;
use crate::hold::{Hold, Stop};
use crate::messages;

/// How often it is shown anew in one run.
const ROUNDS: usize = 20;

/// One message of a report.
struct Place<'a> {
    number: usize,
    message: &'a Message,
    /// What stands there.
    page: Option<&'a Page>,
    /// Below which the pages stand.
    first: Option<&'a Page>,
}

impl Shift<'_> {
    /// Makes the report show what is on record, if it stands in the channel. `shown`
    /// is what its messages are known to show.
    pub(super) async fn refresh(
        &self,
        hold: &Hold<'_>,
        day: &Day,
        mut shown: Vec<Message>,
    ) -> Result<Result<(), Late>, Stop> {
        // What was just posted there was looked at before.
        if shown.is_empty() && self.is_read_outside(&day.blueprint.channel).await? {
            tracing::info!(standup.id = %day.key.standup, "A report stays as it is: its channel is shared");
            return Ok(Ok(()));
        }
        for _ in 0..ROUNDS {
            let Some((known, view)) = self.view(&day.key, day).await? else { return Ok(Ok(())) };
            if shown == view {
                return Ok(Ok(()));
            }
            for (number, message) in view.iter().enumerate() {
                if shown.get(number) == Some(message) {
                    continue;
                }
                if self.worker.clock.now().plus(ONE_CALL_MS) > self.until {
                    return Ok(Err(Late(self.worker.clock.now())));
                }
                let place = Place { number, message, page: known.get(number), first: known.first() };
                if let Err(late) = self.show_page(hold, day, &place).await? {
                    return Ok(Err(late));
                }
            }
            shown = view;
        }
        Ok(Err(Late(self.worker.clock.now())))
    }

    /// The pages on record, and what they should show: one for each, perhaps more.
    async fn view(&self, key: &RunKey, day: &Day) -> Result<Option<(Vec<Page>, Vec<Message>)>, Stop> {
        let Some(known) = self.worker.runs.find(key).await?.as_ref().and_then(pages) else { return Ok(None) };
        let entries = self.worker.entries.all(key).await?;
        let mut view = messages::report(&day.blueprint, &key.date, &entries);
        while view.len() < known.len() {
            view.push(messages::no_page());
        }
        Ok(Some((known, view)))
    }

    async fn show_page(
        &self,
        hold: &Hold<'_>,
        day: &Day,
        place: &Place<'_>,
    ) -> Result<Result<(), Late>, Stop> {
        match place.page {
            Some(Page::Posted(ts)) => {
                let update = UpdatedMessage {
                    channel: day.blueprint.channel.clone(),
                    ts: ts.clone(),
                    message: place.message.clone(),
                };
                self.update(&update).await
            }
            Some(Page::Taken { by, since }) => match self.grip(hold, by, *since).await? {
                // Whoever posts it looks at the record again afterwards.
                Grip::Until(_) if !is_own(hold, by) => Ok(Ok(())),
                Grip::Until(at) => Ok(Err(Late(at))),
                Grip::Free => self.post_page(day, place).await,
            },
            None => self.post_page(day, place).await,
        }
    }

    async fn post_page(&self, day: &Day, place: &Place<'_>) -> Result<Result<(), Late>, Stop> {
        let Place { number, message, page, first } = *place;
        let Some(Page::Posted(thread)) = first else { return Ok(Ok(())) };
        let taken = Page::Taken { by: day.hand.clone(), since: self.worker.clock.now() };
        let taking = self.change_run(&day.key, |run| with(run, number, page, Some(&taken))).await?;
        if taking.is_none() {
            // Somebody else has taken the place; they look at the record afterwards.
            return Ok(Ok(()));
        }
        let new = NewMessage {
            channel: day.blueprint.channel.clone(),
            message: message.clone(),
            thread_ts: Some(thread.clone()),
            metadata: None,
        };
        let posted = self.worker.slack.trying(1).post_message(&self.token, &new).await;
        let now = match &posted {
            Ok(posted) => Some(Page::Posted(posted.ts.clone())),
            // It may be there. Whoever comes next posts it anew: a page that stands
            // there twice is better than one that is missing.
            Err(ApiError::Unclear(_)) => Some(taken.clone()),
            Err(_) => None,
        };
        self.change_run(&day.key, |run| with(run, number, Some(&taken), now.as_ref())).await?;
        self.edited(posted)
    }

    /// Edits a message. One that Slack will never let us edit stays as it is.
    pub(super) async fn update(&self, update: &UpdatedMessage) -> Result<Result<(), Late>, Stop> {
        let client = self.worker.slack.within(Duration::from_millis(ONE_CALL_MS));
        self.edited(client.update_message(&self.token, update).await)
    }

    fn edited(&self, answer: Result<Posted, ApiError>) -> Result<Result<(), Late>, Stop> {
        let Err(error) = answer else { return Ok(Ok(())) };
        tracing::warn!("A message is not as it should be: {error}");
        match error {
            ApiError::NoAccess(_) | ApiError::Refused { .. } => Ok(Ok(())),
            ApiError::Auth(_) | ApiError::MissingScope { .. } => Err(Stop::slack(error, "editing a message")),
            error => Ok(Err(Late(after(&error, self.worker.clock.now())))),
        }
    }
}
