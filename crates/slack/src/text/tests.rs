use proptest::prelude::*;

use super::*;

#[test]
fn three_characters_are_escaped_and_no_more() {
    for (plain, escaped) in [
        ("", ""),
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("<!channel> <@U1>", "&lt;!channel&gt; &lt;@U1&gt;"),
        ("&lt;", "&amp;lt;"),
        ("\"'é…👩‍👩‍👧", "\"'é…👩‍👩‍👧"),
    ] {
        assert_eq!(escape(plain), escaped);
        assert_eq!(unescape(escaped), plain);
    }
}

#[test]
fn escapes_are_undone_once() {
    for (text, plain) in [
        ("&amp;lt;", "&lt;"),
        ("&amp;amp;amp;", "&amp;amp;"),
        ("& &a &am &amp", "& &a &am &amp"),
        ("&quot;&#39;&nbsp;", "&quot;&#39;&nbsp;"),
        ("&&lt;&", "&<&"),
        ("&AMP;", "&AMP;"),
    ] {
        assert_eq!(unescape(text), plain, "{text}");
    }
}

#[test]
fn helpers_let_nothing_foreign_out() {
    for (built, expected) in [
        (bold("a\n<!here>"), "*a &lt;!here&gt;*"),
        (italic("x & y"), "_x &amp; y_"),
        (code("rm `x`\r\ny"), "`rm 'x' y`"),
        (code_block("a\n```<!channel>"), "```\na\n'''&lt;!channel&gt;\n```"),
        (mention(&UserId::new("U1")), "<@U1>"),
        (mention(&UserId::new("U1>`\n<!channel")), "<@U1channel>"),
        (channel(&ChannelId::new("C1")), "<#C1>"),
        (link("https://a.b/?x=1&y=2|z>", "see > this"), "<https://a.b/?x=1&amp;y=2%7Cz%3E|see &gt; this>"),
        (link("!channel", "look"), "look"),
        (link("javascript:alert(1)", "look"), "look"),
        (link("https://a.b/ c", "<!here>"), "<https://a.b/%20c|&lt;!here&gt;>"),
    ] {
        assert_eq!(built, expected);
    }
}

#[test]
fn a_cut_leaves_pieces_whole() {
    for (text, max, expected) in [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("abcd", 1, "…"),
        ("abcd", 0, ""),
        ("a&amp;b", 7, "a&amp;b"),
        ("a&amp;bc", 7, "a&amp;…"),
        ("a&amp;bc", 6, "a…"),
        ("a&amp;bc", 4, "a…"),
        ("<@U123456> hello", 8, "…"),
        ("<@U123456> hello", 13, "<@U123456> h…"),
        ("a < b and more", 5, "a < …"),
        ("👩‍👩‍👧👩‍👩‍👧", 9, "👩‍👩‍👧…"),
        ("👩‍👩‍👧👩‍👩‍👧", 8, "…"),
        ("e\u{301}e\u{301}", 3, "e\u{301}…"),
    ] {
        assert_eq!(cut(text, max), expected, "{text} to {max}");
    }
}

proptest! {
    #[test]
    fn what_is_escaped_comes_back(text in ".*") {
        let escaped = escape(&text);
        prop_assert_eq!(unescape(&escaped), text);
        prop_assert!(!escaped.contains(['<', '>']));
    }

    #[test]
    fn a_cut_fits_and_keeps_the_beginning(text in "(&amp;|&lt;|<@U1>|[a-zé👍🏽&<> ]){0,40}", max in 0_usize..60) {
        let short = cut(&text, max);
        prop_assert!(length(&short) <= max);
        prop_assert!(text.starts_with(short.strip_suffix('…').unwrap_or(&short)));
    }

    #[test]
    fn unescape_takes_anything(text in "(&|amp;|lt;|gt;|x|é){0,20}") {
        unescape(&text);
    }
}

#[test]
fn an_address_keeps_what_cannot_be_seen() {
    assert_eq!(link("https://a.test/x\u{200b}y", "x\u{200b}y"), "<https://a.test/x%E2%80%8By|x\u{200b}y>");
}
