//! Slack's limits. Lengths are in characters as [`crate::text::length`] counts
//! them.

use std::collections::HashSet;

use crate::text;

/// Blocks in one message.
///
/// <https://docs.slack.dev/reference/block-kit/blocks>
pub(crate) const MESSAGE_BLOCKS: usize = 50;
/// Blocks in one modal or home tab.
pub(crate) const VIEW_BLOCKS: usize = 100;
/// A message's own text, the fallback; what is longer Slack cuts off.
///
/// <https://docs.slack.dev/reference/methods/chat.postMessage#truncating>
pub(crate) const MESSAGE_TEXT: usize = 40_000;
/// The same in `chat.update`, which refuses longer ones.
///
/// <https://docs.slack.dev/reference/methods/chat.update>
pub(crate) const UPDATE_TEXT: usize = 4_000;
/// `block_id` and `action_id`.
pub(crate) const ID: usize = 255;
/// A text object's text, where nothing smaller holds.
///
/// <https://docs.slack.dev/reference/block-kit/composition-objects/text-object>
pub(crate) const TEXT: usize = 3_000;
/// Fields in a section.
///
/// <https://docs.slack.dev/reference/block-kit/blocks/section-block>
pub(crate) const FIELDS: usize = 10;
/// The text of one of them.
pub(crate) const FIELD_TEXT: usize = 2_000;
/// A header's text.
///
/// <https://docs.slack.dev/reference/block-kit/blocks/header-block>
pub(crate) const HEADER_TEXT: usize = 150;
/// Elements in a context block.
///
/// <https://docs.slack.dev/reference/block-kit/blocks/context-block>
pub(crate) const CONTEXT_ELEMENTS: usize = 10;
/// Elements in an actions block.
///
/// <https://docs.slack.dev/reference/block-kit/blocks/actions-block>
pub(crate) const ACTIONS_ELEMENTS: usize = 25;
/// A button's text.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/button-element>
pub(crate) const BUTTON_TEXT: usize = 75;
/// What a button sends back.
pub(crate) const BUTTON_VALUE: usize = 2_000;
/// The address of a button or an image.
pub(crate) const URL: usize = 3_000;
/// An image's description.
///
/// <https://docs.slack.dev/reference/block-kit/blocks/image-block>
pub(crate) const ALT_TEXT: usize = 2_000;
/// An image's title.
pub(crate) const IMAGE_TITLE: usize = 2_000;
/// Options in a menu.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element>
pub(crate) const OPTIONS: usize = 100;
/// An option's text, and its description.
///
/// <https://docs.slack.dev/reference/block-kit/composition-objects/option-object>
pub(crate) const OPTION_TEXT: usize = 75;
/// What an option sends back.
pub(crate) const OPTION_VALUE: usize = 150;
/// Options in a group of checkboxes.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element>
pub(crate) const CHECKBOXES: usize = 10;
/// What a menu or field shows while it is empty.
pub(crate) const PLACEHOLDER: usize = 150;
/// An input's label, and its hint.
///
/// <https://docs.slack.dev/reference/block-kit/blocks/input-block>
pub(crate) const LABEL: usize = 2_000;
/// What a text input takes.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element>
pub(crate) const INPUT_TEXT: usize = 3_000;
/// A modal's title, and what its buttons say.
///
/// <https://docs.slack.dev/reference/views/modal-views>
pub(crate) const VIEW_LABEL: usize = 24;
/// What comes back with a modal.
pub(crate) const METADATA: usize = 3_000;
/// The id under which it comes back.
pub(crate) const CALLBACK: usize = 255;
/// A whole modal as JSON, in bytes (`view_too_large`).
///
/// <https://docs.slack.dev/reference/methods/views.open>
pub(crate) const VIEW_BYTES: usize = 250_000;
/// The title of the question that a button asks first.
///
/// <https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object>
pub(crate) const CONFIRM_TITLE: usize = 100;
/// The question itself.
pub(crate) const CONFIRM_TEXT: usize = 300;
/// Either of its two answers.
pub(crate) const CONFIRM_BUTTON: usize = 30;

/// Why a block or message cannot be made. It names what is wrong, not the
/// value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// An id, value or address is longer than Slack takes.
    #[error("{what} has {found} characters, and Slack takes {limit}")]
    TooLong {
        /// Which one.
        what: &'static str,
        /// How many characters it may have.
        limit: usize,
        /// How many it has.
        found: usize,
    },
    /// There are more parts than Slack takes.
    #[error("there are {found} {what}, and Slack takes {limit}")]
    TooMany {
        /// Parts of what.
        what: &'static str,
        /// How many there may be.
        limit: usize,
        /// How many there are.
        found: usize,
    },
    /// Something that must not be empty is.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// An id that must be unique is there twice.
    #[error("{0} is there twice")]
    Doubled(&'static str),
}

/// Takes an id, value or address as it is.
pub(crate) fn exact(
    what: &'static str,
    value: impl Into<String>,
    limit: usize,
) -> Result<String, LimitError> {
    let value = value.into();
    match text::length(&value) {
        0 => Err(LimitError::Empty(what)),
        found if found > limit => Err(LimitError::TooLong { what, limit, found }),
        _ => Ok(value),
    }
}

/// Takes one to `limit` parts.
pub(crate) fn some<T>(what: &'static str, parts: Vec<T>, limit: usize) -> Result<Vec<T>, LimitError> {
    match parts.len() {
        0 => Err(LimitError::Empty(what)),
        found if found > limit => Err(LimitError::TooMany { what, limit, found }),
        _ => Ok(parts),
    }
}

/// Refuses an id that is there twice.
pub(crate) fn unique<'a>(
    what: &'static str,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<(), LimitError> {
    let mut seen = HashSet::new();
    if ids.into_iter().all(|id| seen.insert(id)) { Ok(()) } else { Err(LimitError::Doubled(what)) }
}

/// Text that people read, so that Slack takes it: not empty, and cut to fit. All
/// text of blocks and messages comes through here, so this is also where characters
/// are left out that cannot be seen and change how the rest is read.
pub(crate) fn readable(text: &str, limit: usize) -> String {
    let text = text::visible(text);
    if text.trim().is_empty() { "–".to_owned() } else { text::cut(&text, limit).into_owned() }
}
