//! What is said of messages that come too late, and of edits.

use domain::time::Millis;
use slack::blocks::Message;
use slack::text::{cut, escape, length};

use super::bold;
use super::offers::{LABEL, Offer, offering};
use super::time::{clock, earlier_day_and_time};

/// From this age on a question says the day as well: 12 hours.
const ANOTHER_DAY_MS: u64 = 12 * 3_600_000;

/// The longest value of a button.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/button-element>
const VALUE: usize = 2_000;

/// How much of the person's own words is repeated.
const SHOWN: usize = 200;

/// What a button says whose command is too long for it.
const DO_IT: &str = "Do it now";

/// Asks whether a change is still wanted that was asked for at `at`, `age_ms` ago. `words`
/// are the command in plain text, which a click runs if `again` is true: a click is fresh.
pub(crate) fn late(words: &str, again: bool, at: Millis, age_ms: u64) -> Message {
    let offer = again.then(|| button(words)).flatten();
    let question = if offer.is_some() { "Still want it?" } else { "Say it again if you still want it." };
    let text = format!(
        "You asked for {} {} and I only got it now. {question}",
        bold(&cut(words, SHOWN)),
        moment(at, age_ms)
    );
    offering(&text, &Vec::from_iter(offer))
}

/// A message was edited that is not read again.
pub(crate) fn edits_not_followed() -> Message {
    Message::text(
        "I don't follow edits of messages that I have read: if you still want this, send it as a new message.",
    )
}

fn button(command: &str) -> Option<Offer> {
    let label = if length(command) <= LABEL { command } else { DO_IT };
    let offer = Offer::Run { label: label.to_owned(), command: command.to_owned() };
    (length(&escape(command)) <= VALUE).then_some(offer)
}

/// `at 09:12`, or with the day, in the reader's zone; in UTC where Slack cannot tell that.
fn moment(at: Millis, age_ms: u64) -> String {
    if age_ms < ANOTHER_DAY_MS { format!("at {}", clock(at)) } else { earlier_day_and_time(at) }
}
