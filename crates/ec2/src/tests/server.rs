//! A server that does as it is told, one step per request.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::AsyncBufReadExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What becomes of one request.
pub(super) enum Step {
    /// It is answered with this status and body.
    Answer(u16, String),
    /// The connection closes without an answer.
    Close,
    /// The connection closes within the answer.
    BreakOff,
    /// Nothing happens any more.
    Silence,
    /// It is answered so, when this is over.
    Later(Arc<tokio::sync::Semaphore>, u16, String),
}

/// A request that came.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) line: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The form's fields, decoded.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }

    /// The operation.
    pub(super) fn action(&self) -> String {
        self.field("Action").unwrap_or_default()
    }

    /// The access key that signed it.
    pub(super) fn key(&self) -> &str {
        let signed = self.header("authorization").split("Credential=").nth(1).unwrap_or_default();
        signed.split('/').next().unwrap_or_default()
    }

    pub(super) fn field(&self, name: &str) -> Option<String> {
        self.fields().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

pub(super) struct Server {
    pub(super) endpoint: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Takes one step per request; more requests than steps are closed.
    pub(super) async fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut steps: VecDeque<Step> = steps.into_iter().collect();
        Self::by(move |_| steps.pop_front().unwrap_or(Step::Close)).await
    }

    /// Does with each request what `answer` says.
    pub(super) async fn by(answer: impl FnMut(&Seen) -> Step + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let answer: Arc<Mutex<Answer>> = Arc::new(Mutex::new(Box::new(answer)));
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let noted = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, answer.clone(), noted.clone()));
            }
        });
        Self { endpoint, seen }
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

type Answer = Box<dyn FnMut(&Seen) -> Step + Send>;

async fn serve(stream: TcpStream, answer: Arc<Mutex<Answer>>, seen: Arc<Mutex<Vec<Seen>>>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await {
        seen.lock().unwrap().push(request.clone());
        let step = answer.lock().unwrap()(&request);
        match step {
            Step::Answer(status, body) => {
                let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", body.len());
                stream.write_all((head + &body).as_bytes()).await.unwrap();
            }
            Step::Close => return,
            Step::BreakOff => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n<Stop").await.unwrap();
                return;
            }
            Step::Silence => std::future::pending().await,
            Step::Later(over, status, body) => {
                over.acquire().await.unwrap().forget();
                let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", body.len());
                stream.write_all((head + &body).as_bytes()).await.unwrap();
            }
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut line = String::new();
    if stream.read_line(&mut line).await.ok()? == 0 {
        return None;
    }
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await.ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Seen { line: line.trim_end().to_owned(), headers, body: String::new() };
    let mut body = vec![0; request.header("content-length").parse().unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    request.body = String::from_utf8(body).ok()?;
    Some(request)
}
