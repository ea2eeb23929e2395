//! Who asked for a change, why, and who approved it: one line that every card keeps,
//! from its first words to its result.

use domain::job::Job;
use slack::blocks::{Block, Message, Section};
use slack::text::{cut, mention};

use super::offers::paragraphs;
use super::quoted;
use super::time::clock;

/// How much of a reason the line shows, in characters. Escaped, it still fits into
/// one block.
const REASON: usize = 500;

/// `message` with the line that says where the change of `job` comes from.
pub(crate) fn with_origin(message: &Message, job: &Job) -> Message {
    let line = origin(job);
    let text = format!("{}\n{line}", message.fallback());
    let mut blocks = message.blocks().to_vec();
    if blocks.is_empty() {
        blocks = paragraphs(message.fallback())
            .into_iter()
            .map(|paragraph| Section::new(paragraph).expanded().into())
            .collect();
    }
    // Above what can be clicked.
    let end = blocks.iter().position(|block| matches!(block, Block::Actions(_))).unwrap_or(blocks.len());
    blocks.insert(end, Block::context(&line));
    Message::new(text, blocks).unwrap_or_else(|_| message.clone())
}

/// `Asked for by @ann (“migrated”), approved by @bob at 14:05.`
fn origin(job: &Job) -> String {
    let consent = &job.consent;
    let mut parts = vec![format!("Asked for by {}", mention(&job.request.user))];
    if let Some(reason) = consent.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty()) {
        parts.push(format!(" ({})", quoted(&cut(reason, REASON))));
    }
    parts.extend(
        consent
            .approved
            .iter()
            .map(|given| format!(", approved by {} at {}", mention(&given.by), clock(given.at))),
    );
    parts.push(".".to_owned());
    parts.concat()
}
