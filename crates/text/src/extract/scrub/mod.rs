//! Makes a page safe to hand to a full HTML parser.
//!
//! Building a document tree costs time that grows with the square of the
//! nesting depth and of the attributes on one tag, and unclosed formatting tags
//! are opened again in every paragraph that follows. A stranger's page can ask
//! for all of that in a few hundred kilobytes. So the page is read once by a
//! tokenizer, whose cost is the same for every byte, and written anew: balanced
//! tags only, not too deep and not too many, with the few attributes that
//! finding an article needs. What is seldom part of an article's text (scripts,
//! pictures, menus of forms) does not come along.
//!
//! This judges neither what the article is nor which text is worth reading.

mod attributes;
mod chains;
mod open;
pub(super) mod stand_ins;
mod tags;
mod writer;

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use self::writer::Writer;

/// Elements nested deeper lose their tags and keep their text. Pages made by
/// people stay under 45 or so.
pub const MAX_DEPTH: usize = 64;

/// The page is cut off where it would have more elements. Encyclopaedia
/// articles of 1 MB have about 15,000.
pub const MAX_ELEMENTS: usize = 30_000;

/// Attributes kept on one tag.
pub const MAX_ATTRIBUTES: usize = 8;

/// Bytes kept of an attribute's value.
pub const MAX_VALUE: usize = 200;

/// A page that a parser can take, and what was seen on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// The page, written anew; in its text, characters for private use stand for
    /// some others.
    pub html: String,
    /// The language that the page names.
    pub language: Option<String>,
    /// The text of the first main heading.
    pub headline: Option<String>,
    /// The name that the page gives to its site.
    pub site: Option<String>,
    /// The page tells machines that it is only for people who pay.
    pub paid: bool,
    /// Elements written, those for the page itself not counted.
    pub elements: usize,
    /// The deepest nesting written.
    pub depth: usize,
    /// Tags left out because they were too deep.
    pub too_deep: usize,
    /// The page's end was left out because it had too many elements.
    pub cut_off: bool,
}

/// Writes `page` anew so that a parser can take it.
pub fn scrub(page: &str) -> Scrubbed {
    let page = chains::broken(page);
    let mut writer = Writer::default();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: html5gum::Span<()>| {
        match event {
            CallbackEvent::OpenStartTag { name } => writer.start_tag(name),
            CallbackEvent::AttributeName { name } => writer.attribute_name(name),
            CallbackEvent::AttributeValue { value } => writer.attribute_value(value),
            CallbackEvent::CloseStartTag { .. } => writer.end_of_start_tag(),
            CallbackEvent::EndTag { name } => writer.end_tag(name),
            CallbackEvent::String { value } => writer.text(value),
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
        // Something to stop at: the rest of a page that is cut off is not read.
        writer.is_full().then_some(())
    });
    emitter.naively_switch_states(true);
    // The first token that comes out is the one that says the writer is full.
    let _ = Tokenizer::new_with_emitter(page.as_ref(), emitter).next();
    writer.finish()
}
