//! Pages that are made to be expensive, and pages without an article. What a
//! parser gets of the former is bounded; how long it takes is told by
//! `cargo bench -p text --bench hostile`, and by no test.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use app::ports::SummaryError;
use proptest::prelude::*;
use text::extract::extract;
use text::extract::scrub::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS, MAX_VALUE, Scrubbed, scrub};
use text::fetch::{Kind, Page};
use text::summary::summarize;

#[path = "../benches/shapes/mod.rs"]
mod shapes;

fn page(text: String) -> Page {
    Page { url: "https://articles.test/x".parse().unwrap(), kind: Kind::Html, text }
}

/// Reads the tags of a scrubbed page again, by a rule of its own: what is
/// written is so regular that it can be split at `<` and `>`.
#[track_caller]
fn check_bounds(name: &str, scrubbed: &Scrubbed) {
    let body = scrubbed.html.split_once("<body>").unwrap().1.strip_suffix("</body></html>").unwrap();
    let mut open: Vec<&str> = Vec::new();
    let (mut elements, mut deepest) = (0, 0);
    for tag in body.split('<').skip(1) {
        let tag = tag.split_once('>').unwrap_or_else(|| panic!("{name}: a tag without end: {tag}")).0;
        if let Some(ended) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(ended), "{name}: not balanced");
            continue;
        }
        elements += 1;
        let (element, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let values: Vec<&str> = attributes.split('"').skip(1).step_by(2).collect();
        assert!(values.len() <= MAX_ATTRIBUTES, "{name}: {} attributes", values.len());
        // `&` is written with five characters, and a broken one with three bytes.
        assert!(values.iter().all(|value| value.len() <= MAX_VALUE * 6), "{name}: a long value");
        if !matches!(element, "br" | "hr" | "input") {
            open.push(element);
            deepest = deepest.max(open.len());
        }
        // Parsers open these again and again when they are not closed.
        assert!(
            !matches!(element, "b" | "i" | "font" | "svg" | "math" | "select" | "template"),
            "{name}: {element}"
        );
        let nested = |tag| open.iter().filter(|open| **open == tag).count();
        assert!(nested("a") <= 1 && nested("p") <= 1 + nested("table") * 2, "{name}: {open:?}");
    }
    assert_eq!(open, [""; 0], "{name}: left open");
    assert!(elements <= MAX_ELEMENTS && deepest <= MAX_DEPTH, "{name}: {elements} elements, {deepest} deep");
    assert_eq!((elements, deepest), (scrubbed.elements, scrubbed.depth), "{name}");
}

#[test]
fn what_a_parser_gets_is_bounded() {
    for (name, shape) in shapes::SHAPES {
        let page = shape(300_000);
        let scrubbed = scrub(&page);
        check_bounds(name, &scrubbed);
        assert!(scrubbed.html.len() < 6 * page.len() + 1_000, "{name}");
    }
}

#[test]
fn a_parser_makes_no_more_of_it() {
    for (name, shape) in shapes::SHAPES {
        let scrubbed = scrub(&shape(60_000));
        let document = dom_smoothie::Readability::new(scrubbed.html.as_str(), None, None).unwrap().doc;
        let elements = document.select("body *").length();
        assert!(elements <= scrubbed.elements * 2 + 10, "{name}: {elements} of {}", scrubbed.elements);
    }
}

#[test]
fn text_that_is_too_deep_is_kept() {
    let text =
        "The water rose slowly, and the people in the valley went up into the hills before the night came. ";
    let html = format!("{}<p>{}</p>", "<div>".repeat(5_000), text.repeat(12));
    let scrubbed = scrub(&html);
    assert_eq!((scrubbed.depth, scrubbed.elements), (MAX_DEPTH, MAX_DEPTH));
    assert_eq!(scrubbed.too_deep, 5_001 - MAX_DEPTH);
    assert!(scrubbed.html.contains(text.trim()));
    let article = extract(&page(html)).unwrap();
    assert!(article.paragraphs.iter().any(|paragraph| paragraph.contains(text.trim())));
}

#[test]
fn tags_that_may_stay_open_do_not_nest() {
    for html in [
        "<p>one<p>two<p>three",
        "<ul><li>one<li>two<li>three</ul>",
        "<dl><dt>one<dd>two<dt>three</dl>",
        "<table><tr><td>one<td>two<tr><td>three</table>",
        "one<br>two<br>three<img><img><wbr>",
        "<a href=1>one<a href=2>two<a href=3>three",
        "<h2>one<h3>two<h2>three",
    ] {
        let scrubbed = scrub(html);
        check_bounds(html, &scrubbed);
        assert!(scrubbed.depth <= 3, "{html}: {}", scrubbed.html);
        for word in ["one", "two", "three"] {
            assert!(scrubbed.html.contains(word), "{html}: {}", scrubbed.html);
        }
    }
}

#[test]
fn a_page_with_too_many_elements_is_cut_off() {
    let scrubbed = scrub(&("<p>x</p>".repeat(MAX_ELEMENTS + 10) + "the end"));
    assert!(scrubbed.cut_off && scrubbed.elements == MAX_ELEMENTS);
    assert!(!scrubbed.html.contains("the end"));
    assert!(!scrub(&"<p>x</p>".repeat(MAX_ELEMENTS)).cut_off);
}

#[test]
fn a_tag_keeps_few_attributes_and_the_first_of_each_name() {
    let names = [
        "class",
        "id",
        "role",
        "itemprop",
        "rel",
        "hidden",
        "aria-hidden",
        "style",
        "lang",
        "name",
        "content",
    ];
    let attributes: String =
        names.iter().flat_map(|name| [format!(" {name}=1"), format!(" {name}=2")]).collect();
    let scrubbed = scrub(&format!("<p onclick=0{attributes}>x"));
    check_bounds("attributes", &scrubbed);
    assert_eq!(scrubbed.html.matches("=\"1\"").count(), MAX_ATTRIBUTES);
    assert!(!scrubbed.html.contains("=\"2\"") && !scrubbed.html.contains("onclick"));
}

#[test]
fn a_tag_with_a_hundred_thousand_attributes_is_read_to_its_end() {
    for (name, between) in [("plain", "="), ("after blanks", "=\r\n\t "), ("with brackets", "=\">\" x=")] {
        let attribute = |n: usize| format!(" a{n}{between}\"{n}\"");
        let attributes = (0..100_000).map(attribute).collect::<Vec<_>>().concat();
        let scrubbed = scrub(&format!("<p{attributes} class=\"last\">the end</p>"));
        check_bounds(name, &scrubbed);
        assert!(scrubbed.html.contains("<p class=\"last\">the end</p>"), "{name}: {}", scrubbed.html);
    }
}

#[test]
fn what_is_no_text_does_not_come_along() {
    let scrubbed = scrub(
        "<html lang=en><title>T</title><script>no1</script><style>no2</style><svg><text>no3</text></svg>\
         <!-- no4 --><template><p>no5</p></template><select><option>no6</select><iframe>no7</iframe>\
         <noscript><p>no8</p></noscript><textarea>no9</textarea><p onclick=no10 class=c>yes</p>",
    );
    assert!(!scrubbed.html.contains("no"), "{}", scrubbed.html);
    assert!(scrubbed.html.ends_with("<p class=\"c\">yes</p></body></html>"), "{}", scrubbed.html);
    assert_eq!(scrubbed.language.as_deref(), Some("en"));
}

#[test]
fn pages_without_an_article_have_none() {
    let sentence = "The council met on Tuesday to talk about the old mill and its roof, which leaks. ";
    let link = "<li><a href='/x'>The council met on Tuesday to talk about the mill and its roof</a></li>";
    for (name, html) in [
        ("nothing", String::new()),
        ("a few words", "<p>Hello, world.</p>".to_owned()),
        ("links", format!("<h1>All stories</h1><ul>{}</ul>", link.repeat(60))),
        (
            "a form",
            "<form><label>Name<input></label><label>Password<input></label><button>Sign in</button></form>"
                .to_owned(),
        ),
        (
            "a stub",
            format!("<article><p>{}</p><p>Subscribe to continue reading.</p></article>", sentence.repeat(3)),
        ),
        (
            "a long teaser",
            format!("<article><p>{}</p><p>Already a subscriber? Sign in.</p></article>", sentence.repeat(10)),
        ),
        (
            "a teaser for payers",
            format!(
                "<script type='application/ld+json'>{{\"isAccessibleForFree\": false}}</script><article><p>{}</p></article>",
                sentence.repeat(10)
            ),
        ),
        ("a script", format!("<script>{}</script>", sentence.repeat(50))),
    ] {
        assert_eq!(extract(&page(html)), Err(SummaryError::NoArticle), "{name}");
    }
    assert!(extract(&page(format!("<article><p>{}</p></article>", sentence.repeat(10)))).is_ok());
}

#[test]
fn plain_text_is_read_by_its_blank_lines() {
    let text =
        format!("Of the mill\n\n{}\n\n{}", "It had a roof once. ".repeat(12), "It leaks\nnow. ".repeat(12));
    let plain = Page { kind: Kind::Plain, ..page(text) };
    let article = extract(&plain).unwrap();
    assert_eq!(article.title.as_deref(), Some("Of the mill"));
    assert_eq!(article.paragraphs.len(), 2);
    let short = Page { kind: Kind::Plain, ..page("Nothing here.".to_owned()) };
    assert_eq!(extract(&short), Err(SummaryError::NoArticle));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_page_is_too_odd(
        parts in proptest::collection::vec(
            "</?(p|a href=x|div|span class=c|table|tr|td|li|ul|h1|sup|b|svg|select|script|title|form|br|button|math|rt|q)>|\
             <!--|-->|&[a-z]{1,5};?|[A-Za-z ,.]{20,120}\\. |\\PC{0,6}|<[a-z]{1,3} |[=\"'<>/&]", 0..120),
    ) {
        let html = parts.concat();
        check_bounds("odd", &scrub(&html));
        if let Ok(article) = extract(&page(html)) {
            prop_assert!(!summarize(&article, 3).is_empty());
        }
    }
}
