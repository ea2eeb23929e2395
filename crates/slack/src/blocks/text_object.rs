//! The text object, which most blocks are made of.

use serde::{Deserialize, Serialize};

use super::limits::{TEXT, readable};

/// Plain text or mrkdwn. Foreign text in mrkdwn must be escaped: see
/// [`crate::text`].
///
/// <https://docs.slack.dev/reference/block-kit/composition-objects/text-object>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(rename = "text")]
    content: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    emoji: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verbatim: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    PlainText,
    Mrkdwn,
}

impl Text {
    /// Text without markup; `:name:` shows an emoji.
    pub fn plain(text: impl AsRef<str>) -> Self {
        let content = readable(text.as_ref(), TEXT);
        Self { kind: Kind::PlainText, content, emoji: Some(true), verbatim: None }
    }

    /// Text with markup. It is `verbatim`, so that only `<…>` makes links and
    /// mentions and Slack finds none in the words themselves.
    pub fn mrkdwn(text: impl AsRef<str>) -> Self {
        let content = readable(text.as_ref(), TEXT);
        Self { kind: Kind::Mrkdwn, content, emoji: None, verbatim: Some(true) }
    }

    /// The text as it is sent.
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// The same, in at most `limit` characters.
    pub(super) fn within(mut self, limit: usize) -> Self {
        self.content = readable(&self.content, limit);
        self
    }
}
