//! A whole message.

use serde::{Deserialize, Serialize};

use super::Block;
use super::limits::{LimitError, MESSAGE_BLOCKS, MESSAGE_TEXT, UPDATE_TEXT, readable, unique};

/// What is posted: blocks, and the text that notifications and screen readers
/// show in their place. A message without blocks is its text.
///
/// <https://docs.slack.dev/reference/methods/chat.postMessage#text-blocks-attachments>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    blocks: Vec<Block>,
}

impl Message {
    /// A message of mrkdwn alone, up to 40,000 characters.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self { text: readable(text.as_ref(), MESSAGE_TEXT), blocks: Vec::new() }
    }

    /// A message of `blocks`, for which `fallback` (mrkdwn) stands.
    ///
    /// # Errors
    /// If there are more than 50 blocks, or two have one `block_id`.
    pub fn new(
        fallback: impl AsRef<str>,
        blocks: impl IntoIterator<Item = Block>,
    ) -> Result<Self, LimitError> {
        let blocks: Vec<Block> = blocks.into_iter().collect();
        if blocks.len() > MESSAGE_BLOCKS {
            let (what, limit) = ("blocks of a message", MESSAGE_BLOCKS);
            return Err(LimitError::TooMany { what, limit, found: blocks.len() });
        }
        unique("a block_id", blocks.iter().filter_map(Block::id))?;
        Ok(Self { blocks, ..Self::text(fallback) })
    }

    /// The text that stands for the message.
    pub fn fallback(&self) -> &str {
        &self.text
    }

    /// Its blocks; none if it is text alone.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The same message, with its text as short as `chat.update` needs it.
    pub(crate) fn for_update(&self) -> Self {
        Self { text: readable(&self.text, UPDATE_TEXT), blocks: self.blocks.clone() }
    }
}
