//! Slack's text: three escaped characters, `<…>` for everything that refers or
//! pings, and a little markup called mrkdwn.
//!
//! Foreign text (names, tags, articles, what people typed) goes through
//! [`escape`] or one of the helpers here before it is sent; then nothing in it
//! can mention, link or notify. The builders of [`crate::blocks`] pass all text
//! that people read through [`visible`].
//!
//! <https://docs.slack.dev/messaging/formatting-message-text>

use std::borrow::Cow;

use domain::ids::{ChannelId, UserId};
use unicode_segmentation::UnicodeSegmentation;

mod plain;
mod visible;

pub use plain::plain;
pub use visible::visible;

/// What stands where text was left out.
const ELLIPSIS: char = '…';

/// The three escapes, and no others.
const ESCAPES: [(&str, char); 3] = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')];

/// `text` as it must be sent to be read as it is.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match ESCAPES.iter().find(|(_, plain)| *plain == character) {
            Some((entity, _)) => escaped.push_str(entity),
            None => escaped.push(character),
        }
    }
    escaped
}

/// Undoes [`escape`] exactly once: `&amp;lt;` becomes `&lt;`.
pub fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let from_ampersand = rest.strip_prefix(before).unwrap_or(after);
        let found = ESCAPES.iter().find_map(|(entity, c)| Some((c, from_ampersand.strip_prefix(entity)?)));
        let (character, behind) = found.unwrap_or((&'&', after));
        plain.push(*character);
        rest = behind;
    }
    plain.push_str(rest);
    plain
}

/// Foreign text in bold, on one line.
pub fn bold(text: &str) -> String {
    format!("*{}*", escape(&one_line(text)))
}

/// Foreign text in italics, on one line.
pub fn italic(text: &str) -> String {
    format!("_{}_", escape(&one_line(text)))
}

/// Foreign text as code, on one line. A backtick in it would end it, and there
/// is no escape for that, so it becomes an apostrophe.
pub fn code(text: &str) -> String {
    format!("`{}`", escape(&one_line(text).replace('`', "'")))
}

/// Foreign text as a block of code, its lines kept.
pub fn code_block(text: &str) -> String {
    format!("```\n{}\n```", escape(&text.replace("```", "'''")))
}

/// Mentions `user`, who is notified if the message is new.
pub fn mention(user: &UserId) -> String {
    format!("<@{}>", inert(user.as_str()))
}

/// Names `channel`, as a link to it.
pub fn channel(channel: &ChannelId) -> String {
    format!("<#{}>", inert(channel.as_str()))
}

/// The moment `seconds` after the epoch, which Slack shows in each reader's time zone
/// and language: `format` is text with tokens such as `{time}`, and `fallback` is for
/// clients that cannot show it.
///
/// <https://docs.slack.dev/messaging/formatting-message-text#date-formatting>
pub fn date(seconds: u64, format: &str, fallback: &str) -> String {
    let inside = |text: &str| escape(text).replace(['|', '^'], " ");
    format!("<!date^{seconds}^{}|{}>", inside(format), inside(fallback))
}

/// `id`, which Slack makes of letters and digits, without anything that would
/// mean more than itself in a message.
fn inert(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Foreign `label` as a link to `url`. Only web and mail addresses become
/// links: anything else between `<` and `>` might be a mention.
pub fn link(url: &str, label: &str) -> String {
    let label = escape(&one_line(label));
    if !["https://", "http://", "mailto:"].iter().any(|scheme| url.starts_with(scheme)) {
        return label;
    }
    let mut target = String::with_capacity(url.len());
    for character in url.chars() {
        match character {
            '<' => target.push_str("%3C"),
            '>' => target.push_str("%3E"),
            '|' => target.push_str("%7C"),
            '&' => target.push_str("&amp;"),
            other if other.is_whitespace() || other.is_control() => target.push_str("%20"),
            // It is part of the address, and would be left out of what is shown.
            other if visible::is_suspect(other) => {
                let mut buffer = [0; 4];
                let bytes = other.encode_utf8(&mut buffer).bytes();
                target.extend(bytes.map(|byte| format!("%{byte:02X}")));
            }
            other => target.push(other),
        }
    }
    format!("<{target}|{label}>")
}

/// How long Slack may find `text`. Its limits are in "characters" that no page
/// defines, so this counts UTF-16 units, the largest of the likely meanings.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// `text` in at most `max` characters as [`length`] counts them. What is longer
/// ends in `…`, and neither an escape, nor a `<…>`, nor what a reader sees as
/// one character is cut in two.
pub fn cut(text: &str, max: usize) -> Cow<'_, str> {
    if length(text) <= max {
        return Cow::Borrowed(text);
    }
    let mut left = max.saturating_sub(ELLIPSIS.len_utf16());
    let mut kept = String::new();
    let mut rest = text;
    while let Some((atom, behind)) = split_atom(rest) {
        let Some(remaining) = left.checked_sub(length(atom)) else { break };
        kept.push_str(atom);
        (left, rest) = (remaining, behind);
    }
    if max > 0 {
        kept.push(ELLIPSIS);
    }
    Cow::Owned(kept)
}

/// The first piece of `text` that must stay whole, and what follows it.
fn split_atom(text: &str) -> Option<(&str, &str)> {
    let entity = ESCAPES.iter().map(|(entity, _)| *entity).find(|entity| text.starts_with(entity));
    let length = match (entity, text.chars().next()?) {
        (Some(entity), _) => entity.len(),
        (None, '<') => text.find('>').map_or(1, |end| end + 1),
        (None, _) => text.graphemes(true).next()?.len(),
    };
    text.split_at_checked(length)
}

fn one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests;
