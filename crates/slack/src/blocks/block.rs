//! The blocks that a message is made of.

use serde::{Deserialize, Serialize};

use super::limits::{
    ACTIONS_ELEMENTS, ALT_TEXT, CONTEXT_ELEMENTS, FIELD_TEXT, FIELDS, HEADER_TEXT, ID, IMAGE_TITLE,
    LimitError, TEXT, URL, exact, readable, some, unique,
};
use super::{Element, Input, Text};

/// One block. Made by the functions below, which keep Slack's limits.
///
/// <https://docs.slack.dev/reference/block-kit/blocks>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph: see [`Section`].
    Section(Box<Section>),
    /// A headline.
    Header(Header),
    /// Small print: see [`Context`].
    Context(Context),
    /// A row of things to click.
    Actions(Actions),
    /// A line across.
    Divider(Divider),
    /// A picture across the whole width.
    Image(Image),
    /// Something to fill in: see [`Input`].
    Input(Box<Input>),
}

impl Block {
    /// A paragraph of mrkdwn, up to 3,000 characters.
    pub fn section(text: impl AsRef<str>) -> Self {
        Section::new(text).into()
    }

    /// A headline in plain text, up to 150 characters.
    pub fn header(text: impl AsRef<str>) -> Self {
        Self::Header(Header { text: Text::plain(text).within(HEADER_TEXT), block_id: None })
    }

    /// One piece of small print in mrkdwn.
    pub fn context(text: impl AsRef<str>) -> Self {
        Self::Context(Context { elements: vec![Text::mrkdwn(text).into()], block_id: None })
    }

    /// A line across.
    pub fn divider() -> Self {
        Self::Divider(Divider { block_id: None })
    }

    /// A row of things to click.
    ///
    /// # Errors
    /// If there are none or more than 25, or two have one `action_id`.
    pub fn actions(elements: impl IntoIterator<Item = Element>) -> Result<Self, LimitError> {
        let elements =
            some("elements of an actions block", elements.into_iter().collect(), ACTIONS_ELEMENTS)?;
        unique("an action_id", elements.iter().map(Element::action_id))?;
        Ok(Self::Actions(Actions { elements, block_id: None }))
    }

    /// The picture at `url`, which `alt_text` describes and `title` names.
    pub fn image(
        url: impl Into<String>,
        alt_text: impl AsRef<str>,
        title: Option<&str>,
    ) -> Result<Self, LimitError> {
        Ok(Self::Image(Image {
            url: exact("an image's url", url, URL)?,
            alt_text: readable(alt_text.as_ref(), ALT_TEXT),
            title: title.map(|title| Text::plain(title).within(IMAGE_TITLE)),
            block_id: None,
        }))
    }

    /// Names the block; the name comes back with its clicks.
    pub fn with_id(mut self, id: impl Into<String>) -> Result<Self, LimitError> {
        let id = Some(exact("a block_id", id, ID)?);
        match &mut self {
            Self::Section(block) => block.block_id = id,
            Self::Header(block) => block.block_id = id,
            Self::Context(block) => block.block_id = id,
            Self::Actions(block) => block.block_id = id,
            Self::Divider(block) => block.block_id = id,
            Self::Image(block) => block.block_id = id,
            Self::Input(block) => block.block_id = id,
        }
        Ok(self)
    }

    /// The name that it was given.
    pub fn id(&self) -> Option<&str> {
        let id = match self {
            Self::Section(block) => &block.block_id,
            Self::Header(block) => &block.block_id,
            Self::Context(block) => &block.block_id,
            Self::Actions(block) => &block.block_id,
            Self::Divider(block) => &block.block_id,
            Self::Image(block) => &block.block_id,
            Self::Input(block) => &block.block_id,
        };
        id.as_deref()
    }
}

macro_rules! blocks {
    ($($(#[$doc:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            $($(#[$meta])* $field: $type,)*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            block_id: Option<String>,
        }
    )*};
}

blocks! {
    /// A paragraph, its fields in two columns, and one thing beside it.
    ///
    /// <https://docs.slack.dev/reference/block-kit/blocks/section-block>
    Section {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Text>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<Text>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        accessory: Option<Element>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expand: Option<bool>,
    }

    /// A headline: see [`Block::header`].
    Header {
        text: Text,
    }

    /// Small print: up to ten texts and pictures in a row.
    ///
    /// <https://docs.slack.dev/reference/block-kit/blocks/context-block>
    Context {
        elements: Vec<ContextItem>,
    }

    /// A row of things to click: see [`Block::actions`].
    Actions {
        elements: Vec<Element>,
    }

    /// A line across: see [`Block::divider`].
    Divider {}

    /// A picture: see [`Block::image`].
    Image {
        #[serde(rename = "image_url")]
        url: String,
        alt_text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<Text>,
    }
}

impl Section {
    /// A paragraph of mrkdwn.
    pub fn new(text: impl AsRef<str>) -> Self {
        let text = Some(Text::mrkdwn(text).within(TEXT));
        Self { text, fields: Vec::new(), accessory: None, expand: None, block_id: None }
    }

    /// Shows all of a long text at once. Otherwise Slack may fold it away behind
    /// “Show more”.
    #[must_use]
    pub fn expanded(mut self) -> Self {
        self.expand = Some(true);
        self
    }

    /// Adds `fields`, each up to 2,000 characters.
    ///
    /// # Errors
    /// If there are none or more than ten.
    pub fn fields(mut self, fields: impl IntoIterator<Item = Text>) -> Result<Self, LimitError> {
        let fields = fields.into_iter().map(|field| field.within(FIELD_TEXT)).collect();
        self.fields = some("fields of a section", fields, FIELDS)?;
        Ok(self)
    }

    /// Puts `element` beside the paragraph.
    #[must_use]
    pub fn accessory(mut self, element: impl Into<Element>) -> Self {
        self.accessory = Some(element.into());
        self
    }
}

impl Context {
    /// A row of `elements`.
    ///
    /// # Errors
    /// If there are none or more than ten.
    pub fn new(elements: impl IntoIterator<Item = ContextItem>) -> Result<Self, LimitError> {
        let elements = elements.into_iter().collect();
        let elements = some("elements of a context block", elements, CONTEXT_ELEMENTS)?;
        Ok(Self { elements, block_id: None })
    }
}

impl From<Section> for Block {
    fn from(section: Section) -> Self {
        Self::Section(Box::new(section))
    }
}

impl From<Input> for Block {
    fn from(input: Input) -> Self {
        Self::Input(Box::new(input))
    }
}

impl From<Context> for Block {
    fn from(context: Context) -> Self {
        Self::Context(context)
    }
}

/// A piece of small print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ContextItem {
    /// A text.
    Text(Text),
    /// A small picture.
    Picture(Picture),
}

impl From<Text> for ContextItem {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

/// A small picture in a context block.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/image-element>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "image")]
pub struct Picture {
    image_url: String,
    alt_text: String,
}

impl Picture {
    /// The picture at `url`, which `alt_text` describes.
    pub fn new(url: impl Into<String>, alt_text: impl AsRef<str>) -> Result<Self, LimitError> {
        let image_url = exact("an image's url", url, URL)?;
        Ok(Self { image_url, alt_text: readable(alt_text.as_ref(), ALT_TEXT) })
    }
}
