//! One execution environment: a process, its Runtime API, and whether it is frozen.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::environment::{self, Surroundings};
use super::errors;
use super::process::{Keys, Process, Start};
use super::runtime_api::{self, Event, FromRuntime, MAX_ANSWER};
use crate::cloud::history::Outcome;
use crate::cloud::lock;
use crate::cloud::state::Shared;
use crate::template::Function;

/// How long a function may take to start.
const INIT_LIMIT_S: u32 = 10;
/// How long a function that has answered may go on before it is frozen without having asked for more.
const SETTLE: Duration = Duration::from_millis(50);

/// Outcome and body of what a process was asked to do.
pub(super) type Said = (Outcome, Bytes);

/// An execution environment. Dropping it kills its process.
pub(super) struct Worker {
    process: Arc<Process>,
    events: mpsc::Sender<Event>,
    signals: mpsc::UnboundedReceiver<FromRuntime>,
    server: JoinHandle<()>,
    asked: bool,
    /// When it last became idle.
    pub(super) idle_since: Instant,
}

impl Worker {
    /// Starts a process and waits until it asks for its first event.
    pub(super) async fn start(shared: &Shared, function: &Function, request_id: &str) -> Result<Self, Said> {
        let failed = |error: std::io::Error| {
            (Outcome::Crashed, errors::no_entry_point(request_id, &format!("{}: {error}", function.binary)))
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
        let runtime_api = listener.local_addr().map_err(failed)?.to_string();
        let keys = Keys::new();
        let task_root = shared.bin_dir.to_string_lossy();
        let around = Surroundings {
            region: &shared.stack.region,
            aws_url: &shared.aws_url,
            task_root: &task_root,
            runtime_api: &runtime_api,
            extra: &shared.extra_env,
        };
        let (signal, signals) = mpsc::unbounded_channel();
        let (events, receiver) = mpsc::channel(1);
        let server = tokio::spawn(runtime_api::run(listener, receiver, signal.clone()));
        let started = shared.processes.start(Start {
            function: &function.logical_id,
            program: &shared.bin_dir.join(&function.binary),
            variables: environment::variables(function, &keys, &around),
            keys: &keys,
            log: &shared.log,
            signals: signal,
        });
        let process = started.map_err(|error| {
            server.abort();
            failed(error)
        })?;
        let mut worker = Self { process, events, signals, server, asked: false, idle_since: Instant::now() };
        worker.ready(request_id).await?;
        Ok(worker)
    }

    async fn ready(&mut self, request_id: &str) -> Result<(), Said> {
        let limit = Instant::now() + Duration::from_secs(INIT_LIMIT_S.into());
        loop {
            match timeout_at(limit, self.signals.recv()).await {
                Ok(Some(FromRuntime::Asked)) => {
                    self.asked = true;
                    return Ok(());
                }
                Ok(Some(FromRuntime::InitFailed(body))) => return Err((Outcome::Crashed, body)),
                Ok(Some(FromRuntime::Exited(how))) => {
                    return Err((Outcome::Crashed, errors::exited(request_id, &how)));
                }
                Ok(Some(_)) => {}
                Ok(None) => return Err((Outcome::Crashed, errors::exited(request_id, "unknown"))),
                Err(_) => return Err((Outcome::TimedOut, errors::timed_out(request_id, INIT_LIMIT_S))),
            }
        }
    }

    /// Hands it an event and waits for what comes of it. Only after `Ok` and `Error` does it live on.
    pub(super) async fn run(&mut self, event: Event, timeout_s: u32, kill: bool) -> Said {
        let limit = Instant::now() + Duration::from_secs(timeout_s.into());
        let request_id = event.request_id.clone();
        *lock(&self.process.request_id) = Some(request_id.clone());
        if kill {
            self.process.kill();
        }
        self.process.thaw();
        self.asked = false;
        let _ = self.events.send(event).await;
        loop {
            match timeout_at(limit, self.signals.recv()).await {
                Ok(Some(FromRuntime::Answered(id, body))) if id == request_id => {
                    if body.len() > MAX_ANSWER {
                        return (Outcome::Error, errors::too_large(body.len()));
                    }
                    return (Outcome::Ok, body);
                }
                Ok(Some(FromRuntime::Failed(id, body))) if id == request_id => return (Outcome::Error, body),
                Ok(Some(FromRuntime::Exited(how))) => {
                    return (Outcome::Crashed, errors::exited(&request_id, &how));
                }
                Ok(Some(_)) => {}
                Ok(None) => return (Outcome::Crashed, errors::exited(&request_id, "unknown")),
                Err(_) => {
                    self.process.kill();
                    return (Outcome::TimedOut, errors::timed_out(&request_id, timeout_s));
                }
            }
        }
    }

    /// Freezes it once it asks for more, or shortly after the answer. Returns whether it still lives.
    pub(super) async fn park(&mut self) -> bool {
        let limit = Instant::now() + SETTLE;
        while !self.asked {
            match timeout_at(limit, self.signals.recv()).await {
                Ok(Some(FromRuntime::Asked)) => self.asked = true,
                Ok(Some(FromRuntime::Exited(_)) | None) => return false,
                Ok(Some(_)) => {}
                Err(_) => break,
            }
        }
        self.process.freeze();
        *lock(&self.process.request_id) = None;
        self.idle_since = Instant::now();
        true
    }

    /// Whether it still lives, as far as is known.
    pub(super) fn lives(&mut self) -> bool {
        loop {
            match self.signals.try_recv() {
                Ok(FromRuntime::Asked) => self.asked = true,
                Ok(FromRuntime::Exited(_)) | Err(mpsc::error::TryRecvError::Disconnected) => return false,
                Ok(_) => {}
                Err(mpsc::error::TryRecvError::Empty) => return true,
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.process.kill();
        self.server.abort();
    }
}
