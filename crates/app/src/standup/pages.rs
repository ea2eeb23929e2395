//! The messages of a report's thread, as the record of the day has them. One that
//! is being posted stands there by the name of who posts it, so that two do not
//! post the same.

use domain::ids::{MessageTs, Owner};
use domain::standup::{Report, Run};
use domain::time::Millis;

/// How a place begins that is taken for a message which is being posted.
const TAKEN: &str = "posting ";

/// What stands in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// A message.
    Posted(MessageTs),
    /// One that is being posted.
    Taken {
        /// By whom.
        by: Owner,
        /// Since when.
        since: Millis,
    },
}

impl Page {
    /// As it stands on record.
    pub(super) fn read(ts: &MessageTs) -> Self {
        let taken = ts.as_str().strip_prefix(TAKEN).and_then(|taken| taken.split_once(' '));
        let taken = taken.and_then(|(since, by)| {
            Some(Self::Taken { by: Owner::new(by), since: Millis(since.parse().ok()?) })
        });
        taken.unwrap_or_else(|| Self::Posted(ts.clone()))
    }

    fn written(&self) -> MessageTs {
        match self {
            Self::Posted(ts) => ts.clone(),
            Self::Taken { by, since } => MessageTs::new(format!("{TAKEN}{} {by}", since.0)),
        }
    }
}

/// The pages of a report that stands in the channel.
pub(super) fn pages(run: &Run) -> Option<Vec<Page>> {
    match &run.report {
        Report::Posted { messages } => Some(messages.iter().map(Page::read).collect()),
        _ => None,
    }
}

/// The run with `page` in place `number`, if what stands there is `before`. A place
/// that nothing is to stand in is given up, unless others come behind it.
pub(super) fn with(run: &Run, number: usize, before: Option<&Page>, page: Option<&Page>) -> Option<Run> {
    let mut known = pages(run)?;
    if known.get(number) != before || number > known.len() {
        return None;
    }
    let is_last = number + 1 == known.len();
    match (known.get_mut(number), page) {
        (Some(place), Some(page)) => *place = page.clone(),
        (None, Some(page)) => known.push(page.clone()),
        (Some(_), None) if is_last => known.truncate(number),
        (_, None) => return None,
    }
    Some(run.posted(known.iter().map(Page::written).collect()))
}
