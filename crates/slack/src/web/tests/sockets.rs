//! The real transport against a server of a few lines.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::ids::ChannelId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::blocks::Message;
use crate::web::{ApiBase, ApiError, Client, Limits, MAX_ANSWER_BYTES, NewMessage};

/// What the server does with each request.
#[derive(Clone)]
enum Reaction {
    Answer(String),
    Close,
    Silence,
}

struct Server {
    base: ApiBase,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl Server {
    async fn start(reaction: Reaction) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = ApiBase::parse(&format!("http://{}/api", listener.local_addr().unwrap())).unwrap();
        let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let server = Self { base, connections: connections.clone(), requests: requests.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, reaction.clone(), requests.clone()));
            }
        });
        server
    }

    fn client(&self, limits: Limits) -> Client {
        Client::over_https(self.base.clone(), limits).unwrap()
    }

    fn counts(&self) -> (usize, usize) {
        (self.connections.load(Ordering::SeqCst), self.requests.load(Ordering::SeqCst))
    }
}

async fn serve(mut stream: TcpStream, reaction: Reaction, requests: Arc<AtomicUsize>) {
    while read_request(&mut stream).await {
        requests.fetch_add(1, Ordering::SeqCst);
        match &reaction {
            Reaction::Answer(answer) => stream.write_all(answer.as_bytes()).await.unwrap_or_default(),
            Reaction::Close => return,
            Reaction::Silence => std::future::pending().await,
        }
    }
}

/// Reads one request, body included; `false` at the connection's end.
async fn read_request(stream: &mut TcpStream) -> bool {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return true;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => read.extend_from_slice(&buffer[..count]),
            _ => return false,
        }
    }
}

fn answer(status: &str, body: &str) -> Reaction {
    Reaction::Answer(format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len()))
}

async fn post(client: &Client) -> Result<(), ApiError> {
    let (channel, message) = (ChannelId::new("C1"), Message::text("x"));
    let new = NewMessage { channel, message, thread_ts: None, metadata: None };
    client.post_message(&"xoxb-1".into(), &new).await.map(drop)
}

#[tokio::test]
async fn one_connection_serves_several_calls() {
    let server = Server::start(answer("200 OK", r#"{"ok":true,"channel":"C1","ts":"1.2"}"#)).await;
    let client = server.client(Limits::WORKER);
    for _ in 0..3 {
        assert_eq!(post(&client).await, Ok(()));
    }
    assert_eq!(server.counts(), (1, 3));
}

#[tokio::test]
async fn a_closed_connection_is_unclear_for_a_post_and_repeated_for_a_question() {
    let server = Server::start(Reaction::Close).await;
    let client = server.client(Limits { back_off: Duration::from_millis(1), ..Limits::GATEWAY });
    assert!(matches!(post(&client).await, Err(ApiError::Unclear(_))));
    assert_eq!(server.counts(), (1, 1));
    assert!(matches!(client.auth_test(&"xoxb-1".into()).await, Err(ApiError::Retryable(_))));
    assert_eq!(server.counts(), (3, 3));
}

// The paused clock jumps ahead whenever everybody waits, so nobody really does.
#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_is_not_waited_for() {
    let server = Server::start(Reaction::Silence).await;
    let begin = tokio::time::Instant::now();
    let limits = Limits { connect: Duration::from_hours(1), ..Limits::GATEWAY };
    assert!(matches!(post(&server.client(limits)).await, Err(ApiError::Unclear(_))));
    assert_eq!(begin.elapsed(), Limits::GATEWAY.attempt);
}

#[tokio::test]
async fn a_proxys_page_is_no_answer() {
    let server = Server::start(answer("502 Bad Gateway", "<html>Bad Gateway</html>")).await;
    let error = post(&server.client(Limits::GATEWAY)).await;
    assert_eq!(error, Err(ApiError::Unclear("HTTP 502".to_owned())));
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n";
    let body = "x".repeat(MAX_ANSWER_BYTES + 1);
    let server = Server::start(Reaction::Answer(format!("{head}{body}"))).await;
    assert!(matches!(post(&server.client(Limits::WORKER)).await, Err(ApiError::Unclear(_))));
}

#[tokio::test]
async fn a_closed_port_means_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = ApiBase::parse(&format!("http://{}/api", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let limits = Limits { back_off: Duration::from_millis(1), ..Limits::GATEWAY };
    let client = Client::over_https(base, limits).unwrap();
    let error = post(&client).await.unwrap_err();
    assert!(matches!(&error, ApiError::Retryable(reason) if reason.starts_with("no connection")), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_never_ends_means_that_nothing_was_sent() {
    // The server takes the connection and then says nothing, so TLS hangs.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://localhost:{}/api", listener.local_addr().unwrap().port());
    let server = tokio::spawn(async move {
        let mut streams = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            streams.push(stream);
        }
    });
    let client = Client::over_https(ApiBase::parse(&base).unwrap(), Limits::GATEWAY).unwrap();
    let error = post(&client).await.unwrap_err();
    assert!(matches!(&error, ApiError::Retryable(reason) if reason.starts_with("no connection")), "{error}");
    server.abort();
}
