//! What a site gets to see.

use super::pretend::{Pretend, answer, page, redirect};

#[tokio::test]
async fn a_site_is_told_what_it_needs_and_no_more() {
    let url = "http://Example.com/a%20b/c?d=e&f=%41|g#part";
    let (_, network) = Pretend::of_pages().fetch(url).await;
    let [request] = network.requests().try_into().unwrap();
    let (first, rest) = request.split_once("\r\n").unwrap();
    assert_eq!(first, "GET /a%20b/c?d=e&f=%41|g HTTP/1.1");
    let mut headers: Vec<(&str, &str)> =
        rest.trim_end().lines().map(|line| line.split_once(": ").unwrap()).collect();
    headers.sort_unstable();
    let [accept, encoding, language, connection, host, agent] = headers.try_into().unwrap();
    assert_eq!(accept, ("accept", "text/html,application/xhtml+xml,text/plain;q=0.9"));
    assert_eq!(encoding, ("accept-encoding", "gzip"));
    assert_eq!(language, ("accept-language", "*"));
    assert_eq!(connection, ("connection", "close"));
    assert_eq!(host, ("host", "example.com"));
    assert!(agent.1.starts_with("Bellhop/") && agent.1.contains("when a person asks"), "{agent:?}");
}

#[tokio::test]
async fn the_host_is_named_with_its_port_where_that_is_not_the_usual_one() {
    let table = [
        ("http://example.com:443/", "example.com:443"),
        ("http://example.com:80/", "example.com"),
        ("http://[2606:4700::1111]/", "[2606:4700::1111]"),
        ("http://[2606:4700::1111]:443/", "[2606:4700::1111]:443"),
        ("http://16843009/", "1.1.1.1"),
        ("http://b\u{fc}cher.example/", "xn--bcher-kva.example"),
    ];
    for (url, host) in table {
        let plain = Pretend::of_pages().without_tls();
        let (fetched, network) = plain.fetch(url).await;
        assert!(fetched.is_ok(), "{url}");
        assert!(network.requests()[0].contains(&format!("\r\nhost: {host}\r\n")), "{url}");
    }
}

#[tokio::test]
async fn a_cookie_is_neither_kept_nor_sent_and_no_page_learns_of_the_one_before() {
    let network = Pretend::new(|request| {
        if request.starts_with("GET /start ") {
            answer("302 Found\r\nLocation: /next\r\nSet-Cookie: id=1; Path=/", "")
        } else {
            page("reached")
        }
    });
    let (fetched, network) = network.fetch("http://example.com/start").await;
    assert!(fetched.is_ok());
    for request in network.requests() {
        let request = request.to_ascii_lowercase();
        assert!(!request.contains("cookie") && !request.contains("referer"), "{request}");
    }
}

#[tokio::test]
async fn each_hop_gets_a_connection_and_a_host_header_of_its_own() {
    let network = Pretend::new(|request| {
        if request.starts_with("GET /start ") { redirect("//other.example.com/") } else { page("reached") }
    });
    let (_, network) = network.fetch("http://example.com/start").await;
    let requests = network.requests();
    assert!(requests[0].contains("host: example.com\r\n"));
    assert!(requests[1].contains("host: other.example.com\r\n"));
}
