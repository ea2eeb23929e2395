//! The fetcher as it is built, on the loopback: what an operator placed by hand
//! is connected to there, and every other rule holds.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use app::ports::{Forbidden, SummaryError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::pretend::CLIENT_HELLO;
use crate::fetch::Fetcher;

/// A site on a port of this machine that leads from `/to/…` to what follows, and
/// has a page everywhere else. Counts its connections.
pub(crate) async fn site() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") && request != [CLIENT_HELLO] {
                let Ok(byte) = stream.read_u8().await else { break };
                request.push(byte);
            }
            let request = String::from_utf8_lossy(&request);
            let path = request.split(' ').nth(1).unwrap_or_default();
            let answer = match path.strip_prefix("/to/") {
                Some(location) => {
                    format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
                }
                None => "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Here.".to_owned(),
            };
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (address, connections)
}

fn fetcher(address: SocketAddr) -> Fetcher {
    Fetcher::new(vec![("News.Example.".to_owned(), address), ("pretend.local".to_owned(), address)]).unwrap()
}

#[tokio::test]
async fn a_host_that_the_operator_placed_is_connected_to_there() {
    let (address, connections) = site().await;
    let urls = ["http://news.example/", "http://NEWS.example:443/", "http://pretend.local./x"];
    for url in urls {
        assert_eq!(fetcher(address).fetch(url).await.unwrap().text, "<p>Here.", "{url}");
    }
    assert_eq!(connections.load(Ordering::SeqCst), urls.len());
}

#[tokio::test]
async fn a_placed_host_keeps_all_other_rules() {
    let (address, connections) = site().await;
    let table = [
        ("http://news.example:8080/", Forbidden::Port),
        ("http://me@news.example/", Forbidden::Credentials),
        ("ftp://news.example/", Forbidden::Scheme),
        ("http://other.local/", Forbidden::Address),
        ("http://127.0.0.1/", Forbidden::Address),
    ];
    for (url, why) in table {
        assert_eq!(fetcher(address).fetch(url).await, Err(why.into()), "{url}");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_placed_host_cannot_lead_to_its_own_address() {
    let (address, connections) = site().await;
    let port = address.port();
    let table = [
        ("http://127.0.0.1/".to_owned(), Forbidden::Address),
        (format!("http://127.0.0.1:{port}/"), Forbidden::Port),
        (format!("http://localhost:{port}/"), Forbidden::Port),
        ("http://localhost/".to_owned(), Forbidden::Address),
        ("http://0x7f.1/".to_owned(), Forbidden::Address),
        ("//169.254.169.254/".to_owned(), Forbidden::Address),
        ("http://2852039166/".to_owned(), Forbidden::Address),
        ("file:///etc/passwd".to_owned(), Forbidden::Scheme),
        ("http://a:b@news.example/".to_owned(), Forbidden::Credentials),
    ];
    for (turn, (location, why)) in table.iter().enumerate() {
        let url = format!("http://news.example/to/{location}");
        assert_eq!(fetcher(address).fetch(&url).await, Err((*why).into()), "{location}");
        assert_eq!(connections.load(Ordering::SeqCst), turn + 1, "{location}");
    }
    let url = "http://news.example/to/http://pretend.local/";
    assert_eq!(fetcher(address).fetch(url).await.unwrap().url.host_str(), Some("pretend.local"));
}

#[tokio::test]
async fn a_placed_host_where_nobody_listens_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(fetcher(address).fetch("http://news.example/").await, Err(SummaryError::Unreachable));
}

#[tokio::test]
async fn a_placed_host_over_https_must_prove_itself_too() {
    let (address, _) = site().await;
    assert_eq!(fetcher(address).fetch("https://news.example/").await, Err(SummaryError::Unreachable));
}
