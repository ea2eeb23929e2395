//! The paragraphs of an article that was found, as plain characters.
//!
//! Headings, code, pictures with their captions, and tables are not prose and
//! are left out, and so are the lines by which sites ask for more clicks.

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use super::characters::{clean, keeps_superscript};
use super::count::words;
use super::scrub::stand_ins::shown;

/// A table's cell with at least as many words is taken for prose: old pages lay
/// out their text with tables.
const WORDY_CELL: usize = 25;

/// A paragraph of at most so many words is left out if it begins as lines do
/// that ask for clicks.
const SHORT: usize = 30;

/// How lines begin that are no part of an article, in lower case.
const FURNITURE: &[&str] = &[
    "advertisement",
    "all rights reserved",
    "also read",
    "click here",
    "continue reading",
    "copyright",
    "©",
    "filed under",
    "follow us",
    "image credit",
    "image:",
    "photo:",
    "photograph:",
    "picture:",
    "posted in",
    "read also",
    "read more",
    "read next",
    "recommended",
    "related:",
    "see also",
    "share this",
    "sign up",
    "subscribe",
    "tags:",
    "this article was first published",
    "get our newsletter",
    "newsletter:",
    "lesen sie auch",
    "mehr zum thema",
    "anzeige",
    "foto:",
    "lire aussi",
    "à lire aussi",
    "lea también",
    "leia também",
    "leggi anche",
    "читайте также",
    "関連記事",
    "اقرأ أيضا",
];

/// The paragraphs, and how much of them are links.
#[derive(Debug, Default)]
pub(super) struct Prose {
    pub(super) paragraphs: Vec<String>,
    /// Characters in links.
    pub(super) linked: usize,
    /// Characters in all.
    pub(super) characters: usize,
}

/// Reads the paragraphs from the HTML of an article.
pub(super) fn prose(html: &str) -> Prose {
    let mut reader = Reader::default();
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: html5gum::Span<()>| {
        match event {
            CallbackEvent::OpenStartTag { name } => reader.start(name),
            CallbackEvent::EndTag { name } => reader.end(name),
            CallbackEvent::String { value } => reader.text(&String::from_utf8_lossy(value)),
            _ => {}
        }
        None::<std::convert::Infallible>
    });
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    reader.flush();
    reader.prose
}

#[derive(Debug, Default)]
struct Reader {
    prose: Prose,
    paragraph: String,
    /// Characters of this paragraph in links.
    linked: usize,
    links: usize,
    /// How many elements are open that hold no prose.
    passed_over: usize,
    cells: usize,
    /// A raised text that is open, and whether it links somewhere.
    raised: Option<(String, bool)>,
}

impl Reader {
    fn start(&mut self, name: &[u8]) {
        match name {
            b"a" => {
                self.links += 1;
                if let Some((_, links)) = &mut self.raised {
                    *links = true;
                }
            }
            b"sup" => self.raised = Some((String::new(), self.links > 0)),
            b"br" => self.paragraph.push(' '),
            b"td" | b"th" => {
                self.flush();
                self.cells += 1;
            }
            _ if holds_no_prose(name) => {
                self.flush();
                self.passed_over += 1;
            }
            _ if is_block(name) => self.flush(),
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"a" => self.links = self.links.saturating_sub(1),
            b"sup" => self.end_raised(),
            b"td" | b"th" => {
                self.flush();
                self.cells = self.cells.saturating_sub(1);
            }
            _ if holds_no_prose(name) => {
                self.flush();
                self.passed_over = self.passed_over.saturating_sub(1);
            }
            _ if is_block(name) => self.flush(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.passed_over > 0 {
            return;
        }
        if let Some((raised, _)) = &mut self.raised {
            raised.extend(text.chars().map(shown));
            return;
        }
        if self.links > 0 {
            self.linked += text.chars().count();
        }
        self.paragraph.extend(text.chars().map(shown));
    }

    /// Raised text is a footnote's mark if it links somewhere or is a number
    /// behind a word; otherwise it is a power or the end of an ordinal.
    fn end_raised(&mut self) {
        let Some((raised, links)) = self.raised.take() else { return };
        let trimmed = raised.trim();
        let number = trimmed.chars().all(|c| c.is_ascii_digit() || c.is_ascii_punctuation());
        if links || (number && !keeps_superscript(&self.paragraph)) {
            return;
        }
        self.paragraph.extend(trimmed.chars().map(raised_digit));
    }

    /// Ends the paragraph, if there is one.
    fn flush(&mut self) {
        if self.raised.is_some() {
            self.end_raised();
        }
        let text = clean(&self.paragraph);
        self.paragraph.clear();
        let linked = std::mem::take(&mut self.linked);
        let characters = text.chars().count();
        let words = words(&text);
        let is_data = self.cells > 0 && words < WORDY_CELL;
        if text.is_empty() || is_data || is_furniture(&text, words) {
            return;
        }
        self.prose.characters += characters;
        self.prose.linked += linked.min(characters);
        // A short line that is mostly a link leads elsewhere.
        if linked * 2 > characters && words < SHORT {
            return;
        }
        self.prose.paragraphs.push(text);
    }
}

/// The text is one of the lines that sites put between paragraphs.
fn is_furniture(text: &str, words: usize) -> bool {
    if words > SHORT {
        return false;
    }
    let start: String = text.chars().take(40).flat_map(char::to_lowercase).collect();
    FURNITURE.iter().any(|furniture| {
        start.strip_prefix(furniture).is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    })
}

fn raised_digit(digit: char) -> char {
    match digit {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        other => other,
    }
}

fn holds_no_prose(name: &[u8]) -> bool {
    matches!(
        name,
        b"h1"
            | b"h2"
            | b"h3"
            | b"h4"
            | b"h5"
            | b"h6"
            | b"pre"
            | b"figure"
            | b"figcaption"
            | b"button"
            | b"nav"
            | b"caption"
            | b"title"
    )
}

fn is_block(name: &[u8]) -> bool {
    !matches!(name, b"span" | b"time" | b"input")
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[track_caller]
    fn check(html: &str, paragraphs: &[&str]) {
        assert_eq!(prose(html).paragraphs, paragraphs);
    }

    #[test]
    fn blocks_are_paragraphs() {
        check(
            "<div><h2>Head</h2><p>One\n two.</p>Loose<ul><li>Three.</li><li>Four.</li></ul>\
             <blockquote><p>Five.</p></blockquote><pre>let x;</pre></div>",
            &["One two.", "Loose", "Three.", "Four.", "Five."],
        );
    }

    #[test]
    fn raised_marks_go_and_powers_stay() {
        check(
            "<p>It fell<sup><a href='#n'>3</a></sup> by 5 km<sup>2</sup>, twice<sup>4</sup>, on the 21<sup>st</sup>.</p>",
            &["It fell by 5 km², twice, on the 21st."],
        );
    }

    #[test]
    fn figures_and_lines_that_ask_for_clicks_are_left_out() {
        check(
            "<p>Read more: <a href='x'>why</a></p><p>Subscribe now!</p><figure><p>A boat</p></figure>\
             <p>Subscribers had waited for it.</p><p><a href='x'>Ten more stories about boats</a></p>",
            &["Subscribers had waited for it."],
        );
    }

    #[test]
    fn cells_are_prose_only_if_wordy() {
        let cell = "word ".repeat(30);
        check(&format!("<table><tr><td>12</td><td>{cell}</td></tr></table>"), &[cell.trim()]);
    }
}
