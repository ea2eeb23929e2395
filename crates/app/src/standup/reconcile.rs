//! Messages that somebody began to send, and of which nobody knows whether they
//! have arrived: before one is sent again, somebody looks.

use domain::ids::{MessageTs, Owner, UserId};
use domain::standup::{Asking, Entry};
use domain::time::Millis;
use serde_json::Value;
use slack::web::{ApiError, Found};

use super::Shift;
use super::hand::Grip;
use super::pace::{Late, Pace};
use super::questions::Day;
use crate::hold::{Hold, Stop};
use crate::messages::standup::{OPEN, Pointed};

/// By how much Slack's clock may be behind ours.
const CLOCKS_MS: u64 = 60_000;

impl Shift<'_> {
    /// Finds out what became of every message of `entries` that is nobody's concern
    /// any more. If there are others, says when to come back for them.
    pub(super) async fn reconcile(
        &self,
        hold: &Hold<'_>,
        day: &Day,
        entries: &[Entry],
        pace: &Pace<'_>,
    ) -> Result<Result<Option<Millis>, Late>, Stop> {
        let mut back = None;
        for entry in entries {
            let Asking::Sending { by, since, .. } = &entry.asking else { continue };
            match self.grip(hold, by, *since).await? {
                Grip::Until(at) => back = Some(back.map_or(at, |known: Millis| known.min(at))),
                Grip::Free => {
                    if let Err(late) = self.look_for(day, entry, (by, *since), pace).await? {
                        return Ok(Err(late));
                    }
                }
            }
        }
        Ok(Ok(back))
    }

    async fn look_for(
        &self,
        day: &Day,
        entry: &Entry,
        (by, since): (&Owner, Millis),
        pace: &Pace<'_>,
    ) -> Result<Result<(), Late>, Stop> {
        let client = self.worker.slack.trying(1);
        let oldest = MessageTs::new(format!("{}.000000", Millis(since.0.saturating_sub(CLOCKS_MS)).secs()));
        let look = async || {
            let channel = client.open_conversation(&self.token, &entry.user).await?;
            let found = client.history(&self.token, &channel, &oldest).await?;
            Ok((channel, found))
        };
        let (channel, found) = match pace.look(look).await {
            Err(late) => return Ok(Err(late)),
            Ok(Ok(seen)) => seen,
            Ok(Err(ApiError::NoAccess(code) | ApiError::Refused { code, .. })) => {
                tracing::warn!(user.id = %entry.user, "Whether somebody was asked cannot be seen: {code}");
                self.if_still(day, &entry.user, by, |entry| entry.failed(code.clone())).await?;
                return Ok(Ok(()));
            }
            Ok(Err(error)) => {
                return Err(Stop::slack(error, "looking for a message"));
            }
        };
        let value = Pointed::at(&day.key).value();
        match found.into_iter().find(|found| is_ours(found, &value)) {
            Some(found) => {
                tracing::info!(user.id = %entry.user, "The message that was lost sight of has arrived");
                self.arrived(day, entry.clone(), &channel, &found.ts).await
            }
            None => self.if_still(day, &entry.user, by, Entry::waiting_again).await.map(Ok),
        }
    }

    /// Changes the entry if it still says that `by` is at it.
    pub(super) async fn if_still(
        &self,
        day: &Day,
        user: &UserId,
        by: &Owner,
        change: impl Fn(&Entry) -> Entry,
    ) -> Result<(), Stop> {
        let still = |entry: &Entry| {
            let is_same = matches!(&entry.asking, Asking::Sending { by: now, .. } if now == by);
            is_same.then(|| change(entry))
        };
        self.change_entry(&day.key, user, still).await.map(|_| ())
    }
}

/// Whether a message has the button that opens the questions of this very day,
/// whatever it says by now.
fn is_ours(found: &Found, value: &str) -> bool {
    let blocks = found.blocks.as_array().into_iter().flatten();
    let mut elements = blocks.filter_map(|block| block.get("elements")?.as_array()).flatten();
    let text = |element: &Value, key: &str| element.get(key).and_then(Value::as_str).map(str::to_owned);
    elements.any(|element| {
        text(element, "action_id").as_deref() == Some(OPEN)
            && text(element, "value").as_deref() == Some(value)
    })
}
