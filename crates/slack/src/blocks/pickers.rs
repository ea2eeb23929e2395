//! Inputs in which something is chosen: a channel, a time, any of some options.

use domain::ids::ChannelId;
use domain::standup::TimeOfDay;
use serde::{Deserialize, Serialize};

use super::limits::{CHECKBOXES, ID, LimitError, PLACEHOLDER, exact, some, unique};
use super::{Choice, Text};

/// A menu of the channels that the person sees: public and private ones of
/// their own workspace, no direct messages.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#conversations_select>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationsSelect {
    action_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    initial_conversation: Option<ChannelId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_to_current_conversation: Option<bool>,
    filter: Filter,
}

/// <https://docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Filter {
    include: Vec<Kind>,
    exclude_external_shared_channels: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Public,
    Private,
}

impl ConversationsSelect {
    /// A menu in which nothing is chosen.
    ///
    /// # Errors
    /// If the id is empty or too long.
    pub fn new(action_id: impl Into<String>) -> Result<Self, LimitError> {
        let include = vec![Kind::Public, Kind::Private];
        Ok(Self {
            action_id: exact("an action_id", action_id, ID)?,
            placeholder: None,
            initial_conversation: None,
            default_to_current_conversation: None,
            filter: Filter { include, exclude_external_shared_channels: true },
        })
    }

    /// Shows `text` until one is chosen.
    #[must_use]
    pub fn placeholder(mut self, text: impl AsRef<str>) -> Self {
        self.placeholder = Some(Text::plain(text).within(PLACEHOLDER));
        self
    }

    /// Begins with `channel`, which must exist. It goes before
    /// [`ConversationsSelect::current`].
    #[must_use]
    pub fn initial(mut self, channel: &ChannelId) -> Self {
        self.initial_conversation = Some(channel.clone());
        self
    }

    /// Begins with the channel that the person is looking at, if it is one that
    /// can be chosen.
    #[must_use]
    pub fn current(mut self) -> Self {
        self.default_to_current_conversation = Some(true);
        self
    }
}

/// A time of the day.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/time-picker-element>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimePicker {
    action_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    initial_time: Option<TimeOfDay>,
}

impl TimePicker {
    /// A picker in which no time is chosen.
    ///
    /// # Errors
    /// If the id is empty or too long.
    pub fn new(action_id: impl Into<String>) -> Result<Self, LimitError> {
        let action_id = exact("an action_id", action_id, ID)?;
        Ok(Self { action_id, placeholder: None, initial_time: None })
    }

    /// Shows `text` until one is chosen.
    #[must_use]
    pub fn placeholder(mut self, text: impl AsRef<str>) -> Self {
        self.placeholder = Some(Text::plain(text).within(PLACEHOLDER));
        self
    }

    /// Begins with `time`.
    #[must_use]
    pub fn initial(mut self, time: TimeOfDay) -> Self {
        self.initial_time = Some(time);
        self
    }
}

/// Options of which any number can be ticked.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkboxes {
    action_id: String,
    options: Vec<Choice>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    initial_options: Vec<Choice>,
}

impl Checkboxes {
    /// These `choices`, none of them ticked.
    ///
    /// # Errors
    /// If there is no choice, or more than ten, or two have one value.
    pub fn new(
        action_id: impl Into<String>,
        choices: impl IntoIterator<Item = Choice>,
    ) -> Result<Self, LimitError> {
        let options = some("checkboxes", choices.into_iter().collect(), CHECKBOXES)?;
        unique("an option's value", options.iter().map(Choice::value))?;
        Ok(Self { action_id: exact("an action_id", action_id, ID)?, options, initial_options: Vec::new() })
    }

    /// Begins with those ticked that have one of these `values`.
    #[must_use]
    pub fn ticked(mut self, values: &[&str]) -> Self {
        let is_ticked = |choice: &&Choice| values.contains(&choice.value());
        self.initial_options = self.options.iter().filter(is_ticked).cloned().collect();
        self
    }
}
