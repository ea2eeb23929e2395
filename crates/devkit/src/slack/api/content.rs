//! What a message says: its text and blocks, held to Slack's limits.

use serde_json::Value;

use super::{Args, Refusal};

/// Longer texts are cut when posted.
const POST_LIMIT: usize = 40_000;
/// Of `markdown_text`.
const MARKDOWN_LIMIT: usize = 12_000;

/// What is to be said.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    /// None if the call has none; blocks may do without.
    pub(crate) text: Option<String>,
    pub(crate) blocks: Option<Value>,
    pub(crate) truncated: bool,
}

/// Reads and checks a message's content; `limit` is what the text may have
/// before it is refused.
pub(crate) fn content(args: &Args, limit: Option<usize>) -> Result<Content, Refusal> {
    let blocks = match args.structure("blocks") {
        None => None,
        Some(Ok(blocks)) if blocks.is_array() => Some(blocks),
        Some(_) => return Err(Refusal::new("invalid_blocks_format")),
    };
    if let Some(blocks) = &blocks {
        check_blocks(blocks)?;
    }
    let mut text = args.text("text");
    if let Some(markdown) = args.text("markdown_text") {
        if text.is_some() || blocks.is_some() {
            return Err(Refusal::new("markdown_text_conflict"));
        }
        if markdown.chars().count() > MARKDOWN_LIMIT {
            return Err(Refusal::new("msg_too_long"));
        }
        text = Some(markdown);
    }
    let attachments = args.structure("attachments").is_some();
    let has_blocks = blocks.as_ref().and_then(Value::as_array).is_some_and(|blocks| !blocks.is_empty());
    if text.is_none() && !has_blocks && !attachments {
        return Err(Refusal::new("no_text"));
    }
    let count = text.as_ref().map_or(0, |text| text.chars().count());
    if limit.is_some_and(|limit| count > limit) {
        return Err(Refusal::new("msg_too_long"));
    }
    let truncated = count > POST_LIMIT;
    let text = text.map(|text| if truncated { text.chars().take(POST_LIMIT).collect() } else { text });
    Ok(Content { text, blocks, truncated })
}

/// Refuses blocks that Slack would refuse.
pub(crate) fn check_blocks(blocks: &Value) -> Result<(), Refusal> {
    ::slack::blocks::validate(blocks).map_err(|messages| Refusal::new("invalid_blocks").saying(messages))
}
