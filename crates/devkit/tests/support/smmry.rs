//! SMMRY, the service that makes summaries: one answer for everybody, and what
//! it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::Value;

/// A request that it got: the words of its query and of its form.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) form: BTreeMap<String, String>,
}

#[derive(Clone, Default)]
struct Kept {
    answer: Arc<Mutex<String>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// The running service.
pub(crate) struct Smmry {
    pub(crate) url: String,
    kept: Kept,
    server: tokio::task::JoinHandle<()>,
}

impl Smmry {
    pub(crate) async fn start() -> Self {
        let kept = Kept::default();
        let router = Router::new().fallback(answer).with_state(kept.clone());
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a port");
        let url = format!("http://{}", listener.local_addr().expect("it has an address"));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { url, kept, server }
    }

    /// What it answers from now on.
    pub(crate) fn answers(&self, answer: &Value) {
        *self.kept.answer.lock().expect("nobody panicked") = answer.to_string();
    }

    /// Every request so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.kept.asked.lock().expect("nobody panicked").clone()
    }
}

impl Drop for Smmry {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(
    State(kept): State<Kept>,
    Query(query): Query<BTreeMap<String, String>>,
    Form(form): Form<BTreeMap<String, String>>,
) -> impl IntoResponse {
    kept.asked.lock().expect("nobody panicked").push(Asked { query, form });
    let answer = kept.answer.lock().expect("nobody panicked").clone();
    ([(CONTENT_TYPE, "application/json")], answer)
}
