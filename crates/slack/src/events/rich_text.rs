//! What a person wrote, without its styles: the text of a message's `rich_text` block.
//!
//! In an event's `text`, bold text stands between asterisks, as do words whose asterisks
//! were typed; only the block tells the two apart. What it makes of mentions, channels,
//! user groups and links is written as in `text`.
//!
//! <https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>

use crate::lenient::{self, Object};
use crate::text::{escape, link};

/// The text of the `blocks` of `event` as Slack escapes it, with mentions in `<…>` and no
/// mark-up for styles. `None` if there is no such block, or anything in it that is not plain
/// text in paragraphs: a list or a quotation, or what did not exist when this was written.
pub(super) fn unstyled(event: &Object) -> Option<String> {
    let blocks = event.get("blocks")?.as_array()?;
    let mut text = String::new();
    for block in blocks {
        let block = block.as_object()?;
        if lenient::text(block, "type")? != "rich_text" {
            return None;
        }
        for part in block.get("elements")?.as_array()? {
            let part = part.as_object()?;
            match lenient::text(part, "type")?.as_str() {
                "rich_text_section" => inline(part, &mut text)?,
                // Slack begins and ends it with a line.
                "rich_text_preformatted" => {
                    text.push('\n');
                    inline(part, &mut text)?;
                    text.push('\n');
                }
                _ => return None,
            }
        }
    }
    (!text.is_empty()).then_some(text)
}

/// Appends the elements of a paragraph.
fn inline(part: &Object, text: &mut String) -> Option<()> {
    for element in part.get("elements")?.as_array()? {
        let element = element.as_object()?;
        let field = |name| lenient::text(element, name);
        let id = |name| field(name).filter(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let written = match field("type")?.as_str() {
            "text" => escape(&field("text").unwrap_or_default()),
            "user" => format!("<@{}>", id("user_id")?),
            "usergroup" => format!("<!subteam^{}>", id("usergroup_id")?),
            "channel" => format!("<#{}>", id("channel_id")?),
            "broadcast" => format!("<!{}>", id("range")?),
            "emoji" => format!(":{}:", escape(&field("name")?)),
            "link" => {
                let url = field("url")?;
                link(&url, &field("text").unwrap_or_else(|| url.clone()))
            }
            _ => return None,
        };
        text.push_str(&written);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(blocks: &Value) -> Option<String> {
        unstyled(json!({"blocks": blocks}).as_object().unwrap())
    }

    fn section(elements: &Value) -> Value {
        json!([{"type": "rich_text", "block_id": "b1", "elements": [
            {"type": "rich_text_section", "elements": elements}
        ]}])
    }

    fn styled(style: &str, text: &str) -> Value {
        json!({"type": "text", "text": text, "style": {style: true}})
    }

    #[test]
    fn styles_leave_no_marks() {
        for style in ["bold", "italic", "strike", "code", "underline"] {
            let blocks = section(
                &json!([{"type": "text", "text": "start "}, styled(style, "web"), styled(style, " db")]),
            );
            assert_eq!(read(&blocks).as_deref(), Some("start web db"), "{style}");
        }
        let parts = json!([styled("bold", "web"), {"type": "text", "text": "-1"}]);
        assert_eq!(read(&section(&parts)).as_deref(), Some("web-1"));
    }

    #[test]
    fn what_was_typed_stays() {
        for (typed, text) in [
            ("start *web* _x_ `y`", "start *web* _x_ `y`"),
            ("a < b & <!channel> &lt;", "a &lt; b &amp; &lt;!channel&gt; &amp;lt;"),
            ("a\nb", "a\nb"),
        ] {
            assert_eq!(read(&section(&json!([{"type": "text", "text": typed}]))).as_deref(), Some(text));
        }
    }

    #[test]
    fn mentions_and_links_are_written_as_in_a_text() {
        for (element, text) in [
            (json!({"type": "user", "user_id": "U1", "style": {"bold": true}}), "<@U1>"),
            (json!({"type": "usergroup", "usergroup_id": "S1"}), "<!subteam^S1>"),
            (json!({"type": "channel", "channel_id": "C1"}), "<#C1>"),
            (json!({"type": "broadcast", "range": "here"}), "<!here>"),
            (json!({"type": "emoji", "name": "fire", "unicode": "1f525"}), ":fire:"),
            (
                json!({"type": "link", "url": "http://web-1.acme.com", "text": "web-1.acme.com"}),
                "<http://web-1.acme.com|web-1.acme.com>",
            ),
            (
                json!({"type": "link", "url": "https://a.io/?a=1&b=2"}),
                "<https://a.io/?a=1&amp;b=2|https://a.io/?a=1&amp;b=2>",
            ),
        ] {
            assert_eq!(read(&section(&json!([element]))).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_block_of_code_stands_on_lines_of_its_own() {
        let blocks = json!([{"type": "rich_text", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "stop web-1"}]},
        ]}]);
        assert_eq!(read(&blocks).as_deref(), Some("<@U1>\nstop web-1\n"));
    }

    #[test]
    fn what_is_not_understood_whole_is_not_read() {
        let list = json!([{"type": "rich_text", "elements": [
            {"type": "rich_text_list", "style": "bullet", "elements": []}
        ]}]);
        for blocks in [
            list,
            json!(null),
            json!([]),
            json!({}),
            json!(["rich_text"]),
            json!([{"type": "section", "text": {"type": "mrkdwn", "text": "stop web-1"}}]),
            json!([{"type": "rich_text"}]),
            section(&json!([])),
            section(&json!([{"type": "hologram", "text": "stop web-1"}])),
            section(&json!([{"type": "user", "user_id": "U1> <!channel"}])),
            section(&json!([{"type": "link"}])),
            section(&json!([{"text": "stop web-1"}])),
        ] {
            assert_eq!(read(&blocks), None, "{blocks}");
        }
    }
}
