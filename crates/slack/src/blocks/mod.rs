//! Block Kit: messages and modals out of typed blocks, within Slack's limits by
//! construction.
//!
//! Text that people read is cut to fit (with `…`, see [`crate::text::cut`]),
//! and empty text becomes a dash, since Slack refuses both. Ids and values that
//! come back to us with a click must be exact, and blocks must not vanish: too
//! long, too many or doubled is a [`LimitError`].
//!
//! <https://docs.slack.dev/reference/block-kit/blocks>

mod block;
mod element;
mod input;
mod limits;
mod message;
mod modal;
mod pickers;
mod text_object;
mod validate;

pub use block::{Block, Context, ContextItem, Picture, Section};
pub use element::{Button, Choice, Confirm, Element, Select};
pub use input::{Field, Input, TextInput};
pub use limits::LimitError;
pub(crate) use limits::{ACTIONS_ELEMENTS, CALLBACK, INPUT_TEXT, METADATA, OPTIONS, VIEW_BLOCKS};
pub use message::Message;
pub use modal::Modal;
pub use pickers::{Checkboxes, ConversationsSelect, TimePicker};
pub use text_object::Text;
pub use validate::{validate, validate_modal, validate_view};

#[cfg(test)]
mod tests;
