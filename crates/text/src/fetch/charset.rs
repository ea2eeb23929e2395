//! From bytes to text, whatever the page says or keeps silent about. Nothing is
//! an error here: what cannot be read becomes U+FFFD.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use html5gum::{StartTag, Token, Tokenizer};

use super::Kind;

/// How far into a page its own word about its encoding is looked for.
///
/// <https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding>
const PRESCANNED_BYTES: usize = 1024;

/// What is known of a page besides its bytes.
pub(super) struct Known<'a> {
    /// The encoding that the site named beside the page.
    pub(super) charset: Option<&'a str>,
    /// What the page is.
    pub(super) kind: Kind,
    /// The last part of the host's name, which hints at a language.
    pub(super) tld: Option<&'a str>,
}

/// The text that `bytes` are. A byte order mark outranks the site's word, that
/// outranks the page's own, and only then is it guessed: as browsers do.
pub(super) fn decode(bytes: &[u8], known: &Known<'_>) -> String {
    let named = || known.charset.and_then(|label| Encoding::for_label(label.as_bytes()));
    let declared = || if known.kind == Kind::Html { declared(bytes) } else { None };
    let encoding = named().or_else(declared).unwrap_or_else(|| guessed(bytes, known.tld));
    // Looks for a byte order mark first.
    let (text, _, _) = encoding.decode(bytes);
    text.into_owned()
}

fn guessed(bytes: &[u8], tld: Option<&str>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    // The detector takes nothing but a label in lower case.
    let usable = |label: &&str| label.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    detector.guess(tld.filter(usable).map(str::as_bytes), Utf8Detection::Allow)
}

/// The encoding that the page names in its first bytes.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    // The marks that matter are ASCII; the rest may become what it will.
    let head = String::from_utf8_lossy(bytes.get(..PRESCANNED_BYTES).unwrap_or(bytes));
    let from_tags = || {
        Tokenizer::new(head.as_ref()).flatten().find_map(|token| match token {
            Token::StartTag(tag) if *tag.name == b"meta" => from_meta(&tag),
            _ => None,
        })
    };
    from_xml(&head).or_else(from_tags)
}

/// `<meta charset=…>` or `<meta http-equiv=content-type content="…; charset=…">`.
fn from_meta(tag: &StartTag<()>) -> Option<&'static Encoding> {
    let attribute = |name: &[u8]| tag.attributes.get(name).map(|value| String::from_utf8_lossy(value));
    if let Some(label) = attribute(b"charset") {
        return within_ascii(&label);
    }
    if !attribute(b"http-equiv")?.trim().eq_ignore_ascii_case("content-type") {
        return None;
    }
    let content = attribute(b"content")?.to_ascii_lowercase();
    let (_, label) = content.split_once("charset")?;
    let label = label.trim_start().strip_prefix('=')?.trim_start();
    within_ascii(label.trim_start_matches(['"', '\'']).split(['"', '\'', ';', ' ']).next()?)
}

/// `<?xml version="1.0" encoding="…"?>`.
fn from_xml(head: &str) -> Option<&'static Encoding> {
    let (declaration, _) = head.strip_prefix("<?xml")?.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    within_ascii(value.split(['"', '\'']).nth(1)?)
}

/// The encoding called `label`. One that was read as ASCII just now cannot be
/// UTF-16, whatever it says, and `x-user-defined` is a trick of old scripts.
fn within_ascii(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label.as_bytes())?;
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return Some(UTF_8);
    }
    Some(if encoding == encoding_rs::X_USER_DEFINED { WINDOWS_1252 } else { encoding })
}
