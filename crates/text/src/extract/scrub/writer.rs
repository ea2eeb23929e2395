//! Writes the page anew while it is read.

use super::attributes::{Attributes, escape};
use super::open::Open;
use super::stand_ins::hidden;
use super::tags::{Fate, Head, Tag, breaks_out, fate};
use super::{MAX_ELEMENTS, Scrubbed};

/// Characters kept of a title and of the first heading.
const MAX_TITLE: usize = 500;

/// Facts about the page that are passed on.
const MAX_METAS: usize = 20;

/// How sites tell machines, in JSON-LD, that an article is not free:
/// <https://developers.google.com/search/docs/appearance/structured-data/paywalled-content>
const FREE: &str = "\"isAccessibleForFree\"";

/// The page so far.
#[derive(Debug, Default)]
pub(super) struct Writer {
    page: Scrubbed,
    head: String,
    metas: usize,
    title: Option<String>,
    open: Open,
    tag: Option<Fate>,
    tag_name: Vec<u8>,
    attributes: Attributes,
    /// The element whose contents are passed over, and how often it is open.
    skipped: Option<(Vec<u8>, usize)>,
    reading: Reading,
    /// The first main heading has been read.
    has_headline: bool,
}

/// Where text goes besides into the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Reading {
    #[default]
    Body,
    Title,
    Facts,
    Nothing,
}

impl Writer {
    /// The page has as many elements as it may have.
    pub(super) fn is_full(&self) -> bool {
        self.page.cut_off
    }

    pub(super) fn start_tag(&mut self, name: &[u8]) {
        self.attributes.clear();
        self.tag = None;
        if let Some((skipped, times)) = &mut self.skipped {
            if skipped == name {
                *times += 1;
                return;
            }
            if !breaks_out(skipped, name) {
                return;
            }
            self.skipped = None;
        }
        self.tag = Some(fate(name));
        self.tag_name.clear();
        self.tag_name.extend(name);
    }

    pub(super) fn attribute_name(&mut self, name: &[u8]) {
        if self.tag.is_some() {
            self.attributes.name(name);
        }
    }

    pub(super) fn attribute_value(&mut self, value: &[u8]) {
        if self.tag.is_some() {
            self.attributes.value(value);
        }
    }

    pub(super) fn end_of_start_tag(&mut self) {
        match self.tag.take() {
            Some(Fate::Keep(tag)) => self.start(tag),
            Some(Fate::Skip) => self.skipped = Some((self.tag_name.clone(), 1)),
            Some(Fate::Head(head)) => self.read_head(head),
            Some(Fate::Unwrap) | None => {}
        }
    }

    pub(super) fn end_tag(&mut self, name: &[u8]) {
        self.tag = None;
        if let Some((skipped, times)) = &mut self.skipped {
            if skipped == name {
                *times -= 1;
                if *times == 0 {
                    self.skipped = None;
                }
                return;
            }
            // Annotations to characters may leave out their own end tags.
            if !(name == b"ruby" && matches!(skipped.as_slice(), b"rt" | b"rp")) {
                return;
            }
            self.skipped = None;
        }
        match fate(name) {
            Fate::Keep(tag) => self.end(tag),
            Fate::Head(Head::Title | Head::Script) => self.reading = Reading::Body,
            Fate::Head(_) | Fate::Skip | Fate::Unwrap => {}
        }
    }

    pub(super) fn text(&mut self, text: &[u8]) {
        if self.skipped.is_some() {
            return;
        }
        let text = String::from_utf8_lossy(text);
        match self.reading {
            Reading::Nothing => {}
            Reading::Title => {
                let title = self.title.get_or_insert_default();
                title.extend(text.chars().take(MAX_TITLE));
            }
            Reading::Facts => self.page.paid |= says_paid(&text),
            Reading::Body => {
                self.body_text(&text);
                if !self.has_headline && self.open.has(Tag::H1) {
                    let headline = self.page.headline.get_or_insert_default();
                    let room = MAX_TITLE.saturating_sub(headline.len());
                    headline.extend(text.chars().take(room));
                }
            }
        }
    }

    /// Adds text, white space put together.
    fn body_text(&mut self, text: &str) {
        let html = &mut self.page.html;
        for character in text.chars() {
            match character {
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                _ if character.is_whitespace() => {
                    if !html.ends_with(' ') {
                        html.push(' ');
                    }
                }
                _ if character.is_control() => {}
                _ => html.extend(hidden(character)),
            }
        }
    }

    /// The page as a whole.
    pub(super) fn finish(mut self) -> Scrubbed {
        self.close(self.open.depth());
        let mut html = String::with_capacity(self.page.html.len() + self.head.len() + 200);
        html.push_str("<!DOCTYPE html><html><head><title>");
        escape(self.title.as_deref().unwrap_or_default().trim(), &mut html);
        html.push_str("</title>");
        html.push_str(&self.head);
        html.push_str("</head><body>");
        html.push_str(&self.page.html);
        html.push_str("</body></html>");
        Scrubbed { html, ..self.page }
    }

    fn start(&mut self, tag: Tag) {
        if tag.is_table_part() && !self.open.has(Tag::Table) {
            return;
        }
        // A bare span changes nothing, and a link without a target is none.
        // Forms do not nest, and their end tags are odd: one is enough.
        let pointless = match tag {
            Tag::Span => self.attributes.is_empty(),
            Tag::A => self.attributes.get("href").is_none(),
            Tag::Form => self.open.has(Tag::Form),
            _ => false,
        };
        if pointless {
            return;
        }
        self.end_what_ends_at(tag);
        // What is left after that is a link around a block around this link.
        if tag == Tag::A && self.open.has(Tag::A) {
            return;
        }
        if self.page.elements >= MAX_ELEMENTS {
            self.page.cut_off = true;
            return;
        }
        if !tag.is_void() && !self.open.push(tag) {
            self.page.too_deep += 1;
            // Words on either side of a lost tag do not run into each other.
            if !tag.is_inline() {
                self.body_text(" ");
            }
            return;
        }
        self.page.elements += 1;
        self.page.depth = self.page.depth.max(self.open.depth());
        self.page.html.push('<');
        self.page.html.push_str(tag.name());
        self.attributes.write(&mut self.page.html);
        self.page.html.push('>');
    }

    /// Closes elements whose end tags may be left out, and paragraphs, in which
    /// there can be no block.
    fn end_what_ends_at(&mut self, tag: Tag) {
        let heading = |tag| matches!(tag, Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6);
        if heading(tag) && self.open.last().is_some_and(heading) {
            self.close(1);
        }
        let (ended, beyond) = tag.ends();
        if let Some(distance) = self.open.distance(ended, |open| beyond.contains(&open)) {
            self.close(distance);
        }
        if !tag.is_inline()
            && let Some(distance) = self.open.distance(&[Tag::P], Tag::is_scope)
        {
            self.close(distance);
        }
    }

    fn end(&mut self, tag: Tag) {
        if tag.is_void() || self.open.end_dropped(tag) {
            return;
        }
        // An inline end tag ends no block, and nothing in a table's cell ends
        // what is around the table.
        let beyond = |open: Tag| match tag {
            Tag::Table => false,
            _ if tag.is_table_part() => open == Tag::Table,
            _ if tag.is_inline() => !open.is_inline() && open != Tag::P,
            _ => open.is_scope(),
        };
        let headings = [Tag::H1, Tag::H2, Tag::H3, Tag::H4, Tag::H5, Tag::H6];
        let wanted = if headings.contains(&tag) { headings.as_slice() } else { &[tag] };
        if let Some(distance) = self.open.distance(wanted, beyond) {
            self.close(distance);
        }
    }

    fn close(&mut self, elements: usize) {
        for _ in 0..elements {
            let Some(tag) = self.open.pop() else { return };
            self.page.html.push_str("</");
            self.page.html.push_str(tag.name());
            self.page.html.push('>');
            self.has_headline |= tag == Tag::H1 && self.page.headline.is_some();
        }
    }

    fn read_head(&mut self, head: Head) {
        match head {
            Head::Html if self.page.language.is_none() => {
                self.page.language = self.attributes.get("lang").map(str::to_owned);
            }
            Head::Html => {}
            Head::Title if self.title.is_none() => self.reading = Reading::Title,
            Head::Script if self.attributes.kind.eq_ignore_ascii_case("application/ld+json") => {
                self.reading = Reading::Facts;
            }
            Head::Title | Head::Script => self.reading = Reading::Nothing,
            Head::Meta => self.read_meta(),
        }
    }

    fn read_meta(&mut self) {
        let name = self.attributes.get("property").or(self.attributes.get("name")).unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if name == "og:site_name" && self.page.site.is_none() {
            self.page.site = self.attributes.get("content").map(str::to_owned);
        }
        if name.ends_with("title") && self.metas < MAX_METAS {
            self.metas += 1;
            self.head.push_str("<meta");
            self.attributes.write(&mut self.head);
            self.head.push('>');
        }
    }
}

/// Some part of the page is not free, in machine-readable words.
fn says_paid(facts: &str) -> bool {
    facts.split(FREE).skip(1).any(|after| {
        let value = after.trim_start_matches([' ', '\n', '\t', ':', '"']);
        value.get(..5).is_some_and(|value| value.eq_ignore_ascii_case("false"))
    })
}
