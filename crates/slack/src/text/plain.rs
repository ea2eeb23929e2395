//! From the text that Slack sends to what the person saw, as plain text.
//!
//! The `<…>` are taken out first and entities are decoded after that, exactly
//! once, so that no typed text can turn into mark-up.
//!
//! <https://docs.slack.dev/messaging/formatting-message-text>

use std::borrow::Cow;

use super::{ELLIPSIS, unescape};

/// The mentions of many people at once.
const BROADCASTS: [&str; 3] = ["here", "channel", "everyone"];

/// `text` as it was seen: names for mentions, addresses or labels for links,
/// characters for escapes. A `<` that begins nothing we know stays.
///
/// Nothing in the outcome is escaped: it goes through [`super::escape`] before
/// it is sent anywhere.
pub fn plain(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        seen.push_str(&unescape(before));
        let markup = enclosed(after).and_then(|(inside, behind)| Some((shown(inside)?, behind)));
        let (shown, behind) = markup.unwrap_or((Cow::Borrowed("<"), after));
        seen.push_str(&unescape(&shown));
        rest = behind;
    }
    seen.push_str(&unescape(rest));
    seen
}

/// What stands before the next `>`, and what behind it.
fn enclosed(after: &str) -> Option<(&str, &str)> {
    // Looking for either bracket keeps `<<<<…` linear.
    let end = after.find(['<', '>'])?;
    let (inside, behind) = after.split_at_checked(end)?;
    Some((inside, behind.strip_prefix('>')?))
}

/// What was seen of `<inside>`, still escaped.
fn shown(inside: &str) -> Option<Cow<'_, str>> {
    let (subject, label) = inside.split_once('|').unwrap_or((inside, ""));
    if let Some(user) = subject.strip_prefix('@') {
        return named('@', user, label);
    }
    if let Some(channel) = subject.strip_prefix('#') {
        return named('#', channel, label);
    }
    if let Some(special) = subject.strip_prefix('!') {
        return match special.strip_prefix("subteam^") {
            Some(group) => named('@', group, label),
            None if BROADCASTS.contains(&special) => Some(format!("@{special}").into()),
            None => Some(label.into()).filter(|_| !label.is_empty()),
        };
    }
    link(subject, label)
}

/// A mention by its label or else by its id, with one `sigil` before it.
fn named<'a>(sigil: char, id: &'a str, label: &'a str) -> Option<Cow<'a, str>> {
    let name = if label.is_empty() { id } else { label.trim_start_matches(sigil) };
    is_word(id).then(|| format!("{sigil}{name}").into())
}

fn link<'a>(url: &'a str, label: &'a str) -> Option<Cow<'a, str>> {
    let (scheme, address) = url.split_once(':')?;
    if !is_word(scheme) || url.contains(char::is_whitespace) {
        return None;
    }
    Some(Cow::Borrowed(match scheme {
        _ if is_shortened(label, url) => url,
        _ if !label.is_empty() => label,
        "mailto" | "tel" => address,
        _ => url,
    }))
}

/// Whether `label` is the beginning of `url` and then dots: the person wrote
/// the whole of it.
fn is_shortened(label: &str, url: &str) -> bool {
    let beginning = label.strip_suffix(ELLIPSIS).or_else(|| label.strip_suffix("..."));
    let without_scheme = url.split_once("://").map_or(url, |(_, address)| address);
    beginning.is_some_and(|beginning| {
        !beginning.is_empty() && (url.starts_with(beginning) || without_scheme.starts_with(beginning))
    })
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::escape;
    use super::*;

    #[test]
    fn what_was_seen_comes_out() {
        for (text, seen) in [
            ("", ""),
            ("hello, world", "hello, world"),
            ("<@U1|bob> <@U1> <@W1>", "@bob @U1 @W1"),
            ("<@U1|@bob> <@U1|>", "@bob @U1"),
            ("<@U1|tom &amp; jerry>", "@tom & jerry"),
            ("<#C1|general> <#C1|> <#C1>", "#general #C1 #C1"),
            ("<!subteam^S1|@ops> <!subteam^S1|ops> <!subteam^S1>", "@ops @ops @S1"),
            ("<!here> <!channel> <!everyone>", "@here @channel @everyone"),
            ("<!here|here> <!channel|@channel> <!everyone|all>", "@here @channel @everyone"),
            ("<!date^1764576000^{date}^https://a.b|1 December>", "1 December"),
            ("<!date^1764576000^{date}>", "<!date^1764576000^{date}>"),
            ("<!something|this> <!something>", "this <!something>"),
            ("<https://a.b/?c=1&amp;d=2>", "https://a.b/?c=1&d=2"),
            ("<https://a.b|https://a.b>", "https://a.b"),
            ("<https://a.b/long/way|https://a.b/lo…>", "https://a.b/long/way"),
            ("<https://a.b/long/way|a.b/lo...>", "https://a.b/long/way"),
            ("<https://a.b/long/way|…> <https://a.b|more…>", "… more…"),
            ("<http://web-1.acme.com|web-1.acme.com>", "web-1.acme.com"),
            ("<https://a.b|see &lt;this&gt;>", "see <this>"),
            ("<mailto:a@b.c|a@b.c> <mailto:a@b.c> <tel:555>", "a@b.c a@b.c 555"),
            ("*bold* _it_ ~no~ `code` :wave: 👋🏽 שלום", "*bold* _it_ ~no~ `code` :wave: 👋🏽 שלום"),
            ("a\r\nb\t c\n", "a\r\nb\t c\n"),
        ] {
            assert_eq!(plain(text), seen, "{text}");
        }
    }

    #[test]
    fn entities_are_decoded_once() {
        for (text, seen) in [
            ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
            ("&amp;lt; &amp;amp;", "&lt; &amp;"),
            ("&quot; &#39; & &a", "&quot; &#39; & &a"),
            // What was typed as mark-up stays what it was typed as.
            ("&lt;@U1&gt; &lt;!channel&gt;", "<@U1> <!channel>"),
            ("&amp;<@U1>lt;", "&@U1lt;"),
            ("<https://a.b/?x=&amp;lt;>", "https://a.b/?x=&lt;"),
        ] {
            assert_eq!(plain(text), seen, "{text}");
        }
    }

    #[test]
    fn what_is_no_mark_up_stays() {
        for text in [
            "a < b > c <",
            "<",
            ">",
            "<>",
            "<@>",
            "<@U1",
            "<@U 1>",
            "<@U1^x>",
            "<#>",
            "<!>",
            "<!subteam^>",
            "< https://a.b>",
            "<https://a b>",
            "<:x>",
            "<x>",
            "<|>",
            "<|x>",
            "<!|>",
        ] {
            assert_eq!(plain(text), text);
        }
        assert_eq!(plain("<<@U1>>"), "<@U1>");
        assert_eq!(plain("<a <@U1>"), "<a @U1");
        assert_eq!(plain(&"<".repeat(100_000)).len(), 100_000);
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_seen_as_it_was(text in ".*") {
            prop_assert_eq!(plain(&escape(&text)), text);
        }

        #[test]
        fn no_text_is_too_strange(text in "(<|>|@|#|!|\\||&lt;|&|amp;|:|é|U1|subteam\\^|…){0,30}") {
            plain(&text);
        }
    }
}
