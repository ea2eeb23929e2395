//! From the text Slack sends to the characters the person saw.
//!
//! Slack escapes `&`, `<` and `>`, and writes mentions and links as `<…>`.
//! The `<…>` are taken out first and entities are decoded after that, exactly
//! once, so that no typed text can turn into mark-up.
//! <https://docs.slack.dev/messaging/formatting-message-text>
//!
//! Letters are never replaced by similar ones: a look-alike stays what it is,
//! and so never becomes a verb.

use crate::ids::UserId;

/// One character as the person saw it, or a mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    /// A character; every line break is `\n`, every other blank a space.
    Char(char),
    /// The id of a user, a user group or a channel.
    Mention(String),
}

/// Undoes Slack's mark-up and leaves out the mentions of `bot`.
pub(super) fn clean(text: &str, bot: Option<&UserId>) -> Vec<Glyph> {
    let mut glyphs = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        put_text(&mut glyphs, before);
        rest = match enclosed(after).and_then(|(inside, behind)| Some((read(inside)?, behind))) {
            None => {
                put(&mut glyphs, '<');
                after
            }
            Some((Markup::User(id), behind)) if bot.is_some_and(|bot| bot.as_str() == id) => {
                put(&mut glyphs, ' ');
                let address = behind.trim_start().strip_prefix([':', ',']);
                address.unwrap_or(behind)
            }
            Some((Markup::User(id) | Markup::Other(id), behind)) => {
                glyphs.push(Glyph::Mention(id.to_owned()));
                behind
            }
            Some((Markup::Text(label), behind)) => {
                put_text(&mut glyphs, label);
                behind
            }
        };
    }
    put_text(&mut glyphs, rest);
    glyphs
}

/// Takes off the marks around a whole line that is bold, in italics or struck through.
pub(super) fn without_style(glyphs: &[Glyph]) -> &[Glyph] {
    let [Glyph::Char(first), inner @ .., Glyph::Char(last)] = glyphs else { return glyphs };
    let mark = Glyph::Char(*first);
    let is_styled = first == last && matches!(first, '*' | '_' | '~');
    let is_line = inner.contains(&Glyph::Char(' '));
    if is_styled && is_line && !inner.contains(&mark) { trimmed(inner) } else { glyphs }
}

/// `glyphs` without the blanks at both ends.
pub(super) fn trimmed(glyphs: &[Glyph]) -> &[Glyph] {
    let is_blank = |glyph: &&Glyph| matches!(glyph, Glyph::Char(' ' | '\n'));
    let leading = glyphs.iter().take_while(is_blank).count();
    let trailing = glyphs.iter().rev().take_while(is_blank).count();
    glyphs.get(leading..glyphs.len().saturating_sub(trailing)).unwrap_or_default()
}

/// The characters of a text that is clean already.
pub(super) fn plain(text: &str) -> Vec<Glyph> {
    text.chars().map(Glyph::Char).collect()
}

enum Markup<'a> {
    User(&'a str),
    Other(&'a str),
    Text(&'a str),
}

/// What stands before the next `>`, and what behind it.
fn enclosed(after: &str) -> Option<(&str, &str)> {
    // Looking for either bracket keeps `<<<<…` linear.
    let end = after.find(['<', '>'])?;
    Some((after.get(..end)?, after.get(end..)?.strip_prefix('>')?))
}

fn read(inside: &str) -> Option<Markup<'_>> {
    let (subject, label) = inside.split_once('|').unwrap_or((inside, ""));
    let id = |text: &'_ str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if let Some(user) = subject.strip_prefix('@') {
        return id(user).then_some(Markup::User(user));
    }
    if let Some(channel) = subject.strip_prefix('#') {
        return id(channel).then_some(Markup::Other(channel));
    }
    if let Some(special) = subject.strip_prefix('!') {
        return match special.strip_prefix("subteam^") {
            Some(group) if id(group) => Some(Markup::Other(group)),
            _ if label.is_empty() => Some(Markup::Text(special)).filter(|_| id(special)),
            _ => Some(Markup::Text(label)),
        };
    }
    let (scheme, address) = subject.split_once(':')?;
    if !id(scheme) || subject.contains(char::is_whitespace) {
        return None;
    }
    Some(Markup::Text(match scheme {
        _ if !label.is_empty() => label,
        "mailto" | "tel" => address,
        _ => subject,
    }))
}

fn put_text(glyphs: &mut Vec<Glyph>, text: &str) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        before.chars().for_each(|ch| put(glyphs, ch));
        let entity = [("amp;", '&'), ("lt;", '<'), ("gt;", '>')]
            .into_iter()
            .find_map(|(name, ch)| Some((ch, after.strip_prefix(name)?)));
        let (ch, behind) = entity.unwrap_or(('&', after));
        put(glyphs, ch);
        rest = behind;
    }
    rest.chars().for_each(|ch| put(glyphs, ch));
}

fn put(glyphs: &mut Vec<Glyph>, ch: char) {
    let ch = match ch {
        '`' => return,
        ch if is_invisible(ch) => return,
        '“' | '”' | '„' | '‟' | '«' | '»' => '"',
        '‘' | '’' | '‚' | '‛' => '\'',
        '\u{2010}' | '\u{2011}' | '\u{2212}' => '-',
        '–' | '—' | '\u{2015}' => {
            glyphs.push(Glyph::Char('-'));
            '-'
        }
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        ch if ch.is_whitespace() || ch.is_control() => ' ',
        ch => ch,
    };
    glyphs.push(Glyph::Char(ch));
}

/// Characters that leave no trace on the screen: soft hyphen, joiners,
/// direction marks, variation selectors, the byte order mark, language tags.
pub(crate) const fn is_invisible(ch: char) -> bool {
    matches!(ch,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, seen: &str) {
        let shown: String = clean(text, Some(&UserId::new("UBOT")))
            .into_iter()
            .map(|glyph| match glyph {
                Glyph::Char(ch) => ch.to_string(),
                Glyph::Mention(id) => format!("[{id}]"),
            })
            .collect();
        assert_eq!(shown, seen, "{text}");
    }

    #[test]
    fn the_person_s_own_view_comes_out() {
        for (text, seen) in [
            ("<@UBOT> stop", "  stop"),
            ("<@UBOT|bellhop>: stop", "  stop"),
            ("<@UBOT> , stop", "  stop"),
            ("stop <@UBOT>", "stop  "),
            ("<@U5> <!subteam^S7|@ops> <#C9|general>", "[U5] [S7] [C9]"),
            ("<http://web-1.acme.com|web-1.acme.com>", "web-1.acme.com"),
            ("<https://x.com/?a=1&amp;b=2>", "https://x.com/?a=1&b=2"),
            ("<mailto:a@b.com|a@b.com> <mailto:a@b.com> <tel:555>", "a@b.com a@b.com 555"),
            ("<!here> <!date^1^{date}|Friday>", "here Friday"),
            ("&amp;lt; &lt;@UBOT&gt; &quot;", "&lt; <@UBOT> &quot;"),
            ("a < b > c <", "a < b > c <"),
            ("<<@UBOT>", "< "),
            ("`stop` ```web-1```", "stop web-1"),
            ("“a” ‘b’ „c‟", "\"a\" 'b' \"c\""),
            ("—dry-run –x a‑b", "--dry-run --x a-b"),
            ("st\u{200b}op\u{a0}web\t1\u{feff}", "stop web 1"),
            ("a\r\nb\u{2028}c", "a\n\nb\nc"),
            ("ѕtор", "ѕtор"),
        ] {
            check(text, seen);
        }
    }
}
