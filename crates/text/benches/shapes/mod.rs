//! Pages that are made to be expensive, each of about `size` bytes.

use std::fmt::Write as _;

/// A name, and a page of about so many bytes.
pub(crate) type Shape = (&'static str, fn(usize) -> String);

/// Every hostile shape.
pub(crate) const SHAPES: [Shape; 38] = [
    ("nested div", |size| nested("<div>", size)),
    ("nested div, closed", |size| nested("<div>", size * 5 / 11) + &nested("</div>", size * 6 / 11)),
    ("nested span with class", |size| nested("<span class=a>", size)),
    ("nested blockquote and p", |size| nested("<blockquote><p>", size)),
    ("unclosed p", |size| nested("<p>x", size)),
    ("unclosed li", |size| nested("<li>x", size)),
    ("nested lists", |size| nested("<ul><li>", size)),
    ("nested formatting", |size| nested("<b><i>", size)),
    ("distinct font tags", |size| numbered("<font color=", ">x", size)),
    ("font tags, then paragraphs", |size| {
        numbered("<font color=", ">", size / 2) + &nested("<p>x", size / 2)
    }),
    ("unclosed links", |size| numbered("<a href=/", ">x", size)),
    ("links around blocks", |size| nested("<a href=/><div>", size)),
    ("nested tables", |size| nested("<table><tr><td>", size)),
    ("text before cells", |size| nested("<table>x<b>y", size)),
    ("one table, text outside of its cells", |size| "<table>".to_owned() + &nested("x<div>y</div>", size)),
    ("nested select", |size| nested("<select><option>", size)),
    ("nested svg", |size| nested("<svg><g>", size)),
    ("nested math", |size| nested("<math><mi>", size)),
    ("svg and paragraphs", |size| nested("<svg><desc><p>x", size)),
    ("nested template", |size| nested("<template>", size)),
    ("nested button and form", |size| nested("<form><button>", size)),
    ("end tags without starts", |size| {
        "<section><table><tr><td>".to_owned() + &nested("<div>", 300) + &nested("</section>", size)
    }),
    ("end tags crossed", |size| nested("<div><span class=a></div></span>", size)),
    ("line breaks", |size| nested("<br>", size)),
    ("tiny paragraphs", |size| nested("<p>x</p>", size)),
    ("tiny divs", |size| nested("<div>x</div>", size)),
    ("unknown tags", |size| numbered("<x-", ">", size)),
    ("60,000 attributes", |size| numbered_in("<p ", "=v", size)),
    ("same attribute again and again", |size| "<p ".to_owned() + &nested("a=b ", size) + ">"),
    ("one long attribute", |size| format!("<p class=\"{}\">x", "a ".repeat(size / 2))),
    ("character references", |size| nested("&amp&lt;&", size)),
    ("blanks", |size| nested("<div>", 300) + &nested("\u{2003}", size)),
    ("long text, deep down", |size| nested("<div>", 300) + &nested("some words, ", size)),
    ("paragraphs, deep down", |size| {
        nested("<div>", 300) + &nested("<p>Some words, and more of them.</p>", size)
    }),
    ("paragraphs at every depth", |size| nested("<div><p>Some words, and more of them.</p>", size)),
    ("lists, deep down", |size| nested("<div>", 300) + &nested("<ul><li><a href=/>x</a></ul>", size)),
    ("line breaks in pairs", |size| nested("x<br><br>", size)),
    ("brackets and quotes in prose", |size| {
        format!("<article><p>{}</p></article>", "«a. [「b。 (“c. ".repeat(size / 25))
    }),
];

fn nested(tag: &str, size: usize) -> String {
    tag.repeat(size / tag.len())
}

fn numbered(start: &str, end: &str, size: usize) -> String {
    let mut page = String::with_capacity(size);
    let mut number = 0;
    while page.len() < size {
        number += 1;
        let _ = write!(page, "{start}{number}{end}");
    }
    page
}

fn numbered_in(start: &str, end: &str, size: usize) -> String {
    format!("{start}{}>{}", numbered(" a", end, size), "x")
}
