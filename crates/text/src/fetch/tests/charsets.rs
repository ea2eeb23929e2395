//! Bytes to text.

use super::pretend::{Pretend, answer};

/// The text of a page with these bytes, said to be of `kind`.
async fn text_at(url: &str, kind: &str, bytes: &[u8]) -> String {
    let (head, bytes) = (format!("200 OK\r\nContent-Type: {kind}"), bytes.to_vec());
    let (fetched, _) = Pretend::new(move |_| answer(&head, &bytes)).fetch(url).await;
    fetched.unwrap().text
}

async fn text(kind: &str, bytes: &[u8]) -> String {
    text_at("http://example.com/", kind, bytes).await
}

#[tokio::test]
async fn the_header_names_the_encoding() {
    let table: [(&str, &[u8], &str); 8] = [
        ("text/html; charset=utf-8", "caf\u{e9}".as_bytes(), "caf\u{e9}"),
        ("text/html; charset=windows-1252", b"caf\xe9 \x93x\x94", "caf\u{e9} \u{201c}x\u{201d}"),
        ("text/html;charset=ISO-8859-1", b"\x80", "\u{20ac}"),
        ("text/html; charset=\"Shift_JIS\"", b"\x93\xfa\x96\x7b", "\u{65e5}\u{672c}"),
        ("text/plain; x=y; CHARSET='koi8-r'", b"\xcd\xc9\xd2", "\u{43c}\u{438}\u{440}"),
        ("text/html; charset=euc-jp", b"\xc6\xfc\xcb\xdc", "\u{65e5}\u{672c}"),
        ("text/html; charset=gb18030", b"\xc4\xe3\xba\xc3", "\u{4f60}\u{597d}"),
        ("text/html; charset=utf-16le", b"h\0i\0", "hi"),
    ];
    for (kind, bytes, expected) in table {
        assert_eq!(text(kind, bytes).await, expected, "{kind}");
    }
}

#[tokio::test]
async fn a_byte_order_mark_outranks_the_header() {
    let kind = "text/html; charset=windows-1252";
    assert_eq!(text(kind, b"\xef\xbb\xbfcaf\xc3\xa9").await, "caf\u{e9}");
    assert_eq!(text(kind, b"\xff\xfeh\0i\0").await, "hi");
    assert_eq!(text(kind, b"\xfe\xff\0h\0i").await, "hi");
    assert_eq!(text("text/plain", b"\xff\xfeh\0i\0").await, "hi");
}

#[tokio::test]
async fn the_page_names_its_encoding_where_the_header_does_not() {
    let heads: [&str; 10] = [
        "<meta charset=koi8-r>",
        "<!doctype html>\n<html><head><META CHARSET='KOI8-R' />",
        "<!-- <meta charset=utf-8> --><meta charset=\"koi8-r\">",
        "<meta name=charset content=utf-8><meta charset=koi8-r>",
        "<meta charset=no-such-thing><meta charset=koi8-r>",
        "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=koi8-r\">",
        "<meta content='text/html;charset = \"koi8-r\"' http-equiv=content-type>",
        "<?xml version=\"1.0\" encoding=\"koi8-r\"?><html>",
        "<?xml version='1.0' encoding = 'KOI8-R' ?>",
        "<title>x</title><p a='<meta charset=utf-8>'><meta charset=koi8-r>",
    ];
    for head in heads {
        let bytes = [head.as_bytes(), b"\xcd\xc9\xd2"].concat();
        let read = text("text/html", &bytes).await;
        assert!(read.ends_with("\u{43c}\u{438}\u{440}"), "{head}: {read}");
    }
}

#[tokio::test]
async fn the_header_outranks_the_page_even_where_it_lies() {
    let lie = b"<meta charset=windows-1252>caf\xe9";
    assert_eq!(text("text/html; charset=utf-8", lie).await, "<meta charset=windows-1252>caf\u{fffd}");
    let lie = "<meta charset=utf-8>caf\u{e9}".as_bytes();
    assert_eq!(text("text/html; charset=latin1", lie).await, "<meta charset=utf-8>caf\u{c3}\u{a9}");
}

#[tokio::test]
async fn an_encoding_that_nobody_knows_is_as_good_as_none() {
    let bytes = b"<meta charset=koi8-r>\xcd\xc9\xd2";
    let read = text("text/html; charset=klingon", bytes).await;
    assert!(read.ends_with("\u{43c}\u{438}\u{440}"), "{read}");
}

#[tokio::test]
async fn a_page_read_as_ascii_is_not_utf_16() {
    let bytes = "<meta charset=utf-16>caf\u{e9}".as_bytes();
    assert_eq!(text("text/html", bytes).await, "<meta charset=utf-16>caf\u{e9}");
}

#[tokio::test]
async fn only_the_beginning_of_a_page_is_searched_and_only_of_html() {
    let late = [" ".repeat(1024).as_bytes(), "<meta charset=koi8-r>caf\u{e9}".as_bytes()].concat();
    assert!(text("text/html", &late).await.ends_with("caf\u{e9}"));
    let plain = "<meta charset=koi8-r>caf\u{e9}".as_bytes();
    assert!(text("text/plain", plain).await.ends_with("caf\u{e9}"));
}

#[tokio::test]
async fn a_silent_page_is_guessed() {
    assert_eq!(text("text/plain", "\u{fc}ber caf\u{e9}s".as_bytes()).await, "\u{fc}ber caf\u{e9}s");
    let (western, _, _) =
        encoding_rs::WINDOWS_1252.encode("Le caf\u{e9} est tr\u{e8}s bon, \u{e0} c\u{f4}t\u{e9}.");
    assert_eq!(text("text/plain", &western).await, "Le caf\u{e9} est tr\u{e8}s bon, \u{e0} c\u{f4}t\u{e9}.");
    let sentence = "\u{42d}\u{442}\u{43e} \u{43e}\u{431}\u{44b}\u{447}\u{43d}\u{44b}\u{439} \u{440}\u{443}\u{441}\u{441}\u{43a}\u{438}\u{439} \u{442}\u{435}\u{43a}\u{441}\u{442}.";
    let (russian, _, _) = encoding_rs::WINDOWS_1251.encode(sentence);
    assert_eq!(text_at("http://example.ru/", "text/plain", &russian).await, sentence);
    let sentence =
        "\u{3053}\u{308c}\u{306f}\u{65e5}\u{672c}\u{8a9e}\u{306e}\u{6587}\u{7ae0}\u{3067}\u{3059}\u{3002}";
    let (japanese, _, _) = encoding_rs::SHIFT_JIS.encode(sentence);
    assert_eq!(text_at("http://example.jp/", "text/plain", &japanese).await, sentence);
}

#[tokio::test]
async fn odd_hosts_do_not_disturb_the_guess() {
    for host in ["1.1.1.1", "[2606:4700::1111]", "example.xn--p1ai", "example.co_m", "a.b3c"] {
        assert_eq!(text_at(&format!("http://{host}/"), "text/plain", b"caf\xc3\xa9").await, "caf\u{e9}");
    }
}

#[tokio::test]
async fn nothing_is_too_broken_to_be_read() {
    let all: Vec<u8> = (0..=255).cycle().take(3000).collect();
    for kind in ["text/html", "text/plain", "text/html; charset=x-user-defined"] {
        assert!(!text(kind, &all).await.is_empty(), "{kind}");
    }
    for charset in ["utf-8", "iso-2022-kr", "shift_jis"] {
        let read = text(&format!("text/html; charset={charset}"), &all).await;
        assert!(read.contains('\u{fffd}'), "{charset}");
    }
    assert_eq!(text("text/html; charset=utf-8", b"a\xffb").await, "a\u{fffd}b");
}
