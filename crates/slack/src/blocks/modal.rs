//! A whole modal.

use serde::{Deserialize, Serialize};

use super::limits::{
    CALLBACK, LimitError, METADATA, VIEW_BLOCKS, VIEW_BYTES, VIEW_LABEL, exact, some, unique,
};
use super::{Block, Text};

/// A window over the conversation, nearly always with inputs and a button that
/// submits them.
///
/// What people see of it is theirs to send back, and so is everything that
/// comes back with it: `private_metadata` is not secret, and not to be believed.
///
/// <https://docs.slack.dev/reference/views/modal-views>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "modal")]
pub struct Modal {
    title: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    submit: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    close: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    callback_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    private_metadata: Option<String>,
    blocks: Vec<Block>,
}

impl Modal {
    /// A modal of `blocks` that comes back under `callback_id`. `submit` and
    /// `close` stand on its buttons; they and the title have up to 24 characters.
    ///
    /// # Errors
    /// If the id is empty or too long, if there is no block or more than 100, if
    /// two have one `block_id`, or if all of it together is too large.
    pub fn new(
        callback_id: impl Into<String>,
        title: impl AsRef<str>,
        submit: impl AsRef<str>,
        close: impl AsRef<str>,
        blocks: impl IntoIterator<Item = Block>,
    ) -> Result<Self, LimitError> {
        let blocks = some("blocks of a modal", blocks.into_iter().collect(), VIEW_BLOCKS)?;
        unique("a block_id", blocks.iter().filter_map(Block::id))?;
        let modal = Self {
            title: Text::plain(title).within(VIEW_LABEL),
            submit: Some(Text::plain(submit).within(VIEW_LABEL)),
            close: Some(Text::plain(close).within(VIEW_LABEL)),
            callback_id: Some(exact("a callback_id", callback_id, CALLBACK)?),
            private_metadata: None,
            blocks,
        };
        modal.within_size()
    }

    /// A modal that only says `text` (mrkdwn), with nothing to submit: it stands
    /// there at once, until [`crate::web::Client::update_view`] puts another in
    /// its place. A trigger does not live long enough to look things up first.
    pub fn waiting(title: impl AsRef<str>, text: impl AsRef<str>) -> Self {
        Self {
            title: Text::plain(title).within(VIEW_LABEL),
            submit: None,
            close: None,
            callback_id: None,
            private_metadata: None,
            blocks: vec![Block::section(text)],
        }
    }

    /// Sends `text` back with what is submitted.
    ///
    /// # Errors
    /// If it is empty or has more than 3,000 characters.
    pub fn private_metadata(mut self, text: impl Into<String>) -> Result<Self, LimitError> {
        self.private_metadata = Some(exact("a modal's private_metadata", text, METADATA)?);
        self.within_size()
    }

    /// Its blocks.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    fn within_size(self) -> Result<Self, LimitError> {
        // A modal is strings and lists only, which always serialise.
        let found = serde_json::to_string(&self).unwrap_or_default().len();
        let (what, limit) = ("a modal", VIEW_BYTES);
        if found > limit { Err(LimitError::TooLong { what, limit, found }) } else { Ok(self) }
    }
}
