//! What Slack's Events API sends: the envelope, the event in it, and the
//! headers of a repeated delivery.
//!
//! Every field may be missing or have another JSON type than documented: such
//! a field reads as absent, and the others are still there. Only a body that is
//! no JSON object at all is an error.
//!
//! <https://docs.slack.dev/apis/events-api>

mod envelope;
mod event;
mod message;
mod moment;
mod retry;
mod rich_text;

pub use envelope::{Authorization, Envelope, EventCallback, ParseError};
pub use event::Event;
pub use message::{Edited, Message};
pub use moment::moment;
pub use retry::{RETRY_NUMBER_HEADER, RETRY_REASON_HEADER, Retry};

#[cfg(test)]
mod tests;
