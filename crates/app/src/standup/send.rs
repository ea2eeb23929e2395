//! Sending the questions. That somebody is being asked is on record before the
//! message is sent, and it is sent only by who has put it there: so nobody is
//! asked twice.

use domain::ids::{ChannelId, MessageTs};
use domain::standup::{Answer, Entry, MAX_TRIES};
use futures_util::StreamExt as _;
use futures_util::stream;
use slack::web::{ApiError, NewMessage, UpdatedMessage};

use super::Shift;
use super::pace::{Late, Pace};
use super::questions::Day;
use crate::hold::Stop;
use crate::messages::standup;

/// How many messages are under way at a time.
const AT_ONCE: usize = 4;

/// How often a record is tried while others are faster.
const TRIES: usize = 20;

impl Shift<'_> {
    /// Asks all of `due`. Late if there was no time for one of them.
    pub(super) async fn send_all(
        &self,
        day: &Day,
        due: &[Entry],
        pace: &Pace<'_>,
    ) -> Result<Result<(), Late>, Stop> {
        // All of them come to their end, whatever becomes of one: a message that is
        // under way is not let out of sight.
        let sent: Vec<Result<Result<(), Late>, Stop>> = stream::iter(due)
            .map(|entry| self.send(day, entry, pace))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let mut late = Ok(());
        for sent in sent {
            late = late.and(sent?);
        }
        Ok(late)
    }

    async fn send(&self, day: &Day, entry: &Entry, pace: &Pace<'_>) -> Result<Result<(), Late>, Stop> {
        if let Err(late) = pace.ready().await {
            return Ok(Err(late));
        }
        let sending = entry.sending(day.hand.clone(), self.worker.clock.now());
        if !self.worker.entries.store(&day.key, &sending, Some(entry)).await? {
            // They have just said something, or somebody else asks them.
            return Ok(Ok(()));
        }
        let client = self.worker.slack.trying(1);
        let new = NewMessage {
            channel: ChannelId::new(entry.user.as_str()),
            message: standup::direct(&day.key, &day.blueprint, &Answer::None),
            thread_ts: None,
            metadata: None,
        };
        let posted = match pace.call(async || client.post_message(&self.token, &new).await).await {
            Ok(posted) => posted,
            Err(late) => {
                self.if_still(day, &entry.user, &day.hand, Entry::waiting_again).await?;
                return Ok(Err(late));
            }
        };
        match posted {
            Ok(posted) => self.arrived(day, sending, &posted.channel, &posted.ts).await,
            Err(error) => self.not_sent(day, entry, error).await.map(Ok),
        }
    }

    async fn not_sent(&self, day: &Day, entry: &Entry, error: ApiError) -> Result<(), Stop> {
        tracing::warn!(user.id = %entry.user, "Somebody was not asked: {error}");
        let failed = match &error {
            // It may have arrived: whoever comes next looks.
            ApiError::Unclear(_) => return Ok(()),
            ApiError::NoAccess(code) | ApiError::Refused { code, .. } => Some(code.clone()),
            ApiError::Retryable(_) if entry.tries() + 1 >= MAX_TRIES => Some(error.to_string()),
            _ => None,
        };
        let change = |entry: &Entry| {
            failed.as_ref().map_or_else(|| entry.waiting_again(), |why| entry.failed(why.clone()))
        };
        self.if_still(day, &entry.user, &day.hand, change).await?;
        match error {
            ApiError::Auth(_) | ApiError::MissingScope { .. } => Err(Stop::slack(error, "asking a member")),
            _ => Ok(()),
        }
    }

    /// The message is there. If they have answered it before that is on record, it
    /// shows that.
    pub(super) async fn arrived(
        &self,
        day: &Day,
        mut entry: Entry,
        channel: &ChannelId,
        ts: &MessageTs,
    ) -> Result<Result<(), Late>, Stop> {
        for _ in 0..TRIES {
            if entry.answer != Answer::None
                && let Err(late) = self.show_direct(day, &entry.answer, channel, ts).await?
            {
                return Ok(Err(late));
            }
            let after = entry.asked(channel.clone(), ts.clone());
            if self.worker.entries.store(&day.key, &after, Some(&entry)).await? {
                return Ok(Ok(()));
            }
            match self.worker.entries.find(&day.key, &entry.user).await? {
                Some(now) => entry = now,
                None => return Ok(Ok(())),
            }
        }
        Err(Stop::Fault(anyhow::anyhow!("the entry changed under every try")))
    }

    /// Makes a direct message show what they have said.
    pub(super) async fn show_direct(
        &self,
        day: &Day,
        answer: &Answer,
        channel: &ChannelId,
        ts: &MessageTs,
    ) -> Result<Result<(), Late>, Stop> {
        let message = standup::direct(&day.key, &day.blueprint, answer);
        self.update(&UpdatedMessage { channel: channel.clone(), ts: ts.clone(), message }).await
    }
}
