//! The attributes of one tag, few and short.

use super::{MAX_ATTRIBUTES, MAX_VALUE};

/// Attributes as the article finder reads them, and no others: what an element
/// is for, whether it is shown, where a link leads.
const KEPT: [&[u8]; 14] = [
    b"class",
    b"id",
    b"href",
    b"role",
    b"itemprop",
    b"rel",
    b"hidden",
    b"aria-hidden",
    b"aria-modal",
    b"style",
    b"lang",
    b"name",
    b"property",
    b"content",
];

/// The attributes of the tag that is being read.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    kept: Vec<(&'static str, String)>,
    /// The last name read is one to keep, so that its value is too.
    wants_value: bool,
    /// `type`, which is never written.
    pub(super) kind: String,
    wants_kind: bool,
}

impl Attributes {
    /// Forgets the tag before.
    pub(super) fn clear(&mut self) {
        self.kept.clear();
        self.kind.clear();
        self.wants_value = false;
        self.wants_kind = false;
    }

    /// An attribute starts.
    pub(super) fn name(&mut self, name: &[u8]) {
        self.wants_kind = name == b"type";
        let known = KEPT.iter().find(|kept| **kept == name).and_then(|kept| str::from_utf8(kept).ok());
        // A parser takes the first of two attributes of one name.
        let known = known.filter(|known| {
            self.kept.len() < MAX_ATTRIBUTES && self.kept.iter().all(|(before, _)| before != known)
        });
        self.wants_value = known.is_some();
        self.kept.extend(known.map(|known| (known, String::new())));
    }

    /// Its value, if it has one.
    pub(super) fn value(&mut self, value: &[u8]) {
        if self.wants_value {
            if let Some((_, kept)) = self.kept.last_mut() {
                *kept = shortened(value);
            }
        } else if self.wants_kind {
            self.kind = shortened(value);
        }
        self.wants_value = false;
        self.wants_kind = false;
    }

    /// The value of the attribute called `name`.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.kept.iter().find(|(kept, _)| *kept == name).map(|(_, value)| value.as_str())
    }

    /// None is worth writing.
    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Adds them to a tag.
    pub(super) fn write(&self, html: &mut String) {
        for (name, value) in &self.kept {
            html.push(' ');
            html.push_str(name);
            html.push_str("=\"");
            escape(value, html);
            html.push('"');
        }
    }
}

fn shortened(value: &[u8]) -> String {
    let value = value.get(..MAX_VALUE).unwrap_or(value);
    String::from_utf8_lossy(value).into_owned()
}

/// Adds `text` so that a parser reads just that, white space put together.
pub(super) fn escape(text: &str, html: &mut String) {
    let mut blank = false;
    for character in text.chars() {
        let is_blank = character.is_ascii_whitespace();
        match character {
            _ if is_blank && blank => {}
            _ if is_blank => html.push(' '),
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ if character.is_control() => {}
            _ => html.push(character),
        }
        blank = is_blank;
    }
}
