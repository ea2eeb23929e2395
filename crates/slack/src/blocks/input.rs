//! What people fill in: the inputs of a modal.

use serde::{Deserialize, Serialize};

use super::limits::{ID, INPUT_TEXT, LABEL, LimitError, PLACEHOLDER, exact};
use super::{Checkboxes, ConversationsSelect, Text, TimePicker};
use crate::text;

/// One input with its label. What is filled in comes back under its `block_id`
/// and the `action_id` of its field.
///
/// <https://docs.slack.dev/reference/block-kit/blocks/input-block>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    label: Text,
    element: Field,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hint: Option<Text>,
    optional: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) block_id: Option<String>,
}

/// What is filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Field {
    /// Text.
    #[serde(rename = "plain_text_input")]
    Text(TextInput),
    /// A channel.
    #[serde(rename = "conversations_select")]
    Conversation(ConversationsSelect),
    /// A time of the day.
    #[serde(rename = "timepicker")]
    Time(TimePicker),
    /// Any of some options.
    #[serde(rename = "checkboxes")]
    Checkboxes(Checkboxes),
}

macro_rules! fields {
    ($($variant:ident($field:ident)),*) => {$(
        impl From<$field> for Field {
            fn from(field: $field) -> Self {
                Self::$variant(field)
            }
        }
    )*};
}

fields!(Text(TextInput), Conversation(ConversationsSelect), Time(TimePicker), Checkboxes(Checkboxes));

impl Input {
    /// The input `id`, under `label`, which must be filled in.
    ///
    /// # Errors
    /// If the id is empty or too long.
    pub fn new(
        id: impl Into<String>,
        label: impl AsRef<str>,
        field: impl Into<Field>,
    ) -> Result<Self, LimitError> {
        Ok(Self {
            label: Text::plain(label).within(LABEL),
            element: field.into(),
            hint: None,
            optional: false,
            block_id: Some(exact("a block_id", id, ID)?),
        })
    }

    /// Says more below the field.
    #[must_use]
    pub fn hint(mut self, text: impl AsRef<str>) -> Self {
        self.hint = Some(Text::plain(text).within(LABEL));
        self
    }

    /// Lets it be left empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}

/// A field for text.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextInput {
    action_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    initial_value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    multiline: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_length: Option<usize>,
}

impl TextInput {
    /// A field of one line, up to 3,000 characters.
    ///
    /// # Errors
    /// If the id is empty or too long.
    pub fn new(action_id: impl Into<String>) -> Result<Self, LimitError> {
        let action_id = exact("an action_id", action_id, ID)?;
        Ok(Self { action_id, placeholder: None, initial_value: None, multiline: None, max_length: None })
    }

    /// Shows `text` while it is empty.
    #[must_use]
    pub fn placeholder(mut self, text: impl AsRef<str>) -> Self {
        self.placeholder = Some(Text::plain(text).within(PLACEHOLDER));
        self
    }

    /// Lets it have several lines.
    #[must_use]
    pub fn multiline(mut self) -> Self {
        self.multiline = Some(true);
        self
    }

    /// Begins with `text`, as far as the field takes it.
    #[must_use]
    pub fn initial_value(mut self, text: impl Into<String>) -> Self {
        let text = text::visible(&text.into()).into_owned();
        self.initial_value = Some(text).filter(|text| !text.trim().is_empty());
        self.within_length()
    }

    /// Takes no more than `characters`; 1 to 3,000, whatever is asked for.
    #[must_use]
    pub fn max_length(mut self, characters: usize) -> Self {
        self.max_length = Some(characters.clamp(1, INPUT_TEXT));
        self.within_length()
    }

    fn within_length(mut self) -> Self {
        let limit = self.max_length.unwrap_or(INPUT_TEXT);
        self.initial_value = self.initial_value.map(|text| text::cut(&text, limit).into_owned());
        self
    }
}
