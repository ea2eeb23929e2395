//! A network that answers from a script and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use crate::web::{ApiBase, Client, Limits, Transport, TransportError};

/// What happens to one request.
pub(crate) enum Step {
    /// It is answered: status, headers, body.
    Answer(u16, Vec<(&'static str, &'static str)>, String),
    /// There is no connection.
    NoConnection,
    /// The connection breaks after the request was sent.
    Broken,
    /// Nothing comes back.
    Silence,
    /// The answer takes this long, and is then the one given.
    Late(Duration, Box<Step>),
}

impl Step {
    pub(crate) fn json(body: &Value) -> Self {
        Self::Answer(200, vec![("content-type", "application/json; charset=utf-8")], body.to_string())
    }

    pub(crate) fn error(code: &str) -> Self {
        Self::json(&serde_json::json!({"ok": false, "error": code}))
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(status, vec![], "<html>Bad Gateway</html>".to_owned())
    }

    pub(crate) fn wait(seconds: &'static str) -> Self {
        let body = r#"{"ok":false,"error":"ratelimited"}"#.to_owned();
        Self::Answer(429, vec![("retry-after", seconds)], body)
    }
}

#[derive(Default)]
pub(crate) struct Script {
    steps: Mutex<VecDeque<Step>>,
    seen: Mutex<Vec<Request<Bytes>>>,
}

impl Script {
    /// A script, and a client that lives by it.
    pub(crate) fn play(steps: impl IntoIterator<Item = Step>, limits: Limits) -> (Arc<Self>, Client) {
        let steps = Mutex::new(steps.into_iter().collect());
        let script = Arc::new(Self { steps, seen: Mutex::default() });
        let client = Client::new(script.clone(), ApiBase::default(), limits);
        (script, client)
    }

    pub(crate) fn requests(&self) -> Vec<Request<Bytes>> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub(crate) fn body(&self, number: usize) -> String {
        String::from_utf8(self.requests()[number].body().to_vec()).unwrap()
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.seen.lock().unwrap().push(request);
        let mut step = self.steps.lock().unwrap().pop_front().expect("the script is longer");
        loop {
            match step {
                Step::NoConnection => return Err(TransportError::Connect("refused".into())),
                Step::Broken => return Err(TransportError::Other("reset".into())),
                Step::Silence => std::future::pending::<()>().await,
                Step::Late(pause, then) => {
                    tokio::time::sleep(pause).await;
                    step = *then;
                    continue;
                }
                Step::Answer(status, headers, body) => {
                    let mut answer = Response::builder().status(status);
                    for (name, value) in headers {
                        answer = answer.header(name, value);
                    }
                    return Ok(answer.body(Bytes::from(body)).unwrap());
                }
            }
            unreachable!("silence does not end")
        }
    }
}
