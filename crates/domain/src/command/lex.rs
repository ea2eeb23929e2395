//! From characters to words: blanks and commas part them, quotation marks
//! keep them together.

use super::clean::Glyph;

/// One character of a word, and whether it stood in quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) ch: char,
    pub(super) quoted: bool,
}

/// A word; parts of it, or all, may be quoted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// Its characters without the quotation marks.
    pub(super) letters: Vec<Letter>,
    /// As typed.
    pub(super) raw: String,
    /// How many glyphs of the message end with it.
    pub(super) end: usize,
    quoted: bool,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word.
    Word(Word),
    /// A comma; glued if no blank stands on either side.
    Comma { glued: bool },
    /// A mention of somebody or somewhere.
    Mention(String),
    /// An opening quotation mark that is never closed, and all behind it.
    Unclosed(String),
    /// `because`, and all behind it as it was typed.
    Reason(String),
}

impl Word {
    /// Its characters without the quotation marks.
    pub(super) fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.ch).collect()
    }

    /// The word in ASCII lower case, unless any part of it is quoted: what may
    /// be a verb or a keyword.
    pub(super) fn bare(&self) -> Option<String> {
        (!self.quoted).then(|| self.text().to_ascii_lowercase())
    }

    /// Whether any part of it is quoted.
    pub(super) fn is_quoted(&self) -> bool {
        self.quoted
    }

    fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// Takes off the marks that Slack puts around a word in italics (`_web-1_`) or struck
    /// through (`~web-1~`). Around bold text it puts `*`, which may also be typed.
    fn drop_style(&mut self) {
        let Some(mark) = ['_', '~'].into_iter().find(|mark| self.raw.starts_with(*mark)) else { return };
        let inner = self.raw.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        let Some(inner) = inner.filter(|inner| !self.quoted && !inner.is_empty()) else { return };
        // Two marks are no mark-up: `__init__`.
        if inner.starts_with(mark) || inner.ends_with(mark) {
            return;
        }
        let inner = inner.to_owned();
        self.letters = inner.chars().map(|ch| Letter { ch, quoted: false }).collect();
        self.raw = inner;
    }

    fn push(&mut self, ch: char) {
        self.letters.push(Letter { ch, quoted: false });
        self.raw.push(ch);
    }
}

/// Takes the message apart.
pub(super) fn lex(glyphs: &[Glyph]) -> Vec<Token> {
    let mut lexer = Lexer { glyphs, at: 0, word: Word::default(), tokens: Vec::new() };
    while let Some(glyph) = glyphs.get(lexer.at) {
        lexer.step(glyph);
    }
    lexer.end_word();
    drop_full_stop(&mut lexer.tokens);
    lexer.tokens
}

/// The glyphs as text; a mention is its id.
pub(super) fn text_of(glyphs: &[Glyph]) -> String {
    glyphs.iter().fold(String::new(), |mut text, glyph| {
        match glyph {
            Glyph::Char(ch) => text.push(*ch),
            Glyph::Mention(id) => text.push_str(id),
        }
        text
    })
}

struct Lexer<'a> {
    glyphs: &'a [Glyph],
    at: usize,
    word: Word,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self, glyph: &Glyph) {
        match glyph {
            Glyph::Mention(id) => {
                self.end_word();
                self.tokens.push(Token::Mention(id.clone()));
                self.at += 1;
            }
            Glyph::Char(' ' | '\n') => {
                self.end_word();
                self.at += 1;
            }
            Glyph::Char(',') => {
                let glued = !self.word.is_empty() && !self.is_blank(self.at + 1);
                self.end_word();
                self.tokens.push(Token::Comma { glued });
                self.at += 1;
            }
            Glyph::Char('"') => match self.closing('"') {
                Some(close) => self.quote(close),
                None => self.give_up(),
            },
            Glyph::Char('\'') => match self.closing('\'').filter(|close| self.is_quotation(*close)) {
                Some(close) => self.quote(close),
                None => self.plain('\''),
            },
            Glyph::Char(ch) => self.plain(*ch),
        }
    }

    fn plain(&mut self, ch: char) {
        self.word.push(ch);
        self.at += 1;
    }

    /// Takes everything up to the closing mark into the word.
    fn quote(&mut self, close: usize) {
        self.word.quoted = true;
        for glyph in self.glyphs.get(self.at..=close).unwrap_or_default() {
            self.word.raw.push_str(&text_of(std::slice::from_ref(glyph)));
        }
        for glyph in self.glyphs.get(self.at + 1..close).unwrap_or_default() {
            let text = text_of(std::slice::from_ref(glyph));
            self.word.letters.extend(text.chars().map(|ch| Letter { ch, quoted: true }));
        }
        self.at = close + 1;
    }

    fn give_up(&mut self) {
        let rest = text_of(self.glyphs.get(self.at..).unwrap_or_default());
        let raw = std::mem::take(&mut self.word).raw + &rest;
        self.tokens.push(Token::Unclosed(raw));
        self.at = self.glyphs.len();
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let mut word = std::mem::take(&mut self.word);
        word.end = self.at;
        word.drop_style();
        if !self.tokens.is_empty() && word.bare().is_some_and(|bare| bare.trim_end_matches(':') == "because")
        {
            let reason = text_of(self.glyphs.get(self.at..).unwrap_or_default());
            self.tokens.push(Token::Reason(reason.trim().to_owned()));
            self.at = self.glyphs.len();
        } else {
            self.tokens.push(Token::Word(word));
        }
    }

    fn closing(&self, mark: char) -> Option<usize> {
        let behind = self.glyphs.get(self.at + 1..)?;
        let offset = behind.iter().position(|glyph| *glyph == Glyph::Char(mark))?;
        Some(self.at + 1 + offset)
    }

    /// Whether a `'` begins a quotation rather than being an apostrophe.
    fn is_quotation(&self, close: usize) -> bool {
        let opens = self.word.letters.last().is_none_or(|letter| matches!(letter.ch, '=' | ':' | '<' | '>'));
        let closes = matches!(self.glyphs.get(close + 1), Some(Glyph::Char(',' | '=' | '!' | '<' | '>')));
        opens && (closes || self.is_blank(close + 1))
    }

    fn is_blank(&self, at: usize) -> bool {
        matches!(self.glyphs.get(at), None | Some(Glyph::Char(' ' | '\n')))
    }
}

/// Drops the full stop or exclamation mark that ends a sentence, but never a
/// part of a filter's value or of a quotation.
fn drop_full_stop(tokens: &mut Vec<Token>) {
    let Some(Token::Word(word)) = tokens.last_mut() else { return };
    if word.quoted || word.raw.contains(['=', '<', '>']) {
        return;
    }
    while word.raw.ends_with(['.', '!']) {
        word.raw.pop();
        word.letters.pop();
    }
    if word.is_empty() {
        tokens.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::super::clean::plain;
    use super::*;

    fn check(text: &str, shown: &[&str]) {
        let tokens: Vec<String> = lex(&plain(text))
            .into_iter()
            .map(|token| match token {
                Token::Word(word) if word.is_quoted() => format!("q:{}", word.text()),
                Token::Word(word) => word.text(),
                Token::Comma { glued: true } => ",".to_owned(),
                Token::Comma { glued: false } => ", ".to_owned(),
                Token::Mention(id) => id,
                Token::Unclosed(text) => format!("unclosed:{text}"),
                Token::Reason(text) => format!("reason:{text}"),
            })
            .collect();
        assert_eq!(tokens, shown, "{text}");
    }

    #[test]
    fn quotation_marks_keep_words_together() {
        check("stop  web-1", &["stop", "web-1"]);
        check("stop a,b, c", &["stop", "a", ",", "b", ", ", "c"]);
        check("tag:\"Cost Center\"=42", &["q:tag:Cost Center=42"]);
        check("stop 'web 1'", &["stop", "q:web 1"]);
        check("bob's alice's", &["bob's", "alice's"]);
        check("stop \"web 1", &["stop", "unclosed:\"web 1"]);
        check("stop a=\"b c", &["stop", "unclosed:a=\"b c"]);
        check("stop a because it's 5\" long", &["stop", "a", "reason:it's 5\" long"]);
        check("stop \"because\"", &["stop", "q:because"]);
        check("stop web-1!", &["stop", "web-1"]);
        check("stop env=a.", &["stop", "env=a."]);
        check("stop _web-1_ ~web-2~", &["stop", "web-1", "web-2"]);
        check("stop _web_1_ __init__ web_1 _web _", &["stop", "web_1", "__init__", "web_1", "_web", "_"]);
        check("stop \"_web-1_\"", &["stop", "q:_web-1_"]);
        check("stop !", &["stop"]);
        check("", &[]);
    }
}
