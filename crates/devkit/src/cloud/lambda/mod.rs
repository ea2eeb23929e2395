//! Lambda: processes, the queue of asynchronous events, and what comes of an invocation.

mod environment;
mod errors;
mod pool;
mod process;
mod queue;
mod runtime_api;
mod worker;

pub(crate) use pool::{Pool, Request};
pub(crate) use process::{Process, Processes};
