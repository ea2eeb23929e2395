//! Pages of plain text.

use super::characters::clean;
use super::count::words;

/// A first line of at most so many words may be the title.
const MAX_TITLE_WORDS: usize = 15;

/// The title, if the text begins with one, and the paragraphs.
pub(super) fn plain(text: &str) -> (Option<String>, Vec<String>) {
    let mut paragraphs = Vec::new();
    let mut paragraph = String::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            take(&mut paragraph, &mut paragraphs);
        } else {
            paragraph.push_str(line);
            paragraph.push(' ');
        }
    }
    take(&mut paragraph, &mut paragraphs);
    let has_title = paragraphs.len() > 1 && paragraphs.first().is_some_and(|first| is_title(first));
    let title = has_title.then(|| paragraphs.remove(0));
    (title, paragraphs)
}

fn take(paragraph: &mut String, paragraphs: &mut Vec<String>) {
    let text = clean(paragraph);
    paragraph.clear();
    if !text.is_empty() {
        paragraphs.push(text);
    }
}

fn is_title(line: &str) -> bool {
    words(line) <= MAX_TITLE_WORDS && !line.ends_with(['.', ',', ';', ':', '。'])
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn blank_lines_end_paragraphs_and_a_short_first_line_is_the_title() {
        let (title, paragraphs) = plain("A Short Title\n\nOne line\nand more.\n \r\n\nTwo.\n");
        assert_eq!(title.as_deref(), Some("A Short Title"));
        assert_eq!(paragraphs, ["One line and more.", "Two."]);
    }

    #[test]
    fn a_first_sentence_is_no_title() {
        let (title, paragraphs) = plain("It rained.\n\nThen it stopped.");
        assert_eq!(title, None);
        assert_eq!(paragraphs.len(), 2);
    }
}
