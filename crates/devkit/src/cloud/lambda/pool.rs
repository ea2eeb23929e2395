//! The environments of one function: who is idle, who is started, who must wait.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::errors;
use super::runtime_api::Event;
use super::worker::{Said, Worker};
use crate::cloud::busy::Doing;
use crate::cloud::faults::LambdaFault;
use crate::cloud::history::{Invocation, Kind, Outcome};
use crate::cloud::state::Shared;
use crate::cloud::{clock, lock, random};
use crate::template::Function;

/// How many environments of one function may run at a time.
const MOST_RUNNING: usize = 50;
/// How many frozen ones are kept.
const MOST_IDLE: usize = 10;

/// A function and its environments.
pub(crate) struct Pool {
    pub(crate) function: Function,
    slots: Arc<Semaphore>,
    idle: Mutex<Vec<Worker>>,
}

/// One attempt at an event.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) id: String,
    pub(crate) payload: Bytes,
    pub(crate) kind: Kind,
    pub(crate) attempt: u32,
}

impl Request {
    /// The first attempt at a new event.
    pub(crate) fn new(payload: Bytes, kind: Kind) -> Self {
        Self { id: random::uuid(), payload, kind, attempt: 1 }
    }
}

/// What came of it.
#[derive(Debug, Clone)]
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) body: Bytes,
    pub(crate) init: Option<Duration>,
    pub(crate) ms: u64,
}

impl Pool {
    pub(crate) fn new(function: Function) -> Self {
        let reserved = function.reserved_concurrency.and_then(|most| usize::try_from(most).ok());
        let most = reserved.unwrap_or(MOST_RUNNING).min(MOST_RUNNING);
        Self { function, slots: Arc::new(Semaphore::new(most)), idle: Mutex::default() }
    }

    /// Runs one attempt, and notes it.
    pub(crate) async fn invoke(self: &Arc<Self>, shared: &Arc<Shared>, request: Request) -> Ended {
        let doing = shared.busy.begin(request.kind);
        let (began, at_ms) = (Instant::now(), clock::now_ms());
        let (init, (outcome, body)) = self.attempt(shared, &request, doing).await;
        let ended = Ended { outcome, body, init, ms: millis(began.elapsed()) };
        self.note(shared, request, &ended, at_ms);
        ended
    }

    async fn attempt(
        self: &Arc<Self>,
        shared: &Arc<Shared>,
        request: &Request,
        doing: Doing,
    ) -> (Option<Duration>, Said) {
        let slots = Arc::clone(&self.slots);
        let slot = match request.kind {
            Kind::Sync => slots.try_acquire_owned().ok(),
            Kind::Async | Kind::Schedule => slots.acquire_owned().await.ok(),
        };
        let Some(slot) = slot else { return (None, (Outcome::Throttled, errors::throttled())) };
        let (mut worker, init) = if let Some(worker) = self.take_idle() {
            (worker, None)
        } else {
            let began = Instant::now();
            let started = Worker::start(shared, &self.function, &request.id).await;
            let init = Some(began.elapsed());
            match started {
                Ok(worker) => (worker, init),
                Err(said) => return (init, said),
            }
        };
        let event = self.event(request);
        let kill = shared.faults.strike_invoke(&self.function.logical_id, LambdaFault::KillAtStart);
        let said = worker.run(event, self.function.timeout_s, kill).await;
        if matches!(said.0, Outcome::Ok | Outcome::Error) {
            self.park(shared, worker, slot, doing);
        }
        (init, said)
    }

    fn event(&self, request: &Request) -> Event {
        let function = &self.function;
        let at = clock::now_ms();
        Event {
            request_id: request.id.clone(),
            function_arn: function.arn.clone(),
            deadline_ms: at + u64::from(function.timeout_s) * 1000,
            trace_id: format!("Root=1-{:08x}-{};Sampled=0", at / 1000, random::hex(12).to_lowercase()),
            payload: request.payload.clone(),
        }
    }

    fn take_idle(&self) -> Option<Worker> {
        let mut idle = lock(&self.idle);
        while let Some(mut worker) = idle.pop() {
            if worker.lives() {
                return Some(worker);
            }
        }
        None
    }

    /// The answer does not wait for the freezing, but the slot and `idle()` do.
    fn park(self: &Arc<Self>, shared: &Shared, mut worker: Worker, slot: OwnedSemaphorePermit, doing: Doing) {
        let pool = Arc::clone(self);
        shared.tasks.spawn(async move {
            if worker.park().await {
                let mut idle = lock(&pool.idle);
                idle.push(worker);
                if idle.len() > MOST_IDLE {
                    idle.remove(0);
                }
            }
            drop(slot);
            drop(doing);
        });
    }

    /// Ends environments that have been idle for longer than `life`.
    pub(crate) fn reap(&self, life: Duration) {
        lock(&self.idle).retain_mut(|worker| worker.lives() && worker.idle_since.elapsed() < life);
    }

    /// Ends every idle environment: the next invocation starts cold.
    pub(crate) fn chill(&self) {
        lock(&self.idle).clear();
    }

    fn note(&self, shared: &Shared, request: Request, ended: &Ended, at_ms: u64) {
        let name = &self.function.logical_id;
        let temperature = if ended.init.is_some() { "cold" } else { "warm" };
        let (kind, outcome, ms) = (request.kind.word(), ended.outcome.word(), ended.ms);
        shared.log.event(format!(
            "invoke {name} ({kind}, attempt {}) {outcome} {ms} ms {temperature}",
            request.attempt
        ));
        if !matches!(ended.outcome, Outcome::Ok) {
            shared.log.event(format!("  {name}: {}", String::from_utf8_lossy(&ended.body)));
        }
        shared.history.invocation(Invocation {
            function: name.clone(),
            request_id: request.id,
            kind: request.kind,
            init: ended.init,
            attempt: request.attempt,
            ms,
            outcome: ended.outcome,
            payload: json_or_text(&request.payload),
            response: json_or_text(&ended.body),
            at_ms,
        });
    }
}

/// JSON as JSON, anything else as text.
pub(super) fn json_or_text(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
