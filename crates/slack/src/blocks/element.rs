//! What people click: buttons and menus.

use serde::{Deserialize, Serialize};

use super::Text;
use super::limits::{
    BUTTON_TEXT, BUTTON_VALUE, CONFIRM_BUTTON, CONFIRM_TEXT, CONFIRM_TITLE, ID, LimitError, OPTION_TEXT,
    OPTION_VALUE, OPTIONS, PLACEHOLDER, URL, exact, some, unique,
};

/// One thing to click, in an actions block or beside a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Element {
    /// A button.
    Button(Button),
    /// A menu with fixed options.
    StaticSelect(Select),
}

impl Element {
    /// The id under which a click comes back.
    pub fn action_id(&self) -> &str {
        match self {
            Self::Button(button) => &button.action_id,
            Self::StaticSelect(select) => &select.action_id,
        }
    }
}

impl From<Button> for Element {
    fn from(button: Button) -> Self {
        Self::Button(button)
    }
}

impl From<Select> for Element {
    fn from(select: Select) -> Self {
        Self::StaticSelect(select)
    }
}

/// A button.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/button-element>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    action_id: String,
    text: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    style: Option<Style>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirm: Option<Confirm>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Style {
    Primary,
    Danger,
}

impl Button {
    /// A button that says `text`; its clicks come back under `action_id`.
    pub fn new(action_id: impl Into<String>, text: impl AsRef<str>) -> Result<Self, LimitError> {
        Ok(Self {
            action_id: exact("an action_id", action_id, ID)?,
            text: Text::plain(text).within(BUTTON_TEXT),
            value: None,
            url: None,
            style: None,
            confirm: None,
        })
    }

    /// Sends `value` back with each click.
    pub fn value(mut self, value: impl Into<String>) -> Result<Self, LimitError> {
        self.value = Some(exact("a button's value", value, BUTTON_VALUE)?);
        Ok(self)
    }

    /// Opens `url`. A click is sent to the app all the same.
    pub fn url(mut self, url: impl Into<String>) -> Result<Self, LimitError> {
        self.url = Some(exact("a button's url", url, URL)?);
        Ok(self)
    }

    /// Shows it as what should be done (green).
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.style = Some(Style::Primary);
        self
    }

    /// Shows it as what needs care (red).
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.style = Some(Style::Danger);
        self
    }

    /// Asks before the click is sent.
    #[must_use]
    pub fn confirm(mut self, confirm: Confirm) -> Self {
        self.confirm = Some(confirm);
        self
    }
}

/// The question that a button or menu asks first.
///
/// <https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirm {
    title: Text,
    text: Text,
    #[serde(rename = "confirm")]
    yes: Text,
    #[serde(rename = "deny")]
    no: Text,
}

impl Confirm {
    /// Asks `text` (mrkdwn) under `title`; `yes` and `no` are the answers.
    pub fn new(
        title: impl AsRef<str>,
        text: impl AsRef<str>,
        yes: impl AsRef<str>,
        no: impl AsRef<str>,
    ) -> Self {
        Self {
            title: Text::plain(title).within(CONFIRM_TITLE),
            text: Text::mrkdwn(text).within(CONFIRM_TEXT),
            yes: Text::plain(yes).within(CONFIRM_BUTTON),
            no: Text::plain(no).within(CONFIRM_BUTTON),
        }
    }
}

/// A menu with fixed options.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#static_select>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Select {
    action_id: String,
    placeholder: Text,
    options: Vec<Choice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    initial_option: Option<Choice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirm: Option<Confirm>,
}

impl Select {
    /// A menu of `choices` that says `placeholder` until one is chosen.
    ///
    /// # Errors
    /// If there is no choice, or more than 100, or two have one value.
    pub fn new(
        action_id: impl Into<String>,
        placeholder: impl AsRef<str>,
        choices: impl IntoIterator<Item = Choice>,
    ) -> Result<Self, LimitError> {
        let options = some("options of a menu", choices.into_iter().collect(), OPTIONS)?;
        unique("an option's value", options.iter().map(Choice::value))?;
        Ok(Self {
            action_id: exact("an action_id", action_id, ID)?,
            placeholder: Text::plain(placeholder).within(PLACEHOLDER),
            options,
            initial_option: None,
            confirm: None,
        })
    }

    /// Begins with the option whose value is `value`, if there is one.
    #[must_use]
    pub fn chosen(mut self, value: &str) -> Self {
        self.initial_option = self.options.iter().find(|choice| choice.value == value).cloned();
        self
    }

    /// Asks before the choice is sent.
    #[must_use]
    pub fn confirm(mut self, confirm: Confirm) -> Self {
        self.confirm = Some(confirm);
        self
    }
}

/// One option of a menu.
///
/// <https://docs.slack.dev/reference/block-kit/composition-objects/option-object>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    text: Text,
    value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<Text>,
}

impl Choice {
    /// An option that says `text` and sends back `value`.
    pub fn new(text: impl AsRef<str>, value: impl Into<String>) -> Result<Self, LimitError> {
        let value = exact("an option's value", value, OPTION_VALUE)?;
        Ok(Self { text: Text::plain(text).within(OPTION_TEXT), value, description: None })
    }

    /// What it sends back.
    pub(super) fn value(&self) -> &str {
        &self.value
    }

    /// Adds a second line.
    #[must_use]
    pub fn description(mut self, text: impl AsRef<str>) -> Self {
        self.description = Some(Text::plain(text).within(OPTION_TEXT));
        self
    }
}
