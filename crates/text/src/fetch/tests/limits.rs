//! Sites without end: too long, too slow, too much. The clock is paused, so ten
//! seconds pass at once.

use std::io::Write;
use std::time::Duration;

use app::ports::SummaryError;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::time::Instant;

use super::pretend::{Pretend, Step, answer, page, redirect, say};
use crate::fetch::Page;

const LIMIT: usize = 5 * 1024 * 1024;
const TEXT: &str = "200 OK\r\nContent-Type: text/plain; charset=utf-8";
const PACKED: &str = "200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Encoding: gzip";

async fn fetched(script: impl Fn() -> Vec<Step> + Send + Sync + 'static) -> Result<Page, SummaryError> {
    Pretend::new(move |_| script()).fetch("http://example.com/").await.0
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// The head of an answer whose body goes on until the connection closes.
fn open_end() -> Step {
    Step::Say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".to_vec())
}

#[tokio::test(start_paused = true)]
async fn a_page_of_just_the_limit_is_read() {
    let page = fetched(|| answer(TEXT, vec![b'a'; LIMIT])).await.unwrap();
    assert_eq!(page.text.len(), LIMIT);
}

#[tokio::test(start_paused = true)]
async fn a_page_of_one_byte_more_is_too_big() {
    let announced = fetched(|| answer(TEXT, vec![b'a'; LIMIT + 1])).await;
    assert_eq!(announced, Err(SummaryError::TooBig));
    let unannounced = fetched(|| vec![open_end(), Step::Say(vec![b'a'; LIMIT + 1])]).await;
    assert_eq!(unannounced, Err(SummaryError::TooBig));
    let unannounced = fetched(|| vec![open_end(), Step::Say(vec![b'a'; LIMIT])]).await;
    assert_eq!(unannounced.unwrap().text.len(), LIMIT);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_says_it_is_too_big_is_not_waited_for() {
    let start = Instant::now();
    let script = || {
        let mut steps = say(format!("HTTP/1.1 {TEXT}\r\nContent-Length: {}\r\n\r\n", LIMIT + 1));
        steps.push(Step::Hang);
        steps
    };
    assert_eq!(fetched(script).await, Err(SummaryError::TooBig));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_page_without_end_is_too_big() {
    let chunk = || [b"4000\r\n".as_slice(), &[b'a'; 0x4000], b"\r\n"].concat();
    let script = move || {
        let head = format!("HTTP/1.1 {TEXT}\r\nTransfer-Encoding: chunked\r\n\r\n");
        vec![Step::Say(head.into_bytes()), Step::Repeat(chunk())]
    };
    assert_eq!(fetched(script).await, Err(SummaryError::TooBig));
    assert_eq!(fetched(|| vec![open_end(), Step::Repeat(vec![b'a'; 4096])]).await, Err(SummaryError::TooBig));
}

#[tokio::test(start_paused = true)]
async fn a_packed_page_is_unpacked_up_to_the_limit() {
    let page = fetched(|| answer(PACKED, gzip(b"unpacked"))).await.unwrap();
    assert_eq!(page.text, "unpacked");
    let page = fetched(|| answer(PACKED, [gzip(b"one, "), gzip(b"two")].concat())).await.unwrap();
    assert_eq!(page.text, "one, two");
    let page = fetched(|| answer(PACKED, gzip(&vec![b'a'; LIMIT]))).await.unwrap();
    assert_eq!(page.text.len(), LIMIT);
    let bomb = fetched(|| answer(PACKED, gzip(&vec![b'a'; LIMIT + 1]))).await;
    assert_eq!(bomb, Err(SummaryError::TooBig));
}

/// Four gigabytes in four megabytes. That unpacking stops early is seen in that
/// this test takes no time.
#[tokio::test(start_paused = true)]
async fn a_packed_bomb_is_stopped() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        packer.write_all(&vec![0; 1024 * 1024]).unwrap();
    }
    let bomb = packer.finish().unwrap().repeat(64);
    assert!(bomb.len() < LIMIT);
    let script = move || answer(PACKED, &bomb);
    assert_eq!(fetched(script).await, Err(SummaryError::TooBig));
}

#[tokio::test(start_paused = true)]
async fn broken_packing_is_broken_http() {
    let mut short = gzip(b"some words");
    short.truncate(short.len() - 9);
    let table = [b"not packed".to_vec(), short, Vec::new()];
    for body in table {
        let script = move || answer(PACKED, &body);
        assert_eq!(fetched(script).await, Err(SummaryError::Unreachable));
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_site_is_given_up_after_ten_seconds() {
    let start = Instant::now();
    assert_eq!(fetched(|| vec![Step::Hang]).await, Err(SummaryError::TimedOut));
    assert_eq!(start.elapsed(), Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn a_site_that_drips_is_given_up_after_ten_seconds() {
    let drip = |what: &[u8]| (0..1000).flat_map(|_| [Step::Say(what.to_vec()), second()]).collect::<Vec<_>>();
    let start = Instant::now();
    let body = drip(b"a");
    let script = move || [vec![open_end()], body.clone()].concat();
    assert_eq!(fetched(script).await, Err(SummaryError::TimedOut));
    assert_eq!(start.elapsed(), Duration::from_secs(10));
    let headers = drip(b"X-Drip: 1\r\n");
    let script = move || [say("HTTP/1.1 200 OK\r\n"), headers.clone()].concat();
    assert_eq!(fetched(script).await, Err(SummaryError::TimedOut));
    assert_eq!(start.elapsed(), Duration::from_secs(20));
}

fn second() -> Step {
    Step::Wait(Duration::from_secs(1))
}

#[tokio::test(start_paused = true)]
async fn the_ten_seconds_are_for_all_hops_together() {
    let slow = |request: &str| {
        let next = if request.starts_with("GET /next") { page("reached") } else { redirect("/next") };
        [vec![Step::Wait(Duration::from_secs(6))], next].concat()
    };
    let start = Instant::now();
    let (fetched, network) = Pretend::new(slow).fetch("http://example.com/").await;
    assert_eq!(fetched, Err(SummaryError::TimedOut));
    assert_eq!(network.connections().len(), 2);
    assert_eq!(start.elapsed(), Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn an_address_that_never_answers_leaves_time_for_the_next() {
    let network = Pretend::of_pages().name("slow.example.com", &["1.1.1.1", "8.8.8.8"]);
    let start = Instant::now();
    let (fetched, network) = network.black_hole("1.1.1.1:80").fetch("http://slow.example.com/").await;
    assert!(fetched.is_ok());
    assert_eq!(network.connections(), ["1.1.1.1:80", "8.8.8.8:80"]);
    assert_eq!(start.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn headers_without_end_are_broken_http() {
    let one = || vec![Step::Say(b"HTTP/1.1 200 OK\r\nX: ".to_vec()), Step::Repeat(vec![b'a'; 4096])];
    assert_eq!(fetched(one).await, Err(SummaryError::Unreachable));
    let many = || vec![Step::Say(b"HTTP/1.1 200 OK\r\n".to_vec()), Step::Repeat(b"X: 1\r\n".to_vec())];
    assert_eq!(fetched(many).await, Err(SummaryError::Unreachable));
}

#[tokio::test(start_paused = true)]
async fn headers_of_sixty_kilobytes_are_read_and_those_of_seventy_are_not() {
    let headers = |lines| {
        let line = format!("X-Line: {}\r\n", "a".repeat(1014));
        let end = "Content-Type: text/html\r\nContent-Length: 1\r\n\r\nx";
        say(format!("HTTP/1.1 200 OK\r\n{}{end}", line.repeat(lines)))
    };
    assert!(fetched(move || headers(60)).await.is_ok());
    assert_eq!(fetched(move || headers(70)).await, Err(SummaryError::Unreachable));
}

#[tokio::test(start_paused = true)]
async fn announcements_without_end_are_given_up() {
    let script = || vec![Step::Say(b"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(10_000)), Step::Hang];
    assert_eq!(fetched(script).await, Err(SummaryError::TimedOut));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_http_is_unreachable() {
    let table: [&[u8]; 7] = [
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"<html>no head",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Type",
    ];
    for bytes in table {
        let outcome = fetched(move || say(bytes)).await;
        assert_eq!(outcome, Err(SummaryError::Unreachable), "{}", String::from_utf8_lossy(bytes));
    }
}
